// What the service answers: plain functions from a request to a response, which know nothing of sockets.
#ifndef ROUTE_H
#define ROUTE_H

#include <stdbool.h>
#include <stddef.h>

// What every answer may need; lives as long as the process.
struct service {
	const char *token; // NULL: callers need none
	const char *title;
};

struct request {
	const char *method;
	const char *path;	   // decoded, without the query
	const char *authorization; // NULL: no such header
	const char *id;		   // for the log and for who asks about an error
};

struct response {
	int status;
	const char *route; // the pattern that matched, for the log; "-" if none did
	const char *type;  // media type
	const char *allow; // methods, with 405; else NULL
	bool challenge;	   // with 401: say how to authenticate
	char *body;	   // response_free
	size_t len;
};

// False if memory ran out; then *ret_response holds nothing.
bool route_answer(
	const struct service *service, const struct request *request, struct response *ret_response);
// An RFC 9457 problem. code is the stable word for programs, detail a sentence for people.
bool route_problem(
	int status, const char *code, const char *detail, const char *id, struct response *ret_response);
void response_free(struct response *r);

#endif
