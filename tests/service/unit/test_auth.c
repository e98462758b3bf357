// Which tokens are accepted, and which files of tokens.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "api/auth.h"

#define TOKEN "0123456789abcdef"

static char path[] = "/tmp/token-XXXXXX";

static void
fill(const char *bytes, size_t len)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(bytes, 1, len, out), len);
	fclose(out);
}

static const struct {
	const char *header;
	enum auth_verdict want;
} headers[] = {
	{NULL, AUTH_UNKNOWN},
	{"", AUTH_UNKNOWN},
	{"Bearer", AUTH_UNKNOWN},
	{"Bearer ", AUTH_UNKNOWN},
	{"Bearer   ", AUTH_UNKNOWN},
	{TOKEN, AUTH_UNKNOWN},
	{"Basic " TOKEN, AUTH_UNKNOWN},
	{"Bearer" TOKEN, AUTH_UNKNOWN},
	{"Bearer " TOKEN, AUTH_FINE},
	{"bEARER    " TOKEN, AUTH_FINE},
	{"Bearer " TOKEN " ", AUTH_UNKNOWN},
	{"Bearer " TOKEN TOKEN, AUTH_UNKNOWN},
	{"Bearer 0123456789abcde", AUTH_UNKNOWN},
	{"Bearer 0123456789abcdeg", AUTH_UNKNOWN},
};

static void
test_headers(void **state)
{
	char name[CALLER_SIZE];

	(void)state;
	fill(TOKEN "\n", 17);
	struct auth *a = auth_read(path, stderr);
	assert_non_null(a);
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
		print_message("%s\n", headers[i].header ? headers[i].header : "(none)");
		*name = '\0';
		assert_int_equal(auth_check(a, headers[i].header, true, name), headers[i].want);
		assert_string_equal(name, headers[i].want == AUTH_FINE ? "stack" : "");
	}
	auth_free(a);
}

static void
test_roles(void **state)
{
	static const char table[] = "# who may call\n"
				    "desk   write cd9a4c54cc6f1b5d0d29ef8bd4ee1f4bd97dbdd7ac9ce2a5f8e0b90c5a5a5a5a\n"
				    "\n"
				    "report read  9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n";
	char name[CALLER_SIZE];

	(void)state;
	fill(table, sizeof table - 1);
	struct auth *a = auth_read(path, stderr);
	assert_non_null(a);
	// the second hash is that of "test"
	assert_int_equal(auth_check(a, "Bearer test", false, name), AUTH_FINE);
	assert_string_equal(name, "report");
	assert_int_equal(auth_check(a, "Bearer test", true, name), AUTH_FORBIDDEN);
	assert_int_equal(auth_check(a, "Bearer tess", false, name), AUTH_UNKNOWN);

	// a file with errors changes nothing, a correct one replaces the tokens
	fill("nonsense", 8);
	FILE *nowhere = fopen("/dev/null", "w");
	assert_false(auth_reload(a, nowhere));
	fclose(nowhere);
	assert_int_equal(auth_check(a, "Bearer test", false, name), AUTH_FINE);
	fill(TOKEN, 16);
	assert_true(auth_reload(a, stderr));
	assert_int_equal(auth_check(a, "Bearer test", false, name), AUTH_UNKNOWN);
	assert_int_equal(auth_check(a, "Bearer " TOKEN, true, name), AUTH_FINE);
	auth_free(a);
}

#define HASH "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define PLAIN "expected 16 to 512 visible ASCII characters, or lines of name, role and SHA-256\n"
#define LINE "expected a name, read or write, and a SHA-256 in hexadecimal digits\n"

