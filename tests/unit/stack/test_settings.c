// Whatever an accepted spec says, the service accepts the settings that follow from it: tfgen's
// bounds and the service's are compared at both ends.

#include "../fixture.h"
#include "check/check.h"
#include "spec/settings.h"

#include <stdlib.h>

// Large enough for the most connections.
#define BASE "name: gym\nregion: us-east-1\nscaling: {min: 1, max: 2}\ndatabase: {instance_class: db.m7g.16xlarge}\n"

// The settings that follow from a spec with one value set, or NULL if the checks refuse it.
static const struct dict *
settings_with(struct ctx *c, const char *argument)
{
	struct node *root = doc_parse(c, text_source(c, BASE));
	struct override set;

	assert_true(spec_parse_set(c, argument, &set));
	struct spec *spec = spec_build(c, root, NULL, &set, 1);
	if (!c->diags->errors)
		check_run(c, spec);
	return c->diags->errors ? NULL : &plan_build(c, spec, &(struct plan_source){.file = "test.yaml"})->settings;
}

static void
check_settings(const struct dict *settings, const char *argument)
{
	for (size_t i = 0; i < settings->n; i++) {
		const struct setting *row = setting_find(settings->list[i].key.value, NULL);
		const char *value = settings->list[i].text.value;
		long figure = row && row->type == SETTING_INT ? strtol(value, NULL, 10) : (long)strlen(value);
		if (!row)
			fail_msg("%s: no setting '%s'", argument, settings->list[i].key.value);
		if (row->type != SETTING_BOOL && (figure < row->min || figure > row->max))
			fail_msg("%s: '%s' is '%s', expected %ld to %ld", argument, row->name, value, row->min, row->max);
	}
}

static const char *
value_of(const struct dict *settings, const char *name)
{
	for (size_t i = 0; i < settings->n; i++)
		if (strcmp(settings->list[i].key.value, name) == 0)
			return settings->list[i].text.value;
	return "";
}

// Every key of the spec that fills a setting of the service, at its least and its greatest value.
static void
keys_fit(void **state)
{
	static const struct {
		const char *path, *setting, *unit;
		long added; // to the key's value
	} rows[] = {
		{"service.port", "port", "", 0},
		{"service.database_connections", "db_connections", "", 0},
		{"load_balancer.idle_timeout", "keep_alive", "s", 15},
	};

	(void)state;
	for (size_t i = 0; i < 2 * LENGTH(rows); i++) {
		struct ctx c = ctx_new();
		const struct field *f = field_find(spec_fields, rows[i / 2].path, NULL);
		long value = i % 2 ? f->max : f->min;
		const char *argument = arena_printf(c.arena, "%s=%ld%s", rows[i / 2].path, value, rows[i / 2].unit);
		const struct dict *settings = settings_with(&c, argument);
		if (!settings)
			fail_msg("%s is refused: %s", argument, c.diags->list[0]->text);
		check_settings(settings, argument);
		ROW_EQUAL(i, value_of(settings, rows[i / 2].setting), arena_printf(c.arena, "%ld", value + rows[i / 2].added));
		arena_free(c.arena);
	}
}

// Every setting that a spec may give, at its least, its default and its greatest value: some change
// how long the service drains. A few are refused, because together with others they take too long.
static void
users_settings_fit(void **state)
{
	size_t accepted = 0, tried = 0;

	(void)state;
	for (enum setting_id id = 0; id < SETTINGS; id++) {
		const struct setting *row = setting_row(id);
		const long values[] = {row->min, strtol(row->def, NULL, 10), row->max};
		for (size_t k = 0; row->owner == OWNER_USER && row->type == SETTING_INT && k < LENGTH(values); k++, tried++) {
			struct ctx c = ctx_new();
			const char *argument = arena_printf(c.arena, "service.settings={%s: %ld}", row->name, values[k]);
			const struct dict *settings = settings_with(&c, argument);
			if (settings)
				check_settings(settings, argument);
			accepted += settings != NULL;
			arena_free(c.arena);
		}
	}
	assert_true(tried >= 18 && accepted >= tried - 4);
}

// A port that the service opens for itself is none that a spec can choose.
static void
ports_differ(void **state)
{
	struct ctx c = ctx_new();
	const char *argument = arena_printf(c.arena, "service.port=%s", setting_row(SETTING_admin_port)->def);

	(void)state;
	assert_null(settings_with(&c, argument));
	arena_free(c.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_fit),
		cmocka_unit_test(users_settings_fit),
		cmocka_unit_test(ports_differ),
	};

	return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
