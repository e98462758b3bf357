// The options of a server.
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>

struct metrics;
struct request;
struct response;
struct service;

struct http_options {
	const char *address; // numeric, IPv4 or IPv6
	unsigned port;
	unsigned keep_alive;	  // seconds before an idle connection is closed
	unsigned request_seconds; // within which a body must arrive, and a small response be received
	unsigned max_connections;
	bool heartbeat; // http_beat will be called: keeps a connection for it besides max_connections
	bool local;	// only this machine may send requests, and no token is required: see local.h
	bool log_requests;
	const struct service *service; // NULL: `answer` answers every request
	struct metrics *metrics;
	void (*answer)(void *context, const struct request *q, struct response *r);
	void *context;
};

#endif