static const struct {
	const char *name;
	const char *bytes;
	size_t len;
	const char *want; // after the path; NULL: accepted
} files[] = {
	{"plain", TOKEN, 16, NULL},
	{"line end", TOKEN "\n", 17, NULL},
	{"line end of DOS", TOKEN "\r\n", 18, NULL},
	{"two line ends", TOKEN "\n\n", 18, ": " PLAIN},
	{"empty", "", 0, ": " PLAIN},
	{"short", "0123456789abcde", 15, ": " PLAIN},
	{"NUL inside", "01234567\00089abcdefgh", 19, ": " PLAIN},
	{"not ASCII", "0123456789abcde\xc3\xa9", 17, ": " PLAIN},
	{"table", "a read " HASH, 7 + 64, NULL},
	{"table with DOS line ends", "a read " HASH "\r\n# b\r\n", 7 + 64 + 7, NULL},
	{"blank inside", "01234567 89abcdef", 17, ":1: " LINE},
	{"unknown role", "a reed " HASH, 7 + 64, ":1: " LINE},
	{"short hash", "a read " HASH, 7 + 63, ":1: " LINE},
	{"no hexadecimal digit", "a read g" HASH, 7 + 64, ":1: " LINE},
	{"fourth word", "a read " HASH " x", 7 + 66, ":1: " LINE},
	{"second line", "a read " HASH "\nb\n", 7 + 67, ":2: " LINE},
	{"comments only", "# a\n", 4, ": no token in the file\n"},
	{"number sign inside", "01234567#9abcdef", 16, NULL},
	{"number sign first", "#123456789abcdef\n", 17, NULL},
	{"long name", "abcdefghijklmnopqrstuvwxyz0123456789 read " HASH, 42 + 64, ":1: " LINE},
};

static void
test_files(void **state)
{
	char problems[1024], want[1024];

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		print_message("%s\n", files[i].name);
		fill(files[i].bytes, files[i].len);
		memset(problems, 0, sizeof problems);
		FILE *out = fmemopen(problems, sizeof problems, "w");
		struct auth *a = auth_read(path, out);
		fclose(out);
		assert_int_equal(a != NULL, files[i].want == NULL);
		snprintf(want, sizeof want, "crudd: token_file: %s%s", path, files[i].want ? files[i].want : "");
		assert_string_equal(problems, files[i].want ? want : "");
		auth_free(a);
	}
}

// Tokens after the limit must not be dropped without a message.
static void
test_large_file(void **state)
{
	static char text[70 * 1024];
	char problems[1024] = "", want[1024], name[CALLER_SIZE];
	size_t len = 0;

	(void)state;
	while (len < 64 * 1024 - 136) {
		memset(text + len, 'x', 63);
		text[len] = '#';
		text[len + 1] = ' ';
		text[len + 63] = '\n';
		len += 64;
	}
	len += (size_t)sprintf(text + len, "a read " HASH "\n");
	assert_true(len <= 64 * 1024);
	fill(text, len);
	struct auth *a = auth_read(path, stderr);
	assert_non_null(a);
	assert_int_equal(auth_check(a, "Bearer test", false, name), AUTH_FINE);
	auth_free(a);

	len += (size_t)sprintf(text + len, "b write " HASH "\n");
	assert_true(len > 64 * 1024);
	fill(text, len);
	FILE *out = fmemopen(problems, sizeof problems, "w");
	assert_null(auth_read(path, out));
	fclose(out);
	snprintf(want, sizeof want, "crudd: token_file: %s: larger than 65536 bytes\n", path);
	assert_string_equal(problems, want);
}

static void
test_too_many(void **state)
{
	static char text[257 * 72 + 1];
	char problems[1024] = "", want[1024];
	size_t len = 0;

	(void)state;
	for (int i = 0; i < 257; i++)
		len += (size_t)sprintf(text + len, "a read " HASH "\n");
	fill(text, len - 72);
	struct auth *a = auth_read(path, stderr);
	assert_non_null(a);
	auth_free(a);
	fill(text, len);
	FILE *out = fmemopen(problems, sizeof problems, "w");
	assert_null(auth_read(path, out));
	fclose(out);
	snprintf(want, sizeof want, "crudd: token_file: %s: more than 256 tokens\n", path);
	assert_string_equal(problems, want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers), cmocka_unit_test(test_roles), cmocka_unit_test(test_files),
		cmocka_unit_test(test_large_file), cmocka_unit_test(test_too_many)};
	int fd = mkstemp(path);

	if (fd < 0)
		return 1;
	close(fd);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return failed;
}
