// THE table: what the service keeps. A column is one row, and from that row follow its part of the DDL, the statements, the
// validation, the JSON, the OpenAPI document and the forms of the admin page. A new entity is one list of columns and one line in
// entities[].
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
	COLUMN_DECIMAL,	  // not negative; max digits, `decimals` of them behind the point
	COLUMN_DATE,	  // 1000-01-01 to 9999-12-31
	COLUMN_BOOL,
	COLUMN_REFERENCE, // the id of a row of another entity, which cannot be deleted as long as it is referred to
	COLUMN_ID,	  // of the rows themselves
	COLUMN_TIME,	  // UTC, in milliseconds
};

enum column_flags {
	REQUIRED = 1, // never NULL, and no default
	UNIQUE = 2,
	FILTER = 4, // ?column=value; for what has an order ?column_from= and ?column_to= too
	SORT = 8,
	SEARCH = 16,	// looked through by ?q=
	READ_ONLY = 32, // kept by the service itself
};

struct column {
	const char *name;  // of the column, the JSON member and the parameter
	const char *label; // in forms
	enum column_type type;
	unsigned flags;
	unsigned min, max;
	unsigned decimals;
	const char *format;	    // of digits: "phone" is a number with its country code; NULL: any
	const char *const *choices; // ends in NULL
	const char *references;	    // the name of an entity
	const char *def;	    // as it would stand in JSON; NULL: NULL
	unsigned since;		    // number of the migration that brings it; 0: as old as the entity
	const char *doc;
};

enum { COLUMNS_MAX = 24 };

struct entity {
	const char *name;  // of the table and in paths
	const char *one;   // a single row
	const char *title; // in pages
	const struct column *columns;
	size_t n; // at most COLUMNS_MAX
	// What no single column can know. values has an entry for each column.
	void (*rule)(const struct value *values, struct problems *problems);
	const char *label[3]; // columns that name a row to people; ends in NULL
	unsigned since;	      // number of the migration that creates it: 1, 2, ...
	const char *doc;
};

extern const struct entity entities[];
extern const size_t entities_n;

// What every row has besides: before the columns its id, behind them the times; its version is seen as ETag only.
extern const struct column column_id, column_created_at, column_updated_at;

// A number on the home view of the admin page: how many rows of an entity a query finds. {week_start} and {week_end} in it are
// the Monday and Sunday of this week.
struct home_count {
	const char *label;
	const char *entity;
	const char *query;
};
extern const struct home_count home_counts[];
extern const size_t home_counts_n;

// NULL if there is none.
const struct entity *entity_find(const char *name, size_t len);
// The column of this name, the three that every row has among them; NULL if there is none.
const struct column *entity_column(const struct entity *e, const char *name, size_t len);
// Where the column stands in e->columns.
size_t entity_index(const struct entity *e, const struct column *column);
// Has this type an order in which _from and _to mean something?
bool column_has_range(const struct column *column);
// The number of the last migration.
unsigned entity_schema_version(void);

#endif
