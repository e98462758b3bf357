// List, get, create, replace, patch and delete, for any entity.
#ifndef RESOURCE_H
#define RESOURCE_H

#include <stdbool.h>

#include "db/db.h"

struct call;
struct response;

// Builds the statements; false if memory ran out.
bool resource_init(void);
void resource_end(void);

// Each serves a call whose route names the entity. DB_OK: *r is the response, whatever its status.
// Any other status is a failure of the database without a response; nothing was changed unless
// db_was_sent.
// The functions for several calls take calls of one route. They set ret_undone[i] of a call that
// must be executed alone, and leave its response empty.
enum db_status resource_list(struct db *db, const struct call *call, struct response *r);
enum db_status resource_get(struct db *db, const struct call *call, struct response *r);
enum db_status resource_get_many(
	struct db *db, const struct call *const *calls, size_t n, struct response *const *responses, bool *ret_undone);
enum db_status resource_create(struct db *db, const struct call *call, struct response *r);
// None of the calls has an Idempotency-Key.
enum db_status resource_create_many(
	struct db *db, const struct call *const *calls, size_t n, struct response *const *responses, bool *ret_undone);
// Replaces the whole row (ROUTE_REPLACE) or some columns (ROUTE_PATCH). The calls of
// resource_change_many are about different rows.
enum db_status resource_change(struct db *db, const struct call *call, struct response *r);
enum db_status resource_change_many(
	struct db *db, const struct call *const *calls, size_t n, struct response *const *responses, bool *ret_undone);
enum db_status resource_remove(struct db *db, const struct call *call, struct response *r);

#endif
