// From the tree of a document to the typed spec.
#ifndef SPEC_READ_H
#define SPEC_READ_H

#include "base/source.h"

#include <stdbool.h>
#include <stddef.h>

struct ctx;
struct field;
struct node;
struct pair;
struct spec;

// One `--set path=value`: it overrides what the spec says.
struct override {
	const char *path;
	struct node *value;
	struct span at; // of the path
};

// Reads "scaling.min=3" (its value is YAML) into *ret_override; false after reporting what is wrong
// with it.
bool spec_parse_set(struct ctx *c, const char *argument, struct override *ret_override);

// The typed spec of one environment. With env NULL the document is used as it is; otherwise the
// overlay of that name is applied to it and 'environment' becomes env. Then the overrides are
// applied, in order. Every overlay is checked, chosen or not. Reports everything that is wrong. The
// result is complete nevertheless, with defaults in place of refused values, so that checks can
// run.
struct spec *spec_build(struct ctx *c, const struct node *root, const char *env, const struct override *sets,
	size_t n_sets);
// The same with one overlay of a document that spec_build has checked, without looking at the others
// again.
struct spec *spec_build_overlay(struct ctx *c, const struct node *root, const struct pair *one, const struct override *sets,
	size_t n_sets);
// A document without the keys that exist only for anchors, so that overlays do not copy them.
const struct node *spec_without_anchors(struct ctx *c, const struct node *root);

#endif
