#include "server/target.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/grammar.h"

static void
assert_text(const char *row, const char *found, const char *want)
{
	if (!found != !want || (found && strcmp(found, want) != 0))
		fail_msg("%s: '%s' instead of '%s'", row, found ? found : "(none)", want ? want : "(none)");
}

static void
targets(void **state)
{
	static const struct {
		const char *sent, *host, *path, *query;
		bool bad;
	} rows[] = {
		{"/", NULL, "/", NULL, false},
		{"", NULL, "", NULL, false},
		{"*", NULL, "*", NULL, false},
		{"/members?limit=1", NULL, "/members", "limit=1", false},
		{"/members?", NULL, "/members", "", false},
		{"/members?a?b", NULL, "/members", "a?b", false},
		// unreserved characters lose their encoding, all others keep it
		{"/m?%61fter=%41%2d%5F%7e%2E%39", NULL, "/m", "after=A-_~.9", false},
		{"/m?a=%26%3d%2B%25%20%c3%A9", NULL, "/m", "a=%26%3d%2B%25%20%c3%A9", false},
		{"/m?%2561=1", NULL, "/m", "%2561=1", false},
		{"/m?a=%&b=%4&c=%zz&d=%6", NULL, "/m", "a=%&b=%4&c=%zz&d=%6", false},
		{"/m?a=%", NULL, "/m", "a=%", false},
		{"/%61", NULL, "/%61", NULL, false}, // the library decodes the path
		{"http://a/b?c", "a", "/b", "c", false},
		{"HTTPS://a:80/", "a:80", "/", NULL, false},
		{"http://[::1]:8080/b", "[::1]:8080", "/b", NULL, false},
		{"http://a", "a", "", NULL, false},
		{"http://a?b=/c", "a", "", "b=/c", false},
		{"http://a//b", "a", "//b", NULL, false},
		{"http://", "", "http://", NULL, true},
		{"http:///b", "", "http:///b", NULL, true},
		{"http://u@a/b", "u@a", "http://u@a/b", NULL, true},
		{"http://a%2fb/c", "a%2fb", "http://a%2fb/c", NULL, true},
		{"/a%00b", NULL, "/a%00b", NULL, true},
		{"/a?b=%00", NULL, "/a", "b=%00", true},
		{"/a b", NULL, "/a b", NULL, true},
		{"/a\x01", NULL, "/a\x01", NULL, true},
		{"/a\x7f", NULL, "/a\x7f", NULL, true},
		{"/a\xc3\xa9", NULL, "/a\xc3\xa9", NULL, false},
	};
	struct target t = {0};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *sent = strdup(rows[i].sent), *query = strchr(sent, '?');

		assert_true(target_read(&t, sent)); // frees the earlier one
		if (query)
			*query = '\0'; // as the library does
		assert_text(rows[i].sent, t.host, rows[i].host);
		assert_text(rows[i].sent, sent + t.prefix, rows[i].path);
		assert_text(rows[i].sent, t.query, rows[i].query);
		assert_int_equal(t.len, strlen(rows[i].sent));
		if (t.bad != rows[i].bad)
			fail_msg("%s: bad is %d", rows[i].sent, t.bad);
		free(sent);
	}
	target_free(&t);
	assert_null(t.query);
}

static void
grammar(void **state)
{
	char s[2] = "";

	(void)state;
	assert_false(grammar_is_token(""));
	assert_true(grammar_is_value("") && grammar_is_target("") && grammar_is_host(""));
	for (int c = 1; c < 256; c++) {
		*s = (char)c;
		bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
		if (grammar_is_token(s) != (alphanumeric || strchr("!#$%&'*+-.^_`|~", c)))
			fail_msg("%d in a token", c);
		if (grammar_is_value(s) != (c == '\t' || (c >= ' ' && c != 0x7f)))
			fail_msg("%d in a value", c);
		if (grammar_is_target(s) != (c > ' ' && c != 0x7f))
			fail_msg("%d in a target", c);
		if (grammar_is_host(s) != (alphanumeric || strchr("-._~!$&'()*+,;=:[] \t", c)))
			fail_msg("%d in a host", c);
	}
	assert_true(grammar_is_host("a:80 \t"));
	assert_false(grammar_is_host("a b"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(targets), cmocka_unit_test(grammar)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
