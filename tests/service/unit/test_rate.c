// The rate limit: one token bucket for each caller.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "api/rate.h"

static const uint64_t second = 1000000000u;

static unsigned
take(struct rate *r, const char *caller, uint64_t now, unsigned tries)
{
	unsigned n = 0;

	for (unsigned i = 0; i < tries; i++)
		n += rate_take(r, caller, now);
	return n;
}

static void
test_rate(void **state)
{
	struct rate *r = rate_new(10);

	(void)state;
	assert_int_equal(take(r, "a", second, 15), 10); // the requests of one second at once
	assert_int_equal(take(r, "b", second, 15), 10); // independent of other callers
	assert_int_equal(take(r, "a", second + second / 2, 15), 5);
	assert_int_equal(take(r, "a", 100 * second, 15), 10); // no more after a long silence
	rate_free(r);
}

static void
test_many_callers(void **state)
{
	struct rate *r = rate_new(1);
	char name[16];

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(name, sizeof name, "caller-%u", i);
		assert_int_equal(take(r, name, second + i, 2), 1);
	}
	assert_int_equal(take(r, "caller-999", second + 1000, 1), 0);
	rate_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rate), cmocka_unit_test(test_many_callers)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
