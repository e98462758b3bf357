// Everything that is wrong with one request, field by field, so that it can all be told at once.
#ifndef PROBLEMS_H
#define PROBLEMS_H

#include <stddef.h>

#include "base/text.h"

// Begins as {0}; problems_free at the end.
struct problems {
	size_t n;
	struct text json; // the members of a JSON array
};

// code is a word for programs, detail the end of a sentence that begins with the field. Beyond the hundredth they are counted only.
void problems_add(struct problems *p, const char *field, const char *code, const char *detail);
void problems_free(struct problems *p);

#endif
