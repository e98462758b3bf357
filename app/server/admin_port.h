// The endpoints for operators, on a separate port that only this machine can reach.
#ifndef ADMIN_PORT_H
#define ADMIN_PORT_H

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

// Answers /livez: the process runs; /readyz: the database answers too, and the service is not
// stopping; /metrics: Prometheus. `context` is a struct admin.
void admin_answer(void *context, const struct request *q, struct response *r);

#endif
