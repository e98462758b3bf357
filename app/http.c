// The only includer of <microhttpd.h>. It calls handle() once when the headers are there, then for each piece
// of the body, then once more for the response. A response given in the first call closes the connection,
// which is right for a refusal, since nobody then has to guess where the next request begins, and wrong for
// everything else.

#include "http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "route.h"

enum { BODY_MAX = 64 * 1024, HEADERS_MAX = 32 * 1024, ID_SIZE = 48 };

struct http {
	struct MHD_Daemon *daemon;
	const struct service *service;
	bool log_requests;
	atomic_bool draining;
	atomic_uint in_flight;
	uint64_t boot; // tells ids of this process from those of the last
	uint64_t count;
};

// One request, from its headers to the end of its response.
struct exchange {
	struct http *http;
	struct timespec began;
	struct response response;
	const char *method;
	size_t received;
	char id[ID_SIZE];
};

// The context of a request whose path has an encoded NUL: it is made before there is anything to free one.
static char bad_path;

static void *
see_path(void *cls, const char *uri, struct MHD_Connection *connection)
{
	(void)cls;
	(void)connection;
	const char *nul = strstr(uri, "%00"), *query = strchr(uri, '?');

	return nul && (!query || nul < query) ? &bad_path : NULL;
}

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
		return "The path holds an encoded NUL.";
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

// The balancer's trace id if it looks like one (1-8hex-24hex), so that its log and ours can be joined; else
// one of our own.
static void
make_id(struct http *h, const char *trace, char *room)
{
	static const char hex[] = "0123456789abcdef";
	const char *root = trace ? strstr(trace, "Root=1-") : NULL;

	if (root && strspn(root + 7, hex) == 8 && root[15] == '-' && strspn(root + 16, hex) == 24)
		snprintf(room, ID_SIZE, "%.35s", root + 5);
	else
		snprintf(room, ID_SIZE, "%016llx-%08llx", (unsigned long long)h->boot,
			(unsigned long long)++h->count);
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

static enum MHD_Result
respond(struct exchange *x, struct MHD_Connection *connection)
{
	struct response *r = &x->response;
	struct MHD_Response *m = MHD_create_response_from_buffer(r->len, r->body, MHD_RESPMEM_MUST_FREE);

	if (!m)
		return MHD_NO;
	r->body = NULL; // the response's now
	bool ok =
		MHD_add_response_header(m, "Content-Type", r->type) &&
		MHD_add_response_header(m, "X-Request-Id", x->id) &&
		MHD_add_response_header(m, "X-Content-Type-Options", "nosniff") &&
		MHD_add_response_header(m, "Cache-Control", "no-store") &&
		(!r->allow || MHD_add_response_header(m, "Allow", r->allow)) &&
		(!r->challenge || MHD_add_response_header(m, "WWW-Authenticate", "Bearer realm=\"crudd\"")) &&
		(!atomic_load(&x->http->draining) || MHD_add_response_header(m, "Connection", "close"));
	enum MHD_Result result = ok ? MHD_queue_response(connection, (unsigned)r->status, m) : MHD_NO;
	MHD_destroy_response(m);
	return result;
}

// The headers are here: decide the answer at once, since no answer depends on a body yet.
static enum MHD_Result
begin(struct http *h, struct MHD_Connection *connection, const char *path, const char *method,
	const char *version, void **context)
{
	bool bad = *context == &bad_path;
	struct exchange *x = calloc(1, sizeof *x);
	struct framing f = {0};
	int status;

	*context = x;
	if (!x)
		return MHD_NO;
	x->http = h;
	x->method = known_method(method);
	clock_gettime(CLOCK_MONOTONIC, &x->began);
	atomic_fetch_add(&h->in_flight, 1);
	make_id(h, MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "X-Amzn-Trace-Id"), x->id);
	MHD_get_connection_values(connection, MHD_HEADER_KIND, see_header, &f);
	const char *fault = find_fault(&f, version, bad, &status);
	if (fault) {
		if (!route_problem(
			    status, status == 413 ? "too-large" : "bad-request", fault, x->id, &x->response))
			return MHD_NO;
		return respond(x, connection);
	}
	struct request q = {.method = method, .path = path, .id = x->id};
	q.authorization = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Authorization");
	if (!route_answer(h->service, &q, &x->response))
		return MHD_NO;
	bool body = f.codings || (f.length && strtoul(f.length, NULL, 10) > 0);
	return body && x->response.status >= 400 ? respond(x, connection) : MHD_YES;
}

