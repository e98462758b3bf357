// The canonical layout: small cases here, larger ones in tests/hcl as pairs whose .want terraform
// made. Run it from the top of the tree.

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "hcl/format.h"

static const struct {
	const char *input;
	const char *want; // NULL: what goes in comes out
} rows[] = {
	// clang-format off
	{"", NULL},
	{"\n\n", NULL},
	{"a=1", "a = 1"},
	{"a=1\n \t ", "a = 1\n   "},
	{"\xef\xbb\xbf" "a=1\n", "a = 1\n"},
	{"a=1 //x", "a = 1 //x"},
	{"\ta\t=\t1\r\n", "a = 1\r\n"},
	// minus and bang
	{"a= - 1-  -1\n", "a = -1 - -1\n"},
	{"a=[-1,x-y,x -y,(-z),b?-1:-2]\n", "a = [-1, x-y, x - y, (-z), b ? -1 : -2]\n"},
	{"a=! b\n", "a = !b\n"},
	{"a={for k,v in x:k=>-v}\n", "a = { for k, v in x : k => - v }\n"},
	{"a=[for x in -y:x]\n", "a = [for x in - y : x]\n"},
	// brackets, calls, traversals
	{"a=x [0] [1] . b\n", "a = x[0][1].b\n"},
	{"a=[for in in in:in[0]]\n", "a = [for in in in : in[0]]\n"},
	{"a=[for x in[1]:x]\n", "a = [for x in [1] : x]\n"},
	{"a=f (x,y ...)\n", "a = f(x, y...)\n"},
	{"a={ }\nb=[ ]\nc=f( )\n", "a = {}\nb = []\nc = f()\n"},
	{"b {c=1}\n", "b { c = 1 }\n"},
	// templates
	{"a=\"$${ x } %%{ y } ${ z }\"\n", "a = \"$${ x } %%{ y } ${z}\"\n"},
	{"a=\"$$${ x }%${ y }\"\n", "a = \"$$${ x }%${y}\"\n"},
	{"a=\"\\\"${ x }\\\\\"\n", "a = \"\\\"${x}\\\\\"\n"},
	{"a=\"${ x }${ y }\"\n", "a = \"${x}${y}\"\n"},
	{"a=[\"${ {} }\"]\n", "a = [\"${ {} }\"]\n"},
	{"a=<<A\n  ${ x }\n A\nb=1\n", "a = <<A\n  ${x}\n A\nb = 1\n"},
	{"a=<<A\nA\n", "a = <<A\nA\n"},
	{"a=<<-A\n${ x }A\nA1\n\tA \n", "a = <<-A\n${x}A\nA1\n\tA \n"},
	// legacy syntax that terraform fmt rewrites: only the spaces change here
	{"a=\"${ x }\"\n", "a = \"${x}\"\n"},
	{"a={b=\"${x}\"}\n", "a = { b = \"${x}\" }\n"},
	{"b  x  \"y\"{\n}\n", "b x \"y\" {\n}\n"},
	{"variable \"x\" {\ntype=\"map\"\n}\n", "variable \"x\" {\n  type = \"map\"\n}\n"},
	// not HCL: unchanged
	{"a=[1\n", NULL},
	{"a=1]\n", NULL},
	{"a=(1}\n", NULL},
	{"a=\"x\n\"\n", NULL},
	{"a=\"x", NULL},
	{"a=\"x\\", NULL},
	{"a=\"${x\"\n", NULL},
	{"a=<<A\nx\n A", NULL},
	{"a=/* x\n", NULL},
	{"a  =  1;b=2\n", NULL},
	{"a  =  'x'\n", NULL},
	{"}\n", NULL},
	{" \xef\xbb\xbf" "a=1\n", NULL},
	{"a  {\n", NULL},
	// not HCL either, but formatted without harm
	{"a=\n", "a =\n"},
	{"1  =  2\n", "1 = 2\n"},
	{"a  b\n", "a b\n"},
	{"a  \"b${c}\"   {\n}\n", "a \"b${c}\" {\n}\n"},
	{"a=1  2\n", "a = 1 2\n"},
	{"a=!  =\n", "a = !=\n"}, // settles in the second round only
	// clang-format on
};

