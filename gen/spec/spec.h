// The spec in C: every value as the user wrote it, or its default, with its place.
//
// A struct here mirrors a table of fields*.c, a member for each row. Everything is in the arena of
// the context.
#ifndef SPEC_H
#define SPEC_H

#include "base/source.h"

#include <stdbool.h>
#include <stddef.h>

// Where a value comes from. The place of a default is its section's key, or the start of the
// document.
struct origin {
	struct span at;
	bool given;   // the user wrote it
	bool refused; // it was wrong, or is required and missing; the default, or nothing, is used instead
};

// Every kind of value begins with its origin, so that the origin can be found without knowing the
// kind.
struct num {
	struct origin from;
	long value;
};

struct flag {
	struct origin from;
	bool value;
};

struct text {
	struct origin from;
	const char *value; // NULL when neither given nor defaulted
};

struct texts {
	struct origin from;
	struct text *list;
	size_t n;
};

struct entry {
	struct text key;
	struct text text;
};

struct dict {
	struct origin from;
	struct entry *list; // in the order written
	size_t n;
};

struct zones {
	struct origin from;
	long count;         // how many; the number of names when they are given
	struct texts names; // empty when only a number was given
};

// A list of sections, each of the struct that the sub-table of its row mirrors, in the order written.
struct sections {
	struct origin from;
	void *list;
	size_t n;
};

struct spec_network {
	struct origin from;
	struct text cidr;
	struct zones zones;
	struct text nat;
	struct flag flow_logs;
	struct text vpc_id;
	struct texts public_subnets;
	struct texts private_subnets;
	struct texts database_subnets;
};

struct spec_rollout {
	struct origin from;
	struct flag wait;
	struct num min_healthy; // percent
	struct num bake;        // seconds
	struct flag rollback_on_5xx;
};

struct spec_service {
	struct origin from;
	struct text instance_type;
	struct text cpu_credits;
	struct text os;
	struct text image;
	struct text auth;
	struct num disk_gb;
	struct num port;
	struct num database_connections;
	struct num log_days;
	struct text prebuilt;
	struct flag detailed_metrics;
	struct dict settings;
	struct spec_rollout rollout;
};

struct spec_out {
	struct origin from;
	struct num cpu_percent;
	struct num requests_per_second;              // 0: off; see derive_total_requests
	struct num requests_per_second_per_instance; // 0 when not given
	struct num lasting;                          // 'for', in seconds
	struct num add;
};

struct spec_in {
	struct origin from;
	struct num cpu_percent;
	struct num lasting; // 'for', in seconds
	struct num remove;
};

struct spec_target {
	struct origin from;                          // given only when the section is there
	struct num cpu_percent;                      // 0 when not given
	struct num requests_per_second_per_instance; // 0 when not given
};

// At each time of the cron expression, the group gets these sizes.
struct spec_schedule {
	struct origin from;
	struct text name;
	struct text cron;
	struct text time_zone;
	struct num min;
	struct num max;
};

struct spec_scaling {
	struct origin from;
	struct num min;
	struct num max;
	struct spec_out out; // without effect beside 'target', as 'in' is
	struct spec_in in;
	struct spec_target target;
	struct sections schedule; // of struct spec_schedule
	struct num cooldown; // seconds
};

struct spec_health_check {
	struct origin from;
	struct text path;
	struct num interval; // seconds
	struct num timeout;  // seconds
	struct num healthy;
	struct num unhealthy;
};

struct spec_load_balancer {
	struct origin from;
	struct texts allow;
	struct num idle_timeout;         // seconds
	struct num deregistration_delay; // seconds
	struct flag access_logs;
	struct flag deletion_protection;
	struct spec_health_check health_check;
};

struct spec_https {
	struct origin from; // given only when the section is there
	struct text domain;
	struct text zone;            // or certificate_arn, not both
	struct text certificate_arn;
	struct flag cloudfront; // instead of the others
};

struct spec_firewall {
	struct origin from; // given only when the section is there
	struct num rate_limit; // requests of an address in five minutes
	struct text mode;
};

struct spec_database {
	struct origin from;
	struct text restore; // NULL: an empty database
	struct text instance_class;
	struct text engine_version;
	struct num storage_gb;
	struct num max_storage_gb;
	struct flag multi_az;
	struct num backup_days;
	struct flag deletion_protection;
	struct flag final_snapshot;
	struct text maintenance_window;
	struct text backup_window;
	struct flag insights;
};

struct spec_backup {
	struct origin from; // given only when the section is there
	struct num daily_days;
	struct num monthly_months; // 0: no monthly ones
	struct text copy_to;       // NULL: no copies
	struct text lock;
};

struct spec_alarms {
	struct origin from;
	struct texts email;
	struct flag dashboard;
};

struct spec_security {
	struct origin from;
	struct flag kms;
	struct text permissions_boundary; // NULL: none
	struct text allowed_account;      // NULL: any
};

struct spec_budget {
	struct origin from; // given only when the section is there
	struct num monthly_usd;
	struct text scope;
};

struct spec_state {
	struct origin from; // given only when the section is there
	struct text bucket;
	struct text region; // without one: the stack's
};

struct spec {
	struct origin from;
	struct text name;
	struct text region;
	struct text environment;
	struct dict tags;
	struct spec_network network;
	struct spec_service service;
	struct spec_scaling scaling;
	struct spec_load_balancer load_balancer;
	struct spec_https https;
	struct spec_firewall firewall;
	struct spec_database database;
	struct spec_backup backup;
	struct spec_alarms alarms;
	struct spec_security security;
	struct spec_budget budget;
	struct spec_state state;
	struct origin environments; // read, checked and applied; nothing of it remains
};

#endif
