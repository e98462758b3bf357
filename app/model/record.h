// JSON objects and query parameters <-> typed values of an entity. Every bad field is reported, not
// only the first.
#ifndef RECORD_H
#define RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "db/value.h"
#include "model/entity.h"

struct json_t; // of jansson
struct problems;

enum { NUMBER_SIZE = 24 };

// The columns of one row. Its texts are valid as long as the record.
struct record {
	struct value values[COLUMNS_MAX];
	bool given[COLUMNS_MAX];		// the JSON has this member
	char numbers[COLUMNS_MAX][NUMBER_SIZE]; // decimals with all their decimal places
	struct json_t *json;
};

enum record_status {
	RECORD_FINE,
	RECORD_MALFORMED, // not JSON: *ret_why is the reason
	RECORD_SHAPELESS, // not a JSON object, which problems report
	RECORD_INVALID,	  // problems report why
};

// Reads the members of the body; a missing one is NULL and not given. An id in the body must equal
// `id`; 0: any. Call record_free afterwards, whatever the result.
enum record_status record_read(const struct entity *e, const char *body, size_t len, int64_t id, struct problems *problems,
	char ret_why[160], struct record *ret_record);
// Gives each missing column its default; a missing required column is a problem. False if there was
// one.
bool record_complete(const struct entity *e, struct record *r, struct problems *problems);
// Takes each missing column from the row, whose values must live as long as the record.
void record_merge(const struct entity *e, struct record *r, const struct value *row);
// Applies the entity's own rule; false if it reported a problem.
bool record_check(const struct entity *e, const struct record *r, struct problems *problems);
void record_free(struct record *r);

// Reads a value from a query. number: memory for a decimal. Returns NULL, or what was expected, for
// problems_add.
const char *record_parse(const struct column *column, const char *text, size_t len, char number[NUMBER_SIZE], struct value *ret_value,
	char ret_expected[160]);

// Writes one row that a statement of sql.h selected: id, columns, created_at, updated_at. Later
// values are ignored.
void record_write(struct text *out, const struct entity *e, const struct value *row);

#endif
