// The pool on a stand-in for connections: when it connects, what it counts, and which jobs it
// repeats. The functions of db.h are defined here; each test sets what they return.

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "db/pool.h"

// What the stand-in returns, and what it counts.
static atomic_int connects, connects_when_done, prepared, prepare_failures, runs, done_status;
static atomic_bool alive, denied, secret_changed;
static enum db_status script[4]; // of the runs, in order
static bool sent;

struct db {
	int unused;
};

void
db_thread_init(void)
{
}

void
db_thread_end(void)
{
}

struct db *
db_new(const struct db_options *options)
{
	(void)options;
	return calloc(1, sizeof(struct db));
}

void
db_free(struct db *db)
{
	free(db);
}

enum db_status
db_connect(struct db *db)
{
	(void)db;
	connects++;
	return denied ? DB_DENIED : DB_OK;
}

void
db_close(struct db *db)
{
	(void)db;
}

bool
db_secret_changed(const struct db *db)
{
	(void)db;
	return secret_changed;
}

bool
db_is_alive(struct db *db)
{
	(void)db;
	return alive;
}

bool
db_ping(struct db *db)
{
	(void)db;
	return alive;
}

void
db_interrupt(struct db *db)
{
	(void)db;
}

const char *
db_error(const struct db *db)
{
	(void)db;
	return "";
}

bool
db_was_sent(const struct db *db)
{
	(void)db;
	return sent;
}

static enum db_status
prepare(struct db *db)
{
	(void)db;
	return prepared++ < prepare_failures ? DB_FAILED : DB_OK;
}

static enum db_status
run(struct job *job, struct db *db)
{
	(void)job;
	(void)db;
	return script[runs++];
}

static void
done(struct job *job, enum db_status status)
{
	(void)job;
	connects_when_done = (int)connects;
	done_status = (int)status;
}

static enum db_status
idle(struct db *db)
{
	(void)db;
	return DB_OK;
}

static void
nap(long ms)
{
	nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

static struct pool *
start(unsigned recycle_seconds)
{
	connects = prepared = runs = 0;
	done_status = -1;
	alive = true;
	denied = secret_changed = sent = false;
	return pool_start(&(struct pool_options){.db = {.secret_file = "", .timeout = 2}, .workers = 1, .length = 4, .patience_ms = 1000,
		.recycle_seconds = recycle_seconds, .prepare = prepare, .run = run, .done = done, .idle = idle});
}

static void
wait_until_ready(struct pool *p)
{
	for (int i = 0; i < 500 && !pool_is_ready(p); i++)
		nap(10);
	assert_true(pool_is_ready(p));
}

static const struct {
	const char *name;
	enum db_status script[4];
	bool repeatable, sent, alive;
	enum db_status want;
	int runs, connects;
	uint64_t lost, failed;
} jobs[] = {
	{"fine", {DB_OK}, false, false, true, DB_OK, 1, 1, 0, 0},
	{"closed while it rested", {DB_OK}, false, false, false, DB_OK, 1, 2, 1, 0},
	{"deadlock, then fine", {DB_BUSY, DB_OK}, false, false, true, DB_OK, 2, 1, 0, 0},
	{"two deadlocks", {DB_BUSY, DB_BUSY}, false, false, true, DB_BUSY, 2, 1, 0, 1},
	{"lost before it was sent", {DB_LOST, DB_OK}, false, false, true, DB_OK, 2, 2, 1, 0},
	{"lost after it was sent", {DB_LOST}, false, true, true, DB_LOST, 1, 2, 1, 1},
	{"lost, and repeatable", {DB_LOST, DB_OK}, true, true, true, DB_OK, 2, 2, 1, 0},
	{"lost twice", {DB_LOST, DB_LOST}, true, true, true, DB_LOST, 2, 3, 2, 1},
	{"failed", {DB_FAILED}, true, true, true, DB_FAILED, 1, 1, 0, 1},
};

static void
test_jobs(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++) {
		struct job job = {.repeatable = jobs[i].repeatable};
		struct pool_state s;

		print_message("%s\n", jobs[i].name);
		for (size_t k = 0; k < 4; k++)
			script[k] = jobs[i].script[k];
		struct pool *p = start(1800);
		assert_non_null(p);
		wait_until_ready(p);
		nap(40); // after which the pool checks whether a connection is alive
		sent = jobs[i].sent;
		alive = jobs[i].alive;
		assert_true(pool_push(p, &job));
		for (int k = 0; k < 500 && (done_status < 0 || connects < jobs[i].connects); k++)
			nap(10);
		nap(10);
		pool_read_state(p, &s);
		assert_int_equal(done_status, jobs[i].want);
		assert_int_equal(runs, jobs[i].runs);
		assert_int_equal(connects, jobs[i].connects);
		assert_int_equal(prepared, 1);
		assert_int_equal(s.lost, jobs[i].lost);
		assert_int_equal(s.failed, jobs[i].failed);
		assert_int_equal(s.busy, 0);
		assert_int_equal(s.connected, 1);
		pool_free(p);
	}
}

// A connection that is replaced because of its age was not lost.
static void
test_age(void **state)
{
	struct pool_state s;

	(void)state;
	struct pool *p = start(1);
	assert_non_null(p);
	for (int i = 0; i < 600 && connects < 2; i++)
		nap(10);
	nap(50);
	pool_read_state(p, &s);
	assert_int_equal(s.connects, 2);
	assert_int_equal(s.lost, 0);
	assert_int_equal(s.connected, 1);
	pool_free(p);
}

// A refused password is tried again at once only if the file has another one by then.
static void
test_denied(void **state)
{
	(void)state;
	for (int changed = 0; changed < 2; changed++) {
		struct pool *p = start(1800);

		assert_non_null(p);
		wait_until_ready(p);
		nap(40);
		connects = 0;
		denied = true;
		secret_changed = changed;
		alive = false;
		assert_true(pool_push(p, &(struct job){0}));
		for (int i = 0; i < 500 && done_status < 0; i++)
			nap(1);
		assert_int_equal(done_status, DB_LOST);
		assert_int_equal(connects_when_done, 1 + changed);
		pool_free(p);
	}
}

// No job runs before the database is prepared.
static void
test_prepare(void **state)
{
	(void)state;
	prepare_failures = 2;
	struct pool *p = start(1800);
	assert_non_null(p);
	wait_until_ready(p);
	assert_int_equal(prepared, 3);
	assert_int_equal(connects, 3);
	pool_free(p);
	prepare_failures = 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_jobs), cmocka_unit_test(test_age), cmocka_unit_test(test_denied),
		cmocka_unit_test(test_prepare)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
