// Adds up the minutes. A hint is a change of the spec that was simulated too, and held the load.

#include "read/simulate_verdict.h"

#include "base/arena.h"
#include "base/ctx.h"
#include "base/diag.h"
#include "check/check.h"
#include "facts/facts.h"
#include "read/cost.h"
#include "spec/fields.h"
#include "spec/spec.h"
#include "stack/plan.h"

#include <stdlib.h>
#include <string.h>

const char *
verdict_number(struct ctx *c, long n)
{
	if (n < 1000)
		return arena_printf(c->arena, "%ld", n);
	return arena_printf(c->arena, "%s,%03ld", verdict_number(c, n / 1000), n % 1000);
}

const char *
verdict_rate(struct ctx *c, long requests)
{
	char *text = arena_printf(c->arena, "%s.%03ld", verdict_number(c, requests / 60), (requests % 60 * 1000 + 30) / 60);
	size_t n = strlen(text);

	while (text[n - 1] == '0')
		text[--n] = '\0';
	if (text[n - 1] == '.')
		text[--n] = '\0';
	return text;
}

static struct verdict
add_up(const struct minute *minutes, size_t n)
{
	struct verdict v = {0};
	size_t run = 0;

	for (size_t m = 0; m < n; m++) {
		const struct minute *k = &minutes[m];
		long instances = k->serving + k->starting;
		v.total += k->requests;
		v.unserved += k->unserved;
		v.instance_minutes += instances + k->leaving;
		v.short_minutes += k->unserved > 0;
		run = k->unserved > 0 ? run + 1 : 0;
		if (run > v.longest) {
			v.longest = run;
			v.longest_at = m + 1 - run;
		}
		if (k->requests > v.peak) {
			v.peak = k->requests;
			v.peak_at = m;
		}
		if (instances > v.most) {
			v.most = instances;
			v.most_at = m;
		}
	}
	v.held = v.unserved == 0;
	return v;
}

static void
put_in_words(struct ctx *c, struct verdict *v)
{
	v->text = arena_printf(c->arena, "%s %s requests a second", v->held ? "holds" : "does not hold", verdict_rate(c, v->peak));
	if (!v->held)
		v->shortage = arena_printf(c->arena, "short for %zu minute%s: %s requests found no capacity (%.1f %%)", v->short_minutes,
			v->short_minutes == 1 ? "" : "s", verdict_number(c, v->unserved), 100 * (double)v->unserved / (double)v->total);
}

// ---- hints

struct trial {
	struct ctx *c;
	const struct simulation *s;
	long min, max, cpu_percent;
};

// The CPU that adds instances, and its key. The value is 0 if CPU adds none.
static struct num *
high_cpu(struct spec_scaling *k, const char **ret_key)
{
	bool tracks = k->target.from.given;

	*ret_key = tracks ? "scaling.target.cpu_percent" : "scaling.out.cpu_percent";
	return tracks ? &k->target.cpu_percent : &k->out.cpu_percent;
}

// Whether the changed spec is right, and holds the load.
static bool
holds(const struct trial *t)
{
	struct spec spec = *t->s->plan->spec;
	struct plan plan = *t->s->plan;
	struct arena *arena = arena_new();
	struct ctx scratch = {.arena = arena, .diags = diags_new(arena, t->c->diags->catalogue)};
	const char *key;

	spec.scaling.min.value = t->min;
	spec.scaling.max.value = t->max;
	high_cpu(&spec.scaling, &key)->value = t->cpu_percent;
	plan.spec = &spec;
	struct rules rules = simulate_rules(&scratch, &plan, t->s->cpu_us, t->s->vcpus);
	check_run(&scratch, &spec);
	bool held = !scratch.diags->errors && add_up(simulate(&scratch, &rules, &t->s->load), t->s->load.minutes).held;
	arena_free(arena);
	return held;
}

static void
hint(const struct trial *t, struct verdict *v)
{
	struct spec_scaling k = t->s->plan->spec->scaling;
	const char *key;
	long cpu_percent = high_cpu(&k, &key)->value;
	char *text = arena_strdup(t->c->arena, "");

	if (t->max != k.max.value)
		text = arena_printf(t->c->arena, "'scaling.max: %ld'", t->max);
	if (t->min != k.min.value)
		text = arena_printf(t->c->arena, "%s%s'scaling.min: %ld'", text, *text ? " and " : "", t->min);
	if (t->cpu_percent != cpu_percent)
		text = arena_printf(t->c->arena, "%s%s'%s: %ld'", text, *text ? " and " : "", key, t->cpu_percent);
	v->hints[v->n_hints++] = text;
}

// The smallest minimum that holds the load. With enough instances for its peak, every load is held.
static struct trial
least_min(struct trial t, long enough)
{
	long low = t.min + 1;

	for (t.min = enough; low < t.min;) {
		struct trial middle = t;
		middle.min = low + (t.min - low) / 2;
		if (holds(&middle))
			t.min = middle.min;
		else
			low = middle.min + 1;
	}
	return t;
}

// First the largest size, if the peak needs more; then, if the group only grows too late, a lower
// threshold or a larger minimum.
static void
find_hints(struct ctx *c, const struct simulation *s, struct verdict *v)
{
	enum { LEAST_TARGET = 10 }; // percent
	struct spec_scaling k = s->plan->spec->scaling;
	const char *key;
	long needed = (v->peak + s->rules.per_minute - 1) / s->rules.per_minute;
	long least = s->plan->steps.value ? 2 * k.in.cpu_percent.value : LEAST_TARGET;
	struct trial t = {c, s, k.min.value, k.max.value, high_cpu(&k, &key)->value};

	if (needed > field_find(spec_fields, "scaling.max", NULL)->max)
		return;
	t.max = needed > t.max ? needed : t.max;
	t.min = t.min > 0 ? t.min : 1; // of a stack that is parked
	bool scheduled = s->rules.n_actions > 0; // then other sizes than those of the spec may hold
	t.max = scheduled ? k.max.value : t.max;
	if (t.max > k.max.value && holds(&t)) {
		hint(&t, v);
		return;
	}
	struct trial sooner = t;
	for (sooner.cpu_percent = t.cpu_percent - 10; sooner.cpu_percent >= least; sooner.cpu_percent -= 10)
		if (holds(&sooner)) {
			hint(&sooner, v);
			break;
		}
	if (scheduled)
		return;
	t = least_min(t, needed > t.min ? needed : t.min);
	if (holds(&t))
		hint(&t, v);
}

// ---- cost

static void
add_price(struct ctx *c, const struct plan *plan, struct verdict *v)
{
	struct price price;

	if (!cost_instance_hour(c, plan, &price))
		return;
	v->hourly = price.usd;
	v->as_of = price.as_of;
	v->usd = (double)v->instance_minutes / 60 * strtod(price.usd, NULL);
}

struct simulation
simulation_run(struct ctx *c, const struct plan *plan, const struct load *load, long cpu_us)
{
	struct instance_facts facts = {0};

	fact_instance(c, plan->spec->service.instance_type.value, &facts);
	struct simulation s = {.plan = plan, .load = *load, .cpu_us = cpu_us, .vcpus = facts.vcpus};
	s.rules = simulate_rules(c, plan, cpu_us, s.vcpus);
	s.minutes = simulate(c, &s.rules, load);
	s.verdict = add_up(s.minutes, load->minutes);
	put_in_words(c, &s.verdict);
	if (!s.verdict.held)
		find_hints(c, &s, &s.verdict);
	add_price(c, plan, &s.verdict);
	return s;
}
