// Looks up the tables, and derives figures from them.

#include "facts/facts.h"

#include "base/arena.h"
#include "base/ctx.h"
#include "facts/data.h"
#include "spec/settings.h"
#include "spec/spec.h"

#include <stdlib.h>
#include <string.h>

bool
fact_instance(struct ctx *c, const char *type, struct instance_facts *ret_facts)
{
	struct table t = data_table("ec2_instance_types.csv");
	struct row row;

	if (!data_find(&t, type, NULL, &row))
		return false;
	*ret_facts = (struct instance_facts){
		.vcpus = data_number(&t, &row, "vcpu"),
		.hourly_credits = data_number(&t, &row, "cpu_credits_per_hour"),
		.arm64 = strcmp(data_cell(c, &t, &row, "arch"), "arm64") == 0,
		.burstable = data_number(&t, &row, "burstable") == 1,
		.current = data_number(&t, &row, "current_gen") == 1,
		.nitro = strcmp(data_cell(c, &t, &row, "hypervisor"), "xen") != 0,
	};
	return true;
}

bool
fact_offered(struct ctx *c, const char *type, const char *region, const char **ret_letters)
{
	struct table t = data_table("ec2_offerings.csv");
	struct row row;
	const char *zones = data_find(&t, type, NULL, &row) ? data_cell(c, &t, &row, region) : "";

	*ret_letters = strcmp(zones, "*") == 0 ? NULL : zones;
	return *zones;
}

const char *
fact_zone_letters(struct ctx *c, const char *region)
{
	struct table t = data_table("regions.csv");
	struct row row;

	return data_find(&t, region, NULL, &row) ? data_cell(c, &t, &row, "az_letters") : NULL;
}

static bool
region_says_yes(struct ctx *c, const char *region, const char *column)
{
	struct table t = data_table("regions.csv");
	struct row row;

	return data_find(&t, region, NULL, &row) && strcmp(data_cell(c, &t, &row, column), "yes") == 0;
}

bool
fact_opt_in(struct ctx *c, const char *region)
{
	return region_says_yes(c, region, "opt_in");
}

bool
fact_vpc_origins(struct ctx *c, const char *region)
{
	return region_says_yes(c, region, "vpc_origins");
}

bool
fact_class(struct ctx *c, const char *class, struct class_facts *ret_facts)
{
	struct table t = data_table("rds_classes.csv");
	struct row row;

	if (!data_find(&t, class, NULL, &row))
		return false;
	*ret_facts = (struct class_facts){
		.vcpus = data_number(&t, &row, "vcpu"),
		.memory_mib = data_number(&t, &row, "memory_mib"),
		.status = data_cell(c, &t, &row, "status"),
	};
	return true;
}

bool
fact_class_offered(struct ctx *c, const char *class, const char *region)
{
	struct table t = data_table("rds_offerings.csv");
	struct row row;

	return data_find(&t, class, NULL, &row) && strcmp(data_cell(c, &t, &row, region), "1") == 0;
}

// "8.0.28" is older than "8.0.32": numbers between the dots are compared as numbers.
static int
compare_versions(const char *a, const char *b)
{
	while (*a || *b) {
		char *rest_a, *rest_b;
		long x = strtol(a, &rest_a, 10), y = strtol(b, &rest_b, 10);
		if (x != y)
			return x < y ? -1 : 1;
		if (rest_a == a || rest_b == b)
			return 0;
		a = rest_a + (*rest_a == '.');
		b = rest_b + (*rest_b == '.');
	}
	return 0;
}

enum engine_fit
fact_class_runs(struct ctx *c, const char *class, const char *version)
{
	struct table t = data_table("rds_classes.csv");
	struct version_facts v;
	struct row row;

	if (!data_find(&t, class, NULL, &row) || !fact_version(c, version, &v))
		return FIT_UNKNOWN;
	const char *column = arena_printf(c->arena, "mysql%c%c", v.major[0], v.major[2]);
	const char *cell = data_cell(c, &t, &row, column);
	if (strcmp(cell, "yes") == 0)
		return FIT_YES;
	if (strcmp(cell, "no") == 0)
		return FIT_NO;
	if (!*cell)
		return FIT_UNKNOWN;
	// The cell is the first minor version that runs; a bare major version means the newest.
	return strcmp(version, v.major) == 0 || compare_versions(version, cell) >= 0 ? FIT_YES : FIT_NO;
}

bool
fact_version(struct ctx *c, const char *version, struct version_facts *ret_facts)
{
	struct table t = data_table("rds_mysql_versions.csv");
	struct row row, major;

	if (!data_find(&t, "mysql", version, &row))
		return false;
	const char *name = data_cell(c, &t, &row, "major");
	if (!data_find(&t, "mysql", name, &major))
		return false;
	*ret_facts = (struct version_facts){
		.major = name,
		.status = data_cell(c, &t, &row, "status"),
		.major_status = data_cell(c, &t, &major, "status"),
		.end_standard = data_cell(c, &t, &major, "end_standard"),
	};
	return true;
}

