#include "server/refusals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"

enum { KINDS = 300 };

static const uint64_t second = 1000000000;
static char path[] = "/tmp/refusals-XXXXXX";

// What was logged since the last call, without the times.
static const char *
logged(void)
{
	static char text[100000];
	FILE *in = fopen(path, "r");
	char line[300];
	size_t len = 0;

	assert_non_null(in);
	text[0] = '\0';
	while (fgets(line, sizeof line, in))
		len += (size_t)snprintf(text + len, sizeof text - len, "%s", strstr(line, "\"event\""));
	fclose(in);
	assert_return_code(truncate(path, 0), 0);
	return text;
}

static void
repeats_within_a_minute(void **state)
{
	struct refusals *r = refusals_new();
	uint64_t now = 1000 * second;

	(void)state;
	assert_non_null(r);
	assert_false(refusals_repeat(r, 401, "", now));
	for (int i = 1; i <= 500; i++)
		assert_true(refusals_repeat(r, 401, "", now + (uint64_t)i * second / 10));
	assert_false(refusals_repeat(r, 403, "", now));
	assert_false(refusals_repeat(r, 403, "desk", now));
	assert_true(refusals_repeat(r, 403, "desk", now));
	refusals_report(r, now + 59 * second, false);
	assert_string_equal(logged(), "");
	refusals_report(r, now + 60 * second, false);
	const char *text = logged();
	assert_non_null(strstr(text, "\"event\":\"repeated\",\"status\":401,\"count\":500,\"seconds\":60}\n"));
	assert_non_null(strstr(text, "\"event\":\"repeated\",\"caller\":\"desk\",\"status\":403,\"count\":1,\"seconds\":60}\n"));
	refusals_report(r, now + 120 * second, true);
	assert_string_equal(logged(), "");
	refusals_free(r);
}

static void
a_new_minute(void **state)
{
	struct refusals *r = refusals_new();

	(void)state;
	assert_false(refusals_repeat(r, 429, "a", second));
	assert_true(refusals_repeat(r, 429, "a", 2 * second));
	assert_false(refusals_repeat(r, 429, "a", 61 * second)); // before anyone asked for a report
	assert_string_equal(logged(), "\"event\":\"repeated\",\"caller\":\"a\",\"status\":429,\"count\":1,\"seconds\":60}\n");
	assert_true(refusals_repeat(r, 429, "a", 62 * second));
	refusals_report(r, 62 * second, true);
	assert_string_equal(logged(), "\"event\":\"repeated\",\"caller\":\"a\",\"status\":429,\"count\":1,\"seconds\":60}\n");
	refusals_free(r);
}

static void
other_responses_are_logged(void **state)
{
	static const int statuses[] = {200, 201, 204, 304, 404, 405, 409, 412, 413, 415, 422, 499, 500, 503};
	struct refusals *r = refusals_new();

	(void)state;
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		for (int n = 0; n < 3; n++)
			assert_false(refusals_repeat(r, statuses[i], "", second));
	refusals_free(r);
}

static void
more_callers_than_fit(void **state)
{
	struct refusals *r = refusals_new();
	char caller[20];

	(void)state;
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 2 * KINDS; i++) {
			snprintf(caller, sizeof caller, "caller-%d", i);
			assert_int_equal(refusals_repeat(r, 401, caller, second), round && i < KINDS);
		}
	refusals_report(r, 61 * second, false); // which makes room
	logged();
	assert_false(refusals_repeat(r, 401, "caller-500", 61 * second));
	assert_true(refusals_repeat(r, 401, "caller-500", 61 * second));
	refusals_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(repeats_within_a_minute), cmocka_unit_test(a_new_minute),
		cmocka_unit_test(other_responses_are_logged), cmocka_unit_test(more_callers_than_fit)};
	int fd = mkstemp(path);

	if (fd < 0 || close(fd) != 0 || !log_open(path, 1 << 20))
		return 1;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return failed;
}
