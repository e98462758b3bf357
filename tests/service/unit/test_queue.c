// Which jobs a worker takes: fair to rows, tables and callers, and together where they may be.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "db/fair.h"
#include "db/pool.h"
#include "db/queue.h"

enum { NOW = 1000 };

static const char tables[3][1];

// "t0 r7 ca" is a job on table 0 and row 7 of caller a; "c-" has no caller.
static struct job
job_of(const char *text)
{
	unsigned table = 0;
	long row = 0;
	static char callers[8][2];
	static unsigned n;
	char caller = '-';

	assert_int_equal(sscanf(text, "t%u r%ld c%c", &table, &row, &caller), 3);
	char *name = callers[n++ % 8];
	name[0] = caller == '-' ? '\0' : caller;
	return (struct job){.table = tables[table], .row = row, .caller = name};
}

static const struct {
	size_t workers;
	const char *busy[8], *job;
	bool want;
} rows[] = {
	// one worker takes everything
	{1, {NULL}, "t0 r7 c-", true},
	// a row: a quarter
	{4, {"t0 r7 c-"}, "t0 r7 c-", false},
	{4, {"t0 r7 c-"}, "t0 r8 c-", true},
	{4, {"t0 r7 c-"}, "t1 r7 c-", true},
	{4, {"t0 r0 c-"}, "t0 r0 c-", true},
	{8, {"t0 r7 c-"}, "t0 r7 c-", true},
	{8, {"t0 r7 c-", "t0 r7 c-"}, "t0 r7 c-", false},
	// a table: half
	{4, {"t0 r1 c-", "t0 r2 c-"}, "t0 r3 c-", false},
	{4, {"t0 r1 c-", "t0 r2 c-"}, "t1 r3 c-", true},
	{2, {"t0 r0 c-"}, "t0 r0 c-", false},
	{2, {"t0 r0 c-"}, "t1 r0 c-", true},
	{3, {"t0 r0 c-"}, "t0 r0 c-", false},
	// a caller: all but one
	{4, {"t0 r0 ca", "t0 r0 ca", "t1 r0 ca"}, "t2 r0 ca", false},
	{4, {"t0 r0 ca", "t0 r0 ca", "t1 r0 ca"}, "t2 r0 cb", true},
	{4, {"t0 r0 ca", "t0 r0 cb", "t1 r0 ca"}, "t2 r0 ca", true},
	{4, {"t0 r0 c-", "t0 r0 c-", "t1 r0 c-"}, "t2 r0 c-", true},
	// the last free worker: a table that no other uses
	{4, {"t0 r0 c-", "t0 r0 c-", "t1 r0 c-"}, "t1 r0 c-", false},
	{4, {"t0 r0 c-", "t0 r0 c-", "t1 r0 c-"}, "t2 r0 c-", true},
	{4, {"t0 r0 c-", "t1 r0 c-"}, "t1 r0 c-", true},
	{3, {"t0 r0 c-", "t1 r0 c-"}, "t2 r0 c-", true},
};

static void
test_fair(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct job jobs[8], job = job_of(rows[i].job);
		const struct job *busy[8] = {0};

		for (size_t k = 0; k < 8 && rows[i].busy[k]; k++) {
			jobs[k] = job_of(rows[i].busy[k]);
			busy[k] = &jobs[k];
		}
		if (fair_may_take(&job, busy, rows[i].workers) != rows[i].want)
			fail_msg("row %zu: %s", i, rows[i].job);
	}
}

// Every job of several that a worker does counts for its row.
static void
test_row_among_several(void **state)
{
	(void)state;
	struct job second = job_of("t0 r7 c-"), first = job_of("t0 r6 c-"), job = job_of("t0 r7 c-");
	const struct job *busy[4] = {&first};

	first.next = &second;
	assert_false(fair_may_take(&job, busy, 4));
}

// Jobs as letters: the kind, in capitals if it must be done alone, then the row. "-": no kind. Of c,
// any number is done together.
static const struct {
	const char *queue, *want, *left;
} takes[] = {
	{"", "", ""},
	{"a1", "a1", ""},
	{"a1 a2 a3", "a1 a2", "a3"},
	{"a1 b1 a2 b2 a3 b3 a4", "a1 a2 a3 a4", "b1 b2 b3"},
	{"b1 a1 b2", "b1 b2", "a1"},
	{"c1 a1 c2 c3", "c1 c2 c3", "a1"},
	{"A1 a2 a3", "A1", "a2 a3"},
	{"a1 A2 a3", "a1 a3", "A2"},
	{"-1 -2", "-1", "-2"},
	{"a1 a1 a2", "a1 a2", "a1"},
	{"a0 a0 a0 a0", "a0 a0 a0 a0", ""},
	{"a0 a0 a0 a0 a0 a0 a0 a0 a0 a0 a0 a0 a0 a0 a0 a0 a0 a0", "a0 a0 a0 a0 a0 a0 a0 a0 a0 a0 a0 a0 a0 a0 a0 a0", "a0 a0"},
};

static void
add_name(char *out, const struct job *job, const char *names, const struct job *all)
{
	size_t at = (size_t)(job - all) * 3;

	snprintf(out + strlen(out), 100 - strlen(out), "%s%.2s", *out ? " " : "", names + at);
}

static void
test_take(void **state)
{
	static const char kinds[3][1];

	(void)state;
	for (size_t i = 0; i < sizeof takes / sizeof *takes; i++) {
		struct job jobs[20] = {0}, *taken[JOBS_MAX];
		const struct job *busy[4] = {0};
		struct queue q;
		char got[100] = "", left[100] = "";
		size_t n = 0;

		queue_init(&q);
		for (const char *s = takes[i].queue; *s; s += s[2] ? 3 : 2, n++) {
			jobs[n] = (struct job){.table = tables[0], .caller = "", .row = s[1] - '0', .alone = *s >= 'A' && *s <= 'Z',
				.kind = *s == '-' ? NULL : kinds[(*s | 32) - 'a'], .any_number = *s == 'c', .pushed = n + 1};
			queue_push(&q, &jobs[n]);
		}
		size_t n_taken = queue_take(&q, busy, 4, NOW, taken);
		for (size_t k = 0; k < n_taken; k++) {
			add_name(got, taken[k], takes[i].queue, jobs);
			assert_int_equal(taken[k]->started, NOW);
			assert_ptr_equal(taken[k]->next, k + 1 < n_taken ? taken[k + 1] : NULL);
		}
		assert_int_equal(q.depth, n - n_taken);
		for (const struct job *job = q.first; job; job = job->next)
			add_name(left, job, takes[i].queue, jobs);
		assert_string_equal(got, takes[i].want);
		assert_string_equal(left, takes[i].left);
		// what is put back stands before the rest, and new jobs after it
		queue_put_back(&q, taken, n_taken);
		queue_push(&q, &jobs[19]);
		jobs[19].pushed = 100;
		assert_int_equal(q.depth, n + 1);
		assert_ptr_equal(q.first, n_taken ? taken[0] : &jobs[19]);
		size_t late = 0;
		for (const struct job *job = queue_take_late(&q, n); job; job = job->next)
			late++;
		assert_int_equal(late, n);
		assert_ptr_equal(q.first, &jobs[19]);
		assert_int_equal(q.depth, 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_fair), cmocka_unit_test(test_row_among_several), cmocka_unit_test(test_take)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
