// The tables are complete: every field has a doc, a valid default and a valid example; every
// problem is explained, and its examples are true; every value of the plan is described.

#include "../fixture.h"
#include "base/pattern.h"
#include "check/check.h"
#include "cli/lint.h"
#include "spec/fields.h"
#include "spec/problems.h"
#include "stack/plan.h"

static void
walk(const struct field *table, const char *path, void (*visit)(const struct field *f, const char *path))
{
	char here[128];

	for (const struct field *f = table; f->key; f++) {
		snprintf(here, sizeof here, "%s%s%s", path, *path ? "." : "", f->key);
		visit(f, here);
		if (f->sub)
			walk(f->sub, here, visit);
	}
}

static void
check_doc(const struct field *f, const char *path)
{
	if (!f->doc || !*f->doc || f->doc[strlen(f->doc) - 1] != '.')
		fail_msg("%s: no sentence for its doc", path);
	if (field_find(spec_fields, path, NULL) != f)
		fail_msg("%s: not found by its path", path);
	if (f->type == F_SECTIONS && (f->sub->type != F_TEXT || !f->sub->required))
		fail_msg("%s: its sections have no names", path);
	if (f->type == F_SECTION || f->type == F_OVERLAYS)
		return;
	if (!f->def && !f->required && !f->example)
		fail_msg("%s: neither default nor example", path);
	if (!f->example && f->type != F_BOOL)
		fail_msg("%s: no example", path);
	if (f->pattern && !f->shape)
		fail_msg("%s: a pattern and no words for it", path);
	if ((f->type == F_TEXTS || f->type == F_DICT || f->type == F_ZONES || f->type == F_SECTIONS) && f->max <= 0)
		fail_msg("%s: as many as anyone likes", path);
	if ((f->shape && strlen(f->shape) > DIAG_ARGUMENT) || (f->effect && strlen(f->effect) > DIAG_ARGUMENT))
		fail_msg("%s: words that a message would cut", path);
}

static void
fields_have_docs(void **state)
{
	(void)state;
	walk(spec_fields, "", check_doc);
}

// Gives the other keys that the key's section requires. Returns how many.
static size_t
set_required(struct ctx *c, const char *path, struct override *ret_sets)
{
	const char *dot = strrchr(path, '.');
	size_t n = 0;

	if (!dot)
		return 0;
	const char *section = arena_strndup(c->arena, path, (size_t)(dot - path));
	for (const struct field *f = field_find(spec_fields, section, NULL)->sub; f->key; f++)
		if (f->required && strcmp(f->key, dot + 1) != 0)
			assert_true(spec_parse_set(c, arena_printf(c->arena, "%s.%s=%s", section, f->key, f->example), &ret_sets[n++]));
	return n;
}

// A value as a user would write it, with nothing that its section does not require: nothing may be wrong with the value itself.
static void
check_value(const struct field *f, const char *path, const char *value)
{
	struct ctx c = ctx_new();
	struct override sets[4];
	size_t n = set_required(&c, path, sets);
	bool quoted = f->type == F_TEXT && pattern_matches("^[0-9.]+$", value);
	char *argument = arena_printf(c.arena, quoted ? "%s=\"%s\"" : "%s=%s", path, value);
	struct node *root = doc_parse(&c, text_source(&c, "name: gym\nregion: us-east-1\n"));

	assert_true(spec_parse_set(&c, argument, &sets[n++]));
	assert_non_null(spec_build(&c, root, NULL, sets, n));
	if (c.diags->errors) {
		diags_print_text(c.diags, false, stderr);
		fail_msg("%s cannot be %s", path, value);
	}
	arena_free(c.arena);
}

