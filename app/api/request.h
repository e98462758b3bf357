// One request, as handlers see it: independent of sockets.
#ifndef REQUEST_H
#define REQUEST_H

#include <stddef.h>
#include <stdint.h>

struct route;

// An absent header is NULL.
struct request {
	const char *method;
	const char *path;  // decoded, without the query
	const char *query; // encoded, but unreserved characters are not; NULL: none
	const char *id;	   // for the log and for reports of errors
	const char *authorization;
	const char *accept;
	const char *content_type;
	const char *content_encoding;
	const char *if_match;
	const char *if_none_match;
	const char *idempotency_key;
	const char *body;
	size_t len;
};

enum { CALLER_SIZE = 33 };

// A request and the route that serves it.
struct call {
	const struct request *request;
	const struct route *route;
	char caller[CALLER_SIZE]; // the name of the token; "" without tokens
	int64_t id;		  // in the path; 0: none
};

#endif
