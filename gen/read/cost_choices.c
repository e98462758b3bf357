// Each choice is a value of one key. The spec is read again with it, checked, planned and priced, in
// memory that the next one uses again.

#include "read/cost_choices.h"

#include "base/arena.h"
#include "base/ctx.h"
#include "base/diag.h"
#include "check/check.h"
#include "facts/data.h"
#include "facts/facts.h"
#include "read/money.h"
#include "spec/spec.h"
#include "spec/spec_read.h"
#include "stack/plan.h"

#include <stdlib.h>
#include <string.h>

struct decision {
	const char *key;
	// The next cheaper value, in c's arena; NULL if there is none.
	const char *(*cheaper)(struct ctx *c, const struct spec *s);
};

static const char *
cheaper_multi_az(struct ctx *c, const struct spec *s)
{
	(void)c;
	return s->database.multi_az.value ? "false" : NULL;
}

static const char *
cheaper_nat(struct ctx *c, const struct spec *s)
{
	const char *nat = s->network.nat.value;

	(void)c;
	return strcmp(nat, "per_zone") == 0 ? "single" : strcmp(nat, "single") == 0 ? "none" : NULL;
}

static const char *
cheaper_min(struct ctx *c, const struct spec *s)
{
	long min = s->scaling.min.value;

	return min > 1 ? arena_printf(c->arena, "%ld", min - 1) : NULL;
}

static const char *
cheaper_dashboard(struct ctx *c, const struct spec *s)
{
	(void)c;
	return s->alarms.dashboard.value ? "false" : NULL;
}

static const char *
cheaper_version(struct ctx *c, const struct spec *s)
{
	struct version_facts v;

	if (!fact_version(c, s->database.engine_version.value, &v) || !fact_extended_support(&v))
		return NULL;
	const char *next = fact_next_major(c, v.major);
	return next ? arena_printf(c->arena, "\"%s\"", next) : NULL;
}

// Of the rows of a table whose names begin like this one up to its last dot, the one with the highest price below its own.
static const char *
smaller(struct ctx *c, const char *table, const char *column, const char *name, const char *service, const char *region)
{
	struct table t = data_table(table);
	size_t family = (size_t)(strrchr(name, '.') + 1 - name);
	struct price p;
	struct row row = {0};
	const char *best = NULL;
	int64_t best_usd = 0;

	if (!fact_price(c, service, name, region, &p))
		return NULL;
	int64_t own = money_parse(p.usd);
	while (data_next(&t, &row)) {
		if (strncmp(row.line, name, family) != 0)
			continue;
		const char *other = data_cell(c, &t, &row, column);
		int64_t usd = fact_price(c, service, other, region, &p) ? money_parse(p.usd) : 0;
		if (usd > best_usd && usd < own) {
			best = other;
			best_usd = usd;
		}
	}
	return best;
}

static const char *
cheaper_type(struct ctx *c, const struct spec *s)
{
	return derive_parked(s) ? NULL
				: smaller(c, "ec2_instance_types.csv", "type", s->service.instance_type.value, "ec2", s->region.value);
}

static const char *
cheaper_class(struct ctx *c, const struct spec *s)
{
	return smaller(c, "rds_classes.csv", "class", s->database.instance_class.value,
		s->database.multi_az.value ? "rds-mysql-multi" : "rds-mysql-single", s->region.value);
}

static const struct decision decisions[] = {
	{"network.nat", cheaper_nat},
	{"service.instance_type", cheaper_type},
	{"scaling.min", cheaper_min},
	{"database.instance_class", cheaper_class},
	{"database.engine_version", cheaper_version},
	{"database.multi_az", cheaper_multi_az},
	{"alarms.dashboard", cheaper_dashboard},
};

enum { N_DECISIONS = sizeof decisions / sizeof *decisions };

// The cost with one more override. False if the checks refuse it, or a price is missing that was known.
static bool
cost_with(struct ctx *apart, const struct cost_spec *from, const char *argument, const struct cost *now, struct cost *ret_cost)
{
	struct override *sets = arena_array(apart->arena, from->n_sets + 1, sizeof *sets);

	if (from->n_sets)
		memcpy(sets, from->sets, from->n_sets * sizeof *sets);
	if (!spec_parse_set(apart, argument, &sets[from->n_sets]))
		return false;
	const struct spec *spec = spec_build(apart, from->doc, from->env, sets, from->n_sets + 1);
	if (!spec)
		return false;
	check_run(apart, spec);
	if (apart->diags->errors)
		return false;
	*ret_cost = cost_of(apart, plan_build(apart, spec, &(struct plan_source){.file = "", .env = from->env}), &now->load);
	return ret_cost->unknown <= now->unknown;
}

static int
largest_first(const void *a, const void *b)
{
	const struct cost_choice *x = a, *y = b;

	for (int k = 0; k < COST_CASES; k++)
		if (x->saves[k] != y->saves[k])
			return x->saves[k] > y->saves[k] ? -1 : 1;
	return strcmp(x->key, y->key);
}

// Adds what a value saves, if it is something in one case and nothing is lost in another.
static void
add_saving(struct cost_choices *out, const char *key, const char *value, const struct cost *now, const struct cost *with)
{
	struct cost_choice choice = {.key = key, .value = value};
	bool some = false;

	for (int k = 0; k < COST_CASES; k++) {
		choice.saves[k] = now->total[k] - with->total[k];
		if (choice.saves[k] < 0)
			return;
		some = some || choice.saves[k] > 0;
	}
	if (some)
		out->list[out->n++] = choice;
}

struct cost_choices
cost_choices(struct ctx *c, const struct cost_spec *from, const struct plan *plan, const struct cost *cost)
{
	struct cost_choices out = {.list = arena_array(c->arena, N_DECISIONS, sizeof *out.list)};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < N_DECISIONS; i++) {
		struct ctx apart = {.arena = arena, .diags = diags_new(arena, c->diags->catalogue)};
		const char *value = decisions[i].cheaper(&apart, plan->spec);
		struct cost with;
		if (value && cost_with(&apart, from, arena_printf(arena, "%s=%s", decisions[i].key, value), cost, &with))
			add_saving(&out, decisions[i].key, arena_strdup(c->arena, value), cost, &with);
		arena_reset(arena);
	}
	arena_free(arena);
	qsort(out.list, out.n, sizeof *out.list, largest_first);
	return out;
}
