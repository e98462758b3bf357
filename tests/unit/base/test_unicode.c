// Which texts are in normal form C, and which differ only in case.

#include "../fixture.h"
#include "base/unicode.h"

static void
normal_forms(void **state)
{
	static const struct {
		const char *text;
		bool composed;
	} rows[] = {
		{"", true}, {"plain", true}, {"\u00e9", true}, {"e\u0301", false}, {"\u212b", false}, {"\u00c5", true},
		{"\ud55c\uae00", true}, {"\u1112\u1161", false}, {"\uf900", false}, {"\U0001f600", true}, {"q\u0301", true},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		if (unicode_is_composed(rows[i].text) != rows[i].composed)
			fail_msg("row %zu", i);
}

static void
caseless(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} rows[] = {
		{"owner", "Owner", true}, {"owner", "owner", true}, {"owner", "owners", false}, {"", "", true},
		{"\u00dcbung", "\u00fcbung", true}, {"\u00fc", "u", false}, {"a_b", "a-b", false},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		if (unicode_is_same_caseless(rows[i].a, rows[i].b) != rows[i].same)
			fail_msg("row %zu", i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(normal_forms),
		cmocka_unit_test(caseless),
	};

	return cmocka_run_group_tests_name("unicode", tests, NULL, NULL);
}
