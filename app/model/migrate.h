// Updates the database schema to the table of entities. Migration N creates the entities and adds
// the columns that are marked `.since = N`. It never drops or changes anything, so that an older
// version of the service works beside a newer one.
#ifndef MIGRATE_H
#define MIGRATE_H

#include <stdbool.h>

#include "db/db.h"

// Applies the missing migrations; only one instance does so at a time. ret_applied: how many it
// applied. DB_BUSY: another instance is still migrating; try again.
enum db_status migrate_run(struct db *db, unsigned *ret_applied);

#endif
