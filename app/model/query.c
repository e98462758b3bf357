// name=value&name=value -> struct query. A cursor is the id of the last row and, unless the order
// is by id, a comma and that row's value in the sort column. A cursor without the comma means that
// this value is NULL.

#include "model/query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/problems.h"

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Decodes s..end to out, which has room for as many bytes and a NUL. False for a malformed encoding
// or an encoded NUL.
static bool
decode(const char *s, const char *end, char *out, size_t *ret_len)
{
	char *to = out;

	for (; s < end; s++) {
		if (*s == '+') {
			*to++ = ' ';
		} else if (*s != '%') {
			*to++ = *s;
		} else {
			int high = end - s > 2 ? hex(s[1]) : -1, low = high < 0 ? -1 : hex(s[2]);

			if (low < 0 || high + low == 0)
				return false;
			*to++ = (char)(high * 16 + low);
			s += 2;
		}
	}
	*to = '\0';
	*ret_len = (size_t)(to - out);
	return true;
}

// One decoded parameter.
struct parameter {
	const char *name;
	const char *value;
	size_t len;
};

static void
take_limit(const struct parameter *p, struct problems *problems, struct query *q)
{
	unsigned limit = 0;

	for (const char *c = p->value; *c >= '0' && *c <= '9' && limit <= QUERY_LIMIT_MAX; c++)
		limit = limit * 10 + (unsigned)(*c - '0');
	if (p->len < 1 || p->len > 3 || strspn(p->value, "0123456789") != p->len || limit < 1 || limit > QUERY_LIMIT_MAX)
		problems_add(problems, p->name, "invalid", "must be a number from 1 to 200");
	else
		q->limit = limit;
}

static void
take_count(const struct parameter *p, struct problems *problems, struct query *q)
{
	q->count = strcmp(p->value, "true") == 0;
	if (!q->count && strcmp(p->value, "false") != 0)
		problems_add(problems, p->name, "invalid", "must be true or false");
}

static void
take_sort(const struct entity *e, const struct parameter *p, struct problems *problems, struct query *q)
{
	q->descending = *p->value == '-';
	const char *name = p->value + q->descending;
	const struct column *c = entity_column(e, name, strlen(name));

	if (c && c->flags & SORT) {
		q->sort = c;
		return;
	}
	struct text detail = {0};
	text_puts(&detail, "must be one of id");
	for (size_t i = 0; i < e->n; i++)
		if (e->columns[i].flags & SORT)
			text_printf(&detail, ", %s", e->columns[i].name);
	text_puts(&detail, ", or one of these after a -, for descending order");
	problems_add(problems, p->name, "invalid", detail.failed ? "is not a valid order" : detail.s);
	text_free(&detail);
}

// `room` is for the patterns.
static void
take_words(const struct parameter *p, char *room, struct problems *problems, struct query *q)
{
	size_t characters = 0;

	for (size_t i = 0; i < p->len; i++)
		characters += ((unsigned char)p->value[i] & 0xc0) != 0x80;
	if (characters > SEARCH_MAX)
		problems_add(problems, p->name, "invalid", "must be at most 100 characters");
	else if (!search_read(p->value, room, q->words, &q->words_n))
		problems_add(problems, p->name, "invalid", "must be at most 4 words");
}

// Read last: the cursor depends on the order.
static void
take_after(const struct parameter *p, struct problems *problems, struct query *q)
{
	const char *comma = strchr(p->value, ',');
	struct value id = {0};
	char unused[NUMBER_SIZE], expected[160];
	bool ok = !record_parse(&column_id, p->value, comma ? (size_t)(comma - p->value) : p->len, unused, &id, expected);

	if (ok && comma) {
		const char *text = comma + 1;

		ok = q->sort != &column_id &&
		     !record_parse(q->sort, text, strlen(text), q->after_number, &q->after_value, expected);
	}
	ok = ok && (comma || q->sort == &column_id || !(q->sort->flags & REQUIRED));
	q->after = id.number;
	if (!ok)
		problems_add(problems, p->name, "invalid", "must come from the link to the next page, with the same order");
}

static bool
ends_in(const char *name, const char *end, size_t *ret_len)
{
	size_t len = strlen(name), tail = strlen(end);

	if (len <= tail || strcmp(name + len - tail, end) != 0)
		return false;
	*ret_len = len - tail;
	return true;
}

// Names that other APIs use.
static const struct {
	const char *given, *meant;
} synonyms[] = {{"order", "sort"}, {"order_by", "sort"}, {"orderby", "sort"}, {"sort_by", "sort"}, {"page", "after"}, {"offset", "after"},
	{"cursor", "after"}, {"page_size", "limit"}, {"per_page", "limit"}, {"size", "limit"}, {"search", "q"}, {"query", "q"}, {"total", "count"}};

static void
add_unknown(const char *name, struct problems *problems)
{
	char detail[100] = "is not a parameter of this list";

	for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++)
		if (strcmp(synonyms[i].given, name) == 0)
			snprintf(detail, sizeof detail, "is not a parameter of this list; did you mean '%s'?", synonyms[i].meant);
	problems_add(problems, name, "unknown", detail);
}

