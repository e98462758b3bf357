// The tables say what they promise: every field has a doc, a valid default and a valid example; every check has a doc, and
// needs only what exists; every value of the plan is described.

#include "check/check.h"
#include "spec/fields.h"
#include "fixture.h"
#include "base/pattern.h"

static void
walk(const struct field *table, const char *path, void (*visit)(const struct field *f, const char *path))
{
	char here[128];

	for (const struct field *f = table; f->key; f++) {
		snprintf(here, sizeof here, "%s%s%s", path, *path ? "." : "", f->key);
		visit(f, here);
		if (f->type == F_SECTION)
			walk(f->sub, here, visit);
	}
}

static void
check_doc(const struct field *f, const char *path)
{
	size_t offset = 0;

	if (!f->doc || !*f->doc || f->doc[strlen(f->doc) - 1] != '.')
		fail_msg("%s: no sentence for its doc", path);
	if (field_find(spec_fields, path, &offset) != f)
		fail_msg("%s: not found by its path", path);
	if (f->type == F_SECTION || f->type == F_OVERLAYS)
		return;
	if (!f->def && !f->required && !f->example)
		fail_msg("%s: neither default nor example", path);
	if (!f->example && f->type != F_BOOL)
		fail_msg("%s: no example", path);
	if (f->pattern && !f->shape)
		fail_msg("%s: a pattern and no words for it", path);
}

static void
fields_have_docs(void **state)
{
	(void)state;
	walk(spec_fields, "", check_doc);
}

// A value as a user would write it, in a spec of its own: nothing about that value itself may be wrong.
static void
check_value(const struct field *f, const char *path, const char *value)
{
	struct ctx c = ctx_new();
	struct setting sets[2];
	size_t n = 0;
	bool quoted = f->type == F_TEXT && pattern_matches("^[0-9.]+$", value);
	char *argument = arena_printf(c.arena, quoted ? "%s=\"%s\"" : "%s=%s", path, value);
	struct node *root = doc_parse(&c, text_source(&c, "name: gym\nregion: us-east-1\n"));

	assert_true(spec_parse_set(&c, argument, &sets[n++]));
	if (strncmp(path, "state.", 6) != 0 || strcmp(path, "state.bucket") == 0)
		assert_non_null(spec_build(&c, root, NULL, sets, n));
	if (c.diags->errors) {
		diags_print_text(c.diags, (struct diag_style){0}, stderr);
		fail_msg("%s cannot be %s", path, value);
	}
	arena_free(c.arena);
}

static void
check_values(const struct field *f, const char *path)
{
	if (f->type == F_SECTION || f->type == F_OVERLAYS)
		return;
	if (f->def)
		check_value(f, path, f->def);
	if (f->example && strcmp(path, "service.settings") != 0)
		check_value(f, path, f->example);
}

static void
values_are_valid(void **state)
{
	(void)state;
	walk(spec_fields, "", check_values);
}

static void
needs_exist(void **state)
{
	(void)state;
	for (const struct check *k = checks; k->id; k++) {
		if (!k->doc || k->doc[strlen(k->doc) - 1] != '.' || !pattern_matches("^[a-z0-9-]+$", k->id))
			fail_msg("%s: doc or id", k->id);
		for (const struct check *other = k + 1; other->id; other++)
			if (strcmp(k->id, other->id) == 0)
				fail_msg("%s stands twice", k->id);
		for (const char *s = k->needs; s && *s; s += strcspn(s, " "), s += *s == ' ') {
			char word[80];
			snprintf(word, sizeof word, "%.*s", (int)strcspn(s, " "), s);
			if (*word == '.' ? !field_find(spec_fields, word + 1, NULL) : !check_find(word))
				fail_msg("%s needs %s, which is not there", k->id, word);
		}
	}
}

static void
plan_is_described(void **state)
{
	struct ctx c = ctx_new();
	struct plan *plan = plan_of(&c, "name: gym\nregion: us-east-1\n");

	(void)state;
	for (const struct field *f = plan_fields; f->key; f++) {
		char path[64];
		snprintf(path, sizeof path, "plan.%s", f->key);
		if (!f->doc || !*f->doc || plan_value(plan, path).field != f)
			fail_msg("%s", path);
	}
	assert_null(plan_value(plan, "plan.nothing").field);
	assert_null(plan_value(plan, "nothing").field);
	assert_null(plan_value(plan, "scaling.min.more").field);
	arena_free(c.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_have_docs),
		cmocka_unit_test(values_are_valid),
		cmocka_unit_test(needs_exist),
		cmocka_unit_test(plan_is_described),
	};

	return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}
