// A YAML document as a tree in which every key and value knows its place.
//
// Anchors, aliases and merge keys are resolved: an alias is the node that it names, so branches may
// be shared and the tree is read-only. Keys are texts, unique in their mapping. Anything else is
// reported and the document refused.
#ifndef DOC_H
#define DOC_H

#include "base/source.h"

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct ctx;

enum node_kind {
	NODE_SCALAR,
	NODE_LIST,
	NODE_MAP,
};

struct node {
	enum node_kind kind;
	struct span span;  // a scalar with its quotes; a list or mapping from its first to its last character
	const char *text;  // NODE_SCALAR: its value, without NUL bytes
	bool plain;        // NODE_SCALAR: written without quotes
	struct node **items; // NODE_LIST: n of them
	struct pair *pairs;  // NODE_MAP: n of them, in the order written, merged ones last
	size_t n;
	size_t weight; // how many nodes this one expands to
};

struct pair {
	struct node *key; // NODE_SCALAR
	struct node *value;
};

// Limits against documents that expand without end.
enum {
	DOC_MAX_DEPTH = 32,
	DOC_MAX_NODES = 20000, // after aliases are expanded
	DOC_MAX_ANCHORS = 500,
};

// Parses one document whose root is a mapping. NULL after reporting what is wrong.
struct node *doc_parse(struct ctx *c, const struct source *src);
// Parses the one value, of any kind, that begins at offset from: in `--set path=value` it follows
// the equals sign.
struct node *doc_parse_value(struct ctx *c, const struct source *src, size_t from);
// A scalar that is not in the document, placed at span.
struct node *doc_scalar(struct ctx *c, struct span span, const char *text);
// Reports every key that a mapping has twice.
void doc_refuse_duplicates(struct ctx *c, const struct node *map);
// `<<: *defaults` and `<<: [*a, *b]`: a mapping with the keys of map and of from. Its own keys win, then
// those of the first one named. map itself after reporting that from is no mapping.
struct node *doc_merge(struct ctx *c, struct node *map, const struct node *from);
// base with over applied to it: mappings are merged key by key, a key that over leaves empty keeps
// its value, everything else is replaced. Neither input is changed.
struct node *doc_overlay(struct ctx *c, const struct node *base, const struct node *over);
// The pair with that key in a mapping, or NULL; NULL too when map is not a mapping.
struct pair *doc_find(const struct node *map, const char *key);
// Whether the node is a plain scalar that YAML reads as null: ~, null or no text.
bool doc_is_null(const struct node *node);
// The tree, one node a line, for `tfgen -d doc`.
void doc_print(const struct node *node, struct buf *out);

#endif