static void
assert_format(const char *text, size_t len, const char *want, size_t want_len)
{
	struct buf once = {0}, twice = {0};

	buf_puts(&once, "before|");
	hcl_format(text, len, &once);
	assert_int_equal(strncmp(buf_str(&once), "before|", 7), 0);
	const char *got = buf_str(&once) + 7;
	size_t got_len = once.len - 7;
	if (want) {
		assert_string_equal(got, want);
		assert_int_equal(got_len, want_len);
	}
	hcl_format(got, got_len, &twice);
	assert_int_equal(twice.len, got_len);
	assert_memory_equal(buf_str(&twice), got, got_len);
	buf_free(&once);
	buf_free(&twice);
}

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *want = rows[i].want ? rows[i].want : rows[i].input;

		print_message("%s\n", rows[i].input);
		assert_format(rows[i].input, strlen(rows[i].input), want, strlen(want));
	}
}

static char *
read_file(const char *path, size_t *ret_len)
{
	FILE *in = fopen(path, "rb");
	char *text = calloc(1, 1 << 16);

	assert_non_null(in);
	assert_non_null(text);
	*ret_len = fread(text, 1, (1 << 16) - 1, in);
	assert_true(feof(in));
	fclose(in);
	return text;
}

static void
test_pairs(void **state)
{
	glob_t inputs;

	(void)state;
	assert_int_equal(glob("tests/hcl/*.in", 0, NULL, &inputs), 0);
	for (size_t i = 0; i < inputs.gl_pathc; i++) {
		char path[512];
		size_t len, want_len;

		snprintf(path, sizeof path, "%.*s.want", (int)strlen(inputs.gl_pathv[i]) - 3,
			inputs.gl_pathv[i]);
		print_message("%s\n", path);
		char *text = read_file(inputs.gl_pathv[i], &len), *want = read_file(path, &want_len);
		assert_format(text, len, want, want_len);
		assert_format(want, want_len, want, want_len);
		// a text cut off anywhere may format to anything that is settled
		for (size_t cut = 0; cut < len; cut++) {
			char *part = malloc(cut ? cut : 1);

			assert_non_null(part);
			memcpy(part, text, cut);
			assert_format(part, cut, NULL, 0);
			free(part);
		}
		free(text);
		free(want);
	}
	globfree(&inputs);
}

static void
repeat(struct buf *b, const char *text, size_t times)
{
	while (times--)
		buf_puts(b, text);
}

// Deep and long, up to a few MB: recursion or a quadratic pass would fail here.
static void
test_size(void **state)
{
	static const struct {
		const char *head, *open, *middle, *close, *tail;
	} nests[] = {
		{"a = ", "[", "1", "]", "\n"},
		{"a = ", "[\n", "1", "]", "\n"},
		{"a = ", "\"${", "x", "}\"", "\n"},
		{"a = ", "\"${\n", "x", "}\"", "\n"},
		{"a = \"", "${\"", "x", "\"}", "\"\n"},
		{"", "b {\n", "a = 1\n", "}\n", ""},
		{"a = ", "{ b = ", "1", "}", "\n"},
		{"", "a = 1\n", "", "# x\n", ""},
		{"a = ", "<", "", "<", "\n"},
		{"", "a = 1 # x\n", "", "", ""},
		{"a = \"", "$", "", "%", "\"\n"},
		{"a = <<A\n", "A ", "\n", " A\n", "A\n"},
		{"a = [", "/*", "", "*/", "]\n"},
		{"a = ", "(\n", "", "", ""},
	};
	enum { TIMES = 200000 };

	(void)state;
	for (size_t i = 0; i < sizeof nests / sizeof *nests; i++) {
		struct buf text = {0}, once = {0};

		print_message("%s%s\n", nests[i].head, nests[i].open);
		buf_puts(&text, nests[i].head);
		repeat(&text, nests[i].open,
			i < 6 && strchr(nests[i].open, '\n') ? 2000
							     : TIMES); // indentation is quadratic in itself
		buf_puts(&text, nests[i].middle);
		repeat(&text, nests[i].close, i < 6 && strchr(nests[i].open, '\n') ? 2000 : TIMES);
		buf_puts(&text, nests[i].tail);
		hcl_format(text.data, text.len, &once);
		assert_true(once.len > 0);
		buf_free(&text);
		buf_free(&once);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
