// Counters of the requests, in the text format of Prometheus.
#ifndef METRICS_H
#define METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/route.h"
#include "base/text.h"
#include "db/pool.h"

struct metrics;

// The routes must outlive it. NULL: out of memory.
struct metrics *metrics_new(const struct routes *routes);
void metrics_free(struct metrics *m);
// Counts one request. route NULL: none matched. seconds: from the headers to the end of the
// response; waited: in the queue (below 0: not queued). From one thread only.
void metrics_count(struct metrics *m, const struct route *route, int status, double seconds, double waited);

struct metrics_gauges {
	unsigned connections, in_flight;
	bool ready;
	struct pool_state pool;
};

void metrics_write(struct metrics *m, const struct metrics_gauges *gauges, struct text *out);

#endif
