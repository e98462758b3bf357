// Directives, tidying, and defects of templates; every template of the program is loaded.

#include "../fixture.h"
#include "base/embed.h"
#include "hcl/format.h"
#include "stack/template.h"

#define BASE "name: gym\nregion: us-east-1\n"

static void
directives(void **state)
{
	static const struct {
		enum template_kind kind;
		const char *template, *want;
	} rows[] = {
		{TEMPLATE_HCL, "a = 1 # tfgen:= scaling.max\n", "a = 10\n"},
		{TEMPLATE_HCL, "  a = \"x\" # tfgen:= plan.name\n", "  a = \"gym-prod\"\n"},
		{TEMPLATE_HCL, "a = [] # tfgen:= load_balancer.allow\n", "a = [\"0.0.0.0/0\"]\n"},
		{TEMPLATE_HCL, "a = {} # tfgen:= tags\n", "a = {}\n"},
		{TEMPLATE_HCL, "# tfgen:if network.nat == none\na\n# tfgen:else\nb\n# tfgen:end\n", "a\n"},
		{TEMPLATE_HCL, "# tfgen:if network.nat != none\na\n# tfgen:else\nb\n# tfgen:end\n", "b\n"},
		{TEMPLATE_HCL, "# tfgen:if state\na\n# tfgen:end\nb\n", "b\n"},
		{TEMPLATE_HCL, "# tfgen:if not state\na\n# tfgen:end\nb\n", "a\nb\n"},
		{TEMPLATE_HCL, "# tfgen:if service.image\na\n  # tfgen:if state\nb\n  # tfgen:end\nc\n# tfgen:else\nd\n# tfgen:end\n", "d\n"},
		{TEMPLATE_HCL, "# tfgen:if service.log_days\na\n# tfgen:end\n# tfgen:if alarms.email\nb\n# tfgen:end\n", "a\n"},
		{TEMPLATE_HCL, "x {\n\n  # tfgen:if state\n  a = 1\n  # tfgen:end\n\n}\n\n\n\ny\n", "x {\n}\n\ny\n"},
		{TEMPLATE_TEXT, "In us-west-2 as gym. # tfgen:= \"us-west-2\" region, \"gym\" plan.name\n", "In us-east-1 as gym-prod.\n"},
		{TEMPLATE_TEXT, "a # tfgen:= \"a\" load_balancer.allow\n{\n\nb\n", "0.0.0.0/0\n{\n\nb\n"},
		{TEMPLATE_XML, "<!-- # tfgen:if state -->\n<a/>\n<!-- # tfgen:else -->\n<b/>\n  <!-- # tfgen:end -->\n", "<b/>\n"},
		{TEMPLATE_XML, "<t>us-west-2</t> <!-- # tfgen:= \"us-west-2\" region -->\n", "<t>us-east-1</t>\n"},
		{TEMPLATE_PYTHON, "a\n\n\n\ndef b():\n\n\n    c\n", "a\n\n\ndef b():\n\n    c\n"},
		{TEMPLATE_TEXT, "no newline at the end", "no newline at the end\n"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct ctx c = ctx_new();
		struct buf out = {0};
		struct plan *plan = plan_of(&c, BASE);
		if (!template_render(&c, plan, text_source(&c, rows[i].template), rows[i].kind, &out))
			fail_msg("row %zu: %s", i, c.diags->list[0]->text);
		ROW_EQUAL(i, buf_str(&out), rows[i].want);
		buf_free(&out);
		arena_free(c.arena);
	}
}

static void
xml_is_escaped(void **state)
{
	static const char template[] = "<t a=\"x\">x</t> <!-- # tfgen:= \"x\" alarms.email, \"x\" service.settings -->\n";
	struct ctx c = ctx_new();
	struct buf out = {0};
	struct plan *plan = plan_of(&c, BASE "alarms: {email: [\"a&'\\u4f53@c.example\"]}\nservice: {settings: {title: \"<\\uffff>\"}}\n");

	(void)state;
	assert_true(template_render(&c, plan, text_source(&c, template), TEMPLATE_XML, &out));
	assert_string_equal(buf_str(&out), "<t a=\"a&amp;'\xe4\xbd\x93@c.example\">{?title = &quot;&lt;\\uffff&gt;&quot;?}</t>\n");
	buf_free(&out);
	arena_free(c.arena);
}

static void
defects(void **state)
{
	static const struct {
		enum template_kind kind;
		const char *template, *want;
		size_t off;
	} rows[] = {
		{TEMPLATE_HCL, "a = 1 # tfgen:= scaling.mni\n", "unknown value 'scaling.mni'", 16},
		{TEMPLATE_HCL, "# tfgen:if plan.nothing\n# tfgen:end\n", "unknown value 'plan.nothing'", 11},
		{TEMPLATE_HCL, "# tfgen:if state\n# tfgen:if nope\n# tfgen:end\n# tfgen:end\n", "unknown value 'nope'", 28},
		{TEMPLATE_HCL, "# tfgen:if network.nat == nonee\n# tfgen:end\n", "the value is never 'nonee'", 26},
		{TEMPLATE_HCL, "# tfgen:if network.nat = none\n# tfgen:end\n", "malformed condition after 'network.nat'", 23},
		{TEMPLATE_HCL, "# tfgen:if state\n", "no end for 'tfgen:if'", 17},
		{TEMPLATE_HCL, "# tfgen:end\n", "misplaced directive '# tfgen:end'", 0},
		{TEMPLATE_HCL, "# tfgen:else\n", "misplaced directive '# tfgen:else'", 0},
		{TEMPLATE_HCL, "# tfgen:fi state\n", "misplaced directive '# tfgen:fi'", 0},
		{TEMPLATE_HCL, "a # tfgen:= scaling.min\n", "expected 'key = expression' and one path before 'scaling.min'", 12},
		{TEMPLATE_TEXT, "a # tfgen:= \"b\" region\n", "no such text before '\"b\" region'", 12},
		{TEMPLATE_XML, "<a/> <!-- # tfgen:end\n", "expected '-->' at the end of '<a/> <!-- # tfgen:end'", 0},
		{TEMPLATE_XML, "<a/>\n  # tfgen:end -->\n", "expected '<!--' before the directive of '  # tfgen:end '", 5},
		{TEMPLATE_XML, "<!-- # tfgen:if nope -->\n", "unknown value 'nope'", 16},
		{TEMPLATE_TEXT, "a # tfgen:= region\n", "no such text before 'region'", 12},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct ctx c = ctx_new();
		struct buf out = {0};
		struct plan *plan = plan_of(&c, BASE);
		if (template_render(&c, plan, text_source(&c, rows[i].template), rows[i].kind, &out))
			fail_msg("row %zu: accepted", i);
		ROW_EQUAL(i, c.diags->list[0]->text, rows[i].want);
		ROW_EQUAL(i, c.diags->list[0]->id, "template-defect");
		assert_int_equal(c.diags->list[0]->span.off, rows[i].off);
		assert_int_equal(out.len, 0);
		buf_free(&out);
		arena_free(c.arena);
	}
}

// With no plan, every name and directive of a template is looked up, on both sides of every
// condition.
static void
templates_load(void **state)
{
	struct ctx c = ctx_new();
	size_t n = 0;

	(void)state;
	for (const struct embedded *e = embedded_files; e->path; e++) {
		struct buf out = {0};
		if (strncmp(e->path, "templates/", 10) != 0)
			continue;
		enum template_kind kind = template_kind(e->path);
		if (!template_render(&c, NULL, source_of(&c, e->path, e->data, e->len), kind, &out)) {
			diags_print_text(c.diags, false, stderr);
			fail_msg("%s", e->path);
		}
		assert_int_equal(out.len, 0);
		// render_file() leaves a template without directives as it is, because it is
		// formatted already.
		hcl_format(e->data, e->len, &out);
		if (kind == TEMPLATE_HCL && (out.len != e->len || memcmp(out.data, e->data, e->len) != 0))
			fail_msg("%s is not laid out", e->path);
		buf_free(&out);
		n++;
	}
	assert_true(n > 20);
	arena_free(c.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(directives),
		cmocka_unit_test(xml_is_escaped),
		cmocka_unit_test(defects),
		cmocka_unit_test(templates_load),
	};

	return cmocka_run_group_tests_name("template", tests, NULL, NULL);
}
