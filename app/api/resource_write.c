// Create, replace, patch and delete. An update reads the row, and changes it only if its version is
// still the same. So it holds no lock between the two, and never overwrites another client's
// change. The service sets the times, not the database, so that the response needs no second read.

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "api/idempotency.h"
#include "api/request.h"
#include "api/resource.h"
#include "api/response.h"
#include "api/route.h"
#include "api/statements.h"
#include "base/clock.h"
#include "model/problems.h"
#include "model/record.h"
#include "model/sql.h"

enum { TRIES = 5 };

static struct value
of_int(int64_t number)
{
	return (struct value){.kind = VALUE_INT, .number = number};
}

static struct value
of_time(const char *time, size_t len)
{
	return (struct value){.kind = VALUE_TEXT, .text = time, .len = len};
}

static void
take_id(void *context, const struct value *values)
{
	*(int64_t *)context = values[0].number;
}

// The path of the row that has this value of the unique column; empty if it is gone meanwhile, or
// cannot be read.
static void
find_conflict(struct db *db, const struct entity *e, const struct column *c, const struct value *value, struct text *ret_path)
{
	struct text sql = {0};
	int64_t id = 0;

	sql_find(&sql, e, c);
	if (!sql.failed && db_select(db, sql.s, value, 1, take_id, &id) == DB_OK && id)
		text_printf(ret_path, "/%s/%" PRId64, e->name, id);
	text_free(&sql);
}

// Another row has a unique value of this record.
static void
answer_duplicate(struct db *db, const struct call *call, const struct record *record, struct response *r)
{
	const struct entity *e = call->route->entity;
	const char *culprit = db_culprit(db);
	const struct column *c = entity_column(e, culprit, strlen(culprit));
	struct problems problems = {0};
	char detail[200];

	problems_add(&problems, culprit, "duplicate", "is taken already");
	snprintf(detail, sizeof detail, "Another %s already has this %s.", e->one, culprit);
	if (c && c->flags & UNIQUE)
		find_conflict(db, e, c, &record->values[entity_index(e, c)], &problems.conflict);
	response_problem(r, 409, "duplicate", detail, call->request->id, &problems);
	problems_free(&problems);
}

// Translates a violated constraint of the database. Any other status is returned as it is. record:
// what was written; NULL: nothing.
static enum db_status
answer_constraint(struct db *db, enum db_status status, const struct call *call, const struct record *record, struct response *r)
{
	const struct entity *e = call->route->entity;
	const char *culprit = db_culprit(db);
	struct problems problems = {0};
	char detail[200];

	switch (status) {
	case DB_DUPLICATE:
		if (!record)
			return status;
		answer_duplicate(db, call, record, r);
		break;
	case DB_DANGLING:
		if (call->route->by && strcmp(call->route->by->name, culprit) == 0) {
			answer_absent(r, call, call->route->parent, call->id);
			break;
		}
		problems_add(&problems, culprit, "dangling", "refers to a row that does not exist");
		answer_invalid(r, call, &problems);
		break;
	case DB_REFERENCED:
		snprintf(detail, sizeof detail, "This %s has %s: delete these first.", e->one, culprit);
		response_problem(r, 409, "referenced", detail, call->request->id, NULL);
		break;
	default:
		return status;
	}
	problems_free(&problems);
	return DB_OK;
}

// Reads the body. False: *r is the response, or memory ran out (r->status is 0).
static bool
read_body(const struct call *call, bool whole, struct record *ret_record, struct response *r)
{
	const struct route *route = call->route;
	struct problems problems = {0};
	char why[160];
	enum record_status status = record_read(route->entity, call->request->body, call->request->len, route->by ? 0 : call->id,
		&problems, why, ret_record);

	if (status == RECORD_MALFORMED) {
		response_problem(r, 400, "malformed-json", why, call->request->id, NULL);
		return false;
	}
	if (route->by) {
		size_t i = entity_index(route->entity, route->by);
		struct value *v = &ret_record->values[i];

		if (ret_record->given[i] && (v->kind != VALUE_INT || v->number != call->id))
			problems_add(&problems, route->by->name, "mismatch", "must be the id in the path, or absent");
		ret_record->given[i] = true;
		*v = of_int(call->id);
	}
	bool ok = !whole || status == RECORD_SHAPELESS || record_complete(route->entity, ret_record, &problems);
	if (whole && ok && status == RECORD_FINE && problems.n == 0)
		record_check(route->entity, ret_record, &problems);
	ok = problems.n == 0;
	if (!ok)
		answer_invalid(r, call, &problems);
	problems_free(&problems);
	return ok;
}

// ---- create

static enum db_status
insert(struct db *db, const struct call *call, const struct record *record, struct response *r)
{
	const struct entity *e = call->route->entity;
	struct value params[COLUMNS_MAX + 2], row[COLUMNS_MAX + 3];
	char now[TIME_SIZE], location[100];
	struct db_outcome outcome;

	clock_write(now, 0);
	memcpy(params, record->values, e->n * sizeof *params);
	params[e->n] = params[e->n + 1] = of_time(now, TIME_SQL_LEN);
	enum db_status status = db_execute(db, statements_of(e)->insert.s, params, e->n + 2, &outcome);
	if (status != DB_OK)
		return answer_constraint(db, status, call, record, r);
	row[0] = of_int((int64_t)outcome.id);
	memcpy(row + 1, record->values, e->n * sizeof *row);
	row[e->n + 1] = row[e->n + 2] = of_time(now, TIME_LEN);
	snprintf(location, sizeof location, "/%s/%" PRIu64, e->name, outcome.id);
	answer_row(r, 201, e, row, 1, location);
	r->row = r->status ? (int64_t)outcome.id : 0;
	return DB_OK;
}

