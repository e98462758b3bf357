// What is answered to what, without a socket.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "route.h"
#include "version.h"

#define TOKEN "0123456789abcdef"

static const struct {
	const char *token, *method, *path, *authorization;
	int status;
	const char *route, *allow;
	const char *body; // a part of it
} rows[] = {
	{NULL, "GET", "/healthz", NULL, 200, "/healthz", NULL, "ok\n"},
	{NULL, "HEAD", "/healthz", NULL, 200, "/healthz", NULL, "ok\n"},
	{NULL, "GET", "/", NULL, 200, "/", NULL, "\"title\":\"T\",\"version\":\"" CRUDD_VERSION "\""},
	{NULL, "POST", "/", NULL, 405, "/", "GET, HEAD", "urn:crudd:problem:method-not-allowed"},
	{NULL, "get", "/", NULL, 405, "/", "GET, HEAD", "\"status\":405"},
	{NULL, "GET", "", NULL, 404, "-", NULL, "urn:crudd:problem:not-found"},
	{NULL, "GET", "/healthz/", NULL, 404, "-", NULL, "\"request_id\":\"id-1\""},
	{NULL, "GET", "//", NULL, 404, "-", NULL, "\"title\":\"Not found\""},
	{TOKEN, "GET", "/healthz", NULL, 200, "/healthz", NULL, "ok\n"},
	{TOKEN, "GET", "/", NULL, 200, "/", NULL, "crudd"},
	{TOKEN, "PUT", "/", NULL, 405, "/", "GET, HEAD", "405"},
	{TOKEN, "GET", "/x", NULL, 401, "-", NULL, "urn:crudd:problem:unauthorized"},
	{TOKEN, "POST", "/x", "Bearer nonsense", 401, "-", NULL, "\"status\":401"},
	{TOKEN, "POST", "/x", "Bearer " TOKEN, 404, "-", NULL, "\"status\":404"},
};

static void
test_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct service service = {.token = rows[i].token, .title = "T"};
		struct request q = {rows[i].method, rows[i].path, rows[i].authorization, "id-1"};
		struct response r;

		print_message("%s %s %s\n", rows[i].method, rows[i].path,
			rows[i].authorization ? rows[i].authorization : "");
		assert_true(route_answer(&service, &q, &r));
		assert_int_equal(r.status, rows[i].status);
		assert_string_equal(r.route, rows[i].route);
		assert_int_equal(r.challenge, r.status == 401);
		assert_int_equal(r.len, strlen(r.body));
		assert_non_null(strstr(r.body, rows[i].body));
		assert_string_equal(r.allow ? r.allow : "", rows[i].allow ? rows[i].allow : "");
		if (r.status >= 400)
			assert_string_equal(r.type, "application/problem+json");
		response_free(&r);
		assert_null(r.body);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_answers)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
