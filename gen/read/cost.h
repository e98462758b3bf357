// What a stack costs.
#ifndef COST_H
#define COST_H

#include "base/catalogue.h"
#include "read/cost_line.h"

struct ctx;
struct plan;
struct price;

// The cost of a plan, in the arena.
struct cost cost_of(struct ctx *c, const struct plan *plan, const struct cost_load *load);
// A month without a load.
struct cost cost_of_month(struct ctx *c, const struct plan *plan);
// What one more instance costs an hour: the instance, its volume and its public address, to five
// decimals, with the oldest of their dates. False if a price is not known; *ret_price is then
// untouched.
bool cost_instance_hour(struct ctx *c, const struct plan *plan, struct price *ret_price);
// Whether a line has amounts for a case.
bool cost_is_known(const struct cost_line *line, enum cost_case which);
// "about $81 to $186 a month", or "at least ..." if a price is not known.
const char *cost_summary(struct ctx *c, const struct cost *cost);

// Warns about a budget that is less than the stack costs without any load.
void cost_check_budget(struct ctx *c, const struct plan *plan);

extern const struct problem cost_problems[];

#endif
