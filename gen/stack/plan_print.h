// Prints the plan, for `tfgen -d plan`.
#ifndef PLAN_PRINT_H
#define PLAN_PRINT_H

struct buf;
struct plan;

// Adds the plan as "plan.path = value" lines.
void plan_print(const struct plan *plan, struct buf *out);

#endif
