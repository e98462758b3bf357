// The query of a list: which rows, in which order, after which one, how many.
#ifndef QUERY_H
#define QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/value.h"
#include "model/entity.h"
#include "model/record.h"
#include "model/search.h"

struct problems;
struct text;

enum { QUERY_LIMIT = 50, QUERY_LIMIT_MAX = 200, FILTERS_MAX = 16 };

enum comparison { COMPARE_EQUAL, COMPARE_FROM, COMPARE_TO, COMPARE_NULL };

struct filter {
	const struct column *column;
	enum comparison comparison;
	struct value value;
	char number[NUMBER_SIZE];
};

struct query {
	unsigned limit;
	bool count;		   // the total is requested
	const struct column *sort; // default: &column_id
	bool descending;
	int64_t after; // the id of the last row of the previous page; 0: this is the first page
	struct value after_value; // of that row, in the column of `sort`
	char after_number[NUMBER_SIZE];
	size_t filters_n;
	struct filter filters[FILTERS_MAX];
	size_t words_n;
	struct word words[WORDS_MAX];
	char *store; // decoded texts
};

// Reads the part of the target after the '?', encoded; NULL: nothing. by (NULL: none): a column
// that the path fixes, and the query must not contain. Every bad parameter is a problem. False if
// there was one, or, without a problem, if memory ran out. Call query_free afterwards, whatever the
// result.
bool query_read(const struct entity *e, const struct column *by, const char *raw, struct problems *problems, struct query *ret_query);
void query_free(struct query *q);
// For requests that take no parameters: each one is a problem. False as for query_read.
bool query_refuse(const char *raw, struct problems *problems);

// Writes the cursor of the next page, which starts after the row with this id and value of the sort
// column, percent-encoded.
void query_write_cursor(struct text *out, const struct query *q, int64_t id, const struct value *value);
// Writes the same query with that cursor: for a link to the next page.
void query_write_next(struct text *out, const struct query *q, const char *raw, int64_t id, const struct value *value);

#endif
