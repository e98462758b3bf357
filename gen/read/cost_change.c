// The lines of two costs are in the same order, so they are merged in one walk.

#include "read/cost_change.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "base/diag.h"
#include "base/text.h"
#include "check/check.h"
#include "read/cost_json.h"
#include "read/cost_print.h"
#include "read/grid.h"
#include "read/last.h"
#include "read/money.h"
#include "spec/spec.h"
#include "spec/spec_read.h"
#include "stack/plan.h"

#include <limits.h>
#include <string.h>

struct cost_change
cost_change_of(struct ctx *c, const struct plan *before, const struct plan *after)
{
	return (struct cost_change){cost_of_month(c, before), cost_of_month(c, after), NULL};
}

struct cost_change
cost_change_of_last(struct ctx *c, const struct last *last, const struct plan *after)
{
	// What is wrong with the earlier spec is no problem of the user's.
	struct ctx apart = {.arena = c->arena, .diags = diags_new(c->arena, c->diags->catalogue)};
	struct cost_change change = {.after = cost_of_month(c, after)};
	const struct spec *spec = last->spec ? spec_build(&apart, last->spec, NULL, NULL, 0) : NULL;

	if (spec)
		check_run(&apart, spec);
	if (!spec)
		change.unknown = "tfgen before 0.2.0 kept no spec";
	else if (apart.diags->errors)
		change.unknown = "this tfgen refuses the spec that was compiled last";
	else
		change.before = cost_of_month(&apart, plan_build(&apart, spec, &(struct plan_source){.file = ""}));
	return change;
}

void
cost_change_print(struct ctx *c, const struct cost_change *change, FILE *out)
{
	struct buf text = {0};
	const int64_t *before = change->before.total, *after = change->after.total;
	const char *now = cost_summary(c, &change->after);

	if (change->unknown) {
		text_print(out, "cost: %s; before: not known, %s\n", now, change->unknown);
		return;
	}
	if (before[COST_MIN] == after[COST_MIN] && before[COST_MAX] == after[COST_MAX]) {
		text_print(out, "cost: %s, as before\n", now);
		return;
	}
	money_print_change(after[COST_MIN] - before[COST_MIN], &text);
	if (after[COST_MIN] - before[COST_MIN] != after[COST_MAX] - before[COST_MAX]) {
		buf_puts(&text, " to ");
		money_print_change(after[COST_MAX] - before[COST_MAX], &text);
	}
	text_print(out, "cost: %s, %s before: %s\n", now, cost_summary(c, &change->before), buf_str(&text));
	buf_free(&text);
}

json_t *
cost_change_json(const struct cost_change *change)
{
	const struct cost *before = &change->before, *after = &change->after;
	bool complete = !change->unknown && !before->unknown && !after->unknown;
	json_t *earlier = change->unknown ? json_null() : cost_json_amounts(before, before->total);

	return json_pack("{s:o, s:o, s:b}", "before", earlier, "after", cost_json_amounts(after, after->total), "complete", complete);
}

// ---- two specs

// The same line of two costs; one of them may not have it.
struct match {
	const struct cost_line *shown; // one that is there
	const struct cost_line *line[2];
	size_t done[2]; // lines of each cost
};

// Moves to the next one; a zeroed one moves to the first. False at the end.
static bool
next_match(const struct cost costs[2], struct match *match)
{
	int order[2];

	for (int i = 0; i < 2; i++)
		order[i] = match->done[i] < costs[i].n ? costs[i].list[match->done[i]].order : INT_MAX;
	int first = order[0] < order[1] ? order[0] : order[1];
	match->shown = NULL;
	for (int i = 0; i < 2 && first != INT_MAX; i++) {
		match->line[i] = order[i] == first ? &costs[i].list[match->done[i]++] : NULL;
		match->shown = match->line[i] ? match->line[i] : match->shown;
	}
	return match->shown;
}

