// What can be wrong about the database.

#include "check/check.h"

#include "base/arena.h"
#include "base/ctx.h"
#include "base/diag.h"
#include "base/pattern.h"
#include "base/suggest.h"
#include "check/known.h"
#include "facts/data.h"
#include "facts/facts.h"
#include "facts/windows.h"
#include "spec/spec.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static void
rule_class(struct ctx *c, const struct spec *s)
{
	check_known(c, &s->database.instance_class, "rds_classes.csv", "class", "unknown-instance-class", "instance class");
}

static void
rule_class_offered(struct ctx *c, const struct spec *s)
{
	const struct text *class = &s->database.instance_class;

	if (fact_class_offered(c, class->value, s->region.value))
		return;
	struct diag *d = diag(c, class->from.at, "class-not-offered", "class '%s' is not offered in '%s'", class->value,
		s->region.value);
	if (strcmp(class->value, "db.t3.micro") != 0 && fact_class_offered(c, "db.t3.micro", s->region.value))
		diag_hint(c, d, "the smallest class there is db.t3.micro");
}

static void
rule_class_engine(struct ctx *c, const struct spec *s)
{
	const struct text *class = &s->database.instance_class, *version = &s->database.engine_version;

	if (fact_class_runs(c, class->value, version->value) != FIT_NO)
		return;
	struct diag *d = diag(c, class->from.at, "class-without-engine", "class '%s' does not run MySQL %s", class->value,
		version->value);
	// The successors of an legacy burstable class keep the name of its size.
	const char *size = strchr(class->value + 3, '.');
	const char *successor = size ? arena_printf(c->arena, "db.t4g%s", size) : "";
	if (strncmp(class->value, "db.t", 4) == 0 && fact_class_runs(c, successor, version->value) == FIT_YES)
		diag_hint(c, d, "'%s' does", successor);
}

static void
rule_insights(struct ctx *c, const struct spec *s)
{
	// Amazon RDS User Guide, DB engine, Region, and instance class support for Database Insights: RDS for MySQL
	static const char without[] = "^db\\.(t2|t3|t4g)\\.(micro|small)$";
	const struct text *class = &s->database.instance_class;

	if (!s->database.insights.value || !pattern_matches(without, class->value))
		return;
	struct diag *d = diag(c, s->database.insights.from.at, "insights-not-offered", "Database Insights is not offered for class '%s'",
		class->value);
	diag_hint(c, d, "'%s.medium' has it", arena_strndup(c->arena, class->value, strcspn(class->value + strlen("db."), ".") + strlen("db.")));
	if (class->from.given)
		diag_also(c, d, class->from.at, "the class is given here");
}

static void
rule_legacy_class(struct ctx *c, const struct spec *s)
{
	struct class_facts f;

	if (fact_class(c, s->database.instance_class.value, &f) && strcmp(f.status, "previous") == 0)
		diag(c, s->database.instance_class.from.at, "old-instance-class",
			"class '%s' is of a previous generation", s->database.instance_class.value);
}

static void
rule_engine_version(struct ctx *c, const struct spec *s)
{
	const struct text *version = &s->database.engine_version;
	struct table t = data_table("rds_mysql_versions.csv");
	struct suggestion near = suggest_for(version->value);
	struct version_facts v;
	struct row row = {0};

	if (fact_version(c, version->value, &v))
		return;
	while (data_next(&t, &row))
		if (strcmp(data_cell(c, &t, &row, "engine"), "mysql") == 0 &&
			(strcmp(data_cell(c, &t, &row, "status"), "active") == 0 ||
				strcmp(data_cell(c, &t, &row, "status"), "standard") == 0))
			suggest(&near, data_cell(c, &t, &row, "version"));
	struct diag *d = diag(c, version->from.at, "unknown-engine-version", "unknown MySQL version '%s'", version->value);
	if (near.best)
		diag_hint(c, d, "did you mean '%s'?", near.best);
}

