// A bounded queue in front of the database workers, each with a connection of its own. What waits too long is given up, so that a
// database that stands still never makes anybody wait longer than that.
#ifndef POOL_H
#define POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/db.h"

struct pool;

// One thing to do with a connection; part of whatever it belongs to.
struct job {
	struct job *next;
	bool repeatable;		    // nothing happens if it is done twice
	uint64_t pushed, started, finished; // monotonic nanoseconds; 0: not yet
};

struct pool_options {
	struct db_options db;
	size_t workers;
	size_t length;		// of the queue
	unsigned patience_ms; // how long a job may wait in it
	// Does the job on a connected, migrated database. Called once more after a failure that changed nothing.
	enum db_status (*run)(struct job *job, struct db *db);
	// The job is over: DB_OK, or why it was not done (DB_LOST too if it waited too long). Called from any thread, once for each
	// job that pool_push took. The pool does not touch the job afterwards.
	void (*done)(struct job *job, enum db_status status);
	// Some seconds between two jobs, now and then, on one connection: for housekeeping.
	enum db_status (*idle)(struct db *db);
};

struct pool_state {
	size_t depth, busy, connected;
	uint64_t refused, late, connects, lost, failed; // since the start
};

// The options are copied, what they point to must outlive it. NULL: no memory or no threads.
struct pool *pool_start(const struct pool_options *options);
// False: the queue is full, or the pool is stopping; the job is still the caller's.
bool pool_push(struct pool *p, struct job *job);
// Has a worker had an answer from the database in the last seconds?
bool pool_is_ready(struct pool *p);
void pool_read_state(struct pool *p, struct pool_state *ret_state);
// What is queued and what is running fails, every job is told, the connections are closed. Pushing is refused from then on.
void pool_stop(struct pool *p);
// Stops it if that was not done, and frees it; accepts NULL.
void pool_free(struct pool *p);

#endif
