// The query of a list: which rows, in which order, from where on, how many.
#ifndef QUERY_H
#define QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/entity.h"
#include "model/record.h"
#include "db/value.h"

struct problems;
struct text;

enum { QUERY_LIMIT = 50, QUERY_LIMIT_MAX = 200, FILTERS_MAX = 16, WORDS_MAX = 4, SEARCH_MAX = 100 };

enum comparison { EQUAL, FROM, TO, IS_NULL };

struct filter {
	const struct column *column;
	enum comparison comparison;
	struct value value;
	char number[NUMBER_SIZE];
};

struct query {
	unsigned limit;
	bool count;		   // the total is wanted too
	const struct column *sort; // &column_id unless asked otherwise
	bool descending;
	int64_t after; // the id of the last row of the page before; 0: this is the first
	struct value after_value; // what that row holds in the column of sort
	char after_number[NUMBER_SIZE];
	size_t filters_n;
	struct filter filters[FILTERS_MAX];
	size_t words_n;
	struct value words[WORDS_MAX]; // patterns for LIKE, with | as escape
	char *store;		       // decoded texts
};

// raw is what stands behind the '?', encoded; NULL: nothing. by is a column that the path fixes and the query may not (NULL: none).
// Every bad parameter is a problem; false if there was one, or if memory ran out, which leaves no problem. Either way query_free
// gives back what the query holds.
bool query_read(const struct entity *e, const struct column *by, const char *raw, struct problems *problems, struct query *ret_query);
void query_free(struct query *q);

// The same query, to go on behind the row with this id and value of the column of sort: for a link to the next page.
void query_write_next(struct text *out, const struct query *q, const char *raw, int64_t id, const struct value *value);

#endif
