// List and get, and the functions that they share with resource_write.c.

#include "api/resource.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/request.h"
#include "api/response.h"
#include "api/route.h"
#include "api/statements.h"
#include "model/problems.h"
#include "model/query.h"
#include "model/record.h"
#include "model/sql.h"

// The texts of a row belong to it; gcc's analyzer does not see that.
#if defined __GNUC__ && !defined __clang__
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

// Bytes of most rows; a page that has more makes its buffer grow.
enum { ROW_GUESS = 180 };

static struct statements *statements; // one for each entity, in the order of entities[]

bool
resource_init(void)
{
	bool ok = true;

	statements = calloc(entities_n, sizeof *statements);
	for (size_t i = 0; statements && i < entities_n; i++) {
		struct statements *s = &statements[i];

		for (size_t size = 0; size < SIZES; size++) {
			sql_get(&s->get[size], &entities[i], (size_t)1 << size);
			sql_insert(&s->insert[size], &entities[i], (size_t)1 << size);
			if (size)
				sql_update_many(&s->update[size], &entities[i], (size_t)1 << size);
			else
				sql_update(&s->update[size], &entities[i]);
			ok = ok && !s->get[size].failed && !s->insert[size].failed && !s->update[size].failed;
		}
		sql_remove(&s->remove, &entities[i], false);
		sql_remove(&s->remove_version, &entities[i], true);
		ok = ok && !s->remove.failed && !s->remove_version.failed;
	}
	return ok && statements;
}

void
resource_end(void)
{
	for (size_t i = 0; statements && i < entities_n; i++) {
		for (size_t size = 0; size < SIZES; size++) {
			text_free(&statements[i].get[size]);
			text_free(&statements[i].insert[size]);
			text_free(&statements[i].update[size]);
		}
		text_free(&statements[i].remove);
		text_free(&statements[i].remove_version);
	}
	free(statements);
	statements = NULL;
}

const struct statements *
statements_of(const struct entity *e)
{
	return &statements[e - entities];
}

size_t
statements_size(size_t n)
{
	size_t size = 0;

	while (size + 1 < SIZES && (size_t)2 << size <= n)
		size++;
	return size;
}

// ---- rows

static void
keep_row(void *context, const struct value *values)
{
	struct row *r = context;
	size_t len = 0, used = 0;

	for (size_t i = 0; i < r->n; i++)
		len += values[i].kind == VALUE_TEXT ? values[i].len : 0;
	r->texts = malloc(len + 1);
	r->failed = !r->texts;
	r->found = true;
	for (size_t i = 0; r->texts && i < r->n; i++) {
		r->values[i] = values[i];
		if (values[i].kind != VALUE_TEXT)
			continue;
		memcpy(r->texts + used, values[i].text, values[i].len);
		r->values[i].text = r->texts + used;
		used += values[i].len;
	}
}

// Rows by their ids.
struct reading {
	const int64_t *ids;
	struct row *const *rows;
	size_t n;
};

static void
keep_rows(void *context, const struct value *values)
{
	const struct reading *reading = context;

	for (size_t i = 0; i < reading->n; i++)
		if (reading->ids[i] == values[0].number)
			keep_row(reading->rows[i], values);
}

// The last id fills what is left of the statement's places.
static enum db_status
select_rows(struct db *db, const struct entity *e, const int64_t *ids, size_t n, void (*row)(void *context, const struct value *values),
	void *context)
{
	struct value params[JOBS_MAX];
	size_t size = statements_size(n), places = (size_t)1 << size;

	if (places < n)
		places = (size_t)1 << ++size;
	for (size_t i = 0; i < places; i++)
		params[i] = value_int(ids[i < n ? i : n - 1]);
	return db_select(db, statements_of(e)->get[size].s, params, places, row, context);
}

enum db_status
rows_read(struct db *db, const struct entity *e, const int64_t *ids, size_t n, struct row *const *ret_rows)
{
	struct reading reading = {.ids = ids, .rows = ret_rows, .n = n};
	bool failed = false;

	for (size_t i = 0; i < n; i++)
		*ret_rows[i] = (struct row){.n = e->n + 4};
	enum db_status status = select_rows(db, e, ids, n, keep_rows, &reading);
	for (size_t i = 0; i < n; i++)
		failed = failed || ret_rows[i]->failed;
	return status == DB_OK && failed ? DB_MEMORY : status;
}

