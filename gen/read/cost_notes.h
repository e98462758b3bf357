// What is said beside the lines of a cost: what it rests on, and what it leaves out.
#ifndef COST_NOTES_H
#define COST_NOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cost;
struct ctx;
struct plan;

// What `terraform destroy` leaves and still costs.
struct remain {
	const char *what;
	bool known;  // there is a price
	int64_t usd; // a month
};

enum { REMAINS_MAX = 2 };

// Fills in what remains, and returns how many there are.
size_t cost_remains(struct ctx *c, const struct plan *plan, const struct cost *cost, struct remain ret_list[REMAINS_MAX]);
// What was assumed for the amounts, in the arena; ends with NULL.
const char *const *cost_assumed(struct ctx *c, const struct plan *plan, const struct cost *cost);
// What no line stands for; ends with NULL.
extern const char *const cost_not_counted[];

#endif
