// Lines collect in one buffer while the thread writes the other, many times a second: waking a
// thread for every line would cost more than the line. If they cannot be written as fast as they
// come, new ones are dropped and counted.
//
// Only the thread waits for the reader of the log. If the reader has stopped reading, the process
// ends without waiting for the thread.

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

enum { WAITING_MAX = 1 << 20, NAP_MS = 20, STOP_SECONDS = 2 };

static struct {
	pthread_mutex_t lock;
	struct text waiting;
	size_t dropped;
	bool running, stopping;
	pthread_t thread;
} state = {.lock = PTHREAD_MUTEX_INITIALIZER};

// Where the lines go. Belongs to the thread while it runs.
static struct {
	const char *path; // NULL: standard output
	int fd;		  // -1: the file could not be opened
	size_t size, max; // of the file
	bool torn;	  // it ends in a part of a line
} out = {.fd = STDOUT_FILENO};

static void
begin_line(struct text *t, const char *level, const char *event)
{
	char now[TIME_SIZE];

	clock_write(now, 0);
	text_printf(t, "{\"ts\":\"%s\",\"level\":\"%s\",\"event\":\"%s\"", now, level, event);
}

static size_t
count_lines(const char *s, size_t len)
{
	size_t n = 0;

	for (const char *end = s + len; (s = memchr(s, '\n', (size_t)(end - s))); s++)
		n++;
	return n;
}

static bool
open_file(void)
{
	struct stat file;

	out.fd = open(out.path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	if (out.fd < 0 || fstat(out.fd, &file) != 0)
		return false;
	out.size = (size_t)file.st_size;
	return true;
}

// Makes room for len more bytes: the file, once it is full, replaces the previous one.
static void
rotate(size_t len)
{
	char previous[4200];

	if (out.fd >= 0 && out.size + len <= out.max)
		return;
	if (out.fd >= 0) {
		snprintf(previous, sizeof previous, "%s.1", out.path);
		close(out.fd);
		out.fd = -1;
		if (rename(out.path, previous) != 0)
			unlink(out.path);
	}
	out.torn = false;
	open_file();
}

// Returns the number of bytes that could not be written.
static size_t
write_bytes(const char *s, size_t len)
{
	while (len) {
		ssize_t n = write(out.fd, s, len);

		if (n < 0 && errno == EAGAIN)
			poll(&(struct pollfd){.fd = out.fd, .events = POLLOUT}, 1, -1);
		else if (n < 0 && errno != EINTR)
			return len;
		if (n > 0) {
			s += n;
			len -= (size_t)n;
			out.size += (size_t)n;
		}
	}
	return 0;
}

// Returns the number of lines that could not be written, at least in part.
static size_t
write_lines(const char *s, size_t len)
{
	if (!len)
		return 0;
	if (out.path)
		rotate(len);
	if (out.fd < 0 || (out.torn && write_bytes("\n", 1)))
		return count_lines(s, len);
	size_t left = write_bytes(s, len);
	out.torn = left && left < len && s[len - left - 1] != '\n';
	return count_lines(s + len - left, left);
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
		write_lines(t->s, t->len);
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
log_repeated(int status, const char *caller, unsigned long count, unsigned seconds)
{
	struct text t = {0};

	begin_line(&t, "warning", "repeated");
	if (*caller)
		add_text(&t, "caller", caller);
	text_printf(&t, ",\"status\":%d,\"count\":%lu,\"seconds\":%u", status, count, seconds);
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

// Writes the waiting lines and, before them, how many were dropped so far. Returns how many that is
// afterwards.
static size_t
write_waiting(struct text *lines, size_t dropped)
{
	struct text first = {0};
	size_t lost = 0;

	if (dropped) {
		begin_line(&first, "warning", "log");
		text_printf(&first, ",\"detail\":\"%zu lines were dropped: they could not be written in time\"}\n", dropped);
		lost = write_lines(first.s, first.len);
		text_free(&first);
	}
	return (lost ? dropped : 0) + write_lines(lines->s, lines->len);
}

static void *
run_writer(void *arg)
{
	struct text lines = {0};
	size_t dropped = 0;
	bool stopping = false;

	(void)arg;
	while (!stopping) {
		nanosleep(&(struct timespec){0, NAP_MS * 1000000L}, NULL);
		pthread_mutex_lock(&state.lock);
		struct text swap = lines;
		lines = state.waiting;
		state.waiting = swap;
		text_clear(&state.waiting);
		dropped += state.dropped;
		state.dropped = 0;
		stopping = state.stopping;
		pthread_mutex_unlock(&state.lock);
		dropped = write_waiting(&lines, dropped);
		text_clear(&lines);
	}
	text_free(&lines);
	return NULL;
}

bool
log_open(const char *path, size_t max)
{
	out.path = path;
	out.max = max;
	return open_file();
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
	struct timespec end;

	if (!state.running)
		return;
	pthread_mutex_lock(&state.lock);
	state.stopping = true;
	pthread_mutex_unlock(&state.lock);
	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += STOP_SECONDS;
	if (pthread_timedjoin_np(state.thread, NULL, &end) != 0)
		return; // it still writes: nothing that it uses may be freed
	state.running = state.stopping = false;
	text_free(&state.waiting);
}
