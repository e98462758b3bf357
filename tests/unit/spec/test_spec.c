// Typed values, defaults, environments and --set.

#include "../fixture.h"
#include "spec/fields.h"
#include "spec/spec_print.h"
#include "stack/hcl_value.h"

#define BASE "name: gym\nregion: us-east-1\n"

static void
defaults(void **state)
{
	struct ctx c = ctx_new();
	struct spec *s = spec_of(&c, BASE);

	(void)state;
	assert_string_equal(s->environment.value, "prod");
	assert_int_equal(s->scaling.out.lasting.value, 60);
	assert_int_equal(s->scaling.in.lasting.value, 300);
	assert_int_equal(s->network.zones.count, 2);
	assert_int_equal(s->load_balancer.allow.n, 1);
	assert_string_equal(s->load_balancer.allow.list[0].value, "0.0.0.0/0");
	assert_true(s->database.multi_az.value);
	assert_false(s->state.from.given);
	assert_null(s->service.image.value);
	assert_false(s->scaling.min.from.given);
	arena_free(c.arena);
}

static void
durations(void **state)
{
	static const struct {
		const char *text;
		long want;
	} rows[] = {{"1m", 60}, {"90s", 90}, {"1h", 3600}, {"0s", 0}, {"\"5m\"", 300}};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct ctx c = ctx_new();
		struct spec *s = spec_of(&c, arena_printf(c.arena, BASE "load_balancer: {deregistration_delay: %s}\n", rows[i].text));
		if (s->load_balancer.deregistration_delay.value != rows[i].want)
			fail_msg("row %zu: %ld", i, s->load_balancer.deregistration_delay.value);
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
	struct override sets[2];

	(void)state;
	assert_true(spec_parse_set(&c, "scaling.min=2", &sets[0]));
	assert_true(spec_parse_set(&c, "tags.team=a=b", &sets[1]));
	struct spec *s = spec_build(&c, root, "staging", sets, 2);
	assert_int_equal(c.diags->errors, 0);
	assert_string_equal(s->environment.value, "staging");
	assert_int_equal(s->scaling.min.value, 2);
	assert_int_equal(s->scaling.max.value, 4);
	assert_string_equal(s->tags.list[0].text.value, "a=b");
	// The document itself is unchanged.
	s = spec_build(&c, root, NULL, NULL, 0);
	assert_int_equal(s->scaling.max.value, 9);
	assert_string_equal(s->environment.value, "prod");
	arena_free(c.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(durations),
		cmocka_unit_test(printed_spec_is_the_spec),
		cmocka_unit_test(environments_and_sets),
	};

	return cmocka_run_group_tests_name("spec", tests, NULL, NULL);
}
