// Input: the query of a list, for each entity. Checks that an accepted query becomes a statement with as
// many parameters as question marks and without text of the query, and that the link to the next page
// is accepted too.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/entity.h"
#include "model/problems.h"
#include "model/query.h"
#include "model/sql.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_statement(const struct entity *e, const struct query *q)
{
	struct value params[PARAMS_MAX];
	struct text sql = {0};
	size_t n, marks = 0;

	sql_list(&sql, e, q, NULL, 0, params, &n);
	for (const char *s = sql.s; *s; s++) {
		marks += *s == '?';
		// only names, keywords, operators, and the punctuation that a search ignores
		if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_`?,.()<>=|'- \xe2\x80\x99", *s))
			abort();
	}
	if (marks != n)
		abort();
	text_free(&sql);
}

static void
check_next(const struct entity *e, const struct query *q, const char *raw)
{
	struct value value = q->after_value;
	struct problems problems = {0};
	struct text next = {0};
	struct query again;

	if (q->sort != &column_id && value.kind == VALUE_NULL && q->sort->flags & REQUIRED)
		return; // the first page has no cursor
	query_write_next(&next, q, raw, 7, &value);
	if (!query_read(e, NULL, next.s, &problems, &again) || again.after != 7 || again.sort != q->sort || again.limit != q->limit) {
		fprintf(stderr, "%s\n%s\n", next.s, problems.json.s ? problems.json.s : "");
		abort();
	}
	query_free(&again);
	problems_free(&problems);
	text_free(&next);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *raw = malloc(size + 1);

	if (!raw)
		return 0;
	if (size)
		memcpy(raw, data, size);
	raw[size] = '\0';
	for (const struct entity *e = entities; e < entities + entities_n; e++) {
		struct problems problems = {0};
		struct query q;

		if (query_refuse(raw, &problems) && strspn(raw, "&") < strlen(raw))
			abort();
		problems_free(&problems);
		if (query_read(e, NULL, raw, &problems, &q)) {
			check_statement(e, &q);
			check_next(e, &q, raw);
		}
		query_free(&q);
		problems_free(&problems);
	}
	free(raw);
	return 0;
}