enum db_status
row_read(struct db *db, const struct entity *e, int64_t id, struct row *ret_row)
{
	return rows_read(db, e, &id, 1, &ret_row);
}

int64_t
row_version(const struct row *r)
{
	return r->values[r->n - 1].number;
}

void
row_free(struct row *r)
{
	free(r->texts);
	*r = (struct row){0};
}

// ---- tags

bool
etag_is_list(const char *header)
{
	const char *s = header + strspn(header, " \t");

	bool found = false;

	if (*s == '*')
		return !s[1 + strspn(s + 1, " \t")];
	for (;;) {
		s += strspn(s, " \t,");
		if (!*s)
			return found;
		if (strncmp(s, "W/", 2) == 0)
			s += 2;
		const char *end = *s == '"' ? strchr(s + 1, '"') : NULL;
		if (!end)
			return false;
		found = true;
		s = end + 1 + strspn(end + 1, " \t");
		if (*s && *s != ',')
			return false;
	}
}

bool
etag_matches(const char *header, int64_t version, bool weak_too)
{
	char tag[32];
	size_t len = (size_t)snprintf(tag, sizeof tag, "\"%" PRId64 "\"", version);

	for (const char *s = header; *s;) {
		s += strspn(s, " \t,");
		if (*s == '*')
			return true;
		bool weak = strncmp(s, "W/", 2) == 0;
		if (weak)
			s += 2;
		if ((!weak || weak_too) && strncmp(s, tag, len) == 0 && strchr(" \t,", s[len]))
			return true;
		if (*s == '"') {
			s++;
			s += strcspn(s, "\"");
			s += *s == '"';
		} else {
			s += strcspn(s, ",");
		}
	}
	return false;
}

void
etag_add(struct response *r, int64_t version)
{
	char tag[32];

	snprintf(tag, sizeof tag, "\"%" PRId64 "\"", version);
	response_header(r, "ETag", tag);
}

// ---- answers

void
answer_row(struct response *r, int status, const struct entity *e, const struct value *row, int64_t version, const char *location)
{
	struct text body = {0};

	record_write(&body, e, row);
	response_text(r, status, "application/json", &body);
	etag_add(r, version);
	if (location)
		response_header(r, "Location", location);
}

void
answer_absent(struct response *r, const struct call *call, const struct entity *e, int64_t id)
{
	char detail[120];

	snprintf(detail, sizeof detail, "There is no %s with the id %" PRId64 ".", e->one, id);
	response_problem(r, 404, "not-found", detail, call->request->id, NULL);
}

void
answer_changed(struct response *r, const struct call *call)
{
	response_problem(r, 412, "changed", "The row has changed since it was read. Read it again, then decide.", call->request->id, NULL);
}

void
answer_invalid(struct response *r, const struct call *call, const struct problems *problems)
{
	response_problem(r, 422, "invalid", problems->n == 1 ? "One field is not valid." : "Several fields are not valid.",
		call->request->id, problems);
}

// ---- get

struct getting {
	const struct call *const *calls;
	size_t n;
	struct response *const *responses;
	bool found[JOBS_MAX];
};

static void
answer_get(struct response *r, const struct call *call, const struct value *row)
{
	const struct entity *e = call->route->entity;
	const char *known = call->request->if_none_match;
	int64_t version = row[e->n + 3].number;

	if (known && etag_matches(known, version, true)) {
		response_empty(r, 304);
		etag_add(r, version);
	} else {
		answer_row(r, 200, e, row, version, NULL);
	}
}

// The rows come in any order, and several calls may have asked for the same one.
static void
take_row(void *context, const struct value *row)
{
	struct getting *g = context;

	for (size_t i = 0; i < g->n; i++)
		if (g->calls[i]->id == row[0].number) {
			g->found[i] = true;
			answer_get(g->responses[i], g->calls[i], row);
		}
}

enum db_status
resource_get_many(struct db *db, const struct call *const *calls, size_t n, struct response *const *responses, bool *ret_undone)
{
	const struct entity *e = calls[0]->route->entity;
	struct getting g = {.calls = calls, .n = n, .responses = responses};
	int64_t ids[JOBS_MAX] = {0};

	(void)ret_undone;
	for (size_t i = 0; i < n; i++)
		ids[i] = calls[i]->id;
	enum db_status status = select_rows(db, e, ids, n, take_row, &g);
	for (size_t i = 0; i < n; i++)
		if (status == DB_OK && !g.found[i])
			answer_absent(responses[i], calls[i], e, calls[i]->id);
	return status;
}

