// What can be wrong about the sizes that the group gets by a schedule.

#include "check/check.h"

#include "base/arena.h"
#include "base/cron.h"
#include "base/ctx.h"
#include "base/diag.h"
#include "check/known.h"
#include "facts/data.h"
#include "facts/facts.h"
#include "facts/firing.h"
#include "spec/spec.h"

#include <string.h>

static const struct spec_schedule *
action(const struct spec *s, size_t i)
{
	return (const struct spec_schedule *)s->scaling.schedule.list + i;
}

static void
check_cron(struct ctx *c, const struct text *text)
{
	struct cron_mistake m;
	struct cron cron;

	if (cron_parse(text->value, &cron, &m))
		return;
	struct diag *d = diag(c, text->from.at, "malformed-cron", "'%.*s' is no %s", m.len, m.text, m.field ? m.field : "cron expression");
	if (m.field)
		diag_hint(c, d, "expected %ld to %ld, a range of them, a list, or a step such as */5", m.min, m.max);
	else
		diag_hint(c, d, "write minute, hour, day of the month, month and day of the week");
}

static void
rule_cron(struct ctx *c, const struct spec *s)
{
	for (size_t i = 0; i < s->scaling.schedule.n; i++)
		check_cron(c, &action(s, i)->cron);
}

static void
rule_never(struct ctx *c, const struct spec *s)
{
	struct cron_mistake m;
	struct cron cron;

	for (size_t i = 0; i < s->scaling.schedule.n; i++) {
		const struct text *text = &action(s, i)->cron;
		if (cron_parse(text->value, &cron, &m) && !cron_can_match(&cron))
			diag(c, text->from.at, "cron-never-fires", "no month has the day of '%s'", text->value);
	}
}

// UTC and GMT are aliases of zones below Etc.
static void
check_time_zone(struct ctx *c, const struct text *zone)
{
	const char *below = arena_printf(c->arena, "Etc/%s", zone->value);
	struct table zones = data_table("time_zones.csv");
	struct row row = {0};

	if (!data_find(&zones, below, NULL, &row)) {
		check_known(c, zone, "time_zones.csv", "name", "unknown-time-zone", "time zone");
		return;
	}
	struct diag *d = diag(c, zone->from.at, "unknown-time-zone", "unknown time zone '%s'", zone->value);
	diag_hint(c, d, "did you mean '%s'?", below);
}

static void
rule_time_zone(struct ctx *c, const struct spec *s)
{
	for (size_t i = 0; i < s->scaling.schedule.n; i++)
		check_time_zone(c, &action(s, i)->time_zone);
}

static void
rule_sizes(struct ctx *c, const struct spec *s)
{
	for (size_t i = 0; i < s->scaling.schedule.n; i++) {
		const struct spec_schedule *a = action(s, i);
		if (a->min.value <= a->max.value)
			continue;
		struct diag *d = diag(c, a->min.from.at, "action-min-over-max", "'min' is %ld and 'max' is %ld", a->min.value, a->max.value);
		diag_also(c, d, a->max.from.at, "'max' is given here");
	}
}

static void
rule_empty(struct ctx *c, const struct spec *s)
{
	for (size_t i = 0; i < s->scaling.schedule.n; i++) {
		const struct spec_schedule *a = action(s, i);
		if (a->min.value == 0 && a->max.value > 0)
			diag(c, a->min.from.at, "action-empties-group", "'min' is 0 and 'max' is %ld: an empty group would not grow again",
				a->max.value);
	}
}

static void
rule_parked(struct ctx *c, const struct spec *s)
{
	if (!derive_parked(s) || !s->scaling.schedule.n)
		return;
	struct diag *d = diag(c, s->scaling.schedule.from.at, "parked-schedule", "the schedule would start instances of a parked stack");
	diag_hint(c, d, "write 'schedule: []' to park the stack");
}

// ---- two actions at one time

enum { HOURS = 366 * 24 };
// The hours since 1970 when 2028 begins, a leap year.
enum { YEAR_BEGINS = 508416 };

// The minutes of each hour of a year in which an action fires, a bit for each.
static uint64_t *
minutes_of(struct ctx *c, const struct spec_schedule *a)
{
	struct firing firing = firing_of(c, a->cron.value, a->time_zone.value);
	uint64_t *hours = arena_array(c->arena, HOURS, sizeof *hours);

	for (long h = 0; h < HOURS; h++)
		for (int m = 0; m < 60; m++)
			hours[h] |= (uint64_t)firing_at(&firing, (YEAR_BEGINS + h) * 60 + m) << m;
	return hours;
}

static bool
coincide(const uint64_t *one, const uint64_t *other)
{
	for (long h = 0; h < HOURS; h++)
		if (one[h] & other[h])
			return true;
	return false;
}

