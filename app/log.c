// One write per line, so that lines of several threads never mix.

#include "log.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void
stamp(char *room, size_t size)
{
	struct timespec now;
	struct tm utc;
	char seconds[32];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(room, size, "%s.%03ldZ", seconds, now.tv_nsec / 1000000);
}

static void
write_line(json_t *line)
{
	char *text = line ? json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(6)) : NULL;

	json_decref(line);
	if (text) {
		flockfile(stdout);
		fputs(text, stdout);
		putc('\n', stdout);
		fflush(stdout);
		funlockfile(stdout);
	}
	free(text);
}

void
log_request(const struct log_request *r)
{
	char ts[64];

	stamp(ts, sizeof ts);
	write_line(json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:I, s:f}", "ts", ts, "level",
		r->status >= 500 ? "error" : "info", "event", "request", "id", r->id, "method", r->method,
		"route", r->route, "status", r->status, "bytes", (json_int_t)r->bytes, "ms", r->ms));
}

void
log_event(const char *level, const char *event, const char *detail)
{
	char ts[64];

	stamp(ts, sizeof ts);
	write_line(json_pack(
		"{s:s, s:s, s:s, s:s}", "ts", ts, "level", level, "event", event, "detail", detail));
}
