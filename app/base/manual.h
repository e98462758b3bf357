// The help text and the manual page of crudd.
#ifndef MANUAL_H
#define MANUAL_H

#include <stdio.h>

// --help
void manual_print_help(FILE *out);
// The manual page, for man(1).
void manual_print_page(FILE *out);

#endif