// RDS creates no database of a deprecated minor version, but one that exists may still be changed:
// refusing it would stop a rescale.
static void
rule_engine_retired(struct ctx *c, const struct spec *s)
{
	const struct text *version = &s->database.engine_version;
	struct version_facts v;

	if (!fact_version(c, version->value, &v))
		return;
	if (strcmp(v.status, "retired") == 0 || strcmp(v.major_status, "retired") == 0) {
		struct diag *d = diag(c, version->from.at, "retired-engine-version", "RDS no longer runs MySQL %s", version->value);
		diag_hint(c, d, "'8.4' is in standard support");
	} else if (strcmp(v.status, "deprecated") == 0) {
		struct diag *d = diag(c, version->from.at, "deprecated-engine-version",
			"RDS no longer creates databases of MySQL %s; an existing one will be upgraded automatically", version->value);
		diag_hint(c, d, "'%s' takes the newest minor version", v.major);
	}
}

static void
rule_engine_support(struct ctx *c, const struct spec *s)
{
	const struct text *version = &s->database.engine_version;
	struct version_facts v;
	struct price p;

	if (!fact_version(c, version->value, &v) || !fact_extended_support(&v))
		return;
	struct diag *d = diag(c, version->from.at, "engine-past-support",
		"the standard support of MySQL %s ended on %s; RDS charges extra for it", v.major, v.end_standard);
	if (fact_price(c, "rds-extended-support", fact_extended_support(&v), s->region.value, &p))
		diag_hint(c, d, "in %s $%s per vCPU and hour (%s); '8.4' costs nothing extra", s->region.value, p.usd, p.as_of);
	else
		diag_hint(c, d, "'8.4' costs nothing extra; in %s: no price known", s->region.value);
}

// A disk grows by a tenth at least; sizes are whole GiB.
static void
rule_max_storage(struct ctx *c, const struct spec *s)
{
	enum { LARGEST = 65536 }; // limits.csv rds.allocated_storage.gp3.mysql
	const struct spec_database *db = &s->database;
	long size = db->storage_gb.value, most = db->max_storage_gb.value, least = size + (size + 9) / 10;

	if (most == 0 || most >= least)
		return;
	const struct num *wrong = db->max_storage_gb.from.given ? &db->max_storage_gb : &db->storage_gb;
	struct diag *d = diag(c, wrong->from.at, "max-storage-too-small",
		"'max_storage_gb' is %ld, expected at least %ld, 10 %% above 'storage_gb'", most, least);
	if (least > LARGEST)
		diag_hint(c, d, "write 'max_storage_gb: 0': RDS has no disk of that size");
	else
		diag_hint(c, d, "write 'max_storage_gb: %ld', or 0 to switch growth off", least);
}

static void
check_length(struct ctx *c, const struct text *window, int length)
{
	if (length < 30)
		diag(c, window->from.at, "short-window", "window '%s' is %d minutes long, expected at least 30", window->value,
			length);
}

static void
rule_windows_length(struct ctx *c, const struct spec *s)
{
	check_length(c, &s->database.maintenance_window, window_maintenance(s).length);
	check_length(c, &s->database.backup_window, window_backup(s).length);
}

static void
rule_windows_overlap(struct ctx *c, const struct spec *s)
{
	struct window weekly = window_maintenance(s), daily = window_backup(s);
	bool overlap = false;

	for (int day = 0; day < 7 && s->database.backup_days.value; day++) {
		int start = daily.start + day * DAY_MINUTES;
		overlap = overlap || (start - weekly.start + WEEK_MINUTES) % WEEK_MINUTES < weekly.length ||
			(weekly.start - start + WEEK_MINUTES) % WEEK_MINUTES < daily.length;
	}
	if (!overlap)
		return;
	const struct text *maintenance = &s->database.maintenance_window, *backup = &s->database.backup_window;
	const struct text *wrong = backup->from.given ? backup : maintenance;
	struct diag *d = diag(c, wrong->from.at, "windows-overlap",
		"the backup window '%s' overlaps the maintenance window '%s'", backup->value, maintenance->value);
	if (backup->from.given && maintenance->from.given)
		diag_also(c, d, maintenance->from.at, "the maintenance window is given here");
}

static void
rule_backups_off(struct ctx *c, const struct spec *s)
{
	if (s->database.backup_days.value == 0 && !s->backup.from.given)
		diag(c, s->database.backup_days.from.at, "backups-off", "the database has no backups");
}

