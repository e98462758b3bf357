// The service's own database user, with no more privileges than it needs.
#ifndef USERS_H
#define USERS_H

#include "db/db.h"

struct secret;

// Creates the user, or sets the password and privileges of the existing one: to read and change the
// rows of one schema, and to create and extend its tables. `admin` is a connection of an
// administrator. tls: the user must connect with TLS. Safe to repeat.
enum db_status users_create(struct db *admin, const char *schema, const struct secret *user, bool tls);

#endif
