// The only includer of <microhttpd.h>. It calls handle() once when the headers are there, then for each piece of the body, then once more for the
// response. A response given in the first call closes the connection, which is right for a refusal, since nobody then has to guess where
// the next request begins, and wrong for everything else. A request for the database is suspended before it is pushed, so that it cannot be
// resumed before; when it is, handle() is called again and finds the response there.

#include "server/http.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "server/connection.h"
#include "base/listen.h"
#include "base/log.h"
#include "server/metrics.h"
#include "base/clock.h"
#include "db/pool.h"
#include "api/request.h"
#include "api/response.h"
#include "api/service.h"

// A body that turns out too large is read on for a while, so that the answer that says so arrives.
enum { BODY_MAX = 64 * 1024, BODY_SWALLOWED = 4 * BODY_MAX, HEAD_MAX = 16 * 1024, ID_SIZE = 48 };

struct http {
	struct MHD_Daemon *daemon;
	struct http_options o;
	struct links *links;
	_Atomic(struct pool *) pool;
	struct MHD_Response *no_memory; // made in advance
	atomic_bool draining;
	atomic_uint in_flight;
	uint64_t boot; // tells ids of this process from those of the last
	uint64_t count;
};

// One request, from its headers to the end of its response.
struct exchange {
	struct job job; // first, so that one is the other
	struct http *http;
	struct MHD_Connection *connection;
	struct link *link;
	uint64_t began;
	struct request request;
	struct call call;
	const struct route *any;
	bool answered; // response is what is to be sent
	struct response response;
	const char *method; // for the log
	struct text body;
	size_t received;
	char id[ID_SIZE];
};

static struct link *
link_of(struct MHD_Connection *connection)
{
	return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

// The target as it came: the library decodes it, and ends it at an encoded NUL.
static void *
see_target(void *cls, const char *uri, struct MHD_Connection *connection)
{
	struct link *link = link_of(connection);
	const char *query = strchr(uri, '?');

	(void)cls;
	if (!link)
		return NULL;
	free(link->query);
	link->query = query ? strdup(query + 1) : NULL;
	link->bad_path = strstr(uri, "%00") || (query && !link->query);
	return NULL;
}

// ---- refusing

// The headers that say where a request ends and whom it is for.
struct framing {
	unsigned hosts, lengths, codings;
	const char *length, *coding;
};

static enum MHD_Result
see_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct framing *f = cls;

	(void)kind;
	if (strcasecmp(name, "Host") == 0) {
		f->hosts++;
	} else if (strcasecmp(name, "Content-Length") == 0) {
		f->lengths++;
		f->length = value;
	} else if (strcasecmp(name, "Transfer-Encoding") == 0) {
		f->codings++;
		f->coding = value;
	}
	return MHD_YES;
}

// Why this request is refused, or NULL; the status is 400 then, or 413.
static const char *
find_fault(const struct framing *f, const char *version, bool bad, int *ret_status)
{
	*ret_status = 400;
	if (bad)
		return "The path or the query holds an encoded NUL.";
	if (f->hosts > 1 || (f->hosts == 0 && strcmp(version, "HTTP/1.0") != 0))
		return "There must be exactly one Host header.";
	if (f->lengths > 1 || f->codings > 1 || (f->lengths && f->codings))
		return "The length of the body is given more than once.";
	if (f->codings && (!f->coding || strcasecmp(f->coding, "chunked") != 0))
		return "The only transfer coding understood is chunked.";
	if (f->lengths && (!f->length || strspn(f->length, "0123456789") != strlen(f->length)))
		return "Content-Length is not a number.";
	*ret_status = 413;
	if (f->lengths && (strlen(f->length) > 9 || strtoul(f->length, NULL, 10) > BODY_MAX))
		return "A body may have at most 65536 bytes.";
	return NULL;
}

