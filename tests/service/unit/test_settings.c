// The table of settings and the three sources of values.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/config.h"

// The result of config_read and its problems, without the name of the file.
static bool
read_both(const char *file, char *const *env, struct settings *s, char *problems, size_t size)
{
	char path[] = "/tmp/settings-XXXXXX";
	int fd = file ? mkstemp(path) : -1;

	memset(problems, 0, size);
	FILE *out = fmemopen(problems, size, "w");
	assert_non_null(out);
	if (file) {
		assert_true(fd >= 0);
		assert_int_equal(write(fd, file, strlen(file)), (ssize_t)strlen(file));
		close(fd);
	}
	bool ok = config_read(file ? path : NULL, env, out, s);
	fclose(out);
	if (file)
		unlink(path);
	for (char *at; (at = strstr(problems, path)) != NULL;)
		memmove(at, at + strlen(path), strlen(at + strlen(path)) + 1);
	return ok;
}

static void
test_defaults(void **state)
{
	struct settings s;
	char problems[4096];

	(void)state;
	assert_true(read_both(NULL, NULL, &s, problems, sizeof problems));
	assert_string_equal(problems, "");
	assert_int_equal(s.port, 8080);
	assert_string_equal(s.bind_address, "");
	assert_int_equal(s.keep_alive, 75); // must stay above the 60 s of a load balancer
	assert_false(s.open);
	assert_true(s.log_requests);
}

static void
test_later_places_win(void **state)
{
	struct settings s;
	char problems[4096];
	char *env[] = {"PATH=/bin", "CRUDD_PORT=81", "CRUDDX_PORT=x", "CRUDD_LOG_REQUESTS=false", NULL};

	(void)state;
	assert_true(read_both(
		"{\"port\": 9, \"title\": \"a \\\"b\\\" \\n ${c}\", \"open\": true, \"keep_alive\": \"76\"}",
		env, &s, problems, sizeof problems));
	assert_string_equal(problems, "");
	assert_int_equal(s.port, 81);
	assert_int_equal(s.keep_alive, 76);
	assert_string_equal(s.title, "a \"b\" \n ${c}");
	assert_true(s.open);
	assert_false(s.log_requests);
}

static const struct {
	const char *file;
	const char *want;
} wrong[] = {
	{"{\"port\": 0}", "crudd: : port: expected a whole number from 1 to 65535, got '0'\n"},
	{"{\"port\": \"+8\"}", "crudd: : port: expected a whole number from 1 to 65535, got '+8'\n"},
	{"{\"port\": \" 8\"}", "crudd: : port: expected a whole number from 1 to 65535, got ' 8'\n"},
	{"{\"port\": \"8 \"}", "crudd: : port: expected a whole number from 1 to 65535, got '8 '\n"},
	{"{\"drain_seconds\": \"-0\"}", "crudd: : drain_seconds: expected a whole number from 0 to 40, got '-0'\n"},
	{"{\"db_timeout\": 1}", "crudd: : db_timeout: expected a whole number from 3 to 30, got '1'\n"},
	{"{\"port\": \"\"}", "crudd: : port: expected a whole number from 1 to 65535, got ''\n"},
	{"{\"port\": \"99999999999999999999\"}",
		"crudd: : port: expected a whole number from 1 to 65535, got '99999999999999999999'\n"},
	{"{\"port\": 99999999999999999999}", "crudd: :1: too big integer near '99999999999999999999'\n"},
	{"{\"port\": []}", "crudd: : port: expected a whole number from 1 to 65535\n"},
	{"{\"open\": 1}", "crudd: : open: expected true or false, got '1'\n"},
	{"{\"open\": \"True\"}", "crudd: : open: expected true or false, got 'True'\n"},
	{"{\"Port\": 1}", "crudd: : unknown setting 'Port'\n"},
	{"{\"\": 1, \"x\": 2}", "crudd: : unknown setting ''\ncrudd: : unknown setting 'x'\n"},
	{"[1]", "crudd: : expected a JSON object\n"},
	{"7", "crudd: :1: '[' or '{' expected near '7'\n"},
};

static void
test_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct settings s;
		char problems[4096];

		print_message("%s\n", wrong[i].file);
		assert_false(read_both(wrong[i].file, NULL, &s, problems, sizeof problems));
		assert_string_equal(problems, wrong[i].want);
	}
}

static void
test_environment_is_checked(void **state)
{
	struct settings s;
	char problems[4096];
	char *env[] = {"CRUDD_PORT=x", "CRUDD_TITLE=\xff", "CRUDD_=1", NULL};

	(void)state;
	assert_false(read_both(NULL, env, &s, problems, sizeof problems));
	assert_string_equal(problems,
		"crudd: environment: port: expected a whole number from 1 to 65535, got 'x'\n"
		"crudd: environment: title: expected text of 1 to 200 bytes, got '\xff'\n"
		"crudd: environment: unknown setting ''\n");
}

static void
test_every_setting_is_printed_with_its_doc(void **state)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	config_print(out);
	fclose(out);
#define SETTING(name, type, def, min, max, owner, doc)                                                       \
	assert_non_null(strstr(text, "  " #name "\n      " doc "\n"));                                       \
	assert_true(sizeof(doc) > 10);
#include "base/settings.def"
#undef SETTING
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_later_places_win),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_environment_is_checked),
		cmocka_unit_test(test_every_setting_is_printed_with_its_doc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
