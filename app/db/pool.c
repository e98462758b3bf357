// A worker takes a job only while it is connected, so that jobs go to workers that can do them. A
// clock thread fails jobs that have waited too long; it works even while every worker is stuck in
// the database.

#include "db/pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"

#define MS 1000000ull
#define SECOND (1000 * MS)

enum { TICK_MS = 50, STACK_SIZE = 512 * 1024, BACKOFF_MIN_MS = 100, BACKOFF_MAX_MS = 2000 };
static const uint64_t idle_time = 3 * SECOND, ready_time = 10 * SECOND, housekeeping = 600 * SECOND;

struct worker {
	struct pool *pool;
	struct db *db;
	pthread_t thread;
	bool connected; // written under the pool's lock
	uint64_t connected_at, used, seed;
	unsigned backoff_ms;
};

struct pool {
	struct pool_options o;
	pthread_mutex_t lock;
	pthread_cond_t work; // there is a job, or the pool is stopping
	size_t resting;	     // workers that wait for `work`
	struct job *first, **last;
	struct pool_state state;
	bool stopping;
	uint64_t cleaned;
	atomic_uint_fast64_t answered; // when the database last answered
	pthread_mutex_t preparing;
	bool prepared;	    // under `preparing`
	atomic_bool usable; // the same, readable without the lock
	pthread_t clock;
	struct worker *workers;
	size_t started;
};

static struct timespec
at(uint64_t when)
{
	return (struct timespec){(time_t)(when / SECOND), (long)(when % SECOND)};
}

// ---- connecting

static bool
make_usable(struct pool *p, struct db *db)
{
	pthread_mutex_lock(&p->preparing);
	if (!p->prepared) {
		p->prepared = p->o.prepare(db) == DB_OK;
		atomic_store(&p->usable, p->prepared);
	}
	bool ok = p->prepared;
	pthread_mutex_unlock(&p->preparing);
	return ok;
}

// One attempt; the worker must not be connected. If the database refuses the password and the file
// contains another one by then, tries that one too.
static bool
connect_once(struct worker *w)
{
	struct pool *p = w->pool;
	enum db_status status = db_connect(w->db);

	if (status == DB_DENIED && db_secret_changed(w->db))
		status = db_connect(w->db);
	if (status != DB_OK || !make_usable(p, w->db)) {
		if (status != DB_OK && !w->backoff_ms)
			log_event("error", "database", db_error(w->db));
		db_close(w->db);
		return false;
	}
	w->backoff_ms = 0;
	w->connected_at = w->used = clock_monotonic();
	atomic_store(&p->answered, w->used);
	pthread_mutex_lock(&p->lock);
	p->state.connected++;
	p->state.connects++;
	w->connected = true;
	pthread_mutex_unlock(&p->lock);
	return true;
}

// Closes the connection. lost: it broke; false: it is replaced because of its age.
static void
disconnect(struct worker *w, bool lost)
{
	struct pool *p = w->pool;

	db_close(w->db);
	pthread_mutex_lock(&p->lock);
	p->state.connected--;
	p->state.lost += lost;
	w->connected = false;
	pthread_mutex_unlock(&p->lock);
}

static struct timespec
modified(const char *path)
{
	struct stat s;

	return *path && stat(path, &s) == 0 ? s.st_mtim : (struct timespec){0};
}

// Waits longer after each failure; a random part keeps the workers apart. A change of the secret
// file ends the wait. False: the pool is stopping.
static bool
wait_to_reconnect(struct worker *w)
{
	struct pool *p = w->pool;
	struct timespec secret = modified(p->o.db.secret_file), now = secret;

	w->backoff_ms = w->backoff_ms ? w->backoff_ms * 2 : BACKOFF_MIN_MS;
	if (w->backoff_ms > BACKOFF_MAX_MS)
		w->backoff_ms = BACKOFF_MAX_MS;
	w->seed = w->seed * 6364136223846793005u + 1442695040888963407u;
	uint64_t left = w->backoff_ms / 2 + (w->seed >> 33) % (w->backoff_ms / 2 + 1);
	bool stopping = false;
	while (left > 0 && !stopping && now.tv_sec == secret.tv_sec && now.tv_nsec == secret.tv_nsec) {
		uint64_t nap = left < TICK_MS ? left : TICK_MS;

		nanosleep(&(struct timespec){0, (long)(nap * MS)}, NULL);
		left -= nap;
		now = modified(p->o.db.secret_file);
		pthread_mutex_lock(&p->lock);
		stopping = p->stopping;
		pthread_mutex_unlock(&p->lock);
	}
	return !stopping;
}

