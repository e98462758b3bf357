// From a request to the function that serves it: authentication, routing, and the form of the body.
// Independent of sockets and of the database.
#ifndef SERVICE_H
#define SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "api/page.h"
#include "api/route.h"
#include "db/db.h"

struct auth;
struct call;
struct rate;
struct job;
struct request;
struct response;

// What every response may need.
struct service {
	struct routes routes;
	struct site site;
	struct auth *auth; // NULL: callers need no token; owned
	struct rate *rate; // NULL: no limit; owned
};

// The title must outlive the service. requests_per_second 0: no limit. False if memory ran out;
// service_end either way.
bool service_init(struct service *s, const char *title, struct auth *auth, unsigned requests_per_second);
void service_end(struct service *s);

// Does a request with this method change nothing?
bool service_is_read(const char *method);
// Call it when the headers have arrived. *ret_call is the request's route and id; the body may
// still be missing. True: *r is the complete response. ret_any is the route of the path, for the
// log, even if the request is refused; NULL: none.
bool service_begin(
	const struct service *s, const struct request *q, struct call *ret_call, const struct route **ret_any, struct response *r);
// Call it when the body has arrived. Answers the call of a page; false if the call needs the
// database: pass it to its route->run.
bool service_answer(const struct service *s, const struct call *call, struct response *r);
// Fills in what the pool must know about the call.
void service_describe(const struct service *s, const struct call *call, struct job *ret_job);
// The response if the database failed.
void service_fail(enum db_status status, const struct call *call, struct response *r);
// The id of the row that the path addresses; 0: none.
int64_t service_row(const struct call *call);

#endif
