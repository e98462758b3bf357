// A worker takes jobs only while it is connected, so that jobs go to workers that can do them.

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "db/worker.h"

enum { BACKOFF_MIN_MS = 100, BACKOFF_MAX_MS = 2000 };
static const uint64_t idle_time = 3 * SECOND, clean_more_time = SECOND / 4;

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

static uint64_t
next_random(struct worker *w, uint64_t below)
{
	w->seed = w->seed * 6364136223846793005u + 1442695040888963407u;
	return (w->seed >> 33) % below;
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
		if (status != DB_OK && status != DB_LATE && !w->backoff_ms)
			log_event("error", "database", db_error(w->db));
		db_close(w->db);
		return false;
	}
	w->backoff_ms = 0;
	uint64_t age = p->o.recycle_seconds * SECOND;

	w->used = clock_monotonic();
	w->recycle_at = w->used + age - next_random(w, age / 8 + 1);
	atomic_store(&p->answered, w->used);
	pthread_mutex_lock(&p->lock);
	p->state.connected++;
	p->state.connects++;
	p->state.killed += db_take_killed(w->db);
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
	uint64_t left = w->backoff_ms / 2 + next_random(w, w->backoff_ms / 2 + 1);
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

// Does the jobs once; a connection that breaks is closed at once, so that the server releases its
// locks.
static enum db_status
run_once(struct worker *w, struct job *const *jobs, size_t n, bool *ret_undone)
{
	enum db_status status = w->pool->o.run(jobs, n, w->db, ret_undone);

	if (status == DB_LOST || status == DB_DENIED)
		disconnect(w, true);
	return status;
}

static bool
are_repeatable(struct job *const *jobs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!jobs[i]->repeatable)
			return false;
	return true;
}

static enum db_status
run(struct worker *w, struct job *const *jobs, size_t n, bool *ret_undone)
{
	uint64_t started = jobs[0]->started;
	bool fresh = started - w->used < 20 * MS;

	db_set_deadline(w->db, started + w->pool->o.db.timeout * SECOND);
	// the server closed the connection while it rested: nothing was sent yet, so any job can
	// still be done
	if (!fresh && !db_is_alive(w->db))
		disconnect(w, true);
	if (!w->connected && !connect_once(w))
		return DB_LOST;
	enum db_status status = run_once(w, jobs, n, ret_undone);
	bool lost = status == DB_LOST || status == DB_DENIED;
	if (lost && (are_repeatable(jobs, n) || !db_was_sent(w->db)))
		return connect_once(w) ? run_once(w, jobs, n, ret_undone) : DB_LOST;
	return status == DB_BUSY && n == 1 ? run_once(w, jobs, n, ret_undone) : status;
}

// Several jobs failed together because of one of them, and nothing was changed: each gets another
// chance alone.
static bool
is_for_each(enum db_status status)
{
	return status != DB_OK && status != DB_LOST && status != DB_DENIED && status != DB_MEMORY;
}

// Puts the jobs back that must be done alone, unless they may wait no longer, and removes them from
// the array. Returns how many are left.
static size_t
put_back(struct pool *p, struct job **jobs, size_t n)
{
	struct job *again[JOBS_MAX];
	size_t left = 0, n_again = 0;

	for (size_t i = 0; i < n; i++)
		if (jobs[i]->alone && jobs[i]->finished - jobs[i]->pushed < p->o.patience_ms * MS)
			again[n_again++] = jobs[i];
		else
			jobs[left++] = jobs[i];
	for (size_t i = 0; i < n_again; i++)
		again[i]->started = 0;
	queue_put_back(&p->queue, again, n_again);
	return left;
}

static void
work(struct worker *w, struct job **jobs, size_t n)
{
	struct pool *p = w->pool;
	bool undone[JOBS_MAX] = {0};
	enum db_status status = run(w, jobs, n, undone);

	db_set_deadline(w->db, 0);
	w->used = clock_monotonic();
	for (size_t i = 0; i < n; i++)
		jobs[i]->finished = w->used;
	if ((status == DB_FAILED || status == DB_FULL) && n == 1)
		log_event("error", "database", db_error(w->db));
	if (w->connected)
		atomic_store(&p->answered, w->used);
	pthread_mutex_lock(&p->lock);
	p->doing[w - p->workers] = NULL;
	p->state.busy--;
	if (queue_may_join(jobs[0]))
		p->round = w->used - jobs[0]->started;
	for (size_t i = 0; i < n; i++)
		jobs[i]->alone = n > 1 && (undone[i] || is_for_each(status));
	if (n > 1 && !p->stopping)
		n = put_back(p, jobs, n);
	p->state.failed += status != DB_OK ? n : 0;
	pthread_mutex_unlock(&p->lock);
	for (size_t i = 0; i < n; i++)
		p->o.done(jobs[i], jobs[i]->alone ? DB_LOST : status);
}

// Checks that the server still answers.
static void
rest(struct worker *w)
{
	w->used = clock_monotonic();
	if (db_ping(w->db))
		atomic_store(&w->pool->answered, clock_monotonic());
	else
		disconnect(w, true);
}

static void
clean(struct worker *w)
{
	struct pool *p = w->pool;
	uint64_t now = clock_monotonic();
	bool more = false;

	pthread_mutex_lock(&p->lock);
	bool due = now >= p->clean_at;
	if (due)
		p->clean_at = now + clean_time;
	pthread_mutex_unlock(&p->lock);
	if (!due)
		return;
	enum db_status status = p->o.clean(w->db, &more);
	if (status == DB_LOST || status == DB_DENIED)
		disconnect(w, true);
	if (status != DB_OK || !more)
		return;
	pthread_mutex_lock(&p->lock);
	p->clean_at = clock_monotonic() + clean_more_time;
	pthread_mutex_unlock(&p->lock);
}

// Between jobs, whatever the load: replaces an old connection and does the housekeeping.
static void
tend(struct worker *w)
{
	if (w->connected && w->used >= w->recycle_at)
		disconnect(w, false);
	if (w->connected)
		clean(w);
}

// Waits for jobs; *ret_n is 0 if none came for a while. False: the pool is stopping.
static bool
take(struct worker *w, struct job **ret_jobs, size_t *ret_n)
{
	struct pool *p = w->pool;
	struct timespec until = at(w->used + idle_time);
	int woken = 0;

	*ret_n = 0;
	pthread_mutex_lock(&p->lock);
	p->resting++;
	while (!p->stopping && woken == 0 &&
	       !(*ret_n = queue_take(&p->queue, p->doing, p->o.workers, clock_monotonic(), ret_jobs)))
		woken = pthread_cond_timedwait(&p->work, &p->lock, &until);
	p->resting--;
	if (*ret_n) {
		p->doing[w - p->workers] = ret_jobs[0];
		p->state.busy++;
	}
	bool go_on = !p->stopping || *ret_n, wake = p->resting && p->queue.depth >= JOBS_MAX;
	pthread_mutex_unlock(&p->lock);
	if (wake)
		pthread_cond_signal(&p->work);
	return go_on;
}

void *
worker_run(void *arg)
{
	struct worker *w = arg;
	struct job *jobs[JOBS_MAX];
	size_t n;

	db_thread_init();
	for (;;) {
		if (!w->connected && !connect_once(w)) {
			if (!wait_to_reconnect(w))
				break;
			continue;
		}
		if (!take(w, jobs, &n))
			break;
		if (n)
			work(w, jobs, n);
		else
			rest(w);
		tend(w);
	}
	db_close(w->db);
	db_thread_end();
	return NULL;
}
