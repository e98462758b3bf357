// The lines and what is said beside them, as numbers and texts of JSON.

#include "read/cost_json.h"

#include "base/ctx.h"
#include "read/cost_choices.h"
#include "read/cost_notes.h"
#include "read/money.h"
#include "spec/spec.h"
#include "stack/plan.h"

#include <jansson.h>

static json_t *
number_of(int64_t amount)
{
	return json_real(money_number(amount));
}

json_t *
cost_json_amounts(const struct cost *cost, const int64_t amounts[COST_CASES])
{
	json_t *all = json_pack("{s:o, s:o}", "min", number_of(amounts[COST_MIN]), "max", number_of(amounts[COST_MAX]));

	if (cost->loaded)
		json_object_set_new(all, "load", number_of(amounts[COST_LOAD]));
	return all;
}

json_t *
cost_json_known(const struct cost *cost, const struct cost_line *line, const int64_t amounts[COST_CASES], int64_t one)
{
	static const char *const names[COST_CASES] = {"min", "max", "load"};
	json_t *all = json_object();

	for (enum cost_case k = COST_MIN; k < (cost->loaded ? COST_CASES : COST_LOAD); k++)
		json_object_set_new(all, names[k],
			cost_is_known(line, k) ? json_real((double)amounts[k] / (double)one) : json_null());
	return all;
}

static json_t *
line_json(const struct cost *cost, const struct cost_line *line)
{
	static const char *const uses[] = {[COST_FIXED] = "fixed", [COST_BY_LOAD] = "load", [COST_BY_USE] = "use"};

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s?, s:s?, s:o, s:o, s:o}", "id", line->id, "module", line->module, "resource",
		line->resource, "what", line->what, "by", uses[line->use], "unit", line->unit, "as_of", line->as_of, "unit_price",
		line->as_of ? number_of(line->price) : json_null(), "quantity",
		cost_json_known(cost, line, line->quantity, QUANTITY_ONE), "usd", cost_json_known(cost, line, line->usd, MONEY_DOLLAR));
}

static json_t *
list_json(const char *const *list)
{
	json_t *all = json_array();

	for (; *list; list++)
		json_array_append_new(all, json_string(*list));
	return all;
}

static json_t *
remains_json(struct ctx *c, const struct plan *plan, const struct cost *cost)
{
	struct remain list[REMAINS_MAX];
	size_t n = cost_remains(c, plan, cost, list);
	json_t *all = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(all, json_pack("{s:s, s:o}", "what", list[i].what, "usd_a_month",
			list[i].known ? number_of(list[i].usd) : json_null()));
	return all;
}

static json_t *
choices_json(const struct cost *cost, const struct cost_choices *choices)
{
	json_t *all = json_array();

	for (size_t i = 0; i < choices->n && i < COST_CHOICES_SHOWN; i++)
		json_array_append_new(all, json_pack("{s:s, s:s, s:o}", "key", choices->list[i].key, "value", choices->list[i].value,
			"saves", cost_json_amounts(cost, choices->list[i].saves)));
	return all;
}

static json_t *
given(long n)
{
	return n >= 0 ? json_integer(n) : json_null();
}

static json_t *
load_json(const struct cost_load *load)
{
	return json_pack("{s:o, s:o}", "requests_per_second", given(load->requests_per_second), "data_out_gb", given(load->data_out_gb));
}

static json_t *
instances_json(const struct cost *cost)
{
	json_t *all = json_pack("{s:I, s:I}", "min", (json_int_t)cost->instances[COST_MIN], "max", (json_int_t)cost->instances[COST_MAX]);

	if (cost->loaded)
		json_object_set_new(all, "load", json_integer(cost->instances[COST_LOAD]));
	return all;
}

static json_t *
lines_json(const struct cost *cost)
{
	json_t *all = json_array();

	for (size_t i = 0; i < cost->n; i++)
		json_array_append_new(all, line_json(cost, &cost->list[i]));
	return all;
}

void
cost_print_json(struct ctx *c, const struct plan *plan, const struct cost *cost, const struct cost_choices *choices, FILE *out)
{
	json_t *all = json_pack("{s:s, s:s, s:I}", "stack", plan->name.value, "region", plan->spec->region.value, "hours",
		(json_int_t)cost->load.hours);

	json_object_set_new(all, "load", load_json(&cost->load));
	json_object_set_new(all, "instances", instances_json(cost));
	json_object_set_new(all, "lines", lines_json(cost));
	json_object_set_new(all, "total", cost_json_amounts(cost, cost->total));
	json_object_set_new(all, "complete", json_boolean(!cost->unknown));
	json_object_set_new(all, "choices", choices_json(cost, choices));
	json_object_set_new(all, "after_destroy", remains_json(c, plan, cost));
	json_object_set_new(all, "assumed", list_json(cost_assumed(c, plan, cost)));
	json_object_set_new(all, "not_counted", list_json(cost_not_counted));
	json_object_set_new(all, "prices", json_pack("{s:s?, s:s?}", "oldest", cost->oldest, "newest", cost->newest));
	json_dumpf(all, out, JSON_INDENT(2) | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(MONEY_DIGITS));
	fputc('\n', out);
	json_decref(all);
}
