// From the tree of a document to the typed spec.
#ifndef SPEC_READ_H
#define SPEC_READ_H

#include "base/source.h"

#include <stdbool.h>
#include <stddef.h>

struct ctx;
struct field;
struct node;
struct spec;

// One `--set path=value`: it overrides what the spec says.
struct override {
	const char *path;
	struct node *value;
	struct span at; // of the path
};

// Reads "scaling.min=3" (its value is YAML) into *ret_override; false after reporting what is wrong with it.
bool spec_parse_set(struct ctx *c, const char *argument, struct override *ret_override);

// The typed spec of one environment. With env NULL the document stands as it is; otherwise the overlay of that name is
// laid over it and 'environment' becomes env. Then the settings, in order. Every overlay is checked, chosen or not.
// Reports everything that is wrong; the result is complete all the same (defaults stand where a value was refused), so
// that checks can go on, unless it is NULL.
struct spec *spec_build(struct ctx *c, const struct node *root, const char *env, const struct override *sets,
	size_t n_sets);

#endif
