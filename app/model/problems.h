// Every problem of one request, field by field, so that one response reports them all.
#ifndef PROBLEMS_H
#define PROBLEMS_H

#include <stddef.h>

#include "base/text.h"

// Starts as {0}; problems_free at the end.
struct problems {
	size_t n;
	struct text json;     // the members of a JSON array
	struct text conflict; // the path of the row that has a unique value already; empty: none
};

// `code` is a word for programs; `detail` continues a sentence that starts with the field's name.
// After one hundred problems, further ones are only counted.
void problems_add(struct problems *p, const char *field, const char *code, const char *detail);
void problems_free(struct problems *p);

#endif