enum db_status
resource_get(struct db *db, const struct call *call, struct response *r)
{
	return resource_get_many(db, &call, 1, &r, NULL);
}

// ---- list

struct listing {
	const struct entity *entity;
	const struct query *query;
	struct text body;
	unsigned n;
	int64_t last; // of the page
	struct value last_value;
	struct text last_text;
};

static void
list_row(void *context, const struct value *row)
{
	struct listing *l = context;

	// the row after the page only shows that there is a next page
	if (l->n++ == l->query->limit)
		return;
	if (l->n > 1)
		text_putc(&l->body, ',');
	record_write(&l->body, l->entity, row);
	if (l->n < l->query->limit)
		return;
	l->last = row[0].number;
	if (l->query->sort == &column_id)
		return;
	l->last_value = row[1 + entity_index(l->entity, l->query->sort)];
	text_add(&l->last_text, l->last_value.text, l->last_value.len);
	l->last_value.text = l->last_text.s;
}

static void
take_count(void *context, const struct value *row)
{
	*(int64_t *)context = row[0].number;
}

static void
add_header(struct response *r, const char *name, const struct text *value)
{
	if (value->failed)
		response_free(r);
	else
		response_header(r, name, value->s);
}

static void
add_next_page(const struct listing *l, const struct call *call, struct response *r)
{
	struct text next = {0}, link = {0};

	query_write_cursor(&next, l->query, l->last, &l->last_value);
	text_printf(&link, "<%s?", call->request->path);
	query_write_next(&link, l->query, call->request->query, l->last, &l->last_value);
	text_puts(&link, ">; rel=\"next\"");
	add_header(r, "Link", &link);
	add_header(r, "X-Next-After", &next);
	text_free(&next);
	text_free(&link);
}

static void
answer_list(struct listing *l, const struct call *call, int64_t total, struct response *r)
{
	struct text count = {0};

	text_putc(&l->body, ']');
	response_text(r, 200, "application/json", &l->body);
	if (l->last_text.failed)
		response_free(r);
	else if (l->n > l->query->limit)
		add_next_page(l, call, r);
	if (l->query->count) {
		text_int(&count, total);
		add_header(r, "X-Total-Count", &count);
	}
	text_free(&count);
}

static enum db_status
list(struct db *db, const struct call *call, const struct query *q, struct response *r)
{
	const struct route *route = call->route;
	struct listing l = {.entity = route->entity, .query = q};
	struct value params[PARAMS_MAX];
	struct text sql = {0};
	size_t n;
	int64_t total = 0;

	text_reserve(&l.body, q->limit * (size_t)ROW_GUESS);
	text_putc(&l.body, '[');
	sql_list(&sql, route->entity, q, route->by, call->id, params, &n);
	enum db_status status = sql.failed ? DB_MEMORY : db_select(db, sql.s, params, n, list_row, &l);
	if (status == DB_OK && q->count) {
		text_clear(&sql);
		sql_count(&sql, route->entity, q, route->by, call->id, params, &n);
		status = sql.failed ? DB_MEMORY : db_select(db, sql.s, params, n, take_count, &total);
	}
	struct row parent = {.found = true};
	if (status == DB_OK && route->by && l.n == 0)
		status = row_read(db, route->parent, call->id, &parent);
	if (status == DB_OK && !parent.found)
		answer_absent(r, call, route->parent, call->id);
	else if (status == DB_OK)
		answer_list(&l, call, total, r);
	row_free(&parent);
	text_free(&sql);
	text_free(&l.body);
	text_free(&l.last_text);
	return status;
}

enum db_status
resource_list(struct db *db, const struct call *call, struct response *r)
{
	struct problems problems = {0};
	struct query q;
	enum db_status status = DB_OK;

	if (query_read(call->route->entity, call->route->by, call->request->query, &problems, &q))
		status = list(db, call, &q, r);
	else if (problems.n)
		answer_invalid(r, call, &problems);
	else
		status = DB_MEMORY;
	query_free(&q);
	problems_free(&problems);
	return status;
}