// The balancer's trace id if it looks like one (1-8hex-24hex), so that its log and ours can be joined; else one of our own.
static void
make_id(struct http *h, const char *trace, char *room)
{
	static const char hex[] = "0123456789abcdef";
	const char *root = trace ? strstr(trace, "Root=1-") : NULL;

	if (root && strspn(root + 7, hex) == 8 && root[15] == '-' && strspn(root + 16, hex) == 24)
		snprintf(room, ID_SIZE, "%.35s", root + 5);
	else
		snprintf(room, ID_SIZE, "%016llx-%08llx", (unsigned long long)h->boot, (unsigned long long)++h->count);
}

// A word the log may hold: what a caller invents does not get there.
static const char *
known_method(const char *method)
{
	static const char *const known[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(known[i], method) == 0)
			return known[i];
	return "OTHER";
}

// ---- answering

static struct MHD_Response *
make_response(struct exchange *x)
{
	struct response *r = &x->response;
	struct MHD_Response *m =
		MHD_create_response_from_buffer(r->len, r->body, r->fixed ? MHD_RESPMEM_PERSISTENT : MHD_RESPMEM_MUST_FREE);

	if (!m)
		return NULL;
	r->body = NULL; // the response's now
	bool ok = (!r->type || MHD_add_response_header(m, "Content-Type", r->type)) && MHD_add_response_header(m, "X-Request-Id", x->id) &&
		  MHD_add_response_header(m, "X-Content-Type-Options", "nosniff") &&
		  MHD_add_response_header(m, "Cache-Control", r->cached ? "no-cache" : "no-store") &&
		  (!atomic_load(&x->http->draining) || MHD_add_response_header(m, "Connection", "close"));
	for (size_t i = 0; ok && i < r->headers_n; i++)
		ok = MHD_add_response_header(m, r->headers[i].name, r->headers[i].value);
	if (ok)
		return m;
	MHD_destroy_response(m);
	return NULL;
}

static enum MHD_Result
respond(struct exchange *x, struct MHD_Connection *connection)
{
	struct MHD_Response *m = x->response.status ? make_response(x) : NULL;

	if (!m) {
		x->response.status = 503;
		return MHD_queue_response(connection, 503, x->http->no_memory);
	}
	enum MHD_Result result = MHD_queue_response(connection, (unsigned)x->response.status, m);
	MHD_destroy_response(m);
	return result;
}

