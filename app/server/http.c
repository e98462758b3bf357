// The only file that includes <microhttpd.h>. The library calls handle() once when the headers have
// arrived, then for each piece of the body, then once more for the response. A response queued in
// the first call closes the connection. That is right for a refusal, since the place where the next
// request begins is then in doubt, and wrong for everything else. A request for the database is
// suspended before it is pushed, so that it cannot be resumed earlier; after it is resumed, the
// library calls handle() again, which finds the response.

#include "server/http.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "api/request.h"
#include "api/response.h"
#include "api/service.h"
#include "base/clock.h"
#include "base/listen.h"
#include "base/log.h"
#include "db/pool.h"
#include "server/connection.h"
#include "server/framing.h"
#include "server/heartbeat.h"
#include "server/metrics.h"

// The server reads more than it accepts of a body that is too large, so that the client receives
// the refusal.
enum { BODY_SWALLOWED = 4 * BODY_MAX, HEAD_MAX = 16 * 1024, ID_SIZE = 48 };
// A client must receive a response at this rate at least.
enum { SENT_PER_MS = 8 };

struct http {
	struct MHD_Daemon *daemon;
	struct http_options o;
	struct connections *connections;
	struct heartbeat heartbeat;
	_Atomic(struct pool *) pool;
	struct MHD_Response *no_memory; // made in advance
	atomic_bool draining;
	atomic_uint in_flight;
	uint64_t boot; // makes this process's request ids different from earlier ones
	uint64_t count;
};

// One request, from its headers to the end of its response.
struct exchange {
	struct job job; // first, so that a pointer to one is a pointer to the other
	struct http *http;
	struct MHD_Connection *mhd;
	struct connection *connection;
	uint64_t began;
	struct request request;
	struct call call;
	const struct route *any;
	bool answered; // the response is complete
	struct response response;
	const char *method; // for the log
	struct text body;
	size_t received;
	char id[ID_SIZE];
};

static struct connection *
connection_of(struct MHD_Connection *mhd)
{
	return MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

// Sees the request target as it was sent: the library decodes it, and ends it at an encoded NUL.
static void *
see_target(void *cls, const char *uri, struct MHD_Connection *mhd)
{
	struct connection *c = connection_of(mhd);
	const char *query = strchr(uri, '?');

	(void)cls;
	if (!c)
		return NULL;
	free(c->query);
	c->query = query ? strdup(query + 1) : NULL;
	c->bad_path = strstr(uri, "%00") || (query && !c->query);
	return NULL;
}

static enum MHD_Result
see_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	(void)kind;
	framing_see(cls, name, value);
	return MHD_YES;
}

// The load balancer's trace id if it has the right form (1-8hex-24hex), so that its log and this
// one can be joined; else a new id.
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

// A word that the log may contain: a method that a client invents does not get there.
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
	r->body = NULL; // now owned by m
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
respond(struct exchange *x)
{
	connections_limit(x->http->connections, x->connection, 1000ull * x->http->o.request_seconds + x->response.len / SENT_PER_MS);
	struct MHD_Response *m = x->response.status ? make_response(x) : NULL;

	if (!m) {
		x->response.status = 503;
		return MHD_queue_response(x->mhd, 503, x->http->no_memory);
	}
	enum MHD_Result result = MHD_queue_response(x->mhd, (unsigned)x->response.status, m);
	MHD_destroy_response(m);
	return result;
}

static const char *
header(struct MHD_Connection *mhd, const char *name)
{
	return MHD_lookup_connection_value(mhd, MHD_HEADER_KIND, name);
}

// Is it the heartbeat's? Such a request is neither counted nor logged.
static bool
is_own(const struct exchange *x)
{
	return x->connection && x->connection->own;
}

