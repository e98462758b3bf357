// Idempotency-Key: a POST that is sent twice is carried out once.
#ifndef IDEMPOTENCY_H
#define IDEMPOTENCY_H

#include "db/db.h"

struct call;
struct record;
struct response;

// Creates by `insert`, in one transaction with a note of the key and the answer, which the same request gets again for 24 hours. An
// answer that created nothing is not noted. Returns as the functions of resource.h do.
enum db_status idempotency_create(struct db *db, const struct call *call, const struct record *record,
	enum db_status (*insert)(struct db *db, const struct call *call, const struct record *record, struct response *r),
	struct response *r);

#endif
