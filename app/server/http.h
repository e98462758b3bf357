// HTTP on a socket: one thread of libmicrohttpd, which refuses what a proxy in front might read in another way than we do, answers what needs no
// database, and puts a request aside while a worker of the pool has it.
#ifndef HTTP_H
#define HTTP_H

#include <stdbool.h>
#include <stdio.h>

#include "db/db.h"

struct http;
struct job;
struct metrics;
struct pool;
struct request;
struct response;
struct service;

struct http_options {
	const char *address; // numeric, IPv4 or IPv6
	unsigned port;
	unsigned keep_alive;	  // seconds an idle connection is kept
	unsigned request_seconds; // for a body to arrive
	unsigned max_connections;
	bool log_requests;
	const struct service *service; // NULL: `answer` answers everything
	struct metrics *metrics;
	void (*answer)(void *context, const struct request *q, struct response *r);
	void *context;
};

// Listens and answers until http_stop. What the options point to must outlive it. NULL, and one line to `problems`, if that fails.
struct http *http_start(const struct http_options *options, FILE *problems);
// Who does the work of routes that need the database; before this, and without it, they are answered with 503. The pool's run and done are
// http_run and http_done. It must be stopped before the server, which must still be there for what it has in hand.
void http_set_pool(struct http *h, struct pool *pool);
enum db_status http_run(struct job *job, struct db *db);
void http_done(struct job *job, enum db_status status);

// Ends connections that have been idle or sending a body for too long; to be called about every second.
void http_sweep(struct http *h);
// From now on every response ends its connection.
void http_drain(struct http *h);
// Requests whose response is not sent in full.
unsigned http_in_flight(struct http *h);
unsigned http_connections(struct http *h);
// Cuts what is still in flight; accepts NULL.
void http_stop(struct http *h);

#endif
