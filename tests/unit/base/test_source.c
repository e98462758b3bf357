// Lines, columns and UTF-8.

#include "../fixture.h"

static void
places(void **state)
{
	static const struct {
		const char *text;
		size_t off, line, column, line_start, line_end;
	} rows[] = {
		{"", 0, 1, 1, 0, 0},
		{"ab", 1, 1, 2, 0, 2},
		{"ab\ncd", 3, 2, 1, 3, 5},
		{"ab\r\ncd\r\n", 5, 2, 2, 4, 6},
		{"é\nüx", 5, 2, 2, 3, 6},
		{"ab\n", 3, 2, 1, 3, 3},
		{"ab", 99, 1, 3, 0, 2},
	};
	struct ctx c = ctx_new();

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct place p = source_place(text_source(&c, rows[i].text), rows[i].off);
		if (p.line != rows[i].line || p.column != rows[i].column || p.line_start != rows[i].line_start ||
			p.line_end != rows[i].line_end)
			fail_msg("row %zu: %zu:%zu in %zu..%zu", i, p.line, p.column, p.line_start, p.line_end);
	}
	arena_free(c.arena);
}

static void
utf8(void **state)
{
	static const struct {
		const char *bytes;
		size_t n, want;
	} rows[] = {
		{"a", 1, 1}, {"\0", 1, 1}, {"é", 2, 2}, {"é", 1, 0}, {"€", 3, 3}, {"😀", 4, 4}, {"\x80", 1, 0},
		{"\xc0\xaf", 2, 0}, {"\xc1\xbf", 2, 0}, {"\xe0\x9f\xbf", 3, 0}, {"\xed\xa0\x80", 3, 0}, {"\xf0\x8f\xbf\xbf", 4, 0},
		{"\xf4\x90\x80\x80", 4, 0}, {"\xf4\x8f\xbf\xbf", 4, 4}, {"\xf5\x80\x80\x80", 4, 0}, {"\xff", 1, 0}, {"", 0, 0},
		{"\xe2\x82", 2, 0}, {"\xe2(\xa1", 3, 0},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		if (utf8_length(rows[i].bytes, rows[i].n) != rows[i].want)
			fail_msg("row %zu", i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(places), cmocka_unit_test(utf8)};

	return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
