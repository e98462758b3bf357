// What can be wrong about the database.

#include "base/arena.h"
#include "base/ctx.h"
#include "facts/data.h"
#include "base/diag.h"
#include "facts/facts.h"
#include "check/rules.h"
#include "spec/spec.h"
#include "base/suggest.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { DAY = 24 * 60, WEEK = 7 * DAY };

void
rule_class(struct ctx *c, const struct spec *s)
{
	const struct text *class = &s->database.instance_class;
	struct table t = data_table("rds_classes.csv");
	struct suggestion near = suggest_for(class->is);
	struct row row = {0};

	if (data_find(&t, class->is, NULL, &row))
		return;
	while (data_next(&t, &row))
		suggest(&near, data_cell(c, &t, &row, "class"));
	struct diag *d = diag(c, class->from.at, "unknown-instance-class", "unknown instance class '%s'", class->is);
	if (near.best)
		diag_hint(c, d, "did you mean '%s'?", near.best);
}

void
rule_class_offered(struct ctx *c, const struct spec *s)
{
	const struct text *class = &s->database.instance_class;

	if (fact_class_offered(c, class->is, s->region.is))
		return;
	struct diag *d = diag(c, class->from.at, "class-not-offered", "class '%s' is not offered in '%s'", class->is,
		s->region.is);
	if (strcmp(class->is, "db.t3.micro") != 0 && fact_class_offered(c, "db.t3.micro", s->region.is))
		diag_hint(c, d, "the smallest class there is db.t3.micro");
}

void
rule_class_engine(struct ctx *c, const struct spec *s)
{
	const struct text *class = &s->database.instance_class, *version = &s->database.engine_version;

	if (fact_class_runs(c, class->is, version->is) != FIT_NO)
		return;
	struct diag *d = diag(c, class->from.at, "class-without-engine", "class '%s' does not run MySQL %s", class->is,
		version->is);
	// db.t2 went the way of db.t1; its successors keep the size's name.
	const char *size = strchr(class->is + 3, '.');
	const char *successor = size ? arena_printf(c->arena, "db.t4g%s", size) : "";
	if (strncmp(class->is, "db.t", 4) == 0 && fact_class_runs(c, successor, version->is) == FIT_YES)
		diag_hint(c, d, "'%s' does", successor);
}

void
rule_old_class(struct ctx *c, const struct spec *s)
{
	struct class_facts f;

	if (fact_class(c, s->database.instance_class.is, &f) && strcmp(f.status, "previous") == 0)
		diag(c, s->database.instance_class.from.at, "old-instance-class",
			"class '%s' is of a previous generation", s->database.instance_class.is);
}

void
rule_engine_version(struct ctx *c, const struct spec *s)
{
	const struct text *version = &s->database.engine_version;
	struct table t = data_table("rds_mysql_versions.csv");
	struct suggestion near = suggest_for(version->is);
	struct version_facts v;
	struct row row = {0};

	if (fact_version(c, version->is, &v))
		return;
	while (data_next(&t, &row))
		if (strcmp(data_cell(c, &t, &row, "engine"), "mysql") == 0 &&
			(strcmp(data_cell(c, &t, &row, "status"), "active") == 0 ||
				strcmp(data_cell(c, &t, &row, "status"), "standard") == 0))
			suggest(&near, data_cell(c, &t, &row, "version"));
	struct diag *d = diag(c, version->from.at, "unknown-engine-version", "unknown MySQL version '%s'", version->is);
	if (near.best)
		diag_hint(c, d, "there is '%s'", near.best);
}

void
rule_engine_retired(struct ctx *c, const struct spec *s)
{
	const struct text *version = &s->database.engine_version;
	struct version_facts v;

	if (!fact_version(c, version->is, &v) || (strcmp(v.status, "retired") != 0 && strcmp(v.status, "deprecated") != 0))
		return;
	struct diag *d = diag(c, version->from.at, "retired-engine-version",
		"RDS no longer creates databases of MySQL %s", version->is);
	if (strcmp(v.major_status, "retired") != 0 && strcmp(version->is, v.major) != 0)
		diag_hint(c, d, "'%s' takes the newest minor version", v.major);
	else
		diag_hint(c, d, "'8.4' is in standard support");
}

void
rule_engine_support(struct ctx *c, const struct spec *s)
{
	const struct text *version = &s->database.engine_version;
	struct version_facts v;
	struct price p;

	if (!fact_version(c, version->is, &v) || strcmp(v.major_status, "extended") != 0)
		return;
	struct diag *d = diag(c, version->from.at, "engine-past-support",
		"standard support of MySQL %s ended on %s; RDS charges for running it", v.major, v.end_standard);
	bool third_year = strcmp(v.major, "5.7") == 0; // rds_mysql_versions.csv: since 2026-03-01
	if (fact_price(c, "rds-extended-support", third_year ? "year3" : "year1-2", "us-east-1", &p))
		diag_hint(c, d, "in us-east-1 $%s per vCPU and hour (%s); '8.4' is free of it", p.usd, p.as_of);
}

void
rule_max_storage(struct ctx *c, const struct spec *s)
{
	const struct spec_database *db = &s->database;

	if (db->max_storage_gb.is == 0 || db->max_storage_gb.is >= db->storage_gb.is)
		return;
	const struct num *wrong = db->max_storage_gb.from.given ? &db->max_storage_gb : &db->storage_gb;
	struct diag *d = diag(c, wrong->from.at, "max-storage-below-storage",
		"'max_storage_gb' is %ld and 'storage_gb' is %ld", db->max_storage_gb.is, db->storage_gb.is);
	diag_hint(c, d, "set 'max_storage_gb' to %ld or more, or to 0 to switch growth off", db->storage_gb.is);
}

