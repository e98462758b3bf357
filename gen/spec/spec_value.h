// Reads one value of a spec: from a node of the tree, by the row of its field, into the member that
// the row names. For spec_read.c.
#ifndef SPEC_VALUE_H
#define SPEC_VALUE_H

#include "base/source.h"

#include <stdbool.h>

struct ctx;
struct field;
struct node;

struct reader {
	struct ctx *c;
	bool partial;           // an overlay: nothing is required, nothing has a default
	bool defaulting;        // the nodes are those of a default, and their place is default_at
	struct span default_at;
};

// Reads node into the member, which has the struct of the field's type. If the value is wrong, that
// is reported and the member keeps its value, except for its origin.
void value_read(struct reader *r, const struct field *f, const struct node *node, void *member);
// Whether the text of a node matches a pattern of the field; reported if not. True without a
// pattern.
bool value_fits(struct reader *r, const struct field *f, const struct node *node, const char *pattern);
// "a mapping", "a list", "text"
const char *value_kind(const struct node *node);
// Whether word is one of words, which end with NULL.
bool value_among(const char *word, const char *const *words);

#endif
