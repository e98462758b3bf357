// Tables of the lines, aligned or in markdown.

#include "read/cost_print.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "base/text.h"
#include "read/cost_choices.h"
#include "read/cost_notes.h"
#include "read/grid.h"
#include "read/money.h"
#include "spec/spec.h"
#include "stack/plan.h"

#include <string.h>

static const char no_price[] = "no price known";

// What buf contains, in the arena; the buf is freed.
static const char *
kept(struct ctx *c, struct buf *text)
{
	const char *s = arena_strdup(c->arena, buf_str(text));

	buf_free(text);
	return s;
}

size_t
cost_cases(const struct cost *cost, enum cost_case ret_cases[COST_CASES])
{
	size_t n = 0;

	ret_cases[n++] = COST_MIN;
	if (cost->instances[COST_MAX] != cost->instances[COST_MIN])
		ret_cases[n++] = COST_MAX;
	if (cost->loaded)
		ret_cases[n++] = COST_LOAD;
	return n;
}

const char *
cost_case_title(struct ctx *c, const struct cost *cost, enum cost_case which)
{
	long n = cost->instances[which];

	return arena_printf(c->arena, "%s%ld instance%s", which == COST_LOAD ? "the load, " : "", n, n == 1 ? "" : "s");
}

static const char *
money_text(struct ctx *c, int64_t amount)
{
	struct buf text = {0};

	money_print(amount, &text);
	return kept(c, &text);
}

const char *
cost_amount(struct ctx *c, const struct cost_line *line, enum cost_case which)
{
	if (!line->as_of)
		return no_price;
	return cost_is_known(line, which) ? money_text(c, line->usd[which]) : "by use";
}

const char *
cost_total(struct ctx *c, const struct cost *cost, enum cost_case which)
{
	return arena_join(c->arena, cost->unknown ? "at least " : "", money_text(c, cost->total[which]));
}

static const char *
price_text(struct ctx *c, const struct cost_line *line)
{
	struct buf text = {0};

	if (line->as_of)
		money_print_exact(line->price, &text);
	return kept(c, &text);
}

static const char *
quantity_text(struct ctx *c, const struct cost *cost, const struct cost_line *line)
{
	enum cost_case cases[COST_CASES];
	size_t n = cost_cases(cost, cases);
	const char *last = NULL;
	struct buf text = {0};

	for (size_t i = 0; i < n; i++) {
		struct buf one = {0};
		if (!line->as_of || !cost_is_known(line, cases[i]))
			continue;
		quantity_print(line->quantity[cases[i]], &one);
		const char *s = kept(c, &one);
		if (!last || strcmp(s, last) != 0)
			buf_printf(&text, "%s%s", last ? ", " : "", s);
		last = s;
	}
	return kept(c, &text);
}

// ---- tables

// Ends a row with a cell for each case: what `text` says of it.
static void
add_cases(struct ctx *c, struct grid *g, const struct cost *cost, const char *(*text)(struct ctx *, const struct cost *, enum cost_case))
{
	enum cost_case cases[COST_CASES];
	size_t n = cost_cases(cost, cases);

	for (size_t i = 0; i < n; i++)
		grid_cell(g, text(c, cost, cases[i]));
}

static void
add_amounts(struct ctx *c, struct grid *g, const struct cost *cost, const struct cost_line *line)
{
	enum cost_case cases[COST_CASES];
	size_t n = cost_cases(cost, cases);

	for (size_t i = 0; i < n; i++)
		grid_cell(g, cost_amount(c, line, cases[i]));
}

static void
print_lines(struct ctx *c, const struct cost *cost, struct buf *out)
{
	enum cost_case cases[COST_CASES];
	struct grid g = grid_new(c->arena, "lllrllrrr", 6 + cost_cases(cost, cases));
	static const char *const titles[] = {"module", "what", "quantity", "price", "for each", "as of"};
	const char *module = "";

	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		grid_cell(&g, titles[i]);
	add_cases(c, &g, cost, cost_case_title);
	for (size_t i = 0; i < cost->n; i++) {
		const struct cost_line *line = &cost->list[i];
		grid_cell(&g, strcmp(line->module, module) == 0 ? NULL : line->module);
		grid_cell(&g, line->what);
		grid_cell(&g, quantity_text(c, cost, line));
		grid_cell(&g, price_text(c, line));
		grid_cell(&g, line->unit);
		grid_cell(&g, line->as_of);
		add_amounts(c, &g, cost, line);
		module = line->module;
	}
	grid_cell(&g, "total");
	for (size_t i = 1; i < sizeof titles / sizeof *titles; i++)
		grid_cell(&g, NULL);
	add_cases(c, &g, cost, cost_total);
	grid_print(&g, out);
}

