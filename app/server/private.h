// Shared by the files of this directory: the server, and one request to it. Nothing here depends on
// the library.
#ifndef SERVER_PRIVATE_H
#define SERVER_PRIVATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/request.h"
#include "api/response.h"
#include "base/text.h"
#include "db/pool.h"
#include "server/heartbeat.h"
#include "server/label.h"
#include "server/options.h"

struct connection;
struct connections;
struct framing;
struct refusals;
struct route;

struct http {
	struct MHD_Daemon *daemon;
	struct http_options o;
	struct connections *connections;
	struct heartbeat heartbeat;
	_Atomic(struct pool *) pool;
	struct MHD_Response *no_memory; // made in advance
	atomic_bool draining;
	atomic_uint in_flight;
	atomic_size_t held; // by the requests in flight
	struct refusals *refusals;
	struct label label;
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
	size_t held; // bytes of the body and the response, or the most that they can be
	char id[ID_SIZE];
};

// Is it the heartbeat's? Such a request is neither counted nor logged.
bool exchange_is_own(const struct exchange *x);
// Refuses what must not be served at all. origin: the header; NULL: none. True: x->response is the
// refusal.
bool exchange_refuse(struct exchange *x, const struct framing *f, const char *origin);
// Remembers that the request holds this much memory until its end.
void exchange_hold(struct exchange *x, size_t bytes);
// Do the requests in flight hold all the memory that they may? Then x->response is the refusal.
bool exchange_refuse_if_full(struct exchange *x);
// Writes the request to the log and to the metrics.
void exchange_report(const struct exchange *x, int status);

#endif