static const char *
header(struct MHD_Connection *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static struct exchange *
new_exchange(struct http *h, struct MHD_Connection *connection, const char *method, const char *path)
{
	struct exchange *x = calloc(1, sizeof *x);

	if (!x)
		return NULL;
	x->http = h;
	x->connection = connection;
	x->link = link_of(connection);
	x->method = known_method(method);
	x->began = now_monotonic();
	atomic_fetch_add(&h->in_flight, 1);
	make_id(h, header(connection, "X-Amzn-Trace-Id"), x->id);
	x->request = (struct request){.method = method, .path = path, .id = x->id, .query = x->link ? x->link->query : NULL,
		.authorization = header(connection, "Authorization"), .accept = header(connection, "Accept"),
		.content_type = header(connection, "Content-Type"), .content_encoding = header(connection, "Content-Encoding"),
		.if_match = header(connection, "If-Match"), .if_none_match = header(connection, "If-None-Match"),
		.idempotency_key = header(connection, "Idempotency-Key"), .body = ""};
	return x;
}

// The headers are here: refuse what can be refused now.
static enum MHD_Result
begin(struct http *h, struct MHD_Connection *connection, const char *path, const char *method, const char *version, void **context)
{
	struct exchange *x = new_exchange(h, connection, method, path);
	struct framing f = {0};
	int status;

	*context = x;
	if (!x || !x->link)
		return MHD_NO;
	MHD_get_connection_values(connection, MHD_HEADER_KIND, see_header, &f);
	const char *fault = find_fault(&f, version, x->link->bad_path, &status);
	if (fault) {
		response_problem(&x->response, status, status == 413 ? "too-large" : "bad-request", fault, x->id, NULL);
		return respond(x, connection);
	}
	if (h->o.service)
		x->answered = service_begin(h->o.service, &x->request, &x->call, &x->any, &x->response);
	bool body = f.codings || (f.length && strtoul(f.length, NULL, 10) > 0);
	links_set(h->links, x->link, body ? LINK_READING : LINK_ANSWERING);
	return body && x->answered && x->response.status >= 400 ? respond(x, connection) : MHD_YES;
}

// The whole request is here. True: it is put aside, and will be looked at again.
static bool
put_aside(struct exchange *x)
{
	struct http *h = x->http;
	struct pool *pool = atomic_load(&h->pool);

	x->request.body = x->body.len ? x->body.s : "";
	x->request.len = x->body.len;
	x->answered = true;
	if (!h->o.service) {
		h->o.answer(h->o.context, &x->request, &x->response);
	} else if (x->body.failed) {
		response_free(&x->response);
	} else if (x->received > BODY_MAX) {
		response_problem(&x->response, 413, "too-large", "A body may have at most 65536 bytes.", x->id, NULL);
	} else if (!service_answer(h->o.service, &x->call, &x->response)) {
		enum route_kind kind = x->call.route->kind;

		x->job.repeatable = kind == GET || kind == LIST || (kind == CREATE && x->request.idempotency_key);
		MHD_suspend_connection(x->connection);
		if (pool && pool_push(pool, &x->job))
			return true;
		x->job.pushed = 0;
		service_fail(DB_LOST, &x->call, &x->response);
		MHD_resume_connection(x->connection);
		return true;
	}
	return false;
}

static enum MHD_Result
handle(void *cls, struct MHD_Connection *connection, const char *path, const char *method, const char *version, const char *data,
	size_t *size, void **context)
{
	struct exchange *x = *context;

	if (!x)
		return begin(cls, connection, path, method, version, context);
	if (*size == 0) {
		links_set(x->http->links, x->link, LINK_ANSWERING);
		return !x->answered && put_aside(x) ? MHD_YES : respond(x, connection);
	}
	x->received += *size;
	if (x->received <= BODY_MAX)
		text_add(&x->body, data, *size);
	*size = 0;
	return x->received <= BODY_SWALLOWED ? MHD_YES : MHD_NO;
}

// ---- what the pool calls

enum db_status
http_run(struct job *job, struct db *db)
{
	struct exchange *x = (struct exchange *)job;

	return x->call.route->run(db, &x->call, &x->response);
}

void
http_done(struct job *job, enum db_status status)
{
	struct exchange *x = (struct exchange *)job;

	if (status != DB_OK)
		service_fail(status, &x->call, &x->response);
	MHD_resume_connection(x->connection);
}

// ---- the end of a request

static double
ms(uint64_t from, uint64_t to)
{
	return from && to ? (double)(to - from) / 1e6 : -1;
}

static void
finish(void *cls, struct MHD_Connection *connection, void **context, enum MHD_RequestTerminationCode why)
{
	struct exchange *x = *context;
	uint64_t now = now_monotonic();

	(void)cls;
	(void)connection;
	if (!x)
		return;
	struct http *h = x->http;
	int status = why == MHD_REQUEST_TERMINATED_COMPLETED_OK ? x->response.status : 499; // the caller left
	uint64_t left_queue = x->job.started ? x->job.started : x->job.pushed ? now : 0;
	if (h->o.log_requests)
		log_request(&(struct log_request){.id = x->id, .method = x->method, .route = x->any ? x->any->pattern : "-",
			.caller = x->call.caller, .status = status, .bytes = strcmp(x->method, "HEAD") == 0 ? 0 : x->response.len,
			.ms = ms(x->began, now), .queue_ms = ms(x->job.pushed, left_queue), .db_ms = ms(x->job.started, x->job.finished)});
	if (h->o.metrics)
		metrics_count(h->o.metrics, x->call.route, status, ms(x->began, now) / 1e3, ms(x->job.pushed, left_queue) / 1e3);
	if (x->link)
		links_set(h->links, x->link, LINK_IDLE);
	response_free(&x->response);
	text_free(&x->body);
	free(x);
	*context = NULL;
	atomic_fetch_sub(&h->in_flight, 1);
}

static void
see_connection(void *cls, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode what)
{
	struct http *h = cls;

	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		*context = links_open(h->links, MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd);
	else if (*context)
		links_close(h->links, *context);
}

// ---- starting and stopping

// Version 1.0 lets a bare line feed and folded headers pass unless told not to. The option's ancestor stays off: 0.9.75 answers a
// request without a Host twice with it, and we look at that ourselves.
#if MHD_VERSION >= 0x01000000
#define DISCIPLINE MHD_OPTION_CLIENT_DISCIPLINE_LVL, 1,
#else
#define DISCIPLINE
#endif

static bool
make_no_memory(struct http *h)
{
	static const char body[] = "{\"type\":\"urn:crudd:problem:unavailable\",\"title\":\"Service unavailable\",\"status\":503,"
				   "\"detail\":\"There is no memory for this request: try again.\",\"request_id\":\"-\"}";

	h->no_memory = MHD_create_response_from_buffer(sizeof body - 1, (void *)body, MHD_RESPMEM_PERSISTENT);
	return h->no_memory && MHD_add_response_header(h->no_memory, "Content-Type", "application/problem+json") &&
	       MHD_add_response_header(h->no_memory, "Retry-After", "1");
}

static bool
listen_and_answer(struct http *h)
{
	const struct http_options *o = &h->o;
	bool v6;
	int fd = listen_open(o->address, o->port, &v6);

	if (fd < 0)
		return false;
	errno = 0;
	h->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | (v6 ? MHD_USE_IPv6 : 0), 0, NULL, NULL,
		handle, h, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_TIMEOUT, o->keep_alive, MHD_OPTION_CONNECTION_LIMIT,
		o->max_connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_MAX,
		DISCIPLINE MHD_OPTION_URI_LOG_CALLBACK, see_target, NULL, MHD_OPTION_NOTIFY_COMPLETED, finish, NULL,
		MHD_OPTION_NOTIFY_CONNECTION, see_connection, h, MHD_OPTION_END);
	if (!h->daemon)
		close(fd);
	return h->daemon != NULL;
}

