// A simulation as text, or for other programs.
#ifndef SIMULATE_PRINT_H
#define SIMULATE_PRINT_H

#include <stdbool.h>
#include <stdio.h>

struct ctx;
struct simulation;

// A table, and what it comes to. Minutes in which nothing changes but the load are one row, unless
// every is true.
void simulate_print_text(struct ctx *c, const struct simulation *s, bool every, FILE *out);
// {"verdict": {...}, "assumptions": {...}, "load": ..., "minutes": [...]}; values that do not exist
// are null.
void simulate_print_json(const struct simulation *s, FILE *out);

#endif
