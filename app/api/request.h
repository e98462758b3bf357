// One request, as handlers see it: nothing here knows of sockets.
#ifndef REQUEST_H
#define REQUEST_H

#include <stddef.h>
#include <stdint.h>

struct column;
struct entity;
struct route;

// Headers are NULL where there is none.
struct request {
	const char *method;
	const char *path;  // decoded, without the query
	const char *query; // encoded; NULL: none
	const char *id;	   // for the log and for who asks about an error
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

// What the table of routes made of it.
struct call {
	const struct request *request;
	const struct route *route;
	char caller[CALLER_SIZE]; // the name of the token; "" without tokens
	int64_t id;		  // in the path; 0: none
};

#endif
