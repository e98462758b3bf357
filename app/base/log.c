// Lines collect in one buffer while the thread writes the other, many times a second: waking a
// thread for every line would cost more than the line. If the reader is so slow that too many lines
// wait, new ones are dropped and counted.

#include "base/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

enum { WAITING_MAX = 1 << 20, NAP_MS = 20 };

static struct {
	pthread_mutex_t lock;
	struct text waiting;
	unsigned long dropped;
	bool running, stopping;
	pthread_t thread;
} state = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void
begin_line(struct text *t, const char *level, const char *event)
{
	char now[TIME_SIZE];

	clock_write(now, 0);
	text_printf(t, "{\"ts\":\"%s\",\"level\":\"%s\",\"event\":\"%s\"", now, level, event);
}

static void
write_all(const char *s, size_t len)
{
	while (len) {
		ssize_t n = write(STDOUT_FILENO, s, len);

		if (n < 0 && errno != EINTR)
			return; // there is no other place to report it
		if (n > 0) {
			s += n;
			len -= (size_t)n;
		}
	}
}

static void
end_line(struct text *t)
{
	text_puts(t, "}\n");
	pthread_mutex_lock(&state.lock);
	if (t->failed || state.waiting.len > WAITING_MAX || state.waiting.failed)
		state.dropped++;
	else if (state.running)
		text_add(&state.waiting, t->s, t->len);
	else
		write_all(t->s, t->len);
	pthread_mutex_unlock(&state.lock);
	text_free(t);
}

static void
add_text(struct text *t, const char *name, const char *value)
{
	text_printf(t, ",\"%s\":", name);
	text_json(t, value, strlen(value));
}

void
log_request(const struct log_request *r)
{
	struct text t = {0};

	begin_line(&t, r->status >= 500 ? "error" : "info", "request");
	add_text(&t, "id", r->id);
	add_text(&t, "method", r->method);
	add_text(&t, "route", r->route);
	if (*r->caller)
		add_text(&t, "caller", r->caller);
	text_printf(&t, ",\"status\":%d,\"bytes\":%zu,\"ms\":%.3f", r->status, r->bytes, r->ms);
	if (r->row > 0)
		text_printf(&t, ",\"row\":%lld", (long long)r->row);
	if (r->queue_ms >= 0)
		text_printf(&t, ",\"queue_ms\":%.3f", r->queue_ms);
	if (r->db_ms >= 0)
		text_printf(&t, ",\"db_ms\":%.3f", r->db_ms);
	end_line(&t);
}

void
log_event(const char *level, const char *event, const char *detail)
{
	struct text t = {0};

	begin_line(&t, level, event);
	add_text(&t, "detail", detail);
	end_line(&t);
}

static void *
run_writer(void *arg)
{
	struct text lines = {0};
	bool stopping = false;

	(void)arg;
	while (!stopping) {
		nanosleep(&(struct timespec){0, NAP_MS * 1000000L}, NULL);
		pthread_mutex_lock(&state.lock);
		struct text swap = lines;
		lines = state.waiting;
		state.waiting = swap;
		text_clear(&state.waiting);
		unsigned long dropped = state.dropped;
		state.dropped = 0;
		stopping = state.stopping;
		pthread_mutex_unlock(&state.lock);
		if (dropped) {
			begin_line(&lines, "warning", "log");
			text_printf(&lines, ",\"detail\":\"%lu lines were dropped: standard output was read too slowly\"}\n", dropped);
		}
		write_all(lines.s, lines.len);
		text_clear(&lines);
	}
	text_free(&lines);
	return NULL;
}

bool
log_start(void)
{
	state.running = pthread_create(&state.thread, NULL, run_writer, NULL) == 0;
	return state.running;
}

void
log_stop(void)
{
	if (!state.running)
		return;
	pthread_mutex_lock(&state.lock);
	state.stopping = true;
	pthread_mutex_unlock(&state.lock);
	pthread_join(state.thread, NULL);
	state.running = state.stopping = false;
	text_free(&state.waiting);
}
