// What tfgen says of itself, made from the tables of commands, options, fields and checks.
#ifndef HELP_H
#define HELP_H

#include <stdio.h>

struct command;

void help_short(FILE *out);
void help_command(const struct command *k, FILE *out);
// The manual page, in man(7) macros.
void help_man(FILE *out);
void help_bash(FILE *out);
void help_zsh(FILE *out);

#endif
