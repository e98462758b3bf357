// The service's own user in the database, with no more rights than it needs.
#ifndef USER_H
#define USER_H

#include "db/db.h"

struct secret;

// Makes the user, or gives the one that is there this password and these rights: to read and change the rows of one schema, and to make and
// extend its tables. admin is a connection of somebody who may do that; tls: the user may only come over TLS. Harmless to repeat.
enum db_status user_create(struct db *admin, const char *schema, const struct secret *user, bool tls);

#endif
