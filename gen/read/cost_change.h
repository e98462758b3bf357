// Two costs side by side.
#ifndef COST_CHANGE_H
#define COST_CHANGE_H

#include "read/cost.h"

#include <jansson.h>
#include <stdio.h>

struct ctx;
struct last;
struct plan;

// What an edit does to the cost of a month.
struct cost_change {
	struct cost before, after;
	const char *unknown; // why 'before' is not known; NULL if it is
};

struct cost_change cost_change_of(struct ctx *c, const struct plan *before, const struct plan *after);
// The same against what was compiled last.
struct cost_change cost_change_of_last(struct ctx *c, const struct last *last, const struct plan *after);
void cost_change_print(struct ctx *c, const struct cost_change *change, FILE *out);
// {"before": {"min", "max"} or null, "after": ..., "complete": ...}; the caller owns it.
json_t *cost_change_json(const struct cost_change *change);

// Every line of two stacks with its difference; names are what their columns are called.
void cost_compare_text(struct ctx *c, const struct cost costs[2], const char *const names[2], FILE *out);
// {"specs": [...], "lines": [{"id", "module", "what", "usd": [a, b]}], "total": [a, b]}
void cost_compare_json(const struct cost costs[2], const char *const names[2], FILE *out);

#endif