static int
clock_minutes(const char *s)
{
	return (s[0] - '0') * 600 + (s[1] - '0') * 60 + (s[3] - '0') * 10 + (s[4] - '0');
}

// Minutes from the start of the week, and how long; both windows may run past midnight, or past the week's end.
struct window {
	int start, length;
};

static struct window
backup_window(const struct spec *s)
{
	const char *w = s->database.backup_window.is;
	int start = clock_minutes(w), end = clock_minutes(w + 6);

	return (struct window){start, (end - start + DAY) % DAY};
}

static struct window
maintenance_window(const struct spec *s)
{
	static const char days[] = "montuewedthufrisatsun";
	char from[4] = {0}, to[4] = {0};
	const char *w = s->database.maintenance_window.is;

	memcpy(from, w, 3);
	memcpy(to, w + 10, 3);
	int start = (int)(strstr(days, from) - days) / 3 * DAY + clock_minutes(w + 4);
	int end = (int)(strstr(days, to) - days) / 3 * DAY + clock_minutes(w + 14);
	return (struct window){start, (end - start + WEEK) % WEEK};
}

static void
check_length(struct ctx *c, const struct text *window, int length)
{
	if (length < 30)
		diag(c, window->from.at, "short-window", "window '%s' is %d minutes long, expected at least 30", window->is,
			length);
}

void
rule_windows_length(struct ctx *c, const struct spec *s)
{
	check_length(c, &s->database.maintenance_window, maintenance_window(s).length);
	check_length(c, &s->database.backup_window, backup_window(s).length);
}

void
rule_windows_overlap(struct ctx *c, const struct spec *s)
{
	struct window weekly = maintenance_window(s), daily = backup_window(s);
	bool overlap = false;

	for (int day = 0; day < 7 && s->database.backup_days.is; day++) {
		int start = daily.start + day * DAY;
		overlap = overlap || (start - weekly.start + WEEK) % WEEK < weekly.length ||
			(weekly.start - start + WEEK) % WEEK < daily.length;
	}
	if (!overlap)
		return;
	const struct text *maintenance = &s->database.maintenance_window, *backup = &s->database.backup_window;
	const struct text *wrong = backup->from.given ? backup : maintenance;
	struct diag *d = diag(c, wrong->from.at, "windows-overlap",
		"the backup window '%s' overlaps the maintenance window '%s'", backup->is, maintenance->is);
	if (backup->from.given && maintenance->from.given)
		diag_also(c, d, maintenance->from.at, "the maintenance window is given here");
}

void
rule_backups_off(struct ctx *c, const struct spec *s)
{
	if (s->database.backup_days.is == 0)
		diag(c, s->database.backup_days.from.at, "backups-off", "the database has no backups");
}

void
rule_connections(struct ctx *c, const struct spec *s)
{
	enum { OPERATORS = 5, REFRESH = 2 };
	long each = s->service.database_connections.is, instances = s->scaling.max.is;
	// a refresh goes up to 110 %, which is at least one instance, and another may be on its way out
	long overlap = (instances + 9) / 10 > REFRESH ? (instances + 9) / 10 : REFRESH;
	long want = (instances + overlap) * each + OPERATORS;
	struct class_facts f;

	if (!fact_class(c, s->database.instance_class.is, &f))
		return;
	long limit = derive_max_connections(f.memory_mib);
	if (want <= limit)
		return;
	const struct origin *at = s->service.database_connections.from.given ? &s->service.database_connections.from
		: s->scaling.max.from.given ? &s->scaling.max.from
					    : &s->database.instance_class.from;
	struct diag *d = diag(c, at->at, "connection-budget",
		"%ld instances with %ld connections each want %ld of the about %ld that '%s' accepts", instances, each, want,
		limit, s->database.instance_class.is);
	if ((limit - OPERATORS) / (instances + overlap) > 0)
		diag_hint(c, d, "a 'database_connections' of %ld fits", (limit - OPERATORS) / (instances + overlap));
	else
		diag_hint(c, d, "a larger 'instance_class' or a smaller 'max' fits");
}

void
rule_deletion_protection(struct ctx *c, const struct spec *s)
{
	const struct flag *flags[] = {&s->load_balancer.deletion_protection, &s->database.deletion_protection};

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if (flags[i]->is)
			diag(c, flags[i]->from.at, "deletion-protection",
				"'terraform destroy' will want this set to false and applied first");
}

void
rule_no_snapshot(struct ctx *c, const struct spec *s)
{
	if (!s->database.final_snapshot.is)
		diag(c, s->database.final_snapshot.from.at, "no-final-snapshot", "destroying the stack destroys its data for good");
}

void
rule_standby_cost(struct ctx *c, const struct spec *s)
{
	const struct spec_database *db = &s->database;
	struct price alone, both;

	if (!db->multi_az.is)
		return;
	struct diag *d = diag(c, db->multi_az.from.at, "standby-cost", "the standby doubles the price of the database");
	if (fact_price(c, "rds-mysql-single", db->instance_class.is, "us-east-1", &alone) &&
		fact_price(c, "rds-mysql-multi", db->instance_class.is, "us-east-1", &both))
		diag_hint(c, d, "'%s' in us-east-1: $%s an hour instead of $%s (%s)", db->instance_class.is, both.usd, alone.usd,
			both.as_of);
}
