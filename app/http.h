// HTTP on a socket: one thread of libmicrohttpd that hands every request to route_answer, and refuses before
// that what a proxy in front might read in another way than we do.
#ifndef HTTP_H
#define HTTP_H

#include <stdbool.h>
#include <stdio.h>

struct http;
struct service;

struct http_options {
	const char *address; // numeric, IPv4 or IPv6
	unsigned port;
	unsigned keep_alive; // seconds
	unsigned max_connections;
	bool log_requests;
};

bool http_is_address(const char *text);
// Is this an address of this machine alone?
bool http_is_loopback(const char *text);

// Listens and answers until http_stop. The service must outlive it. NULL, and one line to `problems`, if that
// fails.
struct http *http_start(const struct service *service, const struct http_options *options, FILE *problems);
// From now on every response ends its connection.
void http_drain(struct http *h);
// Requests whose response is not sent in full.
unsigned http_in_flight(struct http *h);
// Cuts what is still in flight; accepts NULL.
void http_stop(struct http *h);

#endif