static enum MHD_Result
handle(void *cls, struct MHD_Connection *connection, const char *path, const char *method,
	const char *version, const char *data, size_t *size, void **context)
{
	(void)data;
	if (!*context || *context == &bad_path)
		return begin(cls, connection, path, method, version, context);
	struct exchange *x = *context;
	if (*size == 0)
		return respond(x, connection);
	x->received += *size;
	*size = 0;
	// a response cannot be given in the middle of a body: one without end in sight loses its connection
	return x->received <= BODY_MAX ? MHD_YES : MHD_NO;
}

static void
finish(void *cls, struct MHD_Connection *connection, void **context, enum MHD_RequestTerminationCode why)
{
	struct exchange *x = *context;
	struct timespec now;

	(void)cls;
	(void)connection;
	if (!x || *context == &bad_path)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (x->http->log_requests)
		log_request(&(struct log_request){
			.id = x->id,
			.method = x->method,
			.route = x->response.route ? x->response.route : "-",
			.status = why == MHD_REQUEST_TERMINATED_COMPLETED_OK ? x->response.status
									     : 499, // the caller left
			.bytes = strcmp(x->method, "HEAD") == 0 ? 0 : x->response.len,
			.ms = (double)(now.tv_sec - x->began.tv_sec) * 1e3 +
			      (double)(now.tv_nsec - x->began.tv_nsec) / 1e6,
		});
	atomic_fetch_sub(&x->http->in_flight, 1);
	response_free(&x->response);
	free(x);
	*context = NULL;
}

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static bool
parse_address(const char *text, unsigned port, union address *ret_address)
{
	*ret_address = (union address){0};
	if (inet_pton(AF_INET, text, &ret_address->v4.sin_addr) == 1) {
		ret_address->v4.sin_family = AF_INET;
		ret_address->v4.sin_port = htons((uint16_t)port);
		return true;
	}
	if (inet_pton(AF_INET6, text, &ret_address->v6.sin6_addr) == 1) {
		ret_address->v6.sin6_family = AF_INET6;
		ret_address->v6.sin6_port = htons((uint16_t)port);
		return true;
	}
	return false;
}

bool
http_is_address(const char *text)
{
	union address a;

	return parse_address(text, 0, &a);
}

bool
http_is_loopback(const char *text)
{
	union address a;

	if (!parse_address(text, 0, &a))
		return false;
	if (a.any.sa_family == AF_INET)
		return ntohl(a.v4.sin_addr.s_addr) >> 24 == 127;
	return IN6_IS_ADDR_LOOPBACK(&a.v6.sin6_addr);
}

// The library can make the socket too, but its version 1.0 loses the reason when it fails.
static int
listen_at(const union address *a)
{
	bool v6 = a->any.sa_family == AF_INET6;
	int fd = socket(a->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
	    (!v6 || setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0) &&
	    bind(fd, &a->any, v6 ? sizeof a->v6 : sizeof a->v4) == 0 && listen(fd, SOMAXCONN) == 0)
		return fd;
	int reason = errno;
	close(fd);
	errno = reason;
	return -1;
}

// Version 1.0 lets a bare line feed and folded headers pass unless told not to. The option's ancestor stays
// off: 0.9.75 answers a request without a Host twice with it, and we look at that ourselves.
#if MHD_VERSION >= 0x01000000
#define DISCIPLINE MHD_OPTION_CLIENT_DISCIPLINE_LVL, 1,
#else
#define DISCIPLINE
#endif

struct http *
http_start(const struct service *service, const struct http_options *o, FILE *problems)
{
	struct http *h = calloc(1, sizeof *h);
	union address a;

	if (!h || !parse_address(o->address, o->port, &a)) {
		fprintf(problems, "crudd: %s: %s\n", o->address, h ? "not an address" : "out of memory");
		free(h);
		return NULL;
	}
	h->service = service;
	h->log_requests = o->log_requests;
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	h->boot = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
	errno = 0;
	int fd = listen_at(&a);
	if (fd >= 0)
		h->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | (a.any.sa_family == AF_INET6 ? MHD_USE_IPv6 : 0),
			0, NULL, NULL, handle, h, MHD_OPTION_LISTEN_SOCKET, fd,
			MHD_OPTION_CONNECTION_TIMEOUT, o->keep_alive, MHD_OPTION_CONNECTION_LIMIT, o->max_connections,
			MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADERS_MAX,
			DISCIPLINE MHD_OPTION_URI_LOG_CALLBACK, see_path, NULL, MHD_OPTION_NOTIFY_COMPLETED, finish,
			NULL, MHD_OPTION_END);
	if (h->daemon)
		return h;
	fprintf(problems, "crudd: cannot listen on %s port %u: %s\n", o->address, o->port, strerror(errno));
	free(h);
	return NULL;
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

void
http_stop(struct http *h)
{
	if (!h)
		return;
	MHD_stop_daemon(h->daemon);
	free(h);
}
