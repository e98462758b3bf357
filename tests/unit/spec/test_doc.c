// The tree: spans in bytes, aliases shared, merges and overlays applied.

#include "../fixture.h"

#include <stdlib.h>

// A tree as one line: {key:value,...}, [item,...], 'quoted', plain.
static void
flatten(const struct node *node, struct buf *out)
{
	if (node->kind == NODE_SCALAR) {
		buf_printf(out, node->plain ? "%s" : "'%s'", node->text);
		return;
	}
	buf_putc(out, node->kind == NODE_MAP ? '{' : '[');
	for (size_t i = 0; i < node->n; i++) {
		buf_puts(out, i ? "," : "");
		if (node->kind == NODE_MAP)
			buf_printf(out, "%s:", node->pairs[i].key->text);
		flatten(node->kind == NODE_MAP ? node->pairs[i].value : node->items[i], out);
	}
	buf_putc(out, node->kind == NODE_MAP ? '}' : ']');
}

static void
trees(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"a: 1\nb: \"x\"\n", "{a:1,b:'x'}"},
		{"a: [1, {b: c}]", "{a:[1,{b:c}]}"},
		{"a: &x {k: v}\nb: *x", "{a:{k:v},b:{k:v}}"},
		{"a: &x {k: v, l: w}\nb: {<<: *x, k: z}", "{a:{k:v,l:w},b:{k:z,l:w}}"},
		{"a: &x {k: 1}\nb: &y {k: 2, l: 2}\nc: {<<: [*x, *y]}", "{a:{k:1},b:{k:2,l:2},c:{k:1,l:2}}"},
		{"a: |\n  two\n  lines\n", "{a:'two\nlines\n'}"},
		{"a: 'it''s'\n", "{a:'it's'}"},
		{"\xef\xbb\xbf" "a: 1\n", "{a:1}"},
		{"a:\r\n  b: 1\r\n", "{a:{b:1}}"},
		{"--- \na: 1\n...\n", "{a:1}"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct ctx c = ctx_new();
		struct buf out = {0};
		struct node *root = doc_parse(&c, text_source(&c, rows[i].text));
		if (!root)
			fail_msg("row %zu: refused", i);
		flatten(root, &out);
		ROW_EQUAL(i, buf_str(&out), rows[i].want);
		buf_free(&out);
		arena_free(c.arena);
	}
}

static void
spans_are_bytes(void **state)
{
	static const char text[] = "\xef\xbb\xbfé: ü\nlist: [ä, 'b c']\nmap:\n  k: v\n\n# end\n";
	struct ctx c = ctx_new();
	struct node *root = doc_parse(&c, text_source(&c, text));
	const struct {
		const struct node *node;
		const char *want;
	} rows[] = {
		{root->pairs[0].key, "é"},
		{root->pairs[0].value, "ü"},
		{root->pairs[1].value, "[ä, 'b c']"},
		{root->pairs[1].value->items[1], "'b c'"},
		{root->pairs[2].value->pairs[0].value, "v"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct span at = rows[i].node->span;
		char *got = arena_strndup(c.arena, text + at.off, at.len);
		ROW_EQUAL(i, got, rows[i].want);
	}
	arena_free(c.arena);
}

static void
overlays(void **state)
{
	static const struct {
		const char *base, *over, *want;
	} rows[] = {
		{"a: {x: 1, y: 2}", "a: {y: 3, z: 4}", "{a:{x:1,y:3,z:4}}"},
		{"a: [1, 2]", "a: [3]", "{a:[3]}"},
		{"a: {x: 1}", "a: 5", "{a:5}"},
		{"a: 5", "a: {x: 1}", "{a:{x:1}}"},
		{"a: 1", "b: 2", "{a:1,b:2}"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct ctx c = ctx_new();
		struct buf out = {0}, before = {0}, after = {0};
		struct node *base = doc_parse(&c, text_source(&c, rows[i].base));
		flatten(base, &before);
		flatten(doc_overlay(&c, base, doc_parse(&c, text_source(&c, rows[i].over))), &out);
		flatten(base, &after);
		ROW_EQUAL(i, buf_str(&out), rows[i].want);
		ROW_EQUAL(i, buf_str(&after), buf_str(&before));
		buf_free(&out);
		buf_free(&before);
		buf_free(&after);
		arena_free(c.arena);
	}
}

// A megabyte of the worst that YAML allows is refused with one line, and soon.
static void
heavy_input_is_refused(void **state)
{
	static const char *const units[] = {"[", "{", "- ", "? ", "a: ", "&a ", "*a ", "\n  ", "!!x ", "\"", "a: 1\n", "- [a]\n", "'"};

	(void)state;
	for (size_t i = 0; i < LENGTH(units); i++) {
		struct ctx c = ctx_new();
		struct buf text = {0};
		while (text.len < 300000)
			buf_puts(&text, units[i]);
		doc_parse(&c, source_of(&c, "test.yaml", text.data, text.len));
		if (!c.diags->errors)
			fail_msg("row %zu: accepted", i);
		buf_free(&text);
		arena_free(c.arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trees),
		cmocka_unit_test(spans_are_bytes),
		cmocka_unit_test(overlays),
		cmocka_unit_test(heavy_input_is_refused),
	};

	return cmocka_run_group_tests_name("doc", tests, NULL, NULL);
}