// ---- working

// Runs the job once; a connection that breaks is closed at once, so that the server releases its
// locks.
static enum db_status
run_once(struct worker *w, struct job *job)
{
	enum db_status status = w->pool->o.run(job, w->db);

	if (status == DB_LOST || status == DB_DENIED)
		disconnect(w, true);
	return status;
}

static enum db_status
run(struct worker *w, struct job *job)
{
	struct pool *p = w->pool;
	bool fresh = job->started - w->used < 20 * MS;

	// the server closed the connection while it rested: nothing was sent yet, so any job can
	// still be done
	if (!fresh && !db_is_alive(w->db))
		disconnect(w, true);
	if (!w->connected && !connect_once(w))
		return DB_LOST;
	enum db_status status = run_once(w, job);
	bool lost = status == DB_LOST || status == DB_DENIED;
	bool again = status == DB_BUSY || (lost && (job->repeatable || !db_was_sent(w->db)));
	if (!again || clock_monotonic() - job->started >= p->o.patience_ms * MS)
		return status;
	if (lost && !connect_once(w))
		return DB_LOST;
	return run_once(w, job);
}

static void
work(struct worker *w, struct job *job)
{
	struct pool *p = w->pool;

	job->started = clock_monotonic();
	enum db_status status = run(w, job);
	job->finished = w->used = clock_monotonic();
	if (status == DB_FAILED)
		log_event("error", "database", db_error(w->db));
	if (w->connected)
		atomic_store(&p->answered, w->used);
	pthread_mutex_lock(&p->lock);
	p->state.busy--;
	p->state.failed += status != DB_OK;
	pthread_mutex_unlock(&p->lock);
	p->o.done(job, status);
}

// Between jobs: checks that the server still answers, replaces an old connection, and now and then
// does the housekeeping.
static void
rest(struct worker *w)
{
	struct pool *p = w->pool;
	uint64_t now = clock_monotonic();
	bool old = now - w->connected_at >= p->o.recycle_seconds * SECOND;

	w->used = now;
	if (old || !db_ping(w->db)) {
		disconnect(w, !old);
		return;
	}
	atomic_store(&p->answered, clock_monotonic());
	pthread_mutex_lock(&p->lock);
	bool clean = now - p->cleaned > housekeeping;
	if (clean)
		p->cleaned = now;
	pthread_mutex_unlock(&p->lock);
	if (clean)
		p->o.idle(w->db);
}

// Waits for the next job; NULL if none came for a while. False: the pool is stopping.
static bool
take(struct worker *w, struct job **ret_job)
{
	struct pool *p = w->pool;
	struct timespec until = at(w->used + idle_time);
	int woken = 0;

	pthread_mutex_lock(&p->lock);
	p->resting++;
	while (!p->first && !p->stopping && woken == 0)
		woken = pthread_cond_timedwait(&p->work, &p->lock, &until);
	p->resting--;
	*ret_job = p->stopping ? NULL : p->first;
	if (*ret_job) {
		p->first = p->first->next;
		if (!p->first)
			p->last = &p->first;
		p->state.depth--;
		p->state.busy++;
	}
	bool go_on = !p->stopping;
	pthread_mutex_unlock(&p->lock);
	return go_on;
}

static void *
run_worker(void *arg)
{
	struct worker *w = arg;
	struct job *job;

	db_thread_init();
	for (;;) {
		if (!w->connected && !connect_once(w)) {
			if (!wait_to_reconnect(w))
				break;
			continue;
		}
		if (!take(w, &job))
			break;
		if (job)
			work(w, job);
		else
			rest(w);
	}
	db_close(w->db);
	db_thread_end();
	return NULL;
}

// ---- the clock

// Takes the jobs that were pushed before `when` off the queue.
static struct job *
take_late(struct pool *p, uint64_t when)
{
	struct job *late = NULL, **end = &late;

	while (p->first && p->first->pushed <= when) {
		*end = p->first;
		end = &p->first->next;
		p->first = p->first->next;
		p->state.depth--;
		p->state.late++;
	}
	*end = NULL;
	if (!p->first)
		p->last = &p->first;
	return late;
}

