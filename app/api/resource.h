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
enum db_status resource_list(struct db *db, const struct call *call, struct response *r);
enum db_status resource_get(struct db *db, const struct call *call, struct response *r);
enum db_status resource_create(struct db *db, const struct call *call, struct response *r);
enum db_status resource_replace(struct db *db, const struct call *call, struct response *r);
enum db_status resource_patch(struct db *db, const struct call *call, struct response *r);
enum db_status resource_remove(struct db *db, const struct call *call, struct response *r);

#endif