static void
take_filter(const struct entity *e, const struct column *by, const struct parameter *p, struct problems *problems, struct query *q)
{
	size_t len = strlen(p->name);
	enum comparison comparison = COMPARE_EQUAL;
	char expected[160];

	if (ends_in(p->name, "_from", &len))
		comparison = COMPARE_FROM;
	else if (ends_in(p->name, "_to", &len))
		comparison = COMPARE_TO;
	const struct column *c = entity_column(e, p->name, len);
	if (!c || !(c->flags & FILTER) || c == by || (comparison != COMPARE_EQUAL && !column_has_range(c))) {
		add_unknown(p->name, problems);
		return;
	}
	if (q->filters_n == FILTERS_MAX) {
		problems_add(problems, p->name, "invalid", "exceeds the limit of 16 filters");
		return;
	}
	struct filter *f = &q->filters[q->filters_n++];
	*f = (struct filter){.column = c, .comparison = comparison};
	if (p->len == 0 && comparison == COMPARE_EQUAL && !(c->flags & REQUIRED) && !c->def)
		f->comparison = COMPARE_NULL;
	else if (record_parse(c, p->value, p->len, f->number, &f->value, expected))
		problems_add(problems, p->name, "invalid", expected);
}

enum { PAIRS_MAX = 40 };

// Decodes all pairs into `store`, one after the other. *ret_rest is the rest of it.
static size_t
split(const char *raw, char *store, struct problems *problems, struct parameter pairs[PAIRS_MAX], char **ret_rest)
{
	size_t n = 0, len;

	for (const char *s = raw; *s;) {
		const char *end = s + strcspn(s, "&"), *equals = memchr(s, '=', (size_t)(end - s));
		const char *name_end = equals ? equals : end;

		if (end > s && n == PAIRS_MAX) {
			problems_add(problems, "", "invalid", "a query has at most 40 parameters");
			break;
		}
		if (end > s) {
			struct parameter *p = &pairs[n++];

			p->name = store;
			bool ok = decode(s, name_end, store, &len) && text_is_utf8(store, len);
			store += ok ? len + 1 : 0;
			p->value = store;
			ok = ok && decode(equals ? equals + 1 : end, end, store, &p->len) && text_is_utf8(store, p->len);
			store += ok ? p->len + 1 : 0;
			if (!ok) {
				problems_add(problems, "", "encoding", "the query is not percent-encoded UTF-8");
				n--;
			}
		}
		s = *end ? end + 1 : end;
	}
	*ret_rest = store;
	return n;
}

static bool
is_repeated(const struct parameter *pairs, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(pairs[k].name, pairs[i].name) == 0)
			return true;
	return false;
}

// For the decoded pairs, each with two NULs, and for the patterns of a search.
static size_t
store_size(const char *raw)
{
	return strlen(raw) + 2 * (size_t)PAIRS_MAX + 2 + SEARCH_ROOM;
}

bool
query_read(const struct entity *e, const struct column *by, const char *raw, struct problems *problems, struct query *ret_query)
{
	struct parameter pairs[PAIRS_MAX];
	const struct parameter *after = NULL;
	size_t before = problems->n;
	char *rest;

	*ret_query = (struct query){.limit = QUERY_LIMIT, .sort = &column_id};
	if (!raw || !*raw)
		return true;
	ret_query->store = malloc(store_size(raw));
	if (!ret_query->store)
		return false;
	size_t n = split(raw, ret_query->store, problems, pairs, &rest);
	for (size_t i = 0; i < n; i++) {
		const struct parameter *p = &pairs[i];

		if (is_repeated(pairs, i))
			problems_add(problems, p->name, "repeated", "may be given only once");
		else if (strcmp(p->name, "limit") == 0)
			take_limit(p, problems, ret_query);
		else if (strcmp(p->name, "count") == 0)
			take_count(p, problems, ret_query);
		else if (strcmp(p->name, "sort") == 0)
			take_sort(e, p, problems, ret_query);
		else if (strcmp(p->name, "q") == 0)
			take_words(p, rest, problems, ret_query);
		else if (strcmp(p->name, "after") == 0)
			after = p;
		else
			take_filter(e, by, p, problems, ret_query);
	}
	if (after)
		take_after(after, problems, ret_query);
	return problems->n == before;
}

void
query_free(struct query *q)
{
	free(q->store);
	*q = (struct query){0};
}

bool
query_refuse(const char *raw, struct problems *problems)
{
	struct parameter pairs[PAIRS_MAX];
	size_t before = problems->n;
	char *rest;

	if (!raw || !*raw)
		return true;
	char *store = malloc(store_size(raw));
	if (!store)
		return false;
	size_t n = split(raw, store, problems, pairs, &rest);
	for (size_t i = 0; i < n; i++)
		problems_add(problems, pairs[i].name, "unknown", "is not a parameter of this request");
	free(store);
	return problems->n == before;
}

void
query_write_cursor(struct text *out, const struct query *q, int64_t id, const struct value *value)
{
	text_int(out, id);
	if (q->sort == &column_id || value->kind == VALUE_NULL)
		return;
	text_puts(out, "%2C");
	if (value->kind == VALUE_TEXT)
		text_url(out, value->text, value->len);
	else
		text_int(out, value->number);
}

void
query_write_next(struct text *out, const struct query *q, const char *raw, int64_t id, const struct value *value)
{
	for (const char *s = raw ? raw : ""; *s;) {
		size_t len = strcspn(s, "&");

		if (len && strncmp(s, "after=", 6) != 0) {
			text_url_encoded(out, s, len);
			text_putc(out, '&');
		}
		s += len;
		s += *s == '&';
	}
	text_puts(out, "after=");
	query_write_cursor(out, q, id, value);
}
