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
static atomic_int connects, connects_when_done, prepared, prepare_failures, runs, done_status, cleans;
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

void
db_set_deadline(struct db *db, uint64_t when)
{
	(void)db;
	(void)when;
}

unsigned
db_take_killed(struct db *db)
{
	(void)db;
	return 0;
}

// A job with its result.
struct task {
	struct job job; // first
	atomic_int status, runs, together; // how many it was done with, the last time
};

static atomic_int gate;	  // runs wait while it is set
static atomic_int held;	  // runs that have waited for it
static atomic_int undone; // this one of several jobs is not done
static enum db_status together_status;
static long together_ms; // that jobs take together

static enum db_status
run(struct job *const *jobs, size_t n, struct db *db, bool *ret_undone)
{
	(void)db;
	held += gate;
	while (gate)
		nanosleep(&(struct timespec){0, 1000000}, NULL);
	for (size_t i = 0; i < n; i++) {
		struct task *t = (struct task *)jobs[i];

		t->runs++;
		t->together = (int)n;
	}
	if (n > 1 && undone >= 0)
		ret_undone[undone] = true;
	if (n > 1) {
		nanosleep(&(struct timespec){together_ms / 1000, together_ms % 1000 * 1000000}, NULL);
		return together_status;
	}
	return runs < 4 ? script[runs++] : DB_OK;
}

static void
done(struct job *job, enum db_status status)
{
	connects_when_done = (int)connects;
	done_status = (int)status;
	((struct task *)job)->status = (int)status;
}

static enum db_status
clean(struct db *db, bool *ret_more)
{
	(void)db;
	*ret_more = ++cleans < 3;
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
	connects = prepared = runs = cleans = 0;
	gate = held = 0;
	undone = -1;
	together_status = DB_OK;
	together_ms = 0;
	done_status = -1;
	alive = true;
	denied = secret_changed = sent = false;
	return pool_start(&(struct pool_options){.db = {.secret_file = "", .timeout = 3}, .workers = 1, .length = 20, .patience_ms = 1000,
		.recycle_seconds = recycle_seconds, .prepare = prepare, .run = run, .done = done, .clean = clean});
}

static void
wait_until_ready(struct pool *p)
{
	for (int i = 0; i < 500 && !pool_is_ready(p); i++)
		nap(10);
	assert_true(pool_is_ready(p));
}

static void
wait_until_held(void)
{
	for (int i = 0; i < 5000 && !held; i++)
		nap(1);
	assert_true(held);
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
		struct task task = {.job = {.repeatable = jobs[i].repeatable, .caller = ""}};
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
		assert_true(pool_push(p, &task.job));
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

static void
wait_for(const atomic_int *value, int least)
{
	for (int i = 0; i < 1000 && *value < least; i++)
		nap(10);
	assert_true(*value >= least);
}

// A worker that is never free for a while gets a new connection and does the housekeeping too.
static void
test_tended_under_load(void **state)
{
	struct task tasks[2] = {{.job = {.caller = ""}}, {.job = {.caller = ""}}};

	(void)state;
	struct pool *p = start(1);
	assert_non_null(p);
	for (size_t i = 0; i < 600 && (connects < 3 || cleans < 3); i++) {
		struct task *t = &tasks[i % 2];

		t->status = -1;
		assert_true(pool_push(p, &t->job));
		wait_for(&t->status, 0);
		nap(5);
	}
	assert_true(connects >= 3);
	assert_true(cleans >= 3);
	pool_free(p);
}

enum { TASKS = 13 };

// Thirteen jobs of one kind wait: eight are done together, then four, then one. What comes of each
// depends on the status of the eight and of the four.
static void
test_together(void **state)
{
	static const char kind[] = "";
	static const struct {
		enum db_status status;
		int undone;
		enum db_status want;
		int again; // jobs that ran twice
	} rows[] = {
		{DB_OK, -1, DB_OK, 0},
		{DB_OK, 3, DB_OK, 2},
		{DB_DUPLICATE, -1, DB_OK, 12},
		{DB_BUSY, -1, DB_OK, 12},
		{DB_LATE, -1, DB_OK, 12},
		{DB_LOST, -1, DB_LOST, 0},
		{DB_MEMORY, -1, DB_MEMORY, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct task first = {.job = {.caller = "", .kind = kind}, .status = -1}, tasks[TASKS];
		struct pool *p = start(1800);
		int again = 0, sizes[17] = {0};

		for (size_t k = 0; k < 4; k++)
			script[k] = DB_OK;
		assert_non_null(p);
		wait_until_ready(p);
		gate = 1;
		sent = true;
		assert_true(pool_push(p, &first.job));
		wait_until_held(); // the worker takes it alone
		for (size_t k = 0; k < TASKS; k++) {
			tasks[k] = (struct task){.job = {.caller = "", .kind = kind}, .status = -1};
			assert_true(pool_push(p, &tasks[k].job));
		}
		together_status = rows[i].status;
		undone = rows[i].undone;
		gate = 0;
		for (size_t k = 0; k < TASKS; k++) {
			wait_for(&tasks[k].status, 0);
			// the last four are done together, the last one alone
			assert_int_equal(tasks[k].status, k == TASKS - 1 ? DB_OK : rows[i].want);
			again += tasks[k].runs - 1;
			sizes[tasks[k].together]++;
		}
		assert_int_equal(again, rows[i].again);
		if (rows[i].again == 0) {
			assert_int_equal(sizes[8], 8);
			assert_int_equal(sizes[4], 4);
		}
		assert_int_equal(sizes[1], 1 + rows[i].again);
		pool_free(p);
	}
}

// Jobs that failed together after they had waited for as long as a job may get no other chance.
static void
test_together_for_too_long(void **state)
{
	static const char kind[] = "";
	struct task first = {.job = {.caller = "", .kind = kind}, .status = -1}, tasks[2];
	struct pool *p = start(1800);

	(void)state;
	for (size_t k = 0; k < 4; k++)
		script[k] = DB_OK;
	assert_non_null(p);
	wait_until_ready(p);
	gate = 1;
	together_status = DB_BUSY;
	together_ms = 1100;
	assert_true(pool_push(p, &first.job));
	wait_until_held();
	for (size_t k = 0; k < 2; k++) {
		tasks[k] = (struct task){.job = {.caller = "", .kind = kind}, .status = -1};
		assert_true(pool_push(p, &tasks[k].job));
	}
	gate = 0;
	for (size_t k = 0; k < 2; k++) {
		wait_for(&tasks[k].status, 0);
		assert_int_equal(tasks[k].status, DB_LOST);
		assert_int_equal(tasks[k].runs, 1);
	}
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
		assert_true(pool_push(p, &(struct task){.job = {.caller = ""}}.job));
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
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_jobs), cmocka_unit_test(test_age), cmocka_unit_test(test_tended_under_load),
		cmocka_unit_test(test_together), cmocka_unit_test(test_together_for_too_long), cmocka_unit_test(test_denied),
		cmocka_unit_test(test_prepare)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