// The third year of MySQL 5.7 began on 2026-03-01 (rds_mysql_versions.csv).
const char *
fact_extended_support(const struct version_facts *version)
{
	if (strcmp(version->major_status, "extended") != 0)
		return NULL;
	return strcmp(version->major, "5.7") == 0 ? "year3" : "year1-2";
}

const char *
fact_next_major(struct ctx *c, const char *major)
{
	struct table t = data_table("rds_mysql_versions.csv");
	struct row row = {0};
	bool found = false;

	while (data_next(&t, &row)) {
		const char *version = data_cell(c, &t, &row, "version");
		bool is_major = strcmp(data_cell(c, &t, &row, "engine"), "mysql") == 0 &&
			strcmp(data_cell(c, &t, &row, "major"), version) == 0;
		if (found && is_major)
			return version;
		found = found || (is_major && strcmp(version, major) == 0);
	}
	return NULL;
}

// A cell is a price, and its date if that is not the row's: "0.0104" or "0.0104 2026-09-29".
bool
fact_price(struct ctx *c, const char *service, const char *item, const char *region, struct price *ret_price)
{
	struct table t = data_table("prices.csv");
	struct row row;

	if (!data_search(&t, service, item, &row))
		return false;
	const char *cell = data_cell(c, &t, &row, region);
	if (!*cell)
		cell = data_cell(c, &t, &row, "global");
	if (!*cell)
		return false;
	size_t n = strcspn(cell, " ");
	*ret_price = (struct price){
		.usd = arena_strndup(c->arena, cell, n),
		.as_of = cell[n] ? cell + n + 1 : data_cell(c, &t, &row, "as_of"),
		.unit = data_cell(c, &t, &row, "unit"),
	};
	return true;
}

long
fact_quota(const char *item)
{
	struct table t = data_table("limits.csv");
	struct row row;

	return data_find(&t, item, "quota", &row) ? data_number(&t, &row, "max") : 0;
}

struct layout
derive_layout(const char *zone_letters)
{
	bool many = false;

	for (const char *z = zone_letters; *z; z++)
		many = many || *z > 'd';
	return many ? (struct layout){8, 4, 5} : (struct layout){4, 3, 4};
}

long
derive_zones(const struct spec *s)
{
	return s->network.vpc_id.value ? (long)s->network.public_subnets.n : s->network.zones.count;
}

bool
derive_private(const struct spec *s)
{
	return s->network.private_subnets.n || strcmp(s->network.nat.value, "none") != 0;
}

bool
derive_parked(const struct spec *s)
{
	return s->scaling.max.value == 0;
}

const struct num *
derive_least(const struct spec *s)
{
	const struct spec_schedule *actions = s->scaling.schedule.list;
	const struct num *least = &s->scaling.min;

	for (size_t i = 0; i < s->scaling.schedule.n; i++)
		least = actions[i].min.value < least->value ? &actions[i].min : least;
	return least;
}

const struct num *
derive_most(const struct spec *s)
{
	const struct spec_schedule *actions = s->scaling.schedule.list;
	const struct num *most = &s->scaling.max;

	for (size_t i = 0; i < s->scaling.schedule.n; i++)
		most = actions[i].max.value > most->value ? &actions[i].max : most;
	return most;
}

long
derive_peak(const struct spec *s)
{
	long most = derive_most(s)->value;

	return most + (most + 9) / 10;
}

bool
derive_scales(const struct spec *s)
{
	return derive_least(s)->value < derive_most(s)->value;
}

bool
derive_tracks_target(const struct spec *s)
{
	return s->scaling.target.from.given;
}

long
derive_total_requests(const struct spec *s)
{
	const struct spec_out *out = &s->scaling.out;
	bool each_alone = out->requests_per_second_per_instance.from.given && !out->requests_per_second.from.given;

	return derive_tracks_target(s) || each_alone ? 0 : out->requests_per_second.value;
}

long
derive_instance_requests(const struct spec *s)
{
	return derive_tracks_target(s) ? 0 : s->scaling.out.requests_per_second_per_instance.value;
}

long
derive_boot_seconds(const struct spec *s)
{
	return strcmp(s->service.prebuilt.value, "binary") == 0 ? 90 : 180;
}

long
derive_grace_seconds(const struct spec *s)
{
	return derive_boot_seconds(s) + s->load_balancer.health_check.interval.value * s->load_balancer.health_check.healthy.value;
}

long
derive_request_seconds(const struct spec *s)
{
	long waiting = (setting_number(s, SETTING_queue_ms) + 999) / 1000;

	return setting_number(s, SETTING_request_seconds) + waiting + 2 * setting_number(s, SETTING_db_timeout);
}

long
derive_answer_seconds(const struct spec *s)
{
	return derive_request_seconds(s) + DRAIN_MARGIN;
}

long
derive_max_connections(long memory_mib)
{
	return (memory_mib - 240) * 1048576L / 12582880L;
}
