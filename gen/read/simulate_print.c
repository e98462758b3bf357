// The table is for a person, who looks for what changes; JSON has every minute.

#include "read/simulate_print.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "base/text.h"
#include "facts/facts.h"
#include "read/simulate_verdict.h"
#include "spec/spec.h"
#include "stack/plan.h"

#include <jansson.h>
#include <math.h>
#include <string.h>
#include <time.h>

static const char *const outcome_words[] = {
	[OUTCOME_NONE] = NULL,
	[OUTCOME_CHANGED] = "changed",
	[OUTCOME_ON_ITS_WAY] = "on its way",
	[OUTCOME_AS_NEEDED] = "as needed",
	[OUTCOME_AT_LIMIT] = "at limit",
	[OUTCOME_WAITS] = "waits",
};

// ---- text

// Whether nothing but the load differs between two minutes.
static bool
is_same(const struct minute *a, const struct minute *b)
{
	bool same = !a->scheduled.action && !b->scheduled.action && a->serving == b->serving && a->starting == b->starting &&
		a->warming == b->warming && a->leaving == b->leaving && !a->unserved == !b->unserved;

	for (size_t i = 0; i < N_ALARMS; i++)
		same = same && a->states[i] == b->states[i];
	for (size_t p = 0; p < N_POLICIES; p++)
		same = same && a->actions[p].outcome == b->actions[p].outcome && a->actions[p].after == b->actions[p].after;
	return same;
}

static const char *
range(struct ctx *c, const char *low, const char *high)
{
	return strcmp(low, high) == 0 ? low : arena_printf(c->arena, "%s-%s", low, high);
}

static const char *
percent(struct ctx *c, double cpu)
{
	return isnan(cpu) ? "-" : arena_printf(c->arena, "%.0f", cpu);
}

// The alarms that ring, then what the policies did: "cpu_high; out: 2 to 3".
static const char *
events(struct ctx *c, const struct simulation *s, const struct minute *k)
{
	const char *text = "", *blank = "";

	for (size_t i = 0; i < s->rules.n_alarms; i++)
		if (k->states[i] == ALARM_ALARM) {
			text = arena_printf(c->arena, "%s%s%s", text, blank, s->rules.alarms[i].name);
			blank = " ";
		}
	if (k->scheduled.action)
		text = arena_printf(c->arena, "%s%s%s: %ld to %ld", text, *text ? "; " : "", k->scheduled.action->name, k->scheduled.before,
			k->scheduled.after);
	for (size_t p = 0; p < N_POLICIES; p++) {
		const struct action *a = &k->actions[p];
		const char *name = s->rules.policies[p].name;
		if (a->outcome == OUTCOME_CHANGED)
			text = arena_printf(c->arena, "%s; %s: %ld to %ld", text, name, a->before, a->after);
		else if (a->outcome == OUTCOME_AT_LIMIT)
			text = arena_printf(c->arena, "%s; %s: at %s", text, name, p == POLICY_OUT ? "max" : "min");
		else if (a->outcome)
			text = arena_printf(c->arena, "%s; %s: %s", text, name, outcome_words[a->outcome]);
	}
	if (k->states[0] == ALARM_INSUFFICIENT_DATA)
		return arena_printf(c->arena, "no data yet%s%s", *text ? "; " : "", text);
	return text;
}

// A row for the minutes from first to last.
static void
print_row(struct ctx *c, const struct simulation *s, size_t first, size_t last, FILE *out)
{
	const struct minute *k = &s->minutes[first];
	long low = k->requests, high = low, unserved = 0;
	double cool = k->metrics.cpu, hot = cool;

	for (size_t m = first; m <= last; m++) {
		const struct minute *one = &s->minutes[m];
		low = one->requests < low ? one->requests : low;
		high = one->requests > high ? one->requests : high;
		cool = one->metrics.cpu < cool ? one->metrics.cpu : cool;
		hot = one->metrics.cpu > hot ? one->metrics.cpu : hot;
		unserved += one->unserved;
	}
	const char *text = events(c, s, k);
	fprintf(out, "%-11s %15s %7s %8ld %9ld %8ld %8ld %12s%s%s\n",
		range(c, arena_printf(c->arena, "%zu", first), arena_printf(c->arena, "%zu", last)),
		range(c, verdict_rate(c, low), verdict_rate(c, high)), range(c, percent(c, cool), percent(c, hot)), k->serving,
		k->starting, k->warming, k->leaving, verdict_number(c, unserved), *text ? "  " : "", text);
}