enum db_status
resource_create(struct db *db, const struct call *call, struct response *r)
{
	struct record record;
	enum db_status status = DB_OK;

	if (read_body(call, true, &record, r))
		status = call->request->idempotency_key ? idempotency_create(db, call, &record, insert, r)
							: insert(db, call, &record, r);
	record_free(&record);
	return status;
}

// ---- replace and patch

static enum db_status
update(struct db *db, const struct call *call, const struct record *record, const struct row *old, bool *ret_done, struct response *r)
{
	const struct entity *e = call->route->entity;
	struct value params[COLUMNS_MAX + 3], row[COLUMNS_MAX + 3];
	char now[TIME_SIZE];
	struct db_outcome outcome;

	clock_write(now, 0);
	memcpy(params, record->values, e->n * sizeof *params);
	params[e->n] = of_time(now, TIME_SQL_LEN);
	params[e->n + 1] = of_int(call->id);
	params[e->n + 2] = of_int(row_version(old));
	enum db_status status = db_execute(db, statements_of(e)->update.s, params, e->n + 3, &outcome);
	*ret_done = status != DB_OK || outcome.affected == 1;
	if (status != DB_OK)
		return answer_constraint(db, status, call, record, r);
	row[0] = of_int(call->id);
	memcpy(row + 1, record->values, e->n * sizeof *row);
	row[e->n + 1] = old->values[e->n + 1];
	row[e->n + 2] = of_time(now, TIME_LEN);
	if (*ret_done)
		answer_row(r, 200, e, row, row_version(old) + 1, NULL);
	return DB_OK;
}

// One attempt. Not done if another client changed the row between the read and the write.
static enum db_status
try_update(struct db *db, const struct call *call, struct record *record, bool *ret_done, struct response *r)
{
	const struct entity *e = call->route->entity;
	const char *wanted = call->request->if_match;
	struct problems problems = {0};
	struct row row;
	enum db_status status = row_read(db, e, call->id, &row);

	*ret_done = true;
	if (status != DB_OK)
		goto out;
	if (!row.found) {
		answer_absent(r, call, e, call->id);
		goto out;
	}
	if (wanted && !etag_matches(wanted, row_version(&row), false)) {
		answer_changed(r, call);
		goto out;
	}
	record_merge(e, record, row.values + 1);
	if (record_check(e, record, &problems))
		status = update(db, call, record, &row, ret_done, r);
	else
		answer_invalid(r, call, &problems);
out:
	problems_free(&problems);
	row_free(&row);
	return status;
}

// False: If-Match is malformed, and *r says so.
static bool
check_tags(const struct call *call, struct response *r)
{
	if (!call->request->if_match || etag_is_list(call->request->if_match))
		return true;
	response_problem(r, 400, "bad-request", "If-Match must be * or a list of quoted ETags, such as \"1\".", call->request->id, NULL);
	return false;
}

static enum db_status
change(struct db *db, const struct call *call, bool whole, struct response *r)
{
	struct record record;
	enum db_status status = DB_OK;

	if (!check_tags(call, r))
		return DB_OK;
	bool done = !read_body(call, whole, &record, r);
	// a replacement keeps nothing of the old row
	for (size_t i = 0; whole && i < call->route->entity->n; i++)
		record.given[i] = true;
	for (int i = 0; !done && status == DB_OK && i < TRIES; i++)
		status = try_update(db, call, &record, &done, r);
	record_free(&record);
	return done ? status : DB_BUSY;
}

enum db_status
resource_replace(struct db *db, const struct call *call, struct response *r)
{
	return change(db, call, true, r);
}

enum db_status
resource_patch(struct db *db, const struct call *call, struct response *r)
{
	return change(db, call, false, r);
}

// ---- remove

enum db_status
resource_remove(struct db *db, const struct call *call, struct response *r)
{
	const struct entity *e = call->route->entity;
	const char *wanted = call->request->if_match;
	struct value params[2] = {of_int(call->id)};
	struct db_outcome outcome;
	enum db_status status;

	if (!check_tags(call, r))
		return DB_OK;
	if (wanted) {
		struct row row;

		status = row_read(db, e, call->id, &row);
		bool matches = row.found && etag_matches(wanted, row_version(&row), false);
		params[1] = of_int(status == DB_OK && row.found ? row_version(&row) : 0);
		if (status == DB_OK && !row.found)
			answer_absent(r, call, e, call->id);
		else if (status == DB_OK && !matches)
			answer_changed(r, call);
		row_free(&row);
		if (status != DB_OK || !matches)
			return status;
	}
	status = db_execute(db, wanted ? statements_of(e)->remove_version.s : statements_of(e)->remove.s, params, wanted ? 2 : 1, &outcome);
	if (status != DB_OK)
		return answer_constraint(db, status, call, NULL, r);
	if (outcome.affected)
		response_empty(r, 204);
	else if (wanted)
		answer_changed(r, call);
	else
		answer_absent(r, call, e, call->id);
	return DB_OK;
}
