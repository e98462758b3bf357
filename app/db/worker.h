// The threads of a pool that do its jobs, and what they share with it.
#ifndef WORKER_H
#define WORKER_H

#include <pthread.h>
#include <stdatomic.h>

#include "db/job.h"
#include "db/queue.h"

#define MS 1000000ull
#define SECOND (1000 * MS)

// How often the clock looks at the queue; more often while there is work.
enum { TICK_MS = 50, BUSY_TICK_MS = 5 };
static const uint64_t clean_time = 60 * SECOND;

struct worker {
	struct pool *pool;
	struct db *db;
	pthread_t thread;
	bool connected; // written under the pool's lock
	uint64_t used, seed;
	uint64_t recycle_at; // differs between workers, so that they do not all connect at once
	unsigned backoff_ms;
};

struct pool {
	struct pool_options o;
	pthread_mutex_t lock;
	pthread_cond_t work; // there is a job, or the pool is stopping
	size_t resting;	     // workers that wait for `work`
	struct queue queue;
	const struct job **doing; // of each worker, its first job; NULL: none
	struct pool_state state;
	uint64_t round; // nanoseconds that the last jobs of a kind that can be done together took
	bool stopping;
	uint64_t clean_at; // when housekeeping is due
	atomic_uint_fast64_t answered; // when the database last answered
	pthread_mutex_t preparing;
	bool prepared;	    // under `preparing`
	atomic_bool usable; // the same, readable without the lock
	pthread_t clock;
	struct worker *workers;
	size_t started;
};

// The thread of a worker: takes jobs and does them, until the pool stops.
void *worker_run(void *worker);

#endif
