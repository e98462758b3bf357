// Entities and columns as JSON Schema, and as the pages need them. The caller owns every json_t;
// NULL: out of memory.
#ifndef SCHEMA_H
#define SCHEMA_H

#include <jansson.h>

struct column;
struct entity;

// What a value of this column must be.
json_t *schema_of(const struct column *c);
// A string that matches the pattern and has at most max characters (0: any number). x-shape says
// the same in words, for a reader of the API reference.
json_t *schema_text(const char *pattern, unsigned max, const char *shape);
// A reference to a schema of schema_all: kind is "Input", "Patch", or NULL for the rows that the
// service returns. by (NULL: none) is a reference that the input may leave out.
json_t *schema_ref(const struct entity *e, const char *kind, const struct column *by);
// components/schemas
json_t *schema_all(void);
// x-crudd
json_t *schema_entities(const char *title);

#endif
