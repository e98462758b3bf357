// Text on its way to a terminal, a shell or a comment.

#include "../fixture.h"
#include "base/text.h"

#include <stdlib.h>

static const char *
visible(const char *s, size_t n)
{
	static struct buf out;

	buf_free(&out);
	text_add_visible(&out, s, n);
	return buf_str(&out);
}

static void
xml_characters(void **state)
{
	struct buf out = {0};

	(void)state;
	text_add_xml(&out, "a<b>&\"c\"'\xc3\xa9\x1b\n\xef\xbf\xbf\xfc");
	assert_string_equal(buf_str(&out), "a&lt;b&gt;&amp;&quot;c&quot;'\xc3\xa9????");
	buf_free(&out);
}

static void
hidden_characters(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"plain \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", "plain \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"},
		{"\x1b[31m", "?[31m"},
		{"a\tb\nc\rd\x7f", "a b?c?d?"},
		{"\xc2\x80|\xc2\x85|\xc2\x9b|\xc2\x9f|\xc2\xa0", "?|?|?|?|\xc2\xa0"},
		{"\xe2\x80\x8e|\xe2\x80\x8f|\xe2\x80\x90", "?|?|\xe2\x80\x90"},
		{"\xe2\x80\xa7|\xe2\x80\xa8|\xe2\x80\xa9|\xe2\x80\xaa|\xe2\x80\xae|\xe2\x80\xaf", "\xe2\x80\xa7|?|?|?|?|\xe2\x80\xaf"},
		{"\xe2\x81\xa5|\xe2\x81\xa6|\xe2\x81\xa9|\xe2\x81\xaa", "\xe2\x81\xa5|?|?|\xe2\x81\xaa"},
		{"\xef\xbf\xbd|\xef\xbf\xbe|\xef\xbf\xbf", "\xef\xbf\xbd|?|?"},
		{"\xd8\x9b|\xd8\x9c|\xd8\x9d", "\xd8\x9b|?|\xd8\x9d"},
		// no UTF-8: Latin-1, a C1 byte, a part of a character, an overlong form
		{"gr\xfc\xdf", "gr??"},
		{"\x9b", "?"},
		{"\xe2\x80", "??"},
		{"\xc0\xaf", "??"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		ROW_EQUAL(i, visible(rows[i].text, strlen(rows[i].text)), rows[i].want);
	assert_string_equal(visible("a\0b", 3), "a?b");
}

static void
messages(void **state)
{
	struct buf out = {0};
	char *large = calloc(1, 2 * TEXT_MESSAGE);

	(void)state;
	text_printf(&out, "%s|%.*s|%d|%ld|%zu|%02x|%c|%%|%5zu", "a\nb", 2, "cd\x1b", -1, 2L, (size_t)3, 10, 'x', (size_t)7);
	assert_string_equal(buf_str(&out), "a?b|cd|-1|2|3|0a|x|%|    7");
	buf_free(&out);
	text_printf(&out, "%c%c", '\x1b', '\xfc');
	assert_string_equal(buf_str(&out), "??");
	buf_free(&out);
	assert_non_null(large);
	// not cut within a character
	memset(large, 'x', TEXT_MESSAGE - 1);
	strcpy(large + TEXT_MESSAGE - 1, "\xc3\xa9");
	text_printf(&out, "%s", large);
	assert_int_equal(out.len, TEXT_MESSAGE - 1 + 3);
	assert_string_equal(out.data + TEXT_MESSAGE - 1, "...");
	buf_free(&out);
	large[TEXT_MESSAGE] = '\0';
	large[TEXT_MESSAGE - 1] = 'x';
	text_printf(&out, "%s", large);
	assert_string_equal(buf_str(&out), large);
	buf_free(&out);
	free(large);
}

static void
shell_words(void **state)
{
	static const struct {
		const char *word, *want, *argument;
	} rows[] = {
		{"gym.yaml", "gym.yaml", "gym.yaml"},
		{"", "''", "''"},
		{"-rf.yaml", "-rf.yaml", "-- -rf.yaml"},
		{"it's", "'it'\\''s'", "'it'\\''s'"},
		{"a b<c>{d}$e`f`", "'a b<c>{d}$e`f`'", "'a b<c>{d}$e`f`'"},
		{"caf\xc3\xa9", "'caf\xc3\xa9'", "'caf\xc3\xa9'"},
		{"a\nb'c\\", "$'a\\x0ab\\'c\\\\'", "$'a\\x0ab\\'c\\\\'"},
		{"-gr\xfc\xe2\x80\xae", "$'-gr\\xfc\\xe2\\x80\\xae'", "-- $'-gr\\xfc\\xe2\\x80\\xae'"},
	};
	struct ctx c = ctx_new();

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		ROW_EQUAL(i, text_shell_word(c.arena, rows[i].word), rows[i].want);
		ROW_EQUAL(i, text_shell_argument(c.arena, rows[i].word), rows[i].argument);
	}
	assert_string_equal(text_for_comment(c.arena, "a<b>\n\xc2\x85\xfc\xc3\xa9", "<>"), "a_b____\xc3\xa9");
	arena_free(c.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hidden_characters),
		cmocka_unit_test(xml_characters),
		cmocka_unit_test(messages),
		cmocka_unit_test(shell_words),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
