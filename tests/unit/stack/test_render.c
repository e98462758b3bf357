// Directives, tidying, and defects of templates; every template of the program is loaded.

#include "../fixture.h"
#include "base/embed.h"
#include "base/pattern.h"
#include "check/check.h"
#include "hcl/format.h"
#include "stack/render.h"

#define BASE "name: gym\nregion: us-east-1\n"

static void
directives(void **state)
{
	static const struct {
		bool hcl;
		const char *template, *want;
	} rows[] = {
		{true, "a = 1 # tfgen:= scaling.max\n", "a = 10\n"},
		{true, "  a = \"x\" # tfgen:= plan.name\n", "  a = \"gym-prod\"\n"},
		{true, "a = [] # tfgen:= load_balancer.allow\n", "a = [\"0.0.0.0/0\"]\n"},
		{true, "a = {} # tfgen:= tags\n", "a = {}\n"},
		{true, "# tfgen:if network.nat == none\na\n# tfgen:else\nb\n# tfgen:end\n", "a\n"},
		{true, "# tfgen:if network.nat != none\na\n# tfgen:else\nb\n# tfgen:end\n", "b\n"},
		{true, "# tfgen:if state\na\n# tfgen:end\nb\n", "b\n"},
		{true, "# tfgen:if not state\na\n# tfgen:end\nb\n", "a\nb\n"},
		{true, "# tfgen:if service.image\na\n  # tfgen:if state\nb\n  # tfgen:end\nc\n# tfgen:else\nd\n# tfgen:end\n", "d\n"},
		{true, "# tfgen:if service.log_days\na\n# tfgen:end\n# tfgen:if alarms.email\nb\n# tfgen:end\n", "a\n"},
		{true, "x {\n\n  # tfgen:if state\n  a = 1\n  # tfgen:end\n\n}\n\n\n\ny\n", "x {\n}\n\ny\n"},
		{false, "In us-west-2 as gym. # tfgen:= \"us-west-2\" region, \"gym\" plan.name\n", "In us-east-1 as gym-prod.\n"},
		{false, "a # tfgen:= \"a\" load_balancer.allow\n{\n\nb\n", "0.0.0.0/0\n{\n\nb\n"},
		{false, "no newline at the end", "no newline at the end\n"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct ctx c = ctx_new();
		struct buf out = {0};
		struct plan *plan = plan_of(&c, BASE);
		if (!render_template(&c, plan, text_source(&c, rows[i].template), rows[i].hcl, &out))
			fail_msg("row %zu: %s", i, c.diags->list[0]->text);
		ROW_EQUAL(i, buf_str(&out), rows[i].want);
		buf_free(&out);
		arena_free(c.arena);
	}
}

static void
defects(void **state)
{
	static const struct {
		bool hcl;
		const char *template, *want;
		size_t off;
	} rows[] = {
		{true, "a = 1 # tfgen:= scaling.mni\n", "unknown value 'scaling.mni'", 16},
		{true, "# tfgen:if plan.nothing\n# tfgen:end\n", "unknown value 'plan.nothing'", 11},
		{true, "# tfgen:if state\n# tfgen:if nope\n# tfgen:end\n# tfgen:end\n", "unknown value 'nope'", 28},
		{true, "# tfgen:if network.nat == nonee\n# tfgen:end\n", "the value is never 'nonee'", 26},
		{true, "# tfgen:if network.nat = none\n# tfgen:end\n", "malformed condition after 'network.nat'", 23},
		{true, "# tfgen:if state\n", "no end for 'tfgen:if'", 17},
		{true, "# tfgen:end\n", "misplaced directive '# tfgen:end'", 0},
		{true, "# tfgen:else\n", "misplaced directive '# tfgen:else'", 0},
		{true, "# tfgen:fi state\n", "misplaced directive '# tfgen:fi'", 0},
		{true, "a # tfgen:= scaling.min\n", "expected 'key = expression' and one path before 'scaling.min'", 12},
		{false, "a # tfgen:= \"b\" region\n", "no such text before '\"b\" region'", 12},
		{false, "a # tfgen:= region\n", "no such text before 'region'", 12},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct ctx c = ctx_new();
		struct buf out = {0};
		struct plan *plan = plan_of(&c, BASE);
		if (render_template(&c, plan, text_source(&c, rows[i].template), rows[i].hcl, &out))
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
		bool hcl = pattern_matches("\\.(tf|hcl)$", e->path);
		if (!render_template(&c, NULL, source_of(&c, e->path, e->data, e->len), hcl, &out)) {
			diags_print_text(c.diags, false, stderr);
			fail_msg("%s", e->path);
		}
		assert_int_equal(out.len, 0);
		// render_file() leaves a template without directives as it is, because it is
		// formatted already.
		hcl_format(e->data, e->len, &out);
		if (hcl && (out.len != e->len || memcmp(out.data, e->data, e->len) != 0))
			fail_msg("%s is not laid out", e->path);
		buf_free(&out);
		n++;
	}
	assert_true(n > 20);
	arena_free(c.arena);
}

static void
user_data_is_counted(void **state)
{
	struct ctx c = ctx_new();
	struct spec *s = spec_of(&c, BASE "service: {settings: {title: x}}\n");
	char *large = arena_alloc(c.arena, 12000);

	(void)state;
	memset(large, 'x', 11999);
	s->service.settings.list[0].text.value = large;
	assert_null(render_stack(&c, plan_build(&c, s, &(struct plan_source){.file = "test.yaml", .path = "test.yaml"})));
	assert_string_equal(c.diags->list[0]->id, "user-data-too-large");
	arena_free(c.arena);
}

// Whatever programs this tfgen contains, none is for this release.
static void
missing_binary_is_reported(void **state)
{
	struct ctx c = ctx_new();
	struct spec *s = spec_of(&c, BASE "service: {prebuilt: binary, instance_type: t4g.micro}\n");

	(void)state;
	s->service.os.value = "debian-9";
	check_run(&c, s);
	assert_int_equal(c.diags->errors, 1);
	for (size_t i = 0; i < c.diags->n; i++)
		if (c.diags->list[i]->severity == SEV_ERROR)
			assert_string_equal(c.diags->list[i]->text, "this tfgen carries no program for debian-9-arm64");
	arena_free(c.arena);
}

static void
output_is_sorted_and_headed(void **state)
{
	struct ctx c = ctx_new();
	struct outputs *all = render_stack(&c, plan_of(&c, BASE));

	(void)state;
	assert_non_null(all);
	for (size_t i = 0; i < all->n; i++) {
		const struct output *o = &all->list[i];
		if (i)
			assert_true(strcmp(all->list[i - 1].path, o->path) < 0);
		if (strncmp(o->path, "service/", 8) != 0 && !strstr(o->data, "Generated by tfgen " TFGEN_VERSION " from test.yaml"))
			fail_msg("%s does not say where it comes from", o->path);
		if (strstr(o->data, "tfgen:if") || strstr(o->data, "tfgen:="))
			fail_msg("%s still has a directive", o->path);
	}
	arena_free(c.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(directives),
		cmocka_unit_test(defects),
		cmocka_unit_test(templates_load),
		cmocka_unit_test(user_data_is_counted),
		cmocka_unit_test(missing_binary_is_reported),
		cmocka_unit_test(output_is_sorted_and_headed),
	};

	return cmocka_run_group_tests_name("render", tests, NULL, NULL);
}
