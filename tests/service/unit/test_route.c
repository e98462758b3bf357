// The route for a method and a path.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/entity.h"
#include "api/route.h"

static const struct {
	const char *method, *path;
	const char *pattern; // NULL: none
	int64_t id;
	const char *allow; // NULL: not checked
} rows[] = {
	{"GET", "/", "/", 0, "GET, HEAD, OPTIONS"},
	{"HEAD", "/", "/", 0, NULL},
	{"POST", "/", NULL, 0, "GET, HEAD, OPTIONS"},
	{"GET", "/members", "/members", 0, "GET, HEAD, POST, OPTIONS"},
	{"GET", "/members/", "/members/", 0, "GET, HEAD, OPTIONS"},
	{"POST", "/members", "/members", 0, NULL},
	{"POST", "/members/create", "/members/create", 0, NULL},
	{"GET", "/members/create", "/members/{id}", -1, NULL},
	{"GET", "/members/7", "/members/{id}", 7, "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"},
	{"HEAD", "/members/9223372036854775807", "/members/{id}", INT64_MAX, NULL},
	{"GET", "/members/9223372036854775808", "/members/{id}", -1, NULL},
	{"GET", "/members/99999999999999999999", "/members/{id}", -1, NULL},
	{"GET", "/members/0", "/members/{id}", -1, NULL},
	{"GET", "/members/07", "/members/{id}", -1, NULL},
	{"GET", "/members/-7", "/members/{id}", -1, NULL},
	{"GET", "/members/7x", "/members/{id}", -1, NULL},
	{"GET", "/members/7/", NULL, 0, ""},
	{"PUT", "/members/update/7", "/members/update/{id}", 7, "PUT, OPTIONS"},
	{"GET", "/members/update/7", NULL, 0, "PUT, OPTIONS"},
	{"DELETE", "/plans/delete/7", "/plans/delete/{id}", 7, "DELETE, OPTIONS"},
	{"GET", "/members/7/subscriptions", "/members/{id}/subscriptions", 7, "GET, HEAD, POST, OPTIONS"},
	{"GET", "/plans/7/subscriptions", "/plans/{id}/subscriptions", 7, NULL},
	{"GET", "/plans/7/members", NULL, 0, ""},
	{"GET", "/subscriptions/7/members", NULL, 0, ""},
	{"GET", "/member", NULL, 0, ""},
	{"GET", "/membersx", NULL, 0, ""},
	{"GET", "/whoami", "/whoami", 0, "GET, HEAD, OPTIONS"},
	{"GET", "/assets/admin.js", "/assets/{name}", 0, NULL},
	{"GET", "/assets/", NULL, 0, ""},
	{"GET", "", NULL, 0, ""},
	{"BREW", "/members", NULL, 0, "GET, HEAD, POST, OPTIONS"},
};

static void
test_routes(void **state)
{
	struct routes routes;
	struct route_match m;

	(void)state;
	assert_true(routes_init(&routes));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		print_message("%s %s\n", rows[i].method, rows[i].path);
		routes_find(&routes, rows[i].method, rows[i].path, &m);
		if (rows[i].pattern)
			assert_string_equal(m.route->pattern, rows[i].pattern);
		else
			assert_null(m.route);
		assert_int_equal(m.id, rows[i].id);
		if (rows[i].allow)
			assert_string_equal(m.allow, rows[i].allow);
		assert_int_equal(m.any == NULL, *m.allow == '\0');
	}
	routes_free(&routes);
}

static void
test_children(void **state)
{
	struct routes routes;
	struct route_match m;

	(void)state;
	assert_true(routes_init(&routes));
	routes_find(&routes, "GET", "/members/7/subscriptions", &m);
	assert_string_equal(m.route->entity->name, "subscriptions");
	assert_string_equal(m.route->parent->name, "members");
	assert_string_equal(m.route->by->name, "member_id");
	routes_free(&routes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_routes), cmocka_unit_test(test_children)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
