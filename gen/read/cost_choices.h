// The next cheaper choice for each decision of a spec, and what it saves.
#ifndef COST_CHOICES_H
#define COST_CHOICES_H

#include "read/cost.h"

struct node;
struct override;

// The spec as it was read, for another reading with one value changed.
struct cost_spec {
	const struct node *doc;
	const char *env; // NULL for none
	const struct override *sets;
	size_t n_sets;
};

struct cost_choice {
	const char *key;           // database.multi_az
	const char *value;         // as in a spec: false
	int64_t saves[COST_CASES]; // valid as in the cost
};

enum { COST_CHOICES_SHOWN = 3 };

struct cost_choices {
	struct cost_choice *list; // largest saving at scaling.min first
	size_t n;
};

// What would make the stack cheaper. A choice that the checks refuse, whose price is not known or that saves nothing is not among
// them.
struct cost_choices cost_choices(struct ctx *c, const struct cost_spec *from, const struct plan *plan, const struct cost *cost);

#endif
