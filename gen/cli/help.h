// The short texts of help, made from the tables of commands and options.
#ifndef HELP_H
#define HELP_H

#include <stdio.h>

struct command;

// Every command and option, a line each.
void help_all(const struct command *commands, FILE *out);
// One command: what it does, its options, an example.
void help_command(const struct command *k, FILE *out);

#endif
