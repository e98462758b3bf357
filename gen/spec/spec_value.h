// One value of a spec: from a node of the tree, by the row of its field, into the member that the row names. Shared by the files
// that make up spec.c.
#ifndef SPEC_VALUE_H
#define SPEC_VALUE_H

#include "base/source.h"

#include <stdbool.h>

struct ctx;
struct field;
struct node;

struct reader {
	struct ctx *c;
	bool partial;           // an overlay: nothing is required, nothing defaulted
	bool defaulting;        // the nodes read are a default's, and stand at default_at
	struct span default_at;
};

// Reads node into the member, which is of the struct that the field's type says. What is wrong is reported; the member then
// keeps what it held, but for its origin.
void value_read(struct reader *r, const struct field *f, const struct node *node, void *member);
// Whether the text of a node matches a pattern of the field, reported if not. True without a pattern.
bool value_fits(struct reader *r, const struct field *f, const struct node *node, const char *pattern);
// "a mapping", "a list", "text"
const char *value_kind(const struct node *node);
// Whether word is among words, of which the last is NULL.
bool value_among(const char *word, const char *const *words);

#endif