static void
check_values(const struct field *f, const char *path)
{
	size_t offset = 0;

	// The example of a list has those of its sections.
	if (f->type == F_SECTION || f->type == F_OVERLAYS || !field_find(spec_fields, path, &offset))
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

// Every text of the catalogue is a sentence, and every id is unique.
static void
problems_are_explained(void **state)
{
	const struct problem *const *all = problems_all();

	(void)state;
	for (size_t i = 0; all[i]; i++) {
		const char *const texts[] = {all[i]->reason, all[i]->rule ? all[i]->rule : "None.", all[i]->fix};
		if (!pattern_matches("^[a-z0-9-]+$", all[i]->id) || catalogue_find(all, all[i]->id) != all[i])
			fail_msg("%s: id", all[i]->id);
		for (size_t k = 0; k < LENGTH(texts); k++)
			if (!texts[k] || !pattern_matches("^[-A-Zt'].*\\.$", texts[k]))
				fail_msg("%s: '%s' is no sentence", all[i]->id, texts[k] ? texts[k] : "");
	}
}

// What a check needs is a field, or an error that an earlier check looks for: without an error, all run.
static void
needs_come_first(void **state)
{
	struct buf before = {0};

	(void)state;
	buf_putc(&before, ' ');
	for (const struct problem *p = spec_problems; p->id; p++)
		buf_printf(&before, "%s ", p->id);
	for (const struct check *const *table = check_tables; *table; table++) {
		for (const struct check *k = *table; k->problem.id; k++) {
			for (const char *s = k->needs; s && *s; s += strcspn(s, " "), s += *s == ' ') {
				char word[80];
				snprintf(word, sizeof word, " %.*s ", (int)strcspn(s, " "), s);
				if (*s != '.' && !strstr(buf_str(&before), word) && k->run)
					fail_msg("%s needs%swhich is not looked for before it", k->problem.id, word);
				snprintf(word, sizeof word, "%.*s", (int)strcspn(s, " "), s);
				if (*s == '.' && !field_find(spec_fields, word + 1, NULL))
					fail_msg("%s needs %s, which is no field", k->problem.id, word);
				const struct problem *needed = *s == '.' ? NULL : catalogue_find(problems_all(), word);
				if (needed && needed->severity != SEV_ERROR)
					fail_msg("%s needs %s, which is no error", k->problem.id, word);
			}
			buf_printf(&before, "%s ", k->problem.id);
		}
	}
	buf_free(&before);
}

// ---- the examples of `tfgen explain`

static bool
is_reported(const char *id, const char *lines)
{
	struct ctx c = ctx_new();
	const char *name = pattern_matches("(?m)^name:", lines) ? "" : "name: gym\n";
	const char *region = pattern_matches("(?m)^region:", lines) ? "" : "region: us-east-1\n";
	char *text = arena_printf(c.arena, "%s%s%s\n", name, region, lines);
	struct node *root = doc_parse(&c, text_source(&c, text));
	struct spec *spec = root ? spec_build(&c, root, NULL, NULL, 0) : NULL;
	bool found = false;

	if (spec)
		check_run(&c, spec);
	if (spec && !c.diags->errors)
		lint_rendered(&c, spec, &(struct plan_source){.file = "gym.yaml"});
	for (size_t i = 0; i < c.diags->n; i++)
		found = found || strcmp(c.diags->list[i]->id, id) == 0;
	arena_free(c.arena);
	return found;
}

static void
examples_are_true(void **state)
{
	// No lines of a spec can show these: they concern the file, the command line, the programs
	// in this tfgen, an earlier compilation, a load, and defects of tfgen.
	static const char unshown[] = " file-too-large invalid-utf8 empty-document unknown-environment no-service-binary "
				      "user-data-too-large template-defect other-stack refused-edit invalid-load ";

	(void)state;
	for (const struct problem *const *p = problems_all(); *p; p++) {
		char word[80];
		snprintf(word, sizeof word, " %s ", (*p)->id);
		if (!(*p)->wrong != !!strstr(unshown, word))
			fail_msg("%s: an example, or a reason for none", (*p)->id);
		if ((*p)->wrong && !is_reported((*p)->id, (*p)->wrong))
			fail_msg("%s is not reported for\n%s", (*p)->id, (*p)->wrong);
		if ((*p)->right && is_reported((*p)->id, (*p)->right))
			fail_msg("%s is reported for\n%s", (*p)->id, (*p)->right);
		if ((*p)->right && (*p)->severity == SEV_ERROR)
			for (const struct problem *const *other = problems_all(); *other; other++)
				if ((*other)->severity == SEV_ERROR && is_reported((*other)->id, (*p)->right))
					fail_msg("%s: the right lines have %s", (*p)->id, (*other)->id);
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
		cmocka_unit_test(problems_are_explained),
		cmocka_unit_test(needs_come_first),
		cmocka_unit_test(examples_are_true),
		cmocka_unit_test(plan_is_described),
	};

	return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}