const char *
cost_markdown(struct ctx *c, const struct cost *cost)
{
	enum cost_case cases[COST_CASES];
	struct grid g = grid_new(c->arena, "llrrr", 2 + cost_cases(cost, cases));
	struct buf text = {0};
	const char *module = "";

	grid_cell(&g, "module");
	grid_cell(&g, "what");
	add_cases(c, &g, cost, cost_case_title);
	for (size_t i = 0; i < cost->n; i++) {
		const struct cost_line *line = &cost->list[i];
		bool same = strcmp(line->module, module) == 0;
		grid_cell(&g, same ? NULL : arena_printf(c->arena, "`%s`", line->module));
		grid_cell(&g, line->what);
		add_amounts(c, &g, cost, line);
		module = line->module;
	}
	grid_cell(&g, "total");
	grid_cell(&g, NULL);
	add_cases(c, &g, cost, cost_total);
	grid_print_markdown(&g, &text);
	text.data[--text.len] = '\0'; // the template has the last line break
	return kept(c, &text);
}

// ---- text

static void
print_choices(struct ctx *c, const struct cost *cost, const struct cost_choices *choices, struct buf *out)
{
	enum cost_case cases[COST_CASES];
	size_t n = cost_cases(cost, cases);
	struct grid g = grid_new(c->arena, "lrrr", 1 + n);

	grid_cell(&g, "The next cheaper choices save");
	add_cases(c, &g, cost, cost_case_title);
	for (size_t i = 0; i < choices->n && i < COST_CHOICES_SHOWN; i++) {
		grid_cell(&g, arena_printf(c->arena, "  %s: %s", choices->list[i].key, choices->list[i].value));
		for (size_t k = 0; k < n; k++)
			grid_cell(&g, money_text(c, choices->list[i].saves[cases[k]]));
	}
	if (!choices->n)
		return;
	buf_putc(out, '\n');
	grid_print(&g, out);
}

static void
print_remains(struct ctx *c, const struct plan *plan, const struct cost *cost, struct buf *out)
{
	struct remain list[REMAINS_MAX];
	size_t n = cost_remains(c, plan, cost, list);
	struct grid g = grid_new(c->arena, "lr", 2);

	grid_cell(&g, "What remains after 'terraform destroy'");
	grid_cell(&g, n ? "a month" : "nothing that costs");
	for (size_t i = 0; i < n; i++) {
		grid_cell(&g, arena_printf(c->arena, "  %s", list[i].what));
		grid_cell(&g, list[i].known ? money_text(c, list[i].usd) : no_price);
	}
	buf_putc(out, '\n');
	grid_print(&g, out);
}

static void
print_list(const char *title, const char *const *list, struct buf *out)
{
	buf_printf(out, "\n%s:\n", title);
	for (; *list; list++)
		buf_wrap(out, "  ", *list, 100);
}

void
cost_print_text(struct ctx *c, const struct plan *plan, const struct cost *cost, const struct cost_choices *choices, FILE *out)
{
	struct buf text = {0};

	buf_printf(&text, "%s in %s, USD for %ld hours, list prices of %s to %s\n\n", plan->name.value, plan->spec->region.value,
		cost->load.hours, cost->oldest, cost->newest);
	print_lines(c, cost, &text);
	print_choices(c, cost, choices, &text);
	print_remains(c, plan, cost, &text);
	print_list("Assumed", cost_assumed(c, plan, cost), &text);
	print_list("Not counted", cost_not_counted, &text);
	fputs(buf_str(&text), out);
	buf_free(&text);
}
