// A bounded queue and the database workers that serve it, each with its own connection. A job that
// waits too long fails, so that a stalled database delays no caller beyond patience_ms.
#ifndef POOL_H
#define POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/db.h"

struct pool;

// One piece of work on a connection. It is embedded in the caller's struct.
struct job {
	struct job *next;
	bool repeatable;		    // doing it twice has the same effect as doing it once
	uint64_t pushed, started, finished; // clock_monotonic(); 0: not yet
};

struct pool_options {
	struct db_options db;
	size_t workers;
	size_t length;		  // of the queue
	unsigned patience_ms;	  // how long a job may wait in it
	unsigned recycle_seconds; // after which a resting connection is replaced
	// Prepares the database, before the first job. Other workers wait meanwhile. Called again
	// after a failure, until it succeeds.
	enum db_status (*prepare)(struct db *db);
	// Does the job, on a connection to a prepared database. Called once more after a failure
	// that changed nothing.
	enum db_status (*run)(struct job *job, struct db *db);
	// The job is over: DB_OK, or the reason why it was not done (DB_LOST if it waited too
	// long). Called from any thread, once for each job that pool_push accepted. The pool does
	// not touch the job afterwards.
	void (*done)(struct job *job, enum db_status status);
	// Housekeeping: called every ten minutes or so, on one resting connection.
	enum db_status (*idle)(struct db *db);
};

struct pool_state {
	size_t depth, busy, connected;
	uint64_t refused, late, connects, lost, failed; // since the start
};

// Copies the options; whatever they point to must outlive the pool. NULL: out of memory or threads.
struct pool *pool_start(const struct pool_options *options);
// False: the queue is full, or the pool is stopping; the job still belongs to the caller.
bool pool_push(struct pool *p, struct job *job);
// Did the database answer a worker within the last seconds?
bool pool_is_ready(struct pool *p);
void pool_read_state(struct pool *p, struct pool_state *ret_state);
// Fails every job in the queue and at work, reports each through `done`, and closes the
// connections. pool_push fails from then on.
void pool_stop(struct pool *p);
// Stops the pool if it is running, and frees it; accepts NULL.
void pool_free(struct pool *p);

#endif
