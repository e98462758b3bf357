// Idempotency-Key: a POST that is sent twice is executed once.
#ifndef IDEMPOTENCY_H
#define IDEMPOTENCY_H

#include "db/db.h"

struct call;
struct record;
struct response;

// Creates a row with `insert`. The same transaction stores the key and the response; for 24 hours,
// a repeated request gets that response. A request that created nothing is not stored. Returns as
// the functions of resource.h do.
enum db_status idempotency_create(struct db *db, const struct call *call, const struct record *record,
	enum db_status (*insert)(struct db *db, const struct call *call, const struct record *record, struct response *r),
	struct response *r);

// Deletes some of the keys that are too old; call it now and then.
enum db_status idempotency_clean(struct db *db);

#endif
