// HTTP on a socket. One thread of libmicrohttpd refuses requests that a proxy might read
// differently, answers the ones that need no database, and suspends the others while a worker of
// the pool has them.
#ifndef HTTP_H
#define HTTP_H

#include <stdbool.h>
#include <stdio.h>

#include "db/db.h"
#include "server/options.h"

struct http;
struct job;
struct pool;

// Listens and answers until http_stop. Whatever the options point to must outlive the server. On
// failure, NULL and one line to `problems`.
struct http *http_start(const struct http_options *options, FILE *problems);
// The pool that serves the routes that need the database; until then, they get status 503. The
// pool's `run` and `done` are http_run and http_done. Stop the pool before the server: its jobs
// belong to the server's requests.
void http_set_pool(struct http *h, struct pool *pool);
enum db_status http_run(struct job *const *jobs, size_t n, struct db *db, bool *ret_undone);
void http_done(struct job *job, enum db_status status);

// Asks the server's thread for a sign of life, without waiting for it. True: it has answered since
// the last call. From one thread.
bool http_beat(struct http *h);
// Ends connections that have been idle, sending a body or receiving a response for too long. Call
// it about every second.
void http_sweep(struct http *h);
// From now on, every response closes its connection.
void http_drain(struct http *h);
// Requests whose response is not sent completely.
unsigned http_in_flight(struct http *h);
unsigned http_connections(struct http *h);
// Aborts the requests in flight; accepts NULL.
void http_stop(struct http *h);

#endif
