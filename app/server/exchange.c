// One request: what it may not be, what it holds, what the log says of it.
//
// The memory of all requests in flight is limited. A body counts from the headers on with the most
// that it can need. A response of the database counts once it is known: so that a limit that is
// reached is exceeded by one response of each worker at most, each worker looks before it makes
// one.

#include <string.h>

#include "api/service.h"
#include "base/clock.h"
#include "base/log.h"
#include "server/connection.h"
#include "server/framing.h"
#include "server/http.h"
#include "server/local.h"
#include "server/metrics.h"
#include "server/private.h"
#include "server/refusals.h"

// For bodies and responses. The unit's MemoryMax leaves room for it; see test_slow.py.
enum { HELD_MAX = 64 * 1024 * 1024 };

bool
exchange_is_own(const struct exchange *x)
{
	return x->connection && x->connection->own;
}

bool
exchange_refuse(struct exchange *x, const struct framing *f, const char *origin)
{
	const char *target_host = x->connection->target.host, *host = target_host ? target_host : f->host ? f->host : "";
	int status;
	const char *code = "bad-request", *fault = framing_fault(f, &status);

	if (fault && status == 413) {
		code = "too-large";
	} else if (!fault && x->http->o.local) {
		fault = local_fault(host, origin, service_is_read(x->request.method), &status);
		code = status == 421 ? "misdirected" : "forbidden";
	}
	if (fault)
		response_problem(&x->response, status, code, fault, x->id, NULL);
	return fault != NULL;
}

void
exchange_hold(struct exchange *x, size_t bytes)
{
	x->held += bytes;
	atomic_fetch_add(&x->http->held, bytes);
}

bool
exchange_refuse_if_full(struct exchange *x)
{
	if (atomic_load(&x->http->held) < HELD_MAX)
		return false;
	response_problem(&x->response, 503, "unavailable", "Too many clients send or receive slowly. Try again later.", x->id, NULL);
	return true;
}

// ---- called by the pool

enum db_status
http_run(struct job *job, struct db *db)
{
	struct exchange *x = (struct exchange *)job;

	if (exchange_refuse_if_full(x))
		return DB_OK;
	enum db_status status = x->call.route->run(db, &x->call, &x->response);
	exchange_hold(x, x->response.len);
	return status;
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

	if (h->o.log_requests && !refusals_repeat(h->refusals, status, x->call.caller, now))
		log_request(&(struct log_request){.id = x->id, .method = x->method, .route = x->any ? x->any->pattern : "-",
			.caller = x->call.caller, .row = x->response.row ? x->response.row : service_row(&x->call), .status = status,
			.bytes = strcmp(x->method, "HEAD") == 0 ? 0 : x->response.len, .ms = ms(x->began, now),
			.queue_ms = ms(x->job.pushed, left_queue), .db_ms = ms(x->job.started, x->job.finished)});
	if (h->o.metrics)
		metrics_count(h->o.metrics, x->call.route, status, ms(x->began, now) / 1e3, ms(x->job.pushed, left_queue) / 1e3);
}
