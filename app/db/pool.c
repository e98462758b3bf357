// Waking a worker costs more than most statements, so a job of a kind that can be done together with
// others waits for a worker that is at such jobs already, unless many jobs wait or the database is
// slow or distant.
//
// A clock thread fails jobs that have waited too long, and wakes a worker if the first one waits for
// a worker that does not come back; it works even while every worker is stuck in the database.

#include "db/pool.h"

#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "db/worker.h"

enum { STACK_SIZE = 512 * 1024 };
static const uint64_t ready_time = 10 * SECOND;
static const uint64_t short_round = MS; // a longer one costs more than waking a worker

// ---- the clock

// Takes the jobs off the queue that were pushed at or before `when`. Call under the lock.
static struct job *
take_late(struct pool *p, uint64_t when)
{
	size_t depth = p->queue.depth;
	struct job *late = queue_take_late(&p->queue, when);

	p->state.late += depth - p->queue.depth;
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
	bool stopping = false, busy = false;

	while (!stopping) {
		nanosleep(&(struct timespec){0, (long)((busy ? BUSY_TICK_MS : TICK_MS) * MS)}, NULL);
		uint64_t now = clock_monotonic(), patience = p->o.patience_ms * MS;
		pthread_mutex_lock(&p->lock);
		stopping = p->stopping;
		struct job *late = take_late(p, now > patience ? now - patience : 0);
		busy = p->state.busy || p->queue.depth;
		bool wake = p->queue.first && p->resting && now - p->queue.first->pushed > BUSY_TICK_MS * MS;
		pthread_mutex_unlock(&p->lock);
		if (wake)
			pthread_cond_signal(&p->work);
		give_up(p, late);
	}
	return NULL;
}

// ---- the interface

// Is a worker at short jobs, so that it will soon take the next ones? Call under the lock.
static bool
is_one_coming(const struct pool *p)
{
	if (p->round > short_round)
		return false;
	for (size_t i = 0; i < p->o.workers; i++)
		if (p->doing[i] && queue_may_join(p->doing[i]))
			return true;
	return false;
}

bool
pool_push(struct pool *p, struct job *job)
{
	job->pushed = clock_monotonic();
	pthread_mutex_lock(&p->lock);
	bool ok = !p->stopping && p->queue.depth < p->o.length;
	if (ok)
		queue_push(&p->queue, job);
	else
		p->state.refused++;
	bool wake = ok && p->resting && !(queue_may_join(job) && p->queue.depth < JOBS_MAX && is_one_coming(p));
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
	ret_state->depth = p->queue.depth;
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

	queue_init(&p->queue);
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

	if (!p)
		return NULL;
	p->o = *options;
	p->workers = calloc(options->workers, sizeof *p->workers);
	p->doing = calloc(options->workers, sizeof *p->doing);
	if (!p->workers || !p->doing || !init(p)) {
		free(p->workers);
		free(p->doing);
		free(p);
		return NULL;
	}
	for (size_t i = 0; i < options->workers; i++) {
		struct worker *w = &p->workers[i];

		*w = (struct worker){.pool = p, .db = db_new(&p->o.db), .seed = clock_monotonic() + i};
		if (!w->db || !start_thread(&w->thread, worker_run, w)) {
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
	free(p->doing);
	free(p);
}
