// The service sets the times of a row, not the database, so that the response needs no second read.

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/idempotency.h"
#include "api/request.h"
#include "api/resource.h"
#include "api/response.h"
#include "api/route.h"
#include "api/statements.h"
#include "base/clock.h"
#include "model/record.h"

// Fills the parameters of one row of an INSERT, which created it at this time.
static void
write_params(struct value *params, const struct entity *e, const struct record *record, const char *now)
{
	memcpy(params, record->values, e->n * sizeof *params);
	params[e->n] = params[e->n + 1] = value_text(now, TIME_SQL_LEN);
}

static void
answer_created(struct response *r, const struct entity *e, const struct record *record, const char *now, int64_t id)
{
	struct value row[COLUMNS_MAX + 3];
	char location[100];

	row[0] = value_int(id);
	memcpy(row + 1, record->values, e->n * sizeof *row);
	row[e->n + 1] = row[e->n + 2] = value_text(now, TIME_LEN);
	snprintf(location, sizeof location, "/%s/%" PRId64, e->name, id);
	answer_row(r, 201, e, row, 1, location);
	r->row = r->status ? id : 0;
}

static enum db_status
insert(struct db *db, const struct call *call, const struct record *record, struct response *r)
{
	const struct entity *e = call->route->entity;
	struct value params[COLUMNS_MAX + 2];
	char now[TIME_SIZE];
	struct db_outcome outcome;

	clock_write(now, 0);
	write_params(params, e, record, now);
	enum db_status status = db_execute(db, statements_of(e)->insert[0].s, params, e->n + 2, &outcome);
	if (status != DB_OK)
		return answer_constraint(db, status, call, record, r);
	answer_created(r, e, record, now, (int64_t)outcome.id);
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

// ---- several at once

// The ids of one INSERT follow each other in steps of auto_increment_increment: the number of its
// rows is known in advance, so InnoDB allocates them together in each of its lock modes (MySQL 8.4
// Reference Manual, AUTO_INCREMENT Handling in InnoDB, "simple inserts").
static enum db_status
insert_many(struct db *db, const struct entity *e, const struct record *records, const size_t *which, size_t n,
	struct response *const *responses)
{
	struct value params[JOBS_MAX * (COLUMNS_MAX + 2)];
	char now[TIME_SIZE];
	struct db_outcome outcome;

	clock_write(now, 0);
	for (size_t i = 0; i < n; i++)
		write_params(params + i * (e->n + 2), e, &records[which[i]], now);
	enum db_status status = db_execute(db, statements_of(e)->insert[statements_size(n)].s, params, n * (e->n + 2), &outcome);
	for (size_t i = 0; status == DB_OK && i < n; i++)
		answer_created(responses[which[i]], e, &records[which[i]], now, (int64_t)(outcome.id + i * outcome.step));
	return status;
}

enum db_status
resource_create_many(struct db *db, const struct call *const *calls, size_t n, struct response *const *responses, bool *ret_undone)
{
	struct record *records = calloc(n, sizeof *records);
	size_t which[JOBS_MAX] = {0}, n_good = 0; // calls whose rows can be created
	enum db_status status = DB_OK;

	if (!records)
		return DB_MEMORY;
	for (size_t i = 0; i < n; i++)
		if (read_body(calls[i], true, &records[i], responses[i]))
			which[n_good++] = i;
	size_t fit = n_good ? (size_t)1 << statements_size(n_good) : 0;
	if (fit)
		status = insert_many(db, calls[0]->route->entity, records, which, fit, responses);
	for (size_t i = fit; i < n_good; i++)
		ret_undone[which[i]] = true;
	for (size_t i = 0; i < n; i++)
		record_free(&records[i]);
	free(records);
	return status;
}
