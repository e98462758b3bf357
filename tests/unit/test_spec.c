// Typed values, defaults, environments and --set.

#include "spec/fields.h"
#include "fixture.h"
#include "stack/hcl_value.h"

#define BASE "name: gym\nregion: us-east-1\n"

static void
defaults(void **state)
{
	struct ctx c = ctx_new();
	struct spec *s = spec_of(&c, BASE);

	(void)state;
	assert_string_equal(s->environment.is, "prod");
	assert_int_equal(s->scaling.out.lasting.is, 60);
	assert_int_equal(s->scaling.in.lasting.is, 300);
	assert_int_equal(s->network.zones.count, 2);
	assert_int_equal(s->load_balancer.allow.n, 1);
	assert_string_equal(s->load_balancer.allow.list[0].is, "0.0.0.0/0");
	assert_true(s->database.multi_az.is);
	assert_false(s->state.from.given);
	assert_null(s->service.image.is);
	assert_false(s->scaling.min.from.given);
	arena_free(c.arena);
}

static void
durations(void **state)
{
	static const struct {
		const char *text;
		long want;
	} rows[] = {{"1m", 60}, {"90s", 90}, {"2h", 7200}, {"0s", 0}, {"\"5m\"", 300}};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct ctx c = ctx_new();
		struct spec *s = spec_of(&c, arena_printf(c.arena, BASE "scaling: {cooldown: %s}\n", rows[i].text));
		if (s->scaling.cooldown.is != rows[i].want)
			fail_msg("row %zu: %ld", i, s->scaling.cooldown.is);
		arena_free(c.arena);
	}
}

// What `tfgen -d spec` prints is a spec, and the same one.
static void
printed_spec_is_the_spec(void **state)
{
	static const char *const texts[] = {
		BASE,
		BASE "tags: {équipe: 'a: b', 'x y': ''}\nservice: {settings: {title: \"q\\\"\\\\ \\n${x} %{y} \\u00e9\"}}\n",
		BASE "network: {zones: [us-east-1a, us-east-1c], nat: single}\nstate: {bucket: gym-state}\n"
		     "alarms: {email: [a@b.example], dashboard: false}\ndatabase: {engine_version: \"8.4\"}\n",
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(texts); i++) {
		struct ctx c = ctx_new();
		struct buf once = {0}, twice = {0};
		spec_print(spec_of(&c, texts[i]), &once);
		spec_print(spec_of(&c, buf_str(&once)), &twice);
		ROW_EQUAL(i, buf_str(&twice), buf_str(&once));
		buf_free(&once);
		buf_free(&twice);
		arena_free(c.arena);
	}
}

static void
environments_and_sets(void **state)
{
	static const char text[] = BASE "scaling: {min: 3, max: 9}\nenvironments: {staging: {scaling: {max: 4}}}\n";
	struct ctx c = ctx_new();
	struct node *root = doc_parse(&c, text_source(&c, text));
	struct setting sets[2];

	(void)state;
	assert_true(spec_parse_set(&c, "scaling.min=2", &sets[0]));
	assert_true(spec_parse_set(&c, "tags.team=a=b", &sets[1]));
	struct spec *s = spec_build(&c, root, "staging", sets, 2);
	assert_int_equal(c.diags->errors, 0);
	assert_string_equal(s->environment.is, "staging");
	assert_int_equal(s->scaling.min.is, 2);
	assert_int_equal(s->scaling.max.is, 4);
	assert_string_equal(s->tags.list[0].value.is, "a=b");
	// The document itself stays as it was.
	s = spec_build(&c, root, NULL, NULL, 0);
	assert_int_equal(s->scaling.max.is, 9);
	assert_string_equal(s->environment.is, "prod");
	arena_free(c.arena);
}

// A list of sections, which no key of the language is yet; a table of the test's own has one.
struct hours {
	struct origin from;
	struct text name;
	struct num min;
	struct num lasting;
};

struct plan_of_day {
	struct rows schedule;
};

static const struct field hours_fields[] = {
	{.key = "name", .offset = offsetof(struct hours, name), .type = F_TEXT, .required = true},
	{.key = "min", .offset = offsetof(struct hours, min), .type = F_INT, .min = 1, .max = 9, .def = "2"},
	{.key = "for", .offset = offsetof(struct hours, lasting), .type = F_DURATION, .max = 7200, .def = "1h"},
	{0},
};

static const struct field day_fields[] = {
	{.key = "schedule", .offset = offsetof(struct plan_of_day, schedule), .type = F_ROWS, .sub = hours_fields,
		.size = sizeof(struct hours), .max = 2},
	{0},
};

static void
lists_of_sections(void **state)
{
	static const struct {
		const char *text, *hcl, *problem; // of the first diagnostic, NULL for none
	} rows[] = {
		{"schedule: [{name: a}, {name: 'b\"', min: 4, for: 5m}]",
			"[\n{\nname = \"a\"\nmin = 2\nfor = 3600\n},\n{\nname = \"b\\\"\"\nmin = 4\nfor = 300\n},\n]", NULL},
		{"schedule: []", "[]", NULL},
		{"x-other: 1", "[]", NULL},
		{"schedule: {name: a}", "[]", "'schedule' wants a list of sections, got a mapping"},
		{"schedule: [a]", "[]", "'schedule' wants a list of sections, and this is text"},
		{"schedule: [{min: 1}]", NULL, "'schedule.name' is required"},
		{"schedule: [{name: a, mim: 1}]", NULL, "unknown key 'mim' in 'schedule'"},
		{"schedule: [{name: a, min: 10}]", NULL, "'min' is 10, expected 1 to 9"},
		{"schedule: [{name: a}, {name: b}, {name: c}]", NULL, "'schedule' has 3 items, expected at most 2"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct ctx c = ctx_new();
		struct plan_of_day day = {0};
		struct buf out = {0};
		spec_read(&c, day_fields, &day, doc_parse(&c, text_source(&c, rows[i].text)));
		ROW_EQUAL(i, c.diags->n ? c.diags->list[0]->text : "", rows[i].problem ? rows[i].problem : "");
		hcl_value((struct value){&day_fields[0], &day.schedule}, &out);
		if (rows[i].hcl)
			ROW_EQUAL(i, buf_str(&out), rows[i].hcl);
		assert_int_equal(hcl_truth((struct value){&day_fields[0], &day.schedule}), day.schedule.n > 0);
		buf_free(&out);
		arena_free(c.arena);
	}
	assert_ptr_equal(field_find(day_fields, "schedule.min", NULL), &hours_fields[1]);
	size_t offset;
	assert_null(field_find(day_fields, "schedule.min", &offset));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(durations),
		cmocka_unit_test(printed_spec_is_the_spec),
		cmocka_unit_test(environments_and_sets),
		cmocka_unit_test(lists_of_sections),
	};

	return cmocka_run_group_tests_name("spec", tests, NULL, NULL);
}