static void
print_table(struct ctx *c, const struct simulation *s, bool every, FILE *out)
{
	fprintf(out, "%-11s %15s %7s %8s %9s %8s %8s %12s  %s\n", "minute", "requests/s", "CPU %", "serving", "starting", "warming",
		"leaving", "no capacity", "alarms that ring; what policies do");
	for (size_t first = 0, next; first < s->load.minutes; first = next) {
		for (next = first + 1; !every && next < s->load.minutes && is_same(&s->minutes[first], &s->minutes[next]);)
			next++;
		print_row(c, s, first, next - 1, out);
	}
}

// "2026-01-05 00:00, a Monday," of a minute since 1970
static const char *
time_of(struct ctx *c, long minute)
{
	static const char *const days[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
	time_t seconds = (time_t)minute * 60;
	struct tm at;
	char text[32];

	gmtime_r(&seconds, &at);
	strftime(text, sizeof text, "%Y-%m-%d %H:%M", &at);
	return arena_printf(c->arena, "%s, a %s,", text, days[at.tm_wday]);
}

static void
print_assumptions(struct ctx *c, const struct simulation *s, FILE *out)
{
	const char *type = s->plan->spec->service.instance_type.value;

	text_print(out, "load: %s\n", s->load.what);
	fprintf(out, "assumed: a request takes %g ms of a vCPU, so that one %s (%ld vCPU) serves %s requests a second\n",
		(double)s->cpu_us / 1000, type, s->vcpus, verdict_rate(c, s->rules.per_minute));
	fprintf(out, "assumed: an instance is in service for its group %ds after its launch and serves after %lds; alarms see a minute %dm "
		     "after its end\n", SIMULATE_PENDING, s->rules.ready, SIMULATE_DELAY);
	if (!s->plan->steps.value)
		fprintf(out, "assumed: target tracking adds instances after %dm above a target, and removes them after %dm below %d %% of it, "
			"from figures that show the last removal\n",
			TARGET_OUT_MINUTES, TARGET_IN_MINUTES, TARGET_IN_PERCENT);
	if (s->rules.n_actions)
		fprintf(out, "assumed: minute 0 is %s in UTC; a scheduled action happens at the beginning of its minute\n",
			time_of(c, s->load.start));
	fprintf(out, "not modelled: %sthe database, requests that are sent again, instances that fail\n",
		s->plan->burstable.value ? "CPU credits, " : "");
}

static void
print_verdict(struct ctx *c, const struct simulation *s, FILE *out)
{
	const struct verdict *v = &s->verdict;

	fprintf(out, "%s\n", v->text);
	if (!v->held)
		fprintf(out, "%s\n", v->shortage);
	if (!v->held)
		fprintf(out, "longest shortage: %zu minute%s from minute %zu\n", v->longest, v->longest == 1 ? "" : "s", v->longest_at);
	fprintf(out, "most instances: %ld, first in minute %zu\n", v->most, v->most_at);
	const char *hours = arena_printf(c->arena, "%.1f instance-hours", (double)v->instance_minutes / 60);
	if (v->hourly)
		fprintf(out, "instances cost $%.2f: %s at $%s, the price of %s\n", v->usd, hours, v->hourly, v->as_of);
	else
		fprintf(out, "instances cost: no price known for %s\n", hours);
	for (size_t i = 0; i < v->n_hints; i++)
		fprintf(out, "  hint: %s would hold this load\n", v->hints[i]);
}

void
simulate_print_text(struct ctx *c, const struct simulation *s, bool every, FILE *out)
{
	print_assumptions(c, s, out);
	fputc('\n', out);
	print_table(c, s, every, out);
	fputc('\n', out);
	print_verdict(c, s, out);
}

// ---- JSON

static json_t *
real_or_null(double value)
{
	return isnan(value) ? json_null() : json_real(value);
}

static json_t *
json_of_minute(const struct simulation *s, size_t m)
{
	const struct minute *k = &s->minutes[m];
	json_t *alarms = json_object(), *actions = json_array();

	for (size_t i = 0; i < s->rules.n_alarms; i++)
		json_object_set_new(alarms, s->rules.alarms[i].name, json_string(alarm_word(k->states[i])));
	for (size_t p = 0; p < N_POLICIES; p++) {
		const struct action *a = &k->actions[p];
		if (a->outcome)
			json_array_append_new(actions, json_pack("{s:s, s:s, s:I, s:I}", "policy", s->rules.policies[p].name,
				"outcome", outcome_words[a->outcome], "before", (json_int_t)a->before, "after", (json_int_t)a->after));
	}
	json_t *minute = json_pack("{s:I, s:I, s:I, s:o, s:f, s:I, s:I, s:I, s:I, s:I, s:o, s:o}", "minute", (json_int_t)m,
		"requests", (json_int_t)k->requests, "unserved", (json_int_t)k->unserved, "cpu_percent", real_or_null(k->metrics.cpu),
		"requests_per_target", k->metrics.per_target, "in_service", (json_int_t)k->metrics.in_service,
		"serving", (json_int_t)k->serving, "starting", (json_int_t)k->starting, "warming", (json_int_t)k->warming,
		"leaving", (json_int_t)k->leaving, "alarms", alarms, "actions", actions);
	if (k->scheduled.action)
		json_object_set_new(minute, "scheduled", json_pack("{s:s, s:I, s:I}", "action", k->scheduled.action->name, "before",
			(json_int_t)k->scheduled.before, "after", (json_int_t)k->scheduled.after));
	return minute;
}

static json_t *
json_of_verdict(const struct verdict *v)
{
	json_t *hints = json_array();

	for (size_t i = 0; i < v->n_hints; i++)
		json_array_append_new(hints, json_string(v->hints[i]));
	return json_pack("{s:b, s:s, s:s?, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:s?, s:s?, s:o}", "held", v->held,
		"text", v->text, "shortage", v->shortage, "peak_requests", (json_int_t)v->peak, "peak_minute", (json_int_t)v->peak_at,
		"requests", (json_int_t)v->total, "unserved", (json_int_t)v->unserved, "short_minutes", (json_int_t)v->short_minutes,
		"longest_shortage", (json_int_t)v->longest, "longest_shortage_minute", (json_int_t)v->longest_at,
		"most_instances", (json_int_t)v->most, "most_instances_minute", (json_int_t)v->most_at,
		"instance_minutes", (json_int_t)v->instance_minutes, "instances_usd", v->hourly ? json_real(v->usd) : json_null(),
		"hourly_usd", v->hourly, "price_as_of", v->as_of, "hints", hints);
}

void
simulate_print_json(const struct simulation *s, FILE *out)
{
	json_t *minutes = json_array();
	json_t *assumptions = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "cpu_us_per_request", (json_int_t)s->cpu_us,
		"vcpus", (json_int_t)s->vcpus, "requests_per_minute_and_instance", (json_int_t)s->rules.per_minute,
		"seconds_until_serving", (json_int_t)s->rules.ready, "seconds_until_in_service", (json_int_t)SIMULATE_PENDING,
		"metric_delay_minutes", (json_int_t)SIMULATE_DELAY);

	for (size_t m = 0; m < s->load.minutes; m++)
		json_array_append_new(minutes, json_of_minute(s, m));
	json_t *all = json_pack("{s:o, s:o, s:s, s:o}", "verdict", json_of_verdict(&s->verdict), "assumptions", assumptions,
		"load", s->load.what, "minutes", minutes);
	json_dumpf(all, out, JSON_INDENT(2) | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(9));
	fputc('\n', out);
	json_decref(all);
}