static void
rule_coincide(struct ctx *c, const struct spec *s)
{
	size_t n = s->scaling.schedule.n;
	uint64_t **all = arena_array(c->arena, n, sizeof *all);

	for (size_t i = 0; n > 1 && i < n; i++) {
		all[i] = minutes_of(c, action(s, i));
		for (size_t k = 0; k < i; k++) {
			if (!coincide(all[k], all[i]))
				continue;
			struct diag *d = diag(c, action(s, i)->cron.from.at, "actions-coincide", "'%s' and '%s' happen at the same time",
				action(s, k)->name.value, action(s, i)->name.value);
			diag_also(c, d, action(s, k)->cron.from.at, "the other time is given here");
			break;
		}
	}
}

#define ACTION(cron, sizes) "scaling:\n  schedule:\n    - {name: evening, cron: \"" cron "\", " sizes "}"

const struct check schedule_checks[] = {
	{ { "malformed-cron", SEV_ERROR,
	    .reason = "The cron expression has a field that is no number, name, range, step or list of these, or not five fields.",
	    .rule = "EC2 Auto Scaling takes crontab's five fields: minute 0-59, hour 0-23, day 1-31, month 1-12, day of the week 0-7 "
		    "(limits.csv autoscaling_schedule.recurrence).",
	    .fix = "Write, for example, \"0 17 * * MON-FRI\" for 17:00 on working days.",
	    .wrong = ACTION("0 25 * * *", "min: 2, max: 4"), .right = ACTION("0 17 * * MON-FRI", "min: 2, max: 4") },
	  rule_cron, ".scaling.schedule" },
	{ { "cron-never-fires", SEV_ERROR,
	    .reason = "The cron expression is well formed but no day of any year matches it, such as 30 February.",
	    .fix = "Correct the day or the month.",
	    .wrong = ACTION("0 0 30 2 *", "min: 2, max: 4"), .right = ACTION("0 0 28 2 *", "min: 2, max: 4") },
	  rule_never, ".scaling.schedule malformed-cron" },
	{ { "unknown-time-zone", SEV_ERROR,
	    .reason = "There is no such time zone, as far as tfgen's table knows.",
	    .rule = "EC2 Auto Scaling takes the canonical names of the IANA Time Zone Database (time_zones.csv).",
	    .fix = "Write a name such as Europe/Madrid or Etc/UTC.",
	    .wrong = ACTION("0 17 * * *", "time_zone: Europe/Madird, min: 2, max: 4"),
	    .right = ACTION("0 17 * * *", "time_zone: Europe/Madrid, min: 2, max: 4") },
	  rule_time_zone, ".scaling.schedule" },
	{ { "action-min-over-max", SEV_ERROR,
	    .reason = "The smallest size that the action gives the group is above the largest.",
	    .rule = "Auto Scaling requires min <= desired capacity <= max (limits.csv autoscaling_group.size).",
	    .fix = "Lower 'min' or raise 'max'.",
	    .wrong = ACTION("0 17 * * *", "min: 5, max: 4"), .right = ACTION("0 17 * * *", "min: 4, max: 5") },
	  rule_sizes, ".scaling.schedule" },
	{ { "action-empties-group", SEV_ERROR,
	    .reason = "A group that may shrink to no instance never grows again: no alarm that adds instances can go off.",
	    .rule = "EC2 has no CPU to report without an instance, and Elastic Load Balancing counts a request only if there is an "
		    "instance to send it to (metric RequestCount).",
	    .fix = "Set 'min' to 1 or more. To run no instances until the next action, set 'max' to 0 as well.",
	    .wrong = ACTION("0 17 * * *", "min: 0, max: 4"), .right = ACTION("0 17 * * *", "min: 0, max: 0") },
	  rule_empty, ".scaling.schedule" },
	{ { "parked-schedule", SEV_ERROR,
	    .reason = "The stack is parked, but its schedule would start instances at the next action.",
	    .fix = "Remove the schedule. In an environment, write 'scaling: {schedule: []}'.",
	    .wrong = "scaling:\n  min: 0\n  max: 0\n  schedule:\n    - {name: morning, cron: \"0 8 * * *\", min: 2, max: 4}",
	    .right = "scaling: {min: 0, max: 0, schedule: []}" },
	  rule_parked, ".scaling.min .scaling.max .scaling.schedule" },
	{ { "actions-coincide", SEV_ERROR,
	    .reason = "Two actions happen at the same minute of some day, so AWS may refuse one of them, and which sizes hold is open.",
	    .rule = "A scheduled action must have a unique time in its group (EC2 Auto Scaling User Guide, scheduled scaling, limitations).",
	    .fix = "Move one of the two by a minute, or leave its days out of the other.",
	    .wrong = "scaling:\n  schedule:\n    - {name: day, cron: \"0 8 * * *\", min: 2, max: 4}\n"
		     "    - {name: monday, cron: \"0 8 * * MON\", min: 4, max: 8}",
	    .right = "scaling:\n  schedule:\n    - {name: day, cron: \"0 8 * * 0,2-6\", min: 2, max: 4}\n"
		     "    - {name: monday, cron: \"0 8 * * MON\", min: 4, max: 8}" },
	  rule_coincide, ".scaling.schedule malformed-cron unknown-time-zone" },
	{ .problem = {0} },
};
