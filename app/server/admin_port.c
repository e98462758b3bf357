#include "server/admin_port.h"

#include <string.h>

#include "api/request.h"
#include "api/response.h"
#include "db/pool.h"
#include "server/http.h"
#include "server/metrics.h"

static void
write_metrics(struct admin *a, struct response *r)
{
	struct metrics_gauges g = {
		.connections = http_connections(a->http), .in_flight = http_in_flight(a->http), .ready = pool_is_ready(a->pool)};
	struct text out = {0};

	pool_read_state(a->pool, &g.pool);
	metrics_write(a->metrics, &g, &out);
	response_text(r, 200, "text/plain; version=0.0.4; charset=utf-8", &out);
}

void
admin_answer(void *context, const struct request *q, struct response *r)
{
	static const char type[] = "text/plain; charset=utf-8";
	struct admin *a = context;
	bool get = strcmp(q->method, "GET") == 0 || strcmp(q->method, "HEAD") == 0;

	if (!get) {
		response_problem(r, 405, "method-not-allowed", "Only GET and HEAD are supported here.", q->id, NULL);
		response_header(r, "Allow", "GET, HEAD");
	} else if (strcmp(q->path, "/metrics") == 0) {
		write_metrics(a, r);
	} else if (strcmp(q->path, "/livez") == 0) {
		response_fixed(r, 200, type, "ok\n", 3);
	} else if (strcmp(q->path, "/readyz") != 0) {
		response_problem(r, 404, "not-found", "This port serves /readyz, /livez and /metrics.", q->id, NULL);
	} else if (pool_is_ready(a->pool) && !atomic_load(&a->stopping)) {
		response_fixed(r, 200, type, "ready\n", 6);
	} else {
		response_fixed(r, 503, type, "not ready\n", 10);
	}
}
