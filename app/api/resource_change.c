// Replace, patch and delete. An update reads the row, and changes it only if its version is still the
// same. So it holds no lock between the two, and never overwrites another client's change. The
// service sets the times, not the database, so that the response needs no second read.

#include <stdlib.h>
#include <string.h>

#include "api/request.h"
#include "api/resource.h"
#include "api/response.h"
#include "api/route.h"
#include "api/statements.h"
#include "base/clock.h"
#include "model/problems.h"
#include "model/record.h"

enum { TRIES = 5 };

static void
answer_changed_row(struct response *r, const struct call *call, const struct record *record, const struct row *old, const char *now)
{
	const struct entity *e = call->route->entity;
	struct value row[COLUMNS_MAX + 3];

	row[0] = value_int(call->id);
	memcpy(row + 1, record->values, e->n * sizeof *row);
	row[e->n + 1] = old->values[e->n + 1];
	row[e->n + 2] = value_text(now, TIME_LEN);
	answer_row(r, 200, e, row, row_version(old) + 1, NULL);
}

// Not done if another client has changed the row since it was read.
static enum db_status
update(struct db *db, const struct call *call, const struct record *record, const struct row *old, bool *ret_done, struct response *r)
{
	const struct entity *e = call->route->entity;
	struct value params[COLUMNS_MAX + 3];
	char now[TIME_SIZE];
	struct db_outcome outcome;

	clock_write(now, 0);
	memcpy(params, record->values, e->n * sizeof *params);
	params[e->n] = value_text(now, TIME_SQL_LEN);
	params[e->n + 1] = value_int(call->id);
	params[e->n + 2] = value_int(row_version(old));
	enum db_status status = db_execute(db, statements_of(e)->update[0].s, params, e->n + 3, &outcome);
	*ret_done = status != DB_OK || outcome.affected == 1;
	if (status != DB_OK)
		return answer_constraint(db, status, call, record, r);
	if (*ret_done)
		answer_changed_row(r, call, record, old, now);
	return DB_OK;
}

