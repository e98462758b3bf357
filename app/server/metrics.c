// One row of counters for each route, and one for requests that matched none. The HTTP thread
// counts and the admin thread reads, so the counters are atomic; their order does not matter.

#include "server/metrics.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/version.h"

static const int statuses[] = {200, 201, 204, 304, 400, 401, 403, 404, 405, 409, 412, 413, 415, 421, 422, 429, 499, 500, 503, 0};
static const double bounds[] = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

enum { STATUSES = sizeof statuses / sizeof *statuses, BUCKETS = sizeof bounds / sizeof *bounds + 1 };

struct histogram {
	atomic_uint_fast64_t buckets[BUCKETS];
	atomic_uint_fast64_t microseconds;
};

struct metrics {
	const struct routes *routes;
	struct histogram answered, waited;
	atomic_uint_fast64_t (*counts)[STATUSES]; // routes->n + 1 of them
};

struct metrics *
metrics_new(const struct routes *routes)
{
	struct metrics *m = calloc(1, sizeof *m);

	if (m)
		m->counts = calloc(routes->n + 1, sizeof *m->counts);
	if (!m || !m->counts) {
		free(m);
		return NULL;
	}
	m->routes = routes;
	return m;
}

void
metrics_free(struct metrics *m)
{
	if (m)
		free(m->counts);
	free(m);
}

static void
observe(struct histogram *h, double seconds)
{
	size_t i = 0;

	while (i < BUCKETS - 1 && seconds > bounds[i])
		i++;
	atomic_fetch_add_explicit(&h->buckets[i], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&h->microseconds, (uint64_t)(seconds * 1e6), memory_order_relaxed);
}

void
metrics_count(struct metrics *m, const struct route *route, int status, double seconds, double waited)
{
	size_t i = 0;

	while (statuses[i] && statuses[i] != status)
		i++;
	atomic_fetch_add_explicit(&m->counts[route ? route->index : m->routes->n][i], 1, memory_order_relaxed);
	observe(&m->answered, seconds);
	if (waited >= 0)
		observe(&m->waited, waited);
}

static void
write_histogram(struct text *out, const char *name, const char *help, const struct histogram *h)
{
	uint64_t sum = 0;

	text_printf(out, "# HELP %s %s\n# TYPE %s histogram\n", name, help, name);
	for (size_t i = 0; i < BUCKETS; i++) {
		sum += atomic_load_explicit(&h->buckets[i], memory_order_relaxed);
		if (i < BUCKETS - 1)
			text_printf(out, "%s_bucket{le=\"%g\"} %" PRIu64 "\n", name, bounds[i], sum);
		else
			text_printf(out, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n", name, sum);
	}
	text_printf(out, "%s_sum %.6f\n%s_count %" PRIu64 "\n", name,
		(double)atomic_load_explicit(&h->microseconds, memory_order_relaxed) / 1e6, name, sum);
}

static void
write_counts(struct text *out, const struct metrics *m)
{
	text_puts(out, "# HELP crudd_requests_total Requests.\n# TYPE crudd_requests_total counter\n");
	for (size_t k = 0; k <= m->routes->n; k++)
		for (size_t i = 0; i < STATUSES; i++) {
			uint64_t n = atomic_load_explicit(&m->counts[k][i], memory_order_relaxed);
			const struct route *route = k < m->routes->n ? &m->routes->list[k] : NULL;

			if (n)
				text_printf(out, "crudd_requests_total{method=\"%s\",route=\"%s\",status=\"%d\"} %" PRIu64 "\n",
					route ? route->method : "-", route ? route->pattern : "-", statuses[i], n);
		}
}

static void
write_number(struct text *out, const char *name, const char *type, const char *help, uint64_t number)
{
	text_printf(out, "# HELP %s %s\n# TYPE %s %s\n%s %" PRIu64 "\n", name, help, name, type, name, number);
}

void
metrics_write(struct metrics *m, const struct metrics_gauges *g, struct text *out)
{
	write_counts(out, m);
	write_histogram(out, "crudd_request_seconds", "Time from the headers to the end of the response.", &m->answered);
	write_histogram(out, "crudd_queue_seconds", "Time spent waiting for a database worker.", &m->waited);
	write_number(out, "crudd_connections", "gauge", "Open connections.", g->connections);
	write_number(out, "crudd_requests_in_flight", "gauge", "Requests whose response is not sent completely.", g->in_flight);
	write_number(out, "crudd_ready", "gauge", "1 if the database answered within the last seconds.", g->ready);
	write_number(out, "crudd_queue_length", "gauge", "Requests waiting for a database worker.", g->pool.depth);
	write_number(out, "crudd_database_busy", "gauge", "Database workers with a request.", g->pool.busy);
	write_number(out, "crudd_database_connections", "gauge", "Database workers that are connected.", g->pool.connected);
	write_number(out, "crudd_database_connects_total", "counter", "Connections opened to the database.", g->pool.connects);
	write_number(out, "crudd_database_lost_total", "counter", "Connections to the database that broke.", g->pool.lost);
	write_number(out, "crudd_database_ended_total", "counter", "Statements that were ended because they outlived their request.", g->pool.killed);
	write_number(out, "crudd_database_failures_total", "counter", "Requests that failed in the database.", g->pool.failed);
	write_number(out, "crudd_queue_refused_total", "counter", "Requests refused because the queue was full.", g->pool.refused);
	write_number(out, "crudd_queue_late_total", "counter", "Requests that failed because they waited too long in the queue.", g->pool.late);
	text_printf(out, "# HELP crudd_build_info The version of crudd.\n# TYPE crudd_build_info gauge\ncrudd_build_info{version=\"%s\"} 1\n",
		CRUDD_VERSION);
}