static void
rule_connections(struct ctx *c, const struct spec *s)
{
	enum { OPERATORS = 5, REFRESH = 2 };
	const struct num *most = derive_most(s);
	long each = s->service.database_connections.value, instances = most->value;
	// a refresh goes up to 110 %, which is at least one instance, while another may still be
	// stopping
	long overlap = (instances + 9) / 10 > REFRESH ? (instances + 9) / 10 : REFRESH;
	long need = (instances + overlap) * each + OPERATORS;
	struct class_facts f;

	if (derive_parked(s) || !fact_class(c, s->database.instance_class.value, &f))
		return;
	long limit = derive_max_connections(f.memory_mib);
	if (need <= limit)
		return;
	const struct origin *at = s->service.database_connections.from.given ? &s->service.database_connections.from
		: most->from.given ? &most->from
				   : &s->database.instance_class.from;
	struct diag *d = diag(c, at->at, "connection-budget",
		"%ld instances with %ld connections each need %ld connections, and '%s' accepts about %ld", instances, each, need,
		s->database.instance_class.value, limit);
	if ((limit - OPERATORS) / (instances + overlap) > 0)
		diag_hint(c, d, "'database_connections: %ld' fits", (limit - OPERATORS) / (instances + overlap));
	else
		diag_hint(c, d, "choose a larger 'instance_class' or a smaller 'max'");
}

static void
rule_deletion_protection(struct ctx *c, const struct spec *s)
{
	const struct flag *flags[] = {&s->load_balancer.deletion_protection, &s->database.deletion_protection};

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if (flags[i]->value)
			diag(c, flags[i]->from.at, "deletion-protection",
				"'terraform destroy' fails until this is set to false and applied");
}

static void
rule_no_snapshot(struct ctx *c, const struct spec *s)
{
	if (!s->database.final_snapshot.value)
		diag(c, s->database.final_snapshot.from.at, "no-final-snapshot", "destroying the stack destroys all its data");
}

static void
rule_standby_cost(struct ctx *c, const struct spec *s)
{
	const struct spec_database *db = &s->database;
	const char *class = db->instance_class.value, *region = s->region.value;
	struct price alone, both;

	if (!db->multi_az.value)
		return;
	struct diag *d = diag(c, db->multi_az.from.at, "standby-cost", "the standby doubles the cost of the database");
	if (fact_price(c, "rds-mysql-single", class, region, &alone) && fact_price(c, "rds-mysql-multi", class, region, &both))
		diag_hint(c, d, "'%s' in %s: $%s an hour instead of $%s (%s)", class, region, both.usd, alone.usd, both.as_of);
	else
		diag_hint(c, d, "'%s' in %s: no price known", class, region);
}

