// Everything that is decided before a line of a stack is written: every name, address and count.
//
// Templates name these values plan.<key>; a table of fields describes them, as it does for the
// spec.
#ifndef PLAN_H
#define PLAN_H

#include "spec/fields.h"
#include "spec/spec.h"

struct ctx;

struct plan {
	const struct spec *spec;
	struct text name;
	struct text load_balancer_name;
	struct text target_group_name;
	struct dict tags;
	struct texts zone_names;
	struct num zone_count;
	struct text first_zone;
	struct text second_zone;
	struct text third_zone;
	struct num more_zones;
	struct texts zone_letters;
	struct num zone_bits;
	struct text network;
	struct flag own_network;
	struct text no_route;
	struct flag private;
	struct flag private_subnets;
	struct flag public;
	struct text image_parameter;
	struct text architecture;
	struct flag burstable;
	struct flag watches_credits;
	struct flag nitro;
	struct num grace_seconds;
	struct num first_boot_minutes;
	struct num out_periods;
	struct num in_periods;
	struct flag parked;
	struct num least;
	struct num peak;
	struct flag scales;
	struct text schedule_table;
	struct flag spread;
	struct text group_size;
	struct text callers;
	struct num answer_seconds;
	struct text url;
	struct num requests_per_second;
	struct num requests_threshold;
	struct num requests_per_instance_threshold;
	struct flag steps;
	struct num target_requests;
	struct flag cpu_counts;
	struct flag requests_count;
	struct text load_counted;
	struct text parameter_family;
	struct text engine_support;
	struct flag tls_by_default;
	struct flag pinned_version;
	struct flag large_disk;
	struct text database_name;
	struct num max_connections;
	struct num database_memory_mib;
	struct flag database_burstable;
	struct num kept_log_days;
	struct num backup_hour;
	struct num monthly_days;
	struct flag locked;
	struct text service_file;
	struct text service_sha256;
	struct dict settings;
	struct flag notify;
	struct text mail_to;
	struct flag watched;
	struct flag watches;
	struct flag watches_group;
	struct flag watches_targets;
	struct flag watches_balancer;
	struct flag watches_region;
	struct texts role_services;
	struct texts allowed_accounts;
	struct text state_key;
	struct text state_region;
	struct text version;
	struct text spec_file;
	struct text command;
	struct flag from_file;
	// Prices are no part of the plan: the run fills these in before it renders.
	struct text cost_summary;
	struct text cost_table;
	struct text cost_dates;
};

extern const struct field plan_fields[];

// How the spec was given, for texts that name it.
struct plan_source {
	const char *file; // the name of its file, or "standard input"
	const char *path; // the file, seen from the stack's directory; NULL for standard input
	const char *env;  // the environment that the command line chose, or NULL
};

// Decides everything. The spec has passed its checks.
struct plan *plan_build(struct ctx *c, const struct spec *spec, const struct plan_source *source);

// The value that a template names. "scaling.min" is looked up in the spec, "plan.name" in the plan.
// With plan NULL only the row is looked up. field is NULL for a path that neither table has.
struct value plan_value(const struct plan *plan, const char *path);

#endif