static struct exchange *
new_exchange(struct http *h, struct MHD_Connection *mhd, const char *method, const char *path)
{
	struct exchange *x = calloc(1, sizeof *x);

	if (!x)
		return NULL;
	x->http = h;
	x->mhd = mhd;
	x->connection = connection_of(mhd);
	x->method = known_method(method);
	x->began = clock_monotonic();
	if (!is_own(x))
		atomic_fetch_add(&h->in_flight, 1);
	make_id(h, header(mhd, "X-Amzn-Trace-Id"), x->id);
	x->request = (struct request){.method = method, .path = path, .id = x->id, .query = x->connection ? x->connection->query : NULL,
		.authorization = header(mhd, "Authorization"), .accept = header(mhd, "Accept"),
		.content_type = header(mhd, "Content-Type"), .content_encoding = header(mhd, "Content-Encoding"),
		.if_match = header(mhd, "If-Match"), .if_none_match = header(mhd, "If-None-Match"),
		.idempotency_key = header(mhd, "Idempotency-Key"), .body = ""};
	return x;
}

// The headers have arrived: refuses the request now if the body does not matter for that.
static enum MHD_Result
begin(struct http *h, struct MHD_Connection *mhd, const char *path, const char *method, const char *version, void **context)
{
	struct exchange *x = new_exchange(h, mhd, method, path);
	struct framing f = {0};
	int status;

	*context = x;
	if (!x || !x->connection)
		return MHD_NO;
	if (is_own(x))
		MHD_set_connection_option(mhd, MHD_CONNECTION_OPTION_TIMEOUT, 0u);
	MHD_get_connection_values(mhd, MHD_HEADER_KIND, see_header, &f);
	const char *fault = framing_fault(&f, version, x->connection->bad_path, &status);
	if (fault) {
		response_problem(&x->response, status, status == 413 ? "too-large" : "bad-request", fault, x->id, NULL);
		return respond(x);
	}
	if (h->o.service)
		x->answered = service_begin(h->o.service, &x->request, &x->call, &x->any, &x->response);
	bool body = framing_has_body(&f);
	connections_limit(h->connections, x->connection, body ? 1000ull * h->o.request_seconds : 0);
	return body && x->answered && x->response.status >= 400 ? respond(x) : MHD_YES;
}

// The whole request has arrived. True: it is suspended, and the library will call handle() again;
// false: the response is complete.
static bool
suspend(struct exchange *x)
{
	struct http *h = x->http;
	struct pool *pool = atomic_load(&h->pool);

	x->request.body = x->body.len ? x->body.s : "";
	x->request.len = x->body.len;
	x->answered = true;
	if (!h->o.service) {
		h->o.answer(h->o.context, &x->request, &x->response);
		return false;
	}
	if (x->body.failed) {
		response_free(&x->response);
		return false;
	}
	if (x->received > BODY_MAX) {
		response_problem(&x->response, 413, "too-large", "The body is larger than 65536 bytes.", x->id, NULL);
		return false;
	}
	if (service_answer(h->o.service, &x->call, &x->response))
		return false;
	const struct route *route = x->call.route;
	x->job.repeatable = route->repeatable || (route->keyed && x->request.idempotency_key);
	MHD_suspend_connection(x->mhd);
	if (!pool || !pool_push(pool, &x->job)) {
		x->job.pushed = 0;
		service_fail(DB_LOST, &x->call, &x->response);
		MHD_resume_connection(x->mhd);
	}
	return true;
}

static enum MHD_Result
handle(void *cls, struct MHD_Connection *mhd, const char *path, const char *method, const char *version, const char *data, size_t *size,
	void **context)
{
	struct exchange *x = *context;

	if (!x)
		return begin(cls, mhd, path, method, version, context);
	if (*size == 0) {
		connections_limit(x->http->connections, x->connection, 0);
		return !x->answered && suspend(x) ? MHD_YES : respond(x);
	}
	x->received += *size;
	if (x->received <= BODY_MAX)
		text_add(&x->body, data, *size);
	*size = 0;
	return x->received <= BODY_SWALLOWED ? MHD_YES : MHD_NO;
}

// ---- called by the pool

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
	MHD_resume_connection(x->mhd);
}

// ---- the end of a request

