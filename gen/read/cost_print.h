// Prints the cost of a stack as text.
#ifndef COST_PRINT_H
#define COST_PRINT_H

#include "read/cost.h"

#include <stdio.h>

struct buf;
struct cost_choices;
struct ctx;
struct plan;

// The lines, the totals, what three cheaper choices save, what stays after `terraform destroy`, what
// is assumed and what is not counted.
void cost_print_text(struct ctx *c, const struct plan *plan, const struct cost *cost, const struct cost_choices *choices, FILE *out);
// The lines and totals as a table in markdown, in the arena.
const char *cost_markdown(struct ctx *c, const struct cost *cost);

// What the others that print costs share.

// The cases that are worth a column: one if min and max are the same number of instances.
size_t cost_cases(const struct cost *cost, enum cost_case ret_cases[COST_CASES]);
// "2 instances"
const char *cost_case_title(struct ctx *c, const struct cost *cost, enum cost_case which);
// An amount as text: "12.35", "by use" or "no price known".
const char *cost_amount(struct ctx *c, const struct cost_line *line, enum cost_case which);
// A total as text, "12.35" or "at least 12.35".
const char *cost_total(struct ctx *c, const struct cost *cost, enum cost_case which);

#endif
