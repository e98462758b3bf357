// The table of everything tfgen can have to say, and the loop that runs the checks in it.
//
// A row without a function belongs to an earlier stage. All checks that can run do run; one that reads a field whose value
// was refused, or builds on a check that failed, stays silent, so that one mistake is told once.

#include "check/check.h"

#include "base/ctx.h"
#include "spec/fields.h"
#include "check/rules.h"
#include "spec/spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct check checks[] = {
	// the text
	{ "file-too-large", SEV_ERROR, NULL, NULL, "A spec is at most 1 MiB. Yours is larger, so it is probably another file." },
	{ "invalid-utf8", SEV_ERROR, NULL, NULL, "A spec is UTF-8 text. Some byte of this file is not." },
	{ "nul-byte", SEV_ERROR, NULL, NULL, "A NUL byte stands in the spec; no value can hold one." },
	{ "yaml-syntax", SEV_ERROR, NULL, NULL, "The file is not well-formed YAML." },
	{ "yaml-tab", SEV_ERROR, NULL, NULL, "YAML is indented with spaces; a tab is refused wherever indentation counts." },
	{ "yaml-tag", SEV_ERROR, NULL, NULL, "Tags such as !!binary or !Ref change what a value is. The spec has none." },
	{ "yaml-trap", SEV_ERROR, NULL, NULL,
	  "Readers of YAML disagree about some plain words and numbers: yes, no, on and off may be booleans, 012 may be ten, 1:30 "
	  "may be ninety. What you mean must be written so that nobody can misread it." },
	{ "alias-bomb", SEV_ERROR, NULL, NULL, "Aliases that name aliases can make a short file huge; this one expands too far." },
	{ "too-deep", SEV_ERROR, NULL, NULL, "Nothing in a spec is nested more than a few levels deep." },
	{ "unknown-alias", SEV_ERROR, NULL, NULL, "An alias (*name) needs an anchor (&name) before it, and may not stand inside it." },
	{ "invalid-merge", SEV_ERROR, NULL, NULL, "The merge key << takes a mapping, or a list of mappings." },
	{ "duplicate-key", SEV_ERROR, NULL, NULL,
	  "A key stands twice in one mapping. Most readers of YAML silently take the last; here both places are shown." },
	{ "several-documents", SEV_ERROR, NULL, NULL, "A file holds one spec. Variations of it go under 'environments'." },
	{ "empty-document", SEV_ERROR, NULL, NULL, "There is nothing in the file. The smallest spec has a name and a region." },

	// single keys and values
	{ "unknown-key", SEV_ERROR, NULL, NULL, "No such key exists in that place. 'tfgen explain' lists those that do." },
	{ "missing-key", SEV_ERROR, NULL, NULL, "A required key is not there." },
	{ "misplaced-key", SEV_ERROR, NULL, NULL,
	  "A key stands where it can have no effect: the name of a stack cannot differ between its environments." },
	{ "wrong-type", SEV_ERROR, NULL, NULL, "A value is of another kind than its key wants: text for a number, a list for text." },
	{ "out-of-range", SEV_ERROR, NULL, NULL, "A number, duration or count lies outside of what its key, or AWS, allows." },
	{ "missing-unit", SEV_ERROR, NULL, NULL, "A duration is written with its unit: 30s, 5m or 1h." },
	{ "unknown-word", SEV_ERROR, NULL, NULL, "The key takes one of a few values, and this is none of them." },
	{ "malformed-value", SEV_ERROR, NULL, NULL, "The text is not of the form that its key wants." },
	{ "decomposed-text", SEV_ERROR, NULL, NULL,
	  "A letter and its accent stand as two characters where Unicode has one, or a character has another that stands for it. "
	  "Terraform writes the one form for the other, so the text would not arrive as it is written here." },
	{ "repeated-item", SEV_ERROR, NULL, NULL, "The same item stands twice in a list; AWS refuses, or charges, the second." },
	{ "unknown-environment", SEV_ERROR, NULL, NULL, "--env names an environment that the spec does not have." },

	// names and tags
	{ "invalid-name", SEV_ERROR, rule_names, ".name .environment",
	  "A name that AWS would be given, made from 'name' and 'environment', breaks AWS's rules for names of that kind." },
	{ "name-shortened", SEV_NOTE, rule_shortened, ".name .environment invalid-name",
	  "Names of load balancers and target groups have at most 32 characters; a longer one is cut and ends in a hash." },
	{ "reserved-tag", SEV_ERROR, rule_tags, NULL,
	  "The stack sets this tag itself. AWS takes a key only once for each resource." },

	{ "empty-tag", SEV_WARNING, rule_empty_tags, ".tags",
	  "The AWS provider leaves tags without a value away from some resources, so that they would not be everywhere." },

	// region, zones, network
	{ "unknown-region", SEV_ERROR, rule_region, ".region",
	  "Not a commercial AWS region that tfgen knows." },
	{ "opt-in-region", SEV_NOTE, rule_opt_in, ".region unknown-region",
	  "Newer regions are off until somebody enables them for the account (Account settings, AWS Regions)." },
	{ "zone-outside-region", SEV_ERROR, rule_zone_names, ".region .network.zones unknown-region",
	  "An availability zone is named after its region plus one letter. Local Zones cannot hold this stack." },
	{ "unlisted-zone", SEV_WARNING, NULL, NULL,
	  "tfgen's list of the region's zones does not have this one. Letters differ between accounts, so it may exist in yours." },
	{ "too-few-zones", SEV_ERROR, rule_zone_count, ".region .network.zones unknown-region",
	  "The region has fewer availability zones than asked for." },
	{ "network-size", SEV_ERROR, rule_network_size, ".network.cidr",
	  "The VPC is between /16 (AWS's largest) and /24 (smaller ones cannot be cut into the stack's subnets)." },
	{ "unaligned-network", SEV_ERROR, rule_network_aligned, ".network.cidr",
	  "A network's address has zeros where its prefix ends: 10.0.1.0/24, not 10.0.1.5/24. AWS refuses the latter." },
	{ "public-network", SEV_WARNING, rule_network_private, ".network.cidr unaligned-network",
	  "The VPC's addresses are not private ones (RFC 1918), so instances cannot reach the real owners of those addresses." },
	{ "subnets-too-small", SEV_ERROR, rule_public_subnets,
	  ".region .network.cidr unknown-region network-size",
	  "A load balancer wants /27 subnets or larger, with eight addresses free. Every zone of the region gets its share of the "
	  "network, used or not, so that adding a zone moves none." },
	{ "group-exceeds-subnets", SEV_ERROR, rule_group_fits_subnets,
	  ".region .network.cidr .network.zones .network.nat .scaling.max unknown-region network-size "
	  "subnets-too-small",
	  "The group's instances at 'scaling.max' would not find addresses in their subnets; AWS keeps five of each." },
	{ "unaligned-source", SEV_ERROR, rule_allow_aligned, NULL,
	  "A network that may connect has address bits behind its prefix; a security group refuses it." },
	{ "nat-cost", SEV_NOTE, rule_nat_cost, ".region .network.zones unknown-region",
	  "NAT gateways are charged by the hour and by the gigabyte, and are often the largest line of a small stack's bill. A "
	  "single one is also a single point of failure for what instances fetch." },

	{ "public-address-cost", SEV_NOTE, rule_address_cost, ".network.nat",
	  "Every public IPv4 address is charged by the hour: one for each instance without NAT, and one for each zone of the load "
	  "balancer." },

	// the instances
	{ "unknown-instance-type", SEV_ERROR, rule_instance_type, ".service.instance_type",
	  "No such EC2 instance type is known." },
	{ "instance-type-not-offered", SEV_ERROR, rule_instance_offered,
	  ".region .service.instance_type unknown-region unknown-instance-type",
	  "EC2 does not offer this instance type in this region." },
	{ "instance-type-in-few-zones", SEV_ERROR, rule_instance_zones,
	  ".region .service.instance_type .network.zones unknown-region unknown-instance-type "
	  "instance-type-not-offered too-few-zones zone-outside-region",
	  "EC2 offers this instance type in fewer zones of the region than the network has." },
	{ "old-instance-type", SEV_WARNING, rule_old_instance_type,
	  ".service.instance_type unknown-instance-type instance-type-not-offered",
	  "A type of a previous generation: dearer and slower than its successor, and short of capacity." },
	{ "credits-without-burst", SEV_ERROR, rule_credits_without_burst,
	  ".service.instance_type .service.cpu_credits unknown-instance-type",
	  "Only burstable types (t2, t3, t3a, t4g) have CPU credits." },
	{ "standard-credits", SEV_WARNING, rule_standard_credits,
	  ".service.instance_type .service.cpu_credits unknown-instance-type credits-without-burst",
	  "When its credits are spent, a burstable instance in standard mode is held near its baseline, a fraction of a core. CPU "
	  "then never reaches the threshold that adds instances, and may even look low enough to remove some, under overload." },
	{ "unlimited-credits", SEV_NOTE, rule_unlimited_credits,
	  ".service.instance_type .service.cpu_credits unknown-instance-type",
	  "In unlimited mode, CPU used beyond the credits earned is charged by the vCPU-hour." },
	{ "image-and-os", SEV_ERROR, rule_image_and_os, NULL,
	  "'image' fixes the image that 'os' would find; only one can hold." },
	{ "image-and-binary", SEV_ERROR, rule_image_and_binary, NULL,
	  "A program runs on the release it was made for, and 'image' may hold any. From its sources the service can be built on all." },
	{ "no-service-binary", SEV_ERROR, rule_service_binary,
	  ".service.prebuilt .service.os .service.instance_type unknown-instance-type image-and-binary image-and-os",
	  "'prebuilt: binary' packs a program for the instances' release and architecture. 'make service-binaries' makes it, and a tfgen "
	  "built after that carries it." },
	{ "open-api", SEV_WARNING, rule_open_api, ".service.auth",
	  "Without a token, everybody who can connect can read and change all data." },
	{ "unknown-setting", SEV_ERROR, rule_settings, NULL,
	  "The service has no such setting; it would refuse to start." },
	{ "stack-setting", SEV_ERROR, NULL, NULL, "The stack fills in this setting of the service itself." },
	{ "invalid-setting", SEV_ERROR, NULL, NULL, "The service would refuse this value of a setting, and not start." },
	{ "outlasting-requests", SEV_ERROR, rule_outlasting_requests, ".service.settings unknown-setting invalid-setting stack-setting",
	  "A service that is told to stop finishes what is in flight, and is killed if that takes longer than systemd allows. A request may take "
	  "its time to arrive (request_seconds), wait in the queue (queue_ms), for a connection and for two statements (db_timeout each)." },
	{ "short-deregistration", SEV_WARNING, rule_short_deregistration,
	  ".service.settings .load_balancer.deregistration_delay unknown-setting invalid-setting stack-setting outlasting-requests",
	  "The load balancer waits this long for requests to an instance that is to go, then hangs up. With less than a request may take, a "
	  "scale-in or a roll can lose one." },
	{ "user-data-too-large", SEV_ERROR, NULL, NULL,
	  "AWS hands an instance at most 16 KiB of user data; the boot script and the settings share it." },
	{ "plain-http", SEV_NOTE, rule_plain_http, NULL,
	  "The load balancer speaks plain HTTP: what passes, tokens included, can be read on the way." },
	{ "unserved-health-path", SEV_ERROR, rule_health_path, ".load_balancer.health_check.path",
	  "The service answers 200 on /healthz and / alone. With another path no instance would ever be healthy." },
	{ "health-timeout", SEV_ERROR, rule_health_timeout,
	  ".load_balancer.health_check.interval .load_balancer.health_check.timeout",
	  "A health check must time out before the next one begins; AWS refuses it otherwise." },
	{ "slow-to-healthy", SEV_WARNING, rule_slow_to_healthy,
	  ".load_balancer.health_check.interval .load_balancer.health_check.healthy",
	  "An instance gets its first request only after several good checks; here that takes longer than five minutes." },

	// scaling
	{ "min-over-max", SEV_ERROR, rule_min_max, ".scaling.min .scaling.max",
	  "The group's least size is above its greatest." },
	{ "single-instance", SEV_WARNING, rule_single_instance, ".scaling.min",
	  "A group that may shrink to one instance is down while that one, or its zone, is; the other zones do not help it." },
	{ "thresholds-cross", SEV_ERROR, rule_thresholds_cross,
	  ".scaling.out.cpu_percent .scaling.in.cpu_percent",
	  "The CPU that removes instances is not below the CPU that adds them: the group could never rest." },
	{ "scaling-oscillates", SEV_WARNING, rule_oscillation,
	  ".scaling.out.cpu_percent .scaling.in.cpu_percent .scaling.min .scaling.max .scaling.in.remove "
	  "thresholds-cross min-over-max",
	  "Removing instances spreads their load over the rest. Here that lifts CPU to the threshold that adds them again." },
	{ "step-too-large", SEV_WARNING, rule_step_size,
	  ".scaling.min .scaling.max .scaling.out.add .scaling.in.remove min-over-max",
	  "A step larger than the distance from least to greatest size is cut short by that distance." },
	{ "short-cooldown", SEV_WARNING, rule_cooldown, ".scaling.cooldown",
	  "A new instance needs minutes to boot. When its load counts sooner, the group adds more than it needs." },
	{ "scale-out-latency", SEV_NOTE, rule_scale_out_latency,
	  ".scaling.out.for .load_balancer.health_check.interval .load_balancer.health_check.healthy",
	  "From the first busy minute to the first request on a new instance: the alarm, the boot and the health checks." },

	// tfgen itself
	{ "template-defect", SEV_ERROR, NULL, NULL,
	  "A template that tfgen carries has a mistake. This is a defect of tfgen; please report it." },

	// the database
	{ "unknown-instance-class", SEV_ERROR, rule_class, ".database.instance_class",
	  "No such RDS instance class is known for MySQL." },
	{ "class-not-offered", SEV_ERROR, rule_class_offered,
	  ".region .database.instance_class unknown-instance-class unknown-region",
	  "RDS does not offer this class for MySQL in this region." },
	{ "class-without-engine", SEV_ERROR, rule_class_engine,
	  ".database.instance_class .database.engine_version unknown-instance-class unknown-engine-version",
	  "RDS does not run this MySQL version on this class." },
	{ "old-instance-class", SEV_WARNING, rule_old_class,
	  ".database.instance_class unknown-instance-class class-without-engine",
	  "A class of a previous generation that RDS no longer lists for MySQL; creating it will probably be refused." },
	{ "unknown-engine-version", SEV_ERROR, rule_engine_version, ".database.engine_version",
	  "RDS has no such MySQL version." },
	{ "retired-engine-version", SEV_ERROR, rule_engine_retired,
	  ".database.engine_version unknown-engine-version",
	  "RDS no longer creates databases of this MySQL version." },
	{ "engine-past-support", SEV_WARNING, rule_engine_support,
	  ".database.engine_version unknown-engine-version retired-engine-version",
	  "The version's standard support has ended. RDS runs it only under Extended Support, charged by the vCPU-hour." },
	{ "max-storage-below-storage", SEV_ERROR, rule_max_storage,
	  ".database.storage_gb .database.max_storage_gb",
	  "The size up to which the disk may grow is below the size it begins with." },
	{ "short-window", SEV_ERROR, rule_windows_length, ".database.maintenance_window .database.backup_window",
	  "RDS wants windows of at least 30 minutes." },
	{ "windows-overlap", SEV_ERROR, rule_windows_overlap,
	  ".database.maintenance_window .database.backup_window short-window",
	  "RDS refuses a maintenance window that overlaps the daily backup." },
	{ "backups-off", SEV_WARNING, rule_backups_off, ".database.backup_days",
	  "Without backups a mistake or a lost disk cannot be undone, and there is no restore to a point in time." },
	{ "connection-budget", SEV_ERROR, rule_connections,
	  ".database.instance_class .scaling.max .service.database_connections unknown-instance-class",
	  "All instances at 'scaling.max', a tenth more during a refresh (two at least) and a few for operators want more connections than the "
	  "database class has: about one for each 12 MiB of the memory left to MySQL (limits measured at 1 and 2 GiB)." },
	{ "deletion-protection", SEV_NOTE, rule_deletion_protection, NULL,
	  "With deletion protection, 'terraform destroy' fails until the protection is taken off by an apply of its own." },
	{ "standby-cost", SEV_NOTE, rule_standby_cost, ".database.multi_az .database.instance_class unknown-instance-class",
	  "The standby in a second zone is charged like the database itself, and so is its storage." },
	{ "no-final-snapshot", SEV_NOTE, rule_no_snapshot, NULL,
	  "Destroying the database leaves nothing of its data." },
	{0},
};