static void
give_up(struct pool *p, struct job *late)
{
	while (late) {
		struct job *next = late->next;

		p->o.done(late, DB_LOST);
		late = next;
	}
}

static void *
run_clock(void *arg)
{
	struct pool *p = arg;
	bool stopping = false;

	while (!stopping) {
		nanosleep(&(struct timespec){0, (long)(TICK_MS * MS)}, NULL);
		uint64_t now = clock_monotonic(), patience = p->o.patience_ms * MS;
		pthread_mutex_lock(&p->lock);
		stopping = p->stopping;
		struct job *late = take_late(p, now > patience ? now - patience : 0);
		pthread_mutex_unlock(&p->lock);
		give_up(p, late);
	}
	return NULL;
}

// ---- the interface

bool
pool_push(struct pool *p, struct job *job)
{
	job->next = NULL;
	job->pushed = clock_monotonic();
	pthread_mutex_lock(&p->lock);
	bool ok = !p->stopping && p->state.depth < p->o.length;
	if (ok) {
		*p->last = job;
		p->last = &job->next;
		p->state.depth++;
	} else {
		p->state.refused++;
	}
	bool wake = ok && p->resting;
	pthread_mutex_unlock(&p->lock);
	// after the unlock, so that the worker finds the lock free
	if (wake)
		pthread_cond_signal(&p->work);
	return ok;
}

bool
pool_is_ready(struct pool *p)
{
	return atomic_load(&p->usable) && clock_monotonic() - atomic_load(&p->answered) < ready_time;
}

void
pool_read_state(struct pool *p, struct pool_state *ret_state)
{
	pthread_mutex_lock(&p->lock);
	*ret_state = p->state;
	pthread_mutex_unlock(&p->lock);
}

static bool
start_thread(pthread_t *ret_thread, void *(*run_thread)(void *), void *arg)
{
	pthread_attr_t attr;

	if (pthread_attr_init(&attr) != 0)
		return false;
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	bool ok = pthread_create(ret_thread, &attr, run_thread, arg) == 0;
	pthread_attr_destroy(&attr);
	return ok;
}

static bool
init(struct pool *p)
{
	pthread_condattr_t attr;

	p->last = &p->first;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	bool ok = pthread_mutex_init(&p->lock, NULL) == 0 && pthread_mutex_init(&p->preparing, NULL) == 0 &&
		  pthread_cond_init(&p->work, &attr) == 0;
	pthread_condattr_destroy(&attr);
	return ok && start_thread(&p->clock, run_clock, p);
}

struct pool *
pool_start(const struct pool_options *options)
{
	struct pool *p = calloc(1, sizeof *p);
	struct worker *workers = calloc(options->workers, sizeof *workers);

	if (!p || !workers) {
		free(p);
		free(workers);
		return NULL;
	}
	p->o = *options;
	p->workers = workers;
	if (!init(p)) {
		free(workers);
		free(p);
		return NULL;
	}
	for (size_t i = 0; i < options->workers; i++) {
		struct worker *w = &workers[i];

		*w = (struct worker){.pool = p, .db = db_new(&p->o.db), .seed = clock_monotonic() + i};
		if (!w->db || !start_thread(&w->thread, run_worker, w)) {
			db_free(w->db);
			pool_free(p);
			return NULL;
		}
		p->started++;
	}
	return p;
}

void
pool_stop(struct pool *p)
{
	pthread_mutex_lock(&p->lock);
	bool stopped = p->stopping;
	p->stopping = true;
	struct job *left = take_late(p, UINT64_MAX);
	pthread_cond_broadcast(&p->work);
	pthread_mutex_unlock(&p->lock);
	give_up(p, left);
	if (stopped)
		return;
	for (size_t i = 0; i < p->started; i++)
		db_interrupt(p->workers[i].db);
	for (size_t i = 0; i < p->started; i++)
		pthread_join(p->workers[i].thread, NULL);
	pthread_join(p->clock, NULL);
}

void
pool_free(struct pool *p)
{
	if (!p)
		return;
	pool_stop(p);
	for (size_t i = 0; i < p->started; i++)
		db_free(p->workers[i].db);
	pthread_cond_destroy(&p->work);
	pthread_mutex_destroy(&p->lock);
	pthread_mutex_destroy(&p->preparing);
	free(p->workers);
	free(p);
}
