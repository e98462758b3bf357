// The service's own database user, with no more privileges than it needs.
#ifndef USERS_H
#define USERS_H

#include <stdint.h>

#include "db/db.h"

struct secret;

// How long a server with two passwords for a user accepts the previous one. It is longer than two
// runs of secrets.sh take on the slowest instance, so one run may fail.
enum { USERS_KEEP_SECONDS = 1200 };

// Creates the user, or brings an existing one up to date: its password, and its privileges to read
// and change the rows of one schema, and to create and extend its tables. `admin` is a connection
// of an administrator; `own` is how the service itself connects. Safe to repeat.
//
// A server that can keeps the previous password valid for the instances that still have it, and
// *ret_left is the number of seconds after which another call discards it; 0: there is none.
// Another new password replaces it before that.
// DB_BUSY: another instance is doing the same; try again.
enum db_status users_create(
	struct db *admin, const struct db_options *own, const struct secret *user, int64_t *ret_left);

#endif
