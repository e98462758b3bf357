// Texts as HCL quotes them.

#include "../fixture.h"
#include "stack/hcl_value.h"

static void
quotes(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"a", "\"a\""},
		{"say \"hi\"\\", "\"say \\\"hi\\\"\\\\\""},
		{"${x} %{y} $x %y $$ %%", "\"$${x} %%{y} $x %y $$ %%\""},
		{"$${x}", "\"$$${x}\""},
		{"a\nb\tc\rd\x01\x7f", "\"a\\nb\\tc\\rd\\u0001\\u007f\""},
		{"é 日本 😀", "\"é 日本 😀\""},
		{"", "\"\""},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct buf out = {0};
		hcl_quote(rows[i].text, &out);
		ROW_EQUAL(i, buf_str(&out), rows[i].want);
		buf_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quotes),
	};

	return cmocka_run_group_tests_name("hcl_value", tests, NULL, NULL);
}
