// JSON, compared with how jansson reads it; numbers, URLs and UTF-8.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/text.h"

static const struct {
	const char *in;
	size_t len;
	const char *out; // NULL: the same bytes
} strings[] = {
	{"", 0, NULL},
	{"plain", 5, NULL},
	{"\"\\/\b\f\n\r\t", 8, NULL},
	{"\x01\x1f\x7f", 3, NULL},
	{"a\0b", 3, NULL},
	{"\xc3\xa9 \xe2\x80\xa8 \xf0\x9f\x92\xaa", 11, NULL},
	{"\xf4\x8f\xbf\xbf", 4, NULL},
	{"\xff", 1, "\xef\xbf\xbd"},
	{"a\xc3", 2, "a\xef\xbf\xbd"},
	{"\xc0\x80", 2, "\xef\xbf\xbd\xef\xbf\xbd"},
	{"\xed\xa0\x80", 3, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
	{"\xf4\x90\x80\x80", 4, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
	{"\xe0\x80\xaf", 3, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
};

static void
test_strings(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
		struct text t = {0};

		text_json(&t, strings[i].in, strings[i].len);
		json_t *json = json_loadb(t.s, t.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
		print_message("%s\n", t.s);
		assert_non_null(json);
		const char *want = strings[i].out ? strings[i].out : strings[i].in;
		size_t len = strings[i].out ? strlen(want) : strings[i].len;
		assert_int_equal(json_string_length(json), len);
		assert_memory_equal(json_string_value(json), want, len);
		json_decref(json);
		text_free(&t);
	}
}

static void
test_numbers(void **state)
{
	static const int64_t numbers[] = {0, 1, -1, 10, 1234567890123, INT64_MAX, INT64_MIN};
	char want[32];

	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		struct text t = {0};

		text_int(&t, numbers[i]);
		snprintf(want, sizeof want, "%lld", (long long)numbers[i]);
		assert_string_equal(t.s, want);
		text_free(&t);
	}
}

static void
test_growth(void **state)
{
	struct text t = {0};

	(void)state;
	for (int i = 0; i < 10000; i++)
		text_printf(&t, "%04d", i);
	assert_int_equal(t.len, 40000);
	assert_memory_equal(t.s + 39996, "9999", 5);
	text_clear(&t);
	text_url(&t, "a b\xc3\xa9&=,~", 9);
	assert_string_equal(t.s, "a%20b%C3%A9%26%3D,~");
	text_clear(&t);
	text_url_encoded(&t, "q=a>b%3E\"\xc3\xa9&x=[1]#\\", 19);
	assert_string_equal(t.s, "q=a%3Eb%3E%22%C3%A9&x=%5B1%5D%23%5C");
	text_free(&t);
}

static const struct {
	const char *bytes;
	bool want;
} utf8[] = {
	{"", true},
	{"abc", true},
	{"\xc3\xa9\xe6\x97\xa5\xf0\x9f\x92\xaa", true},
	{"\xef\xbf\xbd", true},
	{"\xef\xbf\xbd\xff", false}, // an encoded U+FFFD does not excuse other bytes
	{"\xff", false},
	{"\xc3", false},
	{"\xc3(", false},
	{"\xc0\x80", false},
	{"\xed\xa0\x80", false},
	{"\xf4\x90\x80\x80", false},
	{"\xe0\x80\x80", false},
};

static void
test_utf8(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof utf8 / sizeof *utf8; i++) {
		print_message("%zu\n", i);
		assert_int_equal(text_is_utf8(utf8[i].bytes, strlen(utf8[i].bytes)), utf8[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strings), cmocka_unit_test(test_numbers), cmocka_unit_test(test_growth),
		cmocka_unit_test(test_utf8)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