// Completes the record with what the row has already. False: *r is the response.
static bool
prepare_change(const struct call *call, struct record *record, const struct row *row, struct response *r)
{
	const struct entity *e = call->route->entity;
	const char *wanted = call->request->if_match;
	struct problems problems = {0};

	if (!row->found) {
		answer_absent(r, call, e, call->id);
		return false;
	}
	if (wanted && !etag_matches(wanted, row_version(row), false)) {
		answer_changed(r, call);
		return false;
	}
	record_merge(e, record, row->values + 1);
	bool ok = record_check(e, record, &problems);
	if (!ok)
		answer_invalid(r, call, &problems);
	problems_free(&problems);
	return ok;
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

// Reads what the client sent. False: *r is the response.
static bool
read_change(const struct call *call, struct record *ret_record, struct response *r)
{
	bool whole = call->route->kind == ROUTE_REPLACE;

	*ret_record = (struct record){0};
	if (!check_tags(call, r) || !read_body(call, whole, ret_record, r))
		return false;
	// a replacement keeps nothing of the old row
	for (size_t i = 0; whole && i < call->route->entity->n; i++)
		ret_record->given[i] = true;
	return true;
}

enum db_status
resource_change(struct db *db, const struct call *call, struct response *r)
{
	struct record record;
	enum db_status status = DB_OK;
	bool done = !read_change(call, &record, r);

	for (int i = 0; !done && status == DB_OK && i < TRIES; i++) {
		struct row row;

		status = row_read(db, call->route->entity, call->id, &row);
		if (status == DB_OK && prepare_change(call, &record, &row, r))
			status = update(db, call, &record, &row, &done, r);
		else
			done = true;
		row_free(&row);
	}
	record_free(&record);
	return done || status != DB_OK ? status : DB_BUSY;
}

// ---- several at once

// One call of several.
struct change {
	size_t i; // of the call
	const struct call *call;
	struct record record;
	struct row row;
};

static enum db_status
execute_changes(struct db *db, const struct change *changes, const size_t *which, size_t n, const char *now, uint64_t *ret_changed)
{
	const struct entity *e = changes->call->route->entity;
	struct value params[JOBS_MAX * 2 * (COLUMNS_MAX + 2)];
	struct db_outcome outcome = {0};
	size_t used = 0;

	for (size_t column = 0; column <= e->n; column++)
		for (size_t i = 0; i < n; i++) {
			params[used++] = value_int(changes[which[i]].call->id);
			params[used++] = column < e->n ? changes[which[i]].record.values[column] : value_text(now, TIME_SQL_LEN);
		}
	for (size_t i = 0; i < n; i++) {
		params[used++] = value_int(changes[which[i]].call->id);
		params[used++] = value_int(row_version(&changes[which[i]].row));
	}
	enum db_status status = db_execute(db, statements_of(e)->update[statements_size(n)].s, params, used, &outcome);
	*ret_changed = outcome.affected;
	return status;
}

// Changes all rows or none. Not done if another client has changed one of them since.
static enum db_status
update_many(struct db *db, const struct change *changes, const size_t *which, size_t n, bool *ret_done, struct response *const *responses)
{
	char now[TIME_SIZE];
	uint64_t changed = 0;
	enum db_status status = db_command(db, "START TRANSACTION");

	*ret_done = false;
	if (status != DB_OK)
		return status;
	clock_write(now, 0);
	status = execute_changes(db, changes, which, n, now, &changed);
	*ret_done = status == DB_OK && changed == n;
	if (*ret_done)
		status = db_command(db, "COMMIT");
	if (status != DB_OK || !*ret_done)
		db_roll_back(db);
	for (size_t i = 0; status == DB_OK && *ret_done && i < n; i++) {
		const struct change *c = &changes[which[i]];

		answer_changed_row(responses[c->i], c->call, &c->record, &c->row, now);
	}
	return status;
}

static enum db_status
change_rows(struct db *db, struct change *changes, size_t n, struct response *const *responses, bool *ret_undone)
{
	size_t which[JOBS_MAX] = {0}, n_good = 0; // changes that can be made
	bool done = false;

	for (size_t i = 0; i < n; i++)
		if (prepare_change(changes[i].call, &changes[i].record, &changes[i].row, responses[changes[i].i]))
			which[n_good++] = i;
	size_t fit = n_good ? (size_t)1 << statements_size(n_good) : 0;
	enum db_status status = fit > 1 ? update_many(db, changes, which, fit, &done, responses) : DB_OK;
	for (size_t i = done ? fit : 0; i < n_good; i++)
		ret_undone[changes[which[i]].i] = true;
	return status;
}

enum db_status
resource_change_many(struct db *db, const struct call *const *calls, size_t n, struct response *const *responses, bool *ret_undone)
{
	struct change *changes = calloc(n, sizeof *changes);
	struct row *rows[JOBS_MAX];
	int64_t ids[JOBS_MAX];
	size_t n_read = 0;
	enum db_status status = DB_OK;

	if (!changes)
		return DB_MEMORY;
	for (size_t i = 0; i < n; i++) {
		struct change *c = &changes[n_read];

		*c = (struct change){.i = i, .call = calls[i]};
		rows[n_read] = &c->row;
		ids[n_read] = calls[i]->id;
		if (read_change(calls[i], &c->record, responses[i]))
			n_read++;
		else
			record_free(&c->record);
	}
	if (n_read)
		status = rows_read(db, calls[0]->route->entity, ids, n_read, rows);
	if (status == DB_OK)
		status = change_rows(db, changes, n_read, responses, ret_undone);
	for (size_t i = 0; i < n_read; i++) {
		row_free(&changes[i].row);
		record_free(&changes[i].record);
	}
	free(changes);
	return status;
}

// ---- remove

enum db_status
resource_remove(struct db *db, const struct call *call, struct response *r)
{
	const struct entity *e = call->route->entity;
	const char *wanted = call->request->if_match;
	struct value params[2] = {value_int(call->id)};
	struct db_outcome outcome;
	enum db_status status;

	if (!check_tags(call, r))
		return DB_OK;
	if (wanted) {
		struct row row;

		status = row_read(db, e, call->id, &row);
		bool matches = row.found && etag_matches(wanted, row_version(&row), false);
		params[1] = value_int(status == DB_OK && row.found ? row_version(&row) : 0);
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
