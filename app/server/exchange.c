// One request: what it may not be, and what the log says of it.

#include <string.h>

#include "api/service.h"
#include "base/clock.h"
#include "base/log.h"
#include "server/connection.h"
#include "server/framing.h"
#include "server/http.h"
#include "server/metrics.h"
#include "server/private.h"

bool
exchange_is_own(const struct exchange *x)
{
	return x->connection && x->connection->own;
}

bool
exchange_refuse(struct exchange *x, const struct framing *f)
{
	int status;
	const char *fault = framing_fault(f, &status);

	if (fault)
		response_problem(&x->response, status, status == 413 ? "too-large" : "bad-request", fault, x->id, NULL);
	return fault != NULL;
}

// ---- called by the pool

enum db_status
http_run(struct job *job, struct db *db)
{
	struct exchange *x = (struct exchange *)job;

	return x->call.route->run(db, &x->call, &x->response);
}

// ---- the end of a request

static double
ms(uint64_t from, uint64_t to)
{
	return from && to ? (double)(to - from) / 1e6 : -1;
}

void
exchange_report(const struct exchange *x, int status)
{
	const struct http *h = x->http;
	uint64_t now = clock_monotonic(), left_queue = x->job.started ? x->job.started : x->job.pushed ? now : 0;

	if (h->o.log_requests)
		log_request(&(struct log_request){.id = x->id, .method = x->method, .route = x->any ? x->any->pattern : "-",
			.caller = x->call.caller, .row = x->response.row ? x->response.row : service_row(&x->call), .status = status,
			.bytes = strcmp(x->method, "HEAD") == 0 ? 0 : x->response.len, .ms = ms(x->began, now),
			.queue_ms = ms(x->job.pushed, left_queue), .db_ms = ms(x->job.started, x->job.finished)});
	if (h->o.metrics)
		metrics_count(h->o.metrics, x->call.route, status, ms(x->began, now) / 1e3, ms(x->job.pushed, left_queue) / 1e3);
}