struct http *
http_start(const struct http_options *o, FILE *problems)
{
	struct http *h = calloc(1, sizeof *h);
	struct timespec now;

	if (h) {
		h->o = *o;
		h->links = links_new();
	}
	if (!h || !h->links || !make_no_memory(h)) {
		fprintf(problems, "crudd: out of memory\n");
		http_stop(h);
		return NULL;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	h->boot = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
	if (listen_and_answer(h))
		return h;
	fprintf(problems, "crudd: cannot listen on %s port %u: %s\n", o->address, o->port, strerror(errno));
	http_stop(h);
	return NULL;
}

void
http_set_pool(struct http *h, struct pool *pool)
{
	atomic_store(&h->pool, pool);
}

void
http_sweep(struct http *h)
{
	links_sweep(h->links, h->o.keep_alive, h->o.request_seconds);
}

void
http_drain(struct http *h)
{
	atomic_store(&h->draining, true);
}

unsigned
http_in_flight(struct http *h)
{
	return atomic_load(&h->in_flight);
}

unsigned
http_connections(struct http *h)
{
	return links_count(h->links);
}

void
http_stop(struct http *h)
{
	if (!h)
		return;
	if (h->daemon)
		MHD_stop_daemon(h->daemon);
	if (h->no_memory)
		MHD_destroy_response(h->no_memory);
	links_free(h->links);
	free(h);
}