static const char *
change_text(struct ctx *c, int64_t amount)
{
	struct buf text = {0};

	money_print_change(amount, &text);
	const char *s = arena_strdup(c->arena, buf_str(&text));
	buf_free(&text);
	return s;
}

// The two amounts and their difference, which is empty unless both are known; a line that is not there costs nothing.
static void
add_amounts(struct ctx *c, struct grid *g, const struct cost_line *const match[2], enum cost_case which)
{
	int64_t usd[2] = {0};
	bool known = true;

	for (int i = 0; i < 2; i++) {
		grid_cell(g, match[i] ? cost_amount(c, match[i], which) : "-");
		known = known && (!match[i] || cost_is_known(match[i], which));
		usd[i] = match[i] ? match[i]->usd[which] : 0;
	}
	grid_cell(g, known ? change_text(c, usd[1] - usd[0]) : NULL);
}

static void
add_totals(struct ctx *c, struct grid *g, const struct cost costs[2], enum cost_case which)
{
	for (int i = 0; i < 2; i++)
		grid_cell(g, cost_total(c, &costs[i], which));
	grid_cell(g, change_text(c, costs[1].total[which] - costs[0].total[which]));
}

void
cost_compare_text(struct ctx *c, const struct cost costs[2], const char *const names[2], FILE *out)
{
	static const char *const titles[COST_CASES] = {"at min", "at max", "at the load"};
	struct match match = {0};
	size_t cases = costs[0].loaded ? COST_CASES : COST_LOAD;
	struct grid g = grid_new(c->arena, "llrrrrrrrrr", 2 + 3 * cases);
	struct buf text = {0};
	const char *module = "";

	grid_cell(&g, "module");
	grid_cell(&g, "what");
	for (size_t k = 0; k < cases; k++) {
		for (int i = 0; i < 2; i++)
			grid_cell(&g, arena_printf(c->arena, "%s %s", i ? "second" : "first", titles[k]));
		grid_cell(&g, "change");
	}
	while (next_match(costs, &match)) {
		grid_cell(&g, strcmp(match.shown->module, module) == 0 ? NULL : match.shown->module);
		grid_cell(&g, match.shown->what);
		module = match.shown->module;
		for (enum cost_case k = COST_MIN; k < cases; k++)
			add_amounts(c, &g, match.line, k);
	}
	grid_cell(&g, "total");
	grid_cell(&g, NULL);
	for (enum cost_case k = COST_MIN; k < cases; k++)
		add_totals(c, &g, costs, k);
	text_printf(&text, "USD for %ld hours; first: %s, second: %s\n\n", costs[0].load.hours, names[0], names[1]);
	grid_print(&g, &text);
	fputs(buf_str(&text), out);
	buf_free(&text);
}

static json_t *
side_json(const struct cost *cost, const struct cost_line *line)
{
	static const int64_t nothing[COST_CASES];

	return line ? cost_json_known(cost, line, line->usd, MONEY_DOLLAR) : cost_json_amounts(cost, nothing);
}

void
cost_compare_json(const struct cost costs[2], const char *const names[2], FILE *out)
{
	struct match match = {0};
	json_t *lines = json_array();

	while (next_match(costs, &match)) {
		const struct cost_line *shown = match.shown;
		json_array_append_new(lines, json_pack("{s:s, s:s, s:s, s:[o, o]}", "id", shown->id, "module", shown->module, "what", shown->what,
			"usd", side_json(&costs[0], match.line[0]), side_json(&costs[1], match.line[1])));
	}
	json_t *total = json_pack("[o, o]", cost_json_amounts(&costs[0], costs[0].total), cost_json_amounts(&costs[1], costs[1].total));
	json_t *all = json_pack("{s:[s, s], s:I, s:o, s:o, s:b}", "specs", names[0], names[1], "hours", (json_int_t)costs[0].load.hours,
		"lines", lines, "total", total, "complete", !costs[0].unknown && !costs[1].unknown);
	json_dumpf(all, out, JSON_INDENT(2) | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(MONEY_DIGITS));
	fputc('\n', out);
	json_decref(all);
}
