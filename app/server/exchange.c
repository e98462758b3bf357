// One request: what it may not be, what it holds, what the log says of it.
//
// The memory of all requests in flight is limited. A body counts from the headers on with the most
// that it can need. A response of the database counts once it is known: so that a limit that is
// reached is exceeded by the responses at work at most, each worker looks before it makes them.

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

static bool
refuse_all_if_full(struct job *const *jobs, size_t n)
{
	bool full = false;

	for (size_t i = 0; i < n; i++)
		full = exchange_refuse_if_full((struct exchange *)jobs[i]) || full;
	return full;
}

static enum db_status
run_many(struct job *const *jobs, size_t n, struct db *db, bool *ret_undone)
{
	const struct call *calls[JOBS_MAX] = {0};
	struct response *responses[JOBS_MAX] = {0};

	for (size_t i = 0; i < n; i++) {
		struct exchange *x = (struct exchange *)jobs[i];

		calls[i] = &x->call;
		responses[i] = &x->response;
	}
	enum db_status status = ((struct exchange *)jobs[0])->call.route->run_many(db, calls, n, responses, ret_undone);
	for (size_t i = 0; status != DB_OK && i < n; i++)
		response_free(responses[i]);
	return status;
}

enum db_status
http_run(struct job *const *jobs, size_t n, struct db *db, bool *ret_undone)
{
	struct exchange *first = (struct exchange *)jobs[0];

	if (refuse_all_if_full(jobs, n))
		return DB_OK;
	enum db_status status = n == 1 ? first->call.route->run(db, &first->call, &first->response) : run_many(jobs, n, db, ret_undone);
	for (size_t i = 0; i < n; i++)
		exchange_hold((struct exchange *)jobs[i], ((struct exchange *)jobs[i])->response.len);
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
