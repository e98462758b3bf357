// Idempotency-Key: a POST that is sent twice is executed once.
#ifndef IDEMPOTENCY_H
#define IDEMPOTENCY_H

#include <stdbool.h>

#include "db/db.h"

struct call;
struct record;
struct response;

// Creates a row; as the functions of resource.h.
typedef enum db_status create_fn(struct db *db, const struct call *call, const struct record *record, struct response *r);

// Creates a row with `insert`. The same transaction stores the key; for 24 hours, a repeated request
// creates nothing and gets the current row, or 410 if it has been deleted. A request that
// created nothing is not stored. Returns as the functions of resource.h do.
enum db_status idempotency_create(
	struct db *db, const struct call *call, const struct record *record, create_fn *insert, struct response *r);

// At most this many keys are kept, and as many more as instances store within a minute. Call it
// before the first request.
void idempotency_init(long most);
// Deletes some of the keys that are too old, and counts the rest. ret_more: there are more of them
// to delete.
enum db_status idempotency_clean(struct db *db, bool *ret_more);

#endif
