// The table of entities: what the service stores. A column is one row of it. From that row follow
// its part of the DDL, the statements, the validation, the JSON, the OpenAPI document and the forms
// of the admin page. A new entity is one list of columns and one line in entities[].
#ifndef ENTITY_H
#define ENTITY_H

#include <stdbool.h>
#include <stddef.h>

struct problems;
struct value;

enum column_type {
	COLUMN_TEXT,	  // min to max characters
	COLUMN_DIGITS,	  // min to max decimal digits
	COLUMN_EMAIL,	  // at most max characters
	COLUMN_CHOICE,	  // one of choices
	COLUMN_DECIMAL,	  // not negative; max digits, `decimals` of them after the point
	COLUMN_DATE,	  // 1000-01-01 to 9999-12-31
	COLUMN_BOOL,
	COLUMN_REFERENCE, // the id of a row of another entity; the service refuses to delete a row that others refer to
	COLUMN_ID,	  // of the row itself
	COLUMN_TIME,	  // UTC, in milliseconds
};

enum column_flags {
	REQUIRED = 1, // never NULL, and no default
	UNIQUE = 2,
	FILTER = 4, // ?column=value; for types with a range also ?column_from= and ?column_to=
	SORT = 8,
	SEARCH = 16,	// ?q= searches it
	READ_ONLY = 32, // set by the service
};

struct column {
	const char *name;  // of the column, the JSON member and the query parameter
	const char *label; // in forms
	enum column_type type;
	unsigned flags;
	unsigned min, max;
	unsigned decimals;
	const char *format;	    // of digits: "phone" is a number with its country code; NULL: any
	const char *const *choices; // ends in NULL
	const char *references;	    // the name of an entity
	const char *def;	    // its JSON form; NULL: NULL
	unsigned since;		    // number of the migration that adds it; 0: as old as the entity
	const char *doc;
};

enum { COLUMNS_MAX = 24 };

struct entity {
	const char *name;  // of the table and in paths
	const char *one;   // name of a single row
	const char *title; // on pages
	const struct column *columns;
	size_t n; // at most COLUMNS_MAX
	// A rule about several columns; NULL: none. values has an entry for each column.
	void (*rule)(const struct entity *e, const struct value *values, struct problems *problems);
	const char *label[3]; // the columns that identify a row to people; ends in NULL
	unsigned since;	      // number of the migration that creates it: 1, 2, ...
	const char *doc;
};

extern const struct entity entities[];
extern const size_t entities_n;

// Columns of every entity: the id before the others, the times after them. The row's version is
// visible only as its ETag.
extern const struct column column_id, column_created_at, column_updated_at;

// A number on the home view of the admin page: how many rows of an entity a query finds. In the
// query, {week_start} and {week_end} are the Monday and Sunday of this week.
struct home_count {
	const char *label;
	const char *entity;
	const char *query;
};
extern const struct home_count home_counts[];
extern const size_t home_counts_n;

// The column of this name, including the three that every entity has; NULL: none.
const struct column *entity_column(const struct entity *e, const char *name, size_t len);
// The index of the column in e->columns.
size_t entity_index(const struct entity *e, const struct column *column);
// Does the column's type have the filters _from and _to?
bool column_has_range(const struct column *column);
// The number of the last migration.
unsigned entity_schema_version(void);

#endif
