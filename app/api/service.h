// From a request to what answers it: who may call, which route, and in which form the body must come. Knows neither sockets nor the
// database.
#ifndef SERVICE_H
#define SERVICE_H

#include <stdbool.h>

#include "db/db.h"
#include "api/route.h"
#include "base/text.h"

struct auth;
struct call;
struct rate;
struct request;
struct response;

// What every answer may need.
struct service {
	struct routes routes;
	struct auth *auth; // NULL: callers need no token; the service's
	struct rate *rate; // NULL: as many requests as they like; the service's
	const char *title;
	struct text openapi;
};

// The title must outlive it. requests_per_second 0: no limit. False if memory ran out; service_end either way.
bool service_init(struct service *s, const char *title, struct auth *auth, unsigned requests_per_second);
void service_end(struct service *s);

// When the headers are here, before the body: *ret_call is what the table of routes makes of the request, whose body may still be missing.
// True: *r is the answer already. ret_any is the route whose path it is, for the log, even if it is refused; NULL: none.
bool service_begin(
	const struct service *s, const struct request *q, struct call *ret_call, const struct route **ret_any, struct response *r);
// With the body: answers a call of a page; false if it needs the database, which its route->run has then to be given.
bool service_answer(const struct service *s, const struct call *call, struct response *r);
// What the caller hears if the database did not do its part.
void service_fail(enum db_status status, const struct call *call, struct response *r);

#endif
