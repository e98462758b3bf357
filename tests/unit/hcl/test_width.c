// Columns as terraform counts them.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hcl/width.h"

static const struct {
	const char *name;
	const char *text;
	size_t want;
} rows[] = {
	{"nothing", "", 0},
	{"ASCII", "abc \t", 5},
	{"line ends", "a\r\nb\n\r", 5},
	{"precomposed", "\u00e9", 1},
	{"combining", "e\u0301\u0323x", 2},
	{"mark on its own", "\u0301", 1},
	{"mark after a line end", "\n\u0301", 2},
	{"wide", "\u65e5\u672c\u8a9e", 3},
	{"syllables", "\ud55c\uad6d", 2},
	{"letters of a syllable", "\u1112\u1161\u11ab", 1},
	{"two leads", "\u1112\u1112\u1161", 1},
	{"tail after a tail", "\ud55c\u11ab", 1},
	{"vowel after a tail", "\ud55c\u1161", 2},
	{"flag", "\U0001f1e9\U0001f1ea", 1},
	{"two flags", "\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7", 2},
	{"flag and a half", "\U0001f1e9\U0001f1ea\U0001f1eb", 2},
	{"skin tone", "\U0001f44d\U0001f3fd", 1},
	{"family", "\U0001f468\u200d\U0001f469\u200d\U0001f467", 1},
	{"joiner after a letter", "a\u200d\U0001f469", 2},
	{"picture with a selector", "\u2764\ufe0f\u200d\U0001f525", 1},
	{"Devanagari", "\u0915\u094d\u0937\u093f", 2},
	{"Arabic number sign", "\u0600\u0661", 1},
	{"letters between marks", "a\U0001123f\U00011240", 3}, // new in Unicode 15
	{"zero width space", "a\u200b\u0301b", 4},
	{"not UTF-8",
		"a\xff\xfe"
		"b",
		4},
	{"cut off", "\xe6\x97", 2},
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		print_message("%s\n", rows[i].name);
		assert_int_equal(width_columns(rows[i].text, strlen(rows[i].text)), rows[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
