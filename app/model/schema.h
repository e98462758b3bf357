// Entities and columns as JSON Schema, and as the pages want to know them. Every json_t is the caller's; NULL: out of memory.
#ifndef SCHEMA_H
#define SCHEMA_H

#include <jansson.h>

struct column;
struct entity;

// What a value of this column must be.
json_t *schema_of(const struct column *c);
// A reference to what schema_all describes: kind is "Input", "Patch", or NULL for the rows that come back. by (NULL: none) is a reference
// that the input need not hold.
json_t *schema_ref(const struct entity *e, const char *kind, const struct column *by);
// components/schemas
json_t *schema_all(void);
// x-crudd
json_t *schema_entities(const char *title);

#endif