static double
ms(uint64_t from, uint64_t to)
{
	return from && to ? (double)(to - from) / 1e6 : -1;
}

// Writes the request to the log and to the metrics.
static void
report(const struct exchange *x, int status)
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

static void
finish(void *cls, struct MHD_Connection *mhd, void **context, enum MHD_RequestTerminationCode why)
{
	struct exchange *x = *context;

	(void)cls;
	(void)mhd;
	if (!x)
		return;
	struct http *h = x->http;
	if (!is_own(x))
		report(x, why == MHD_REQUEST_TERMINATED_COMPLETED_OK ? x->response.status : 499); // 499: the client left
	if (x->connection)
		connections_limit(h->connections, x->connection, 1000ull * h->o.keep_alive);
	if (!is_own(x))
		atomic_fetch_sub(&h->in_flight, 1);
	response_free(&x->response);
	text_free(&x->body);
	free(x);
	*context = NULL;
}

// Is this the server's end of the heartbeat? Every other connection is TCP.
static bool
is_heartbeat(int socket)
{
	int domain = 0;
	socklen_t size = sizeof domain;

	return getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX;
}

static void
see_connection(void *cls, struct MHD_Connection *mhd, void **context, enum MHD_ConnectionNotificationCode what)
{
	struct http *h = cls;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		int socket = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;

		struct connection *c = connections_open(h->connections, socket, is_heartbeat(socket));

		if (c)
			connections_limit(h->connections, c, 1000ull * h->o.keep_alive);
		*context = c;
	} else if (*context) {
		connections_close(h->connections, *context);
	}
}

// ---- starting and stopping

// Version 1.0 accepts bare line feeds and folded headers by default. Its predecessor,
// MHD_OPTION_STRICT_FOR_CLIENT, stays off: with it, 0.9.75 answers a request without a Host header
// twice, and framing.c checks that anyway.
#if MHD_VERSION >= 0x01000000
#define DISCIPLINE MHD_OPTION_CLIENT_DISCIPLINE_LVL, 1,
#else
#define DISCIPLINE
#endif

static bool
make_no_memory(struct http *h)
{
	static const char body[] = "{\"type\":\"urn:crudd:problem:unavailable\",\"title\":\"Service unavailable\",\"status\":503,"
				   "\"detail\":\"Out of memory. Try again later.\",\"request_id\":\"-\"}";

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
		o->max_connections + (o->heartbeat ? 1 : 0), MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_MAX,
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
		h->heartbeat.socket = -1;
		h->connections = connections_new();
	}
	if (!h || !h->connections || !make_no_memory(h)) {
		fprintf(problems, "crudd: out of memory\n");
		http_stop(h);
		return NULL;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	h->boot = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
	if (listen_and_answer(h)) {
		if (o->heartbeat)
			http_beat(h); // opens the connection before clients can take them all
		return h;
	}
	fprintf(problems, "crudd: cannot listen on %s port %u: %s\n", o->address, o->port, strerror(errno));
	http_stop(h);
	return NULL;
}

void
http_set_pool(struct http *h, struct pool *pool)
{
	atomic_store(&h->pool, pool);
}

bool
http_beat(struct http *h)
{
	if (h->heartbeat.socket < 0) {
		int socket = heartbeat_open(&h->heartbeat);

		// on failure, the library closes the socket
		if (socket >= 0 && MHD_add_connection(h->daemon, socket, NULL, 0) != MHD_YES)
			heartbeat_close(&h->heartbeat);
	}
	return heartbeat_beat(&h->heartbeat);
}

void
http_sweep(struct http *h)
{
	connections_sweep(h->connections);
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
	return connections_count(h->connections);
}

void
http_stop(struct http *h)
{
	if (!h)
		return;
	if (h->daemon)
		MHD_stop_daemon(h->daemon);
	heartbeat_close(&h->heartbeat);
	if (h->no_memory)
		MHD_destroy_response(h->no_memory);
	connections_free(h->connections);
	free(h);
}
