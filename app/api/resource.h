// List, get, create, replace, patch and remove: written once, for any entity.
#ifndef RESOURCE_H
#define RESOURCE_H

#include <stdbool.h>

#include "db/db.h"

struct call;
struct response;

// Builds the statements; false if memory ran out.
bool resource_init(void);
void resource_end(void);

// Each answers a call whose route names the entity. DB_OK: *r is the answer, whatever it says. Anything else is a failure of the
// database that no answer was made for, and nothing was changed unless db_was_sent.
enum db_status resource_list(struct db *db, const struct call *call, struct response *r);
enum db_status resource_get(struct db *db, const struct call *call, struct response *r);
enum db_status resource_create(struct db *db, const struct call *call, struct response *r);
enum db_status resource_replace(struct db *db, const struct call *call, struct response *r);
enum db_status resource_patch(struct db *db, const struct call *call, struct response *r);
enum db_status resource_remove(struct db *db, const struct call *call, struct response *r);

// Forgets idempotency keys that are too old; some of them, the rest next time.
enum db_status resource_clean(struct db *db);

#endif
