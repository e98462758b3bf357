// Whom a token lets in, and which files hold one.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "auth.h"

#define TOKEN "0123456789abcdef"

static const struct {
	const char *header;
	bool want;
} headers[] = {
	{NULL, false},
	{"", false},
	{"Bearer", false},
	{"Bearer ", false},
	{"Bearer   ", false},
	{TOKEN, false},
	{"Basic " TOKEN, false},
	{"Bearer" TOKEN, false},
	{"Bearer " TOKEN, true},
	{"bEARER    " TOKEN, true},
	{"Bearer " TOKEN " ", false},
	{"Bearer " TOKEN TOKEN, false}, // every byte matches, the length does not
	{"Bearer 0123456789abcde", false},
	{"Bearer 0123456789abcdeg", false},
	{"Bearer 1123456789abcdef", false},
	{"Bearer 0", false},
};

static void
test_headers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
		print_message("%s\n", headers[i].header ? headers[i].header : "(none)");
		assert_int_equal(auth_allows(TOKEN, headers[i].header), headers[i].want);
	}
}

static const struct {
	const char *name;
	const char *bytes;
	size_t len;
	const char *want;
} files[] = {
	{"plain", TOKEN, 16, TOKEN},
	{"line end", TOKEN "\n", 17, TOKEN},
	{"line end of DOS", TOKEN "\r\n", 18, TOKEN},
	{"two line ends", TOKEN "\n\n", 18, NULL},
	{"empty", "", 0, NULL},
	{"short", "0123456789abcde", 15, NULL},
	{"blank inside", "01234567 89abcdef", 17, NULL},
	{"NUL inside",
		"01234567\0"
		"89abcdefgh",
		19, NULL},
	{"not ASCII", "0123456789abcde\xc3\xa9", 17, NULL},
};

static void
test_files(void **state)
{
	char path[] = "/tmp/token-XXXXXX", problems[1024], want[1024];
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	snprintf(want, sizeof want, "crudd: token_file: %s: expected 16 to 512 visible ASCII characters\n",
		path);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		print_message("%s\n", files[i].name);
		assert_int_equal(ftruncate(fd, 0), 0);
		assert_int_equal(pwrite(fd, files[i].bytes, files[i].len, 0), (ssize_t)files[i].len);
		memset(problems, 0, sizeof problems);
		FILE *out = fmemopen(problems, sizeof problems, "w");
		char *token = auth_read_token(path, out);
		fclose(out);
		if (files[i].want)
			assert_string_equal(token, files[i].want);
		else
			assert_null(token);
		assert_string_equal(problems, files[i].want ? "" : want);
		free(token);
	}
	close(fd);
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_headers), cmocka_unit_test(test_files)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
