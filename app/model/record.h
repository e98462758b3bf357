// JSON objects and query parameters <-> typed values, against an entity. Every bad field is told, not the first.
#ifndef RECORD_H
#define RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "model/entity.h"
#include "base/text.h"
#include "db/value.h"

struct json_t; // of jansson
struct problems;

enum { NUMBER_SIZE = 24 };

// The columns of one row. A text stays valid as long as the record.
struct record {
	struct value values[COLUMNS_MAX];
	bool given[COLUMNS_MAX];		// this member stood in the JSON
	char numbers[COLUMNS_MAX][NUMBER_SIZE]; // decimals with all their digits
	struct json_t *json;
};

enum record_status {
	RECORD_FINE,
	RECORD_MALFORMED, // no JSON: *ret_why says why
	RECORD_INVALID,	  // problems say why
};

// Reads the members that stand in the body; what does not stand there is NULL and not given. id is what an id in the body must be;
// 0: any. Either way record_free gives back what the record holds.
enum record_status record_read(const struct entity *e, const char *body, size_t len, int64_t id, struct problems *problems,
	char ret_why[160], struct record *ret_record);
// What was not given takes its default, or is a problem if it is required. False if there was one.
bool record_complete(const struct entity *e, struct record *r, struct problems *problems);
// What was not given is taken from the row, whose values must live as long as the record.
void record_merge(const struct entity *e, struct record *r, const struct value *row);
// Asks the entity's own rule; false if it has something against it.
bool record_check(const struct entity *e, const struct record *r, struct problems *problems);
void record_free(struct record *r);

// A value as it stands in a query. number is room for a decimal. NULL, or what was expected, for problems_add.
const char *record_parse(const struct column *column, const char *text, size_t len, char number[NUMBER_SIZE], struct value *ret_value,
	char ret_expected[160]);

// One row as the statements of sql.h select it: id, columns, created_at, updated_at; what is behind these is left alone.
void record_write(struct text *out, const struct entity *e, const struct value *row);

#endif
