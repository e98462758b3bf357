// The schema, brought up to what the table of entities says. Migration N creates the entities and adds the columns that are marked
// `.since = N`; nothing is ever dropped or changed, so that an older version of the service goes on working beside a newer one.
#ifndef MIGRATE_H
#define MIGRATE_H

#include <stdbool.h>

#include "db/db.h"

// What is missing is made, by one instance at a time. ret_applied is how many migrations that took. DB_BUSY: another instance has
// been at it for too long; try again.
enum db_status migrate_run(struct db *db, unsigned *ret_applied);

#endif
