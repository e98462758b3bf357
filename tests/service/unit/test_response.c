// Responses: every header arrives, however many there are.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "api/response.h"
#include "model/problems.h"

static void
test_headers(void **state)
{
	struct response r = {0};
	char value[16];

	(void)state;
	response_empty(&r, 204);
	for (int i = 0; i < 40; i++) {
		snprintf(value, sizeof value, "%d", i);
		response_header(&r, "X", value);
	}
	assert_int_equal(r.status, 204);
	assert_int_equal(r.headers_n, 40);
	assert_string_equal(r.headers[39].value, "39");
	response_free(&r);
	assert_int_equal(r.headers_n, 0);
}

static void
test_problem(void **state)
{
	struct problems problems = {0};
	struct response r = {0};

	(void)state;
	problems_add(&problems, "name", "duplicate", "is \"taken\"");
	text_puts(&problems.conflict, "/plans/7");
	response_problem(&r, 409, "duplicate", "Taken.", "id", &problems);
	assert_string_equal(r.body, "{\"type\":\"urn:crudd:problem:duplicate\",\"title\":\"Conflict\",\"status\":409,\"detail\":\"Taken.\","
				    "\"request_id\":\"id\",\"errors\":[{\"field\":\"name\",\"code\":\"duplicate\",\"detail\":\"is \\\"taken\\\"\"}],"
				    "\"conflict\":\"/plans/7\"}");
	problems_free(&problems);
	response_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_headers), cmocka_unit_test(test_problem)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
