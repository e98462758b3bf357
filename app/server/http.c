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
#include "db/pool.h"
#include "server/connection.h"
#include "server/framing.h"
#include "server/heartbeat.h"
#include "server/label.h"
#include "server/private.h"
#include "server/refusals.h"

// The server reads more than it accepts of a body that is too large, so that the client receives
// the refusal.
enum { BODY_SWALLOWED = 4 * BODY_MAX, HEAD_MAX = 16 * 1024 };
// A client must receive a response at this rate at least.
enum { SENT_PER_MS = 8 };
enum { HEARTBEAT_TICK_NS = 1000000, HEARTBEAT_TICKS = 2000 };

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

	(void)cls;
	if (c)
		c->no_memory = !target_read(&c->target, uri ? uri : "");
	return NULL;
}

// Version 1.0 accepts bare line feeds and folded headers by default. Its predecessor,
// MHD_OPTION_STRICT_FOR_CLIENT, stays off: with it, 0.9.75 answers a request without a Host header
// twice. So framing.c must find these there.
//
// Between chunks, the library alone decides: 0.9.75 accepts bare line feeds. Version 1.0.1, which
// instances have, refuses them, but also chunk extensions.
#if MHD_VERSION >= 0x01000000
#define DISCIPLINE MHD_OPTION_CLIENT_DISCIPLINE_LVL, 1,
enum { PARSES_IN_PLACE = false };
#else
#define DISCIPLINE
enum { PARSES_IN_PLACE = true };
#endif

static enum MHD_Result
see_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	(void)kind;
	framing_see(cls, name, value);
	return MHD_YES;
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

static struct exchange *
new_exchange(struct http *h, struct MHD_Connection *mhd, const char *method, const char *path)
{
	struct exchange *x = calloc(1, sizeof *x);

	if (!x)
		return NULL;
	x->http = h;
	x->mhd = mhd;
	x->connection = connection_of(mhd);
	x->method = label_method(method);
	x->began = clock_monotonic();
	if (!exchange_is_own(x))
		atomic_fetch_add(&h->in_flight, 1);
	label_id(&h->label, header(mhd, "X-Amzn-Trace-Id"), x->id);
	const struct target *t = x->connection ? &x->connection->target : &(struct target){0};
	path += t->prefix;
	x->request = (struct request){.method = method, .path = *path ? path : "/", .id = x->id, .query = t->query,
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
	struct framing f;

	*context = x;
	if (!x || !x->connection)
		return MHD_NO;
	if (x->connection->no_memory)
		return respond(x);
	if (exchange_is_own(x))
		MHD_set_connection_option(mhd, MHD_CONNECTION_OPTION_TIMEOUT, 0u);
	framing_begin(&f, method, &x->connection->target, version);
	MHD_get_connection_values(mhd, MHD_HEADER_KIND, see_header, &f);
	if (PARSES_IN_PLACE)
		framing_measure(&f, MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size);
	if (exchange_refuse(x, &f, header(mhd, "Origin")))
		return respond(x);
	if (h->o.service)
		x->answered = service_begin(h->o.service, &x->request, &x->call, &x->any, &x->response);
	bool body = framing_has_body(&f);
	if (body && !x->answered)
		x->answered = exchange_refuse_if_full(x);
	if (body && x->answered && x->response.status >= 400)
		return respond(x);
	exchange_hold(x, 2 * framing_body_max(&f)); // the buffer doubles
	connections_limit(h->connections, x->connection, body ? 1000ull * h->o.request_seconds : 0);
	return MHD_YES;
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
	service_describe(h->o.service, &x->call, &x->job);
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

void
http_done(struct job *job, enum db_status status)
{
	struct exchange *x = (struct exchange *)job;

	if (status != DB_OK)
		service_fail(status, &x->call, &x->response);
	MHD_resume_connection(x->mhd);
}

// ---- the end of a request

static void
finish(void *cls, struct MHD_Connection *mhd, void **context, enum MHD_RequestTerminationCode why)
{
	struct exchange *x = *context;

	(void)cls;
	(void)mhd;
	if (!x)
		return;
	struct http *h = x->http;
	if (!exchange_is_own(x))
		exchange_report(x, why == MHD_REQUEST_TERMINATED_COMPLETED_OK ? x->response.status : 499); // 499: the client left
	if (x->connection) {
		connections_limit(h->connections, x->connection, 1000ull * h->o.keep_alive);
		target_free(&x->connection->target);
	}
	if (!exchange_is_own(x))
		atomic_fetch_sub(&h->in_flight, 1);
	atomic_fetch_sub(&h->held, x->held);
	response_free(&x->response);
	text_free(&x->body);
	free(x);
	*context = NULL;
}

static void
see_connection(void *cls, struct MHD_Connection *mhd, void **context, enum MHD_ConnectionNotificationCode what)
{
	struct http *h = cls;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		int socket = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
		struct connection *c = connections_open(h->connections, socket, heartbeat_is_server_end(socket));

		if (c)
			connections_limit(h->connections, c, 1000ull * h->o.keep_alive);
		*context = c;
	} else if (*context) {
		connections_close(h->connections, *context);
	}
}

// ---- starting and stopping

static bool
make_no_memory(struct http *h)
{
	static const char body[] = "{\"type\":\"urn:crudd:problem:unavailable\",\"title\":\"Service unavailable\",\"status\":503,"
				   "\"detail\":\"Out of memory. Try again later.\",\"request_id\":\"-\"}";

	h->no_memory = MHD_create_response_from_buffer(sizeof body - 1, (void *)body, MHD_RESPMEM_PERSISTENT);
	return h->no_memory && MHD_add_response_header(h->no_memory, "Content-Type", "application/problem+json") &&
	       MHD_add_response_header(h->no_memory, "Retry-After", "1");
}

// Waits until the server answers its own connection.
static void
begin_heartbeat(struct http *h)
{
	const struct timespec tick = {0, HEARTBEAT_TICK_NS};

	for (int i = 0; i < HEARTBEAT_TICKS && !http_beat(h); i++)
		nanosleep(&tick, NULL);
}

// Clients can connect only after the heartbeat has its connection: they could take all of them. The
// library's thread ignores the socket until then.
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
	if (!h->daemon) {
		close(fd);
		return false;
	}
	if (o->heartbeat)
		begin_heartbeat(h);
	return listen_begin(fd);
}

struct http *
http_start(const struct http_options *o, FILE *problems)
{
	struct http *h = calloc(1, sizeof *h);

	if (h) {
		h->o = *o;
		h->heartbeat.socket = -1;
		h->connections = connections_new();
		h->refusals = refusals_new();
		label_start(&h->label);
	}
	if (!h || !h->connections || !h->refusals || !make_no_memory(h)) {
		fprintf(problems, "crudd: out of memory\n");
		http_stop(h);
		return NULL;
	}
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
	refusals_report(h->refusals, clock_monotonic(), false);
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
	if (h->refusals)
		refusals_report(h->refusals, clock_monotonic(), true);
	refusals_free(h->refusals);
	connections_free(h->connections);
	free(h);
}
