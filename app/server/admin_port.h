// What operators ask, on a port of its own that only this machine can reach.
#ifndef ADMIN_H
#define ADMIN_H

#include <stdatomic.h>

struct http;
struct metrics;
struct pool;
struct request;
struct response;

struct admin {
	struct http *http; // the public server
	struct pool *pool;
	struct metrics *metrics;
	atomic_bool stopping;
};

// /livez: the process answers. /readyz: so does the database, and nobody has told us to stop. /metrics: Prometheus. context is a struct admin.
void admin_answer(void *context, const struct request *q, struct response *r);

#endif
