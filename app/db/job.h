// A job for the workers of a pool, and what they must know to do it.
#ifndef JOB_H
#define JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/db.h"

// One piece of work on a connection. It is embedded in the caller's struct.
struct job {
	struct job *next;
	bool repeatable;		    // doing it twice has the same effect as doing it once
	bool alone;			    // must not be done together with others; the pool sets it
	const void *kind;		    // jobs with the same kind may be done together; NULL: none
	bool any_number;		    // together with any number of them, not only with powers of two
	const void *table;		    // whose rows it uses
	int64_t row;			    // that it changes; 0: none, or not known
	const char *caller;		    // "": one of many that nothing distinguishes
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
	// Does the jobs, all of one kind, on a connection to a prepared database. n is at most
	// JOBS_MAX, and a power of two unless any_number. Called once more after a failure that
	// changed nothing. It sets ret_undone[i] of a job that it did not do; the pool then does it
	// alone.
	enum db_status (*run)(struct job *const *jobs, size_t n, struct db *db, bool *ret_undone);
	// The job is over: DB_OK, or the reason why it was not done (DB_LOST if it waited too
	// long). Called from any thread, once for each job that pool_push accepted. The pool does
	// not touch the job afterwards.
	void (*done)(struct job *job, enum db_status status);
	// Housekeeping: called once a minute, whatever the load; ret_more: there is more to do, so
	// it is called again soon.
	enum db_status (*clean)(struct db *db, bool *ret_more);
};

enum { JOBS_MAX = 16 };

struct pool_state {
	size_t depth, busy, connected;
	uint64_t refused, late, connects, lost, failed, killed; // since the start
};

#endif
