// The manual page, tfgen(1).
#ifndef MANUAL_H
#define MANUAL_H

#include <stdio.h>

struct command;
struct problem;

// Prints the page in man(7) macros, from the tables of commands, options, fields and problems.
void manual_print(const struct command *commands, const struct problem *const *catalogue, FILE *out);

#endif