const struct check *
check_find(const char *id)
{
	for (const struct check *k = checks; k->id; k++)
		if (strcmp(k->id, id) == 0)
			return k;
	return NULL;
}

enum severity
check_severity(const char *id)
{
	const struct check *k = check_find(id);

	if (!k) {
		fprintf(stderr, "tfgen: no check '%s'\n", id);
		abort();
	}
	return k->severity;
}

static bool
was_reported(const struct diags *ds, const char *id, size_t n)
{
	for (size_t i = 0; i < ds->n; i++)
		if (strncmp(ds->list[i]->id, id, n) == 0 && !ds->list[i]->id[n])
			return true;
	return false;
}

static bool
was_refused(const struct spec *s, const char *path, size_t n)
{
	char name[80];
	size_t offset = 0;

	snprintf(name, sizeof name, "%.*s", (int)n, path);
	if (!field_find(spec_fields, name, &offset)) {
		fprintf(stderr, "tfgen: no field '%s'\n", name);
		abort();
	}
	return ((const struct origin *)((const char *)s + offset))->refused;
}

static bool
may_run(const struct diags *ds, const struct spec *s, const char *needs)
{
	while (needs && *needs) {
		size_t n = strcspn(needs, " ");
		if (*needs == '.' ? was_refused(s, needs + 1, n - 1) : was_reported(ds, needs, n))
			return false;
		needs += n + (needs[n] == ' ');
	}
	return true;
}

void
check_run(struct ctx *c, const struct spec *s)
{
	for (const struct check *k = checks; k->id; k++)
		if (k->run && may_run(c->diags, s, k->needs))
			k->run(c, s);
}
