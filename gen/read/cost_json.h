// Prints the cost of a stack as JSON.
#ifndef COST_JSON_H
#define COST_JSON_H

#include "read/cost.h"

#include <jansson.h>
#include <stdio.h>

struct cost_choices;
struct ctx;
struct plan;

// {"stack", "region", "hours", "load", "instances", "lines", "total", "complete", "choices",
// "after_destroy", "assumed", "not_counted", "prices"}. Amounts are numbers, or null if no price is
// known; "complete" says that every price is.
void cost_print_json(struct ctx *c, const struct plan *plan, const struct cost *cost, const struct cost_choices *choices, FILE *out);

// What others that print costs share; the caller owns the results.

// {"min": ..., "max": ...} and "load" if one is given, of amounts by case, in USD.
json_t *cost_json_amounts(const struct cost *cost, const int64_t amounts[COST_CASES]);
// The same of a line, with null where nothing is known; one is what stands for 1.
json_t *cost_json_known(const struct cost *cost, const struct cost_line *line, const int64_t amounts[COST_CASES], int64_t one);

#endif
