// The completion scripts for bash and zsh.
#ifndef COMPLETION_H
#define COMPLETION_H

#include <stdio.h>

struct command;
struct problem;

void completion_bash(const struct command *commands, const struct problem *const *catalogue, FILE *out);
void completion_zsh(const struct command *commands, const struct problem *const *catalogue, FILE *out);

#endif