const struct check database_checks[] = {
	{ { "unknown-instance-class", SEV_ERROR,
	    .reason = "RDS has no such instance class for MySQL, as far as tfgen's table knows.",
	    .rule = "A class is named db.<family>.<size> (rds_classes.csv).",
	    .fix = "Choose a class that exists, such as db.t4g.micro or db.m7g.large.",
	    .wrong = "database: {instance_class: db.t4g.mirco}", .right = "database: {instance_class: db.t4g.micro}" },
	  rule_class, ".database.instance_class" },
	{ { "unknown-engine-version", SEV_ERROR,
	    .reason = "RDS has no such MySQL version, as far as tfgen's table knows.",
	    .rule = "A version is a major version such as 8.4, or a minor version such as 8.4.10 (rds_mysql_versions.csv).",
	    .fix = "Write the major version: RDS then takes its newest minor version and keeps it patched.",
	    .wrong = "database: {engine_version: \"8.6\"}", .right = "database: {engine_version: \"8.4\"}" },
	  rule_engine_version, ".database.engine_version" },
	{ { "class-not-offered", SEV_ERROR,
	    .reason = "RDS does not offer this class for MySQL in this region, so 'terraform apply' would fail.",
	    .rule = "Which classes a region offers differs from region to region (rds_offerings.csv).",
	    .fix = "Choose a class that the region offers, or another region.",
	    .wrong = "region: ca-west-1\ndatabase: {instance_class: db.t4g.micro}",
	    .right = "region: ca-west-1\ndatabase: {instance_class: db.t3.micro}" },
	  rule_class_offered, ".region .database.instance_class unknown-instance-class unknown-region" },
	{ { "class-without-engine", SEV_ERROR,
	    .reason = "RDS does not run this MySQL version on this class.",
	    .rule = "Each class runs certain versions of MySQL only (rds_classes.csv).",
	    .fix = "Choose a newer class (db.t4g instead of db.t2) or another 'engine_version'.",
	    .wrong = "database: {instance_class: db.t2.micro, engine_version: \"8.4\"}",
	    .right = "database: {instance_class: db.t4g.micro, engine_version: \"8.4\"}" },
	  rule_class_engine,
	  ".database.instance_class .database.engine_version unknown-instance-class unknown-engine-version" },
	{ { "old-instance-class", SEV_WARNING,
	    .reason = "The class is of a previous generation. RDS no longer lists it for MySQL, so it will probably refuse to create "
		      "the database.",
	    .rule = "RDS withdraws old generations step by step (rds_classes.csv, column status).",
	    .fix = "Choose a class of a current generation, such as db.t4g.micro or db.m7g.large.",
	    .wrong = "database: {instance_class: db.m3.large, engine_version: \"8.0\"}",
	    .right = "database: {instance_class: db.m7g.large, engine_version: \"8.4\"}" },
	  rule_legacy_class, ".database.instance_class unknown-instance-class class-without-engine" },
	{ { "insights-not-offered", SEV_ERROR,
	    .reason = "The smallest burstable classes have no Database Insights: RDS would refuse to create or change the database.",
	    .rule = "For MySQL, Database Insights is not supported on db.t2, db.t3 and db.t4g micro and small (Amazon RDS User Guide).",
	    .fix = "Choose a larger class, or leave 'insights' out.",
	    .wrong = "database: {insights: true, instance_class: db.t4g.micro}",
	    .right = "database: {insights: true, instance_class: db.t4g.medium}" },
	  rule_insights, ".database.insights .database.instance_class unknown-instance-class" },
	{ { "retired-engine-version", SEV_ERROR,
	    .reason = "RDS no longer runs this MySQL version.",
	    .rule = "RDS retires a major version after its support has ended (rds_mysql_versions.csv).",
	    .fix = "Write a major version in standard support, such as \"8.4\".",
	    .wrong = "database: {engine_version: \"5.6\"}", .right = "database: {engine_version: \"8.4\"}" },
	  rule_engine_retired, ".database.engine_version unknown-engine-version" },
	{ { "deprecated-engine-version", SEV_WARNING,
	    .reason = "AWS has deprecated this minor version of MySQL. A new database cannot have it. An existing one keeps "
		      "working, and RDS will upgrade it in a maintenance window.",
	    .rule = "RDS deprecates minor versions some months after their successor (rds_mysql_versions.csv, column status).",
	    .fix = "Write the major version: RDS then takes its newest minor version and keeps it patched.",
	    .wrong = "database: {engine_version: 8.0.33}", .right = "database: {engine_version: \"8.0\"}" },
	  NULL, NULL },
	{ { "engine-past-support", SEV_WARNING,
	    .reason = "The standard support of this MySQL version has ended. RDS runs it only under Extended Support, and charges for "
		      "every vCPU and hour.",
	    .rule = "RDS Extended Support begins the day after standard support ends and costs more from its third year on "
		    "(rds_mysql_versions.csv, prices.csv rds-extended-support).",
	    .fix = "Use \"8.4\". For a database that exists, plan the upgrade: it goes one way only.",
	    .wrong = "database: {engine_version: \"8.0\"}", .right = "database: {engine_version: \"8.4\"}" },
	  rule_engine_support, ".region .database.engine_version unknown-region unknown-engine-version retired-engine-version" },
	{ { "max-storage-too-small", SEV_ERROR,
	    .reason = "The size up to which the disk may grow leaves no room for the first growth.",
	    .rule = "RDS needs a maximum storage threshold at least 10 % above the allocated storage (RDS User Guide, storage "
		    "autoscaling). It refuses a lower one, and accepts an equal one and then never grows the disk.",
	    .fix = "Raise 'max_storage_gb', or set it to 0 to switch growth off. If only 'storage_gb' is given, 'max_storage_gb' has "
		   "its default.",
	    .wrong = "database: {storage_gb: 100}", .right = "database: {storage_gb: 100, max_storage_gb: 110}" },
	  rule_max_storage, ".database.storage_gb .database.max_storage_gb" },
	{ { "short-window", SEV_ERROR,
	    .reason = "The window is too short for RDS.",
	    .rule = "Backup and maintenance windows are at least 30 minutes long (limits.csv rds.backup_window).",
	    .fix = "Move the end of the window: 04:00-05:00, sun:06:00-sun:07:00.",
	    .wrong = "database: {backup_window: \"04:00-04:15\"}", .right = "database: {backup_window: \"04:00-05:00\"}" },
	  rule_windows_length, ".database.maintenance_window .database.backup_window" },
	{ { "windows-overlap", SEV_ERROR,
	    .reason = "The weekly maintenance window and the daily backup window overlap.",
	    .rule = "RDS refuses overlapping windows; both are in UTC (limits.csv rds.maintenance_window).",
	    .fix = "Move one of the two. If only one is given, the other has its default.",
	    .wrong = "database: {backup_window: \"06:30-07:30\", maintenance_window: \"sun:06:00-sun:07:00\"}",
	    .right = "database: {backup_window: \"04:00-05:00\", maintenance_window: \"sun:06:00-sun:07:00\"}" },
	  rule_windows_overlap, ".database.maintenance_window .database.backup_window short-window" },
	{ { "backups-off", SEV_WARNING,
	    .reason = "Without backups, deleted data and a lost disk are gone for good, and no restore to a point in time is possible.",
	    .rule = "RDS takes daily backups and keeps transaction logs only while the retention period is above 0 (limits.csv "
		    "rds.backup_retention_period).",
	    .fix = "Set 'database.backup_days' to 1 or more; 7 is the default.",
	    .wrong = "database: {backup_days: 0}", .right = "database: {backup_days: 7}" },
	  rule_backups_off, ".database.backup_days" },
	{ { "connection-budget", SEV_ERROR,
	    .reason = "All instances together would open more connections than the database accepts. Some instances would then start "
		      "without a database and never become ready.",
	    .rule = "RDS derives max_connections from the memory of the class: about one connection for each 12 MiB that MySQL has "
		    "(66 and 150 were measured at 1 and 2 GiB). tfgen counts as many instances as 'scaling' ever allows, a tenth more (two at least) "
		    "during a refresh, and five connections for operators.",
	    .fix = "Lower 'service.database_connections' or 'scaling.max', or choose a larger 'database.instance_class'.",
	    .wrong = "service: {database_connections: 8}\nscaling: {max: 10}\ndatabase: {instance_class: db.t4g.micro}",
	    .right = "service: {database_connections: 4}\nscaling: {max: 10}\ndatabase: {instance_class: db.t4g.micro}" },
	  rule_connections,
	  ".database.instance_class .scaling.max .scaling.schedule .service.database_connections unknown-instance-class" },
	{ { "deletion-protection", SEV_NOTE,
	    .reason = "With deletion protection, 'terraform destroy' fails until an apply of its own has removed the protection.",
	    .rule = "AWS refuses to delete a protected load balancer or database.",
	    .fix = "Before you destroy the stack, set 'deletion_protection' to false, compile and apply.",
	    .wrong = "database: {deletion_protection: true}", .right = "database: {deletion_protection: false}" },
	  rule_deletion_protection, NULL },
	{ { "standby-cost", SEV_NOTE,
	    .reason = "The standby in a second zone takes over within one to two minutes when the first one fails. It costs as much as "
		      "the database itself, and so does its storage.",
	    .rule = "RDS charges a Multi-AZ database at the Multi-AZ price of its class and storage (prices.csv rds-mysql-multi).",
	    .fix = "For a test environment, set 'database.multi_az' to false.",
	    .wrong = "database: {multi_az: true}", .right = "database: {multi_az: false}" },
	  rule_standby_cost, ".region .database.multi_az .database.instance_class unknown-region unknown-instance-class" },
	{ { "no-final-snapshot", SEV_NOTE,
	    .reason = "Destroying the stack destroys the database with all its data.",
	    .rule = "RDS takes a final snapshot of a database that it deletes only if it is asked to. Automated backups are deleted "
		    "with the database.",
	    .fix = "Keep 'database.final_snapshot' at true wherever data matters.",
	    .wrong = "database: {final_snapshot: false}", .right = "database: {final_snapshot: true}" },
	  rule_no_snapshot, NULL },
	{ .problem = {0} },
};
