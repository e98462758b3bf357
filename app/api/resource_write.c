// What the functions that write have in common.

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "api/request.h"
#include "api/resource.h"
#include "api/response.h"
#include "api/route.h"
#include "api/statements.h"
#include "model/problems.h"
#include "model/record.h"
#include "model/sql.h"

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

enum db_status
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

bool
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
		*v = value_int(call->id);
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
