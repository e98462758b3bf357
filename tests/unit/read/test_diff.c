// The class of each edit: every key has one, and those that depend on the values are decided right.

#include "../fixture.h"
#include "read/diff.h"
#include "read/judge.h"
#include "read/last.h"
#include "read/releases.h"
#include "spec/spec_print.h"

#define BASE "name: gym\nregion: us-east-1\n"
#define ARN "arn:aws:acm:us-east-1:123456789012:certificate/"

static void
check_rows(const struct field *table, const char *path)
{
	char here[128];

	for (const struct field *f = table; f->key; f++) {
		snprintf(here, sizeof here, "%s%s%s", path, *path ? "." : "", f->key);
		if (f->sub)
			check_rows(f->sub, here);
		if (f->type == F_SECTION)
			continue;
		if (f->type == F_OVERLAYS)
			continue;
		if (f->edit == EDIT_NONE || (f->edit != EDIT_JUDGED) != (f->effect != NULL))
			fail_msg("%s: no class, or no effect", here);
		if (f->effect && (f->effect[strlen(f->effect) - 1] == '.' || (f->effect[0] >= 'A' && f->effect[0] <= 'Z')))
			fail_msg("%s: the effect continues a line", here);
	}
}

static void
every_key_has_a_class(void **state)
{
	(void)state;
	check_rows(spec_fields, "");
}

// before and after: lines of two specs. The only change must be that of the key.
static void
expect(const char *before, const char *after, const char *key, enum edit edit)
{
	struct ctx c = ctx_new();
	const struct spec *old = spec_of(&c, arena_printf(c.arena, BASE "%s\n", before));
	const struct spec *now = spec_of(&c, arena_printf(c.arena, BASE "%s\n", after));
	struct differences d = diff_specs(&c, old, now);

	if (d.n != 1 || strcmp(d.list[0].key, key) != 0 || d.list[0].edit != edit || d.worst != edit || !d.list[0].effect)
		fail_msg("%s -> %s: %zu changes, the first '%s' of %s", before, after, d.n, d.n ? d.list[0].key : "",
			diff_word(d.worst));
	arena_free(c.arena);
}

// The worst class of an edit that adds, changes or removes a section that a spec may leave out.
static void
sections_come_and_go(void **state)
{
	static const char zone[] = "https: {domain: a.gym.example, zone: gym.example}",
			  certificate[] = "https: {domain: a.gym.example, certificate_arn: " ARN "1}",
			  cloudfront[] = "https: {cloudfront: true}";
	static const struct {
		const char *before, *after;
		size_t n; // changes
		enum edit worst;
	} rows[] = {
		{"", zone, 2, EDIT_IN_PLACE},
		{"", certificate, 2, EDIT_IN_PLACE},
		{certificate, zone, 2, EDIT_IN_PLACE},
		{zone, certificate, 2, EDIT_INTERRUPT},
		{zone, "", 2, EDIT_REPLACE},
		{certificate, "", 2, EDIT_REPLACE},
		{"", "firewall: {mode: count}", 2, EDIT_IN_PLACE},
		{"firewall: {mode: count}", "", 2, EDIT_IN_PLACE},
		{"", "backup: {}", 3, EDIT_IN_PLACE},
		{"", "backup: {copy_to: us-west-2, lock: compliance}", 4, EDIT_IN_PLACE},
		{"backup: {}", "", 3, EDIT_REPLACE},
		{"backup: {copy_to: us-west-2}", "", 4, EDIT_REFUSE},
		{"backup: {lock: compliance}", "", 3, EDIT_REFUSE},
		{"", cloudfront, 1, EDIT_REPLACE},
		{cloudfront, "", 1, EDIT_REPLACE},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct ctx c = ctx_new();
		const struct spec *old = spec_of(&c, arena_printf(c.arena, BASE "%s\n", rows[i].before));
		const struct spec *now = spec_of(&c, arena_printf(c.arena, BASE "%s\n", rows[i].after));
		struct differences d = diff_specs(&c, old, now);
		if (d.n != rows[i].n || d.worst != rows[i].worst)
			fail_msg("row %zu: %zu changes, the worst is %s", i, d.n, diff_word(d.worst));
		arena_free(c.arena);
	}
}

static void
values_decide(void **state)
{
	(void)state;
	expect("https: {domain: a.gym.example, zone: gym.example}", "https: {domain: b.gym.example, zone: gym.example}", "https.domain",
		EDIT_REPLACE);
	expect("https: {domain: a.b.example, zone: b.example}", "https: {domain: a.b.example, zone: a.b.example}", "https.zone",
		EDIT_INTERRUPT);
	expect("https: {domain: a.b.example, certificate_arn: " ARN "1}", "https: {domain: a.b.example, certificate_arn: " ARN "2}",
		"https.certificate_arn", EDIT_IN_PLACE);
	expect("network: {zones: 2}", "network: {zones: 3}", "network.zones", EDIT_IN_PLACE);
	expect("network: {zones: 3}", "network: {zones: 2}", "network.zones", EDIT_REFUSE);
	expect("network: {zones: [us-east-1a, us-east-1b]}", "network: {zones: [us-east-1b, us-east-1c, us-east-1a]}", "network.zones",
		EDIT_IN_PLACE);
	expect("network: {zones: [us-east-1a, us-east-1b]}", "network: {zones: [us-east-1a, us-east-1c]}", "network.zones",
		EDIT_REFUSE);
	expect("network: {zones: 2}", "network: {zones: [us-east-1a, us-east-1b]}", "network.zones", EDIT_REFUSE);
	expect("network: {nat: none}", "network: {nat: single}", "network.nat", EDIT_ROLL);
	expect("network: {nat: per_zone}", "network: {nat: none}", "network.nat", EDIT_ROLL);
	expect("network: {nat: single}", "network: {nat: per_zone}", "network.nat", EDIT_IN_PLACE);
	expect("service: {log_days: 30}", "service: {log_days: 7}", "service.log_days", EDIT_IN_PLACE);
	expect("service: {log_days: 30}", "service: {log_days: 0}", "service.log_days", EDIT_ROLL);
	expect("service: {log_days: 0}", "service: {log_days: 30}", "service.log_days", EDIT_ROLL);
	expect("scaling: {max: 10}", "scaling: {max: 9}", "scaling.max", EDIT_RESCALE);
	expect("scaling: {min: 0, max: 10}", "scaling: {min: 0, max: 0}", "scaling.max", EDIT_INTERRUPT);
	expect("scaling: {min: 0, max: 0}", "scaling: {min: 0, max: 10}", "scaling.max", EDIT_RESCALE);
	expect("database: {engine_version: \"8.0\"}", "database: {engine_version: \"8.4\"}", "database.engine_version",
		EDIT_INTERRUPT);
	expect("database: {engine_version: \"8.4\"}", "database: {engine_version: \"8.0\"}", "database.engine_version", EDIT_REFUSE);
	expect("database: {engine_version: \"5.7\"}", "database: {engine_version: \"8.4\"}", "database.engine_version", EDIT_REFUSE);
	expect("database: {engine_version: \"8.4\"}", "database: {engine_version: \"9.7\"}", "database.engine_version",
		EDIT_INTERRUPT);
	expect("database: {engine_version: \"8.0\"}", "database: {engine_version: \"9.7\"}", "database.engine_version", EDIT_REFUSE);
	expect("database: {engine_version: 8.4.9}", "database: {engine_version: 8.4.10}", "database.engine_version", EDIT_INTERRUPT);
	expect("database: {engine_version: 8.4.10}", "database: {engine_version: 8.4.9}", "database.engine_version", EDIT_REFUSE);
	expect("database: {engine_version: 8.4.9}", "database: {engine_version: \"8.4\"}", "database.engine_version", EDIT_IN_PLACE);
	expect("database: {engine_version: \"8.4\"}", "database: {engine_version: 8.4.9}", "database.engine_version", EDIT_INTERRUPT);
	expect("database: {storage_gb: 20}", "database: {storage_gb: 30}", "database.storage_gb", EDIT_IN_PLACE);
	expect("database: {storage_gb: 30}", "database: {storage_gb: 20}", "database.storage_gb", EDIT_REFUSE);
	expect("database: {backup_days: 7}", "database: {backup_days: 0}", "database.backup_days", EDIT_INTERRUPT);
	expect("database: {backup_days: 0}", "database: {backup_days: 7}", "database.backup_days", EDIT_INTERRUPT);
	expect("database: {backup_days: 7}", "database: {backup_days: 14}", "database.backup_days", EDIT_IN_PLACE);
	expect("backup: {daily_days: 35}", "backup: {daily_days: 14}", "backup.daily_days", EDIT_IN_PLACE);
	expect("backup: {}", "backup: {copy_to: us-west-2}", "backup.copy_to", EDIT_IN_PLACE);
	expect("backup: {copy_to: us-west-2}", "backup: {copy_to: us-west-1}", "backup.copy_to", EDIT_REFUSE);
	expect("backup: {copy_to: us-west-2}", "backup: {}", "backup.copy_to", EDIT_REFUSE);
	expect("backup: {lock: none}", "backup: {lock: compliance}", "backup.lock", EDIT_IN_PLACE);
	expect("backup: {lock: governance}", "backup: {lock: none}", "backup.lock", EDIT_IN_PLACE);
	expect("backup: {lock: compliance}", "backup: {lock: governance}", "backup.lock", EDIT_REFUSE);
}

static void
a_default_is_a_value(void **state)
{
	struct ctx c = ctx_new();
	const struct spec *bare = spec_of(&c, BASE);

	(void)state;
	assert_int_equal(diff_specs(&c, bare, spec_of(&c, BASE "scaling: {min: 2}\ndatabase: {multi_az: true}\n")).n, 0);
	expect("", "service: {image: ami-0123456789abcdef0}", "service.image", EDIT_ROLL);
	expect("state: {bucket: gym-tfstate}", "", "state.bucket", EDIT_IN_PLACE);
	expect("tags: {a: b}", "tags: {a: c}", "tags", EDIT_ROLL);
	arena_free(c.arena);
}

#define DAY "{name: day, cron: \"0 8 * * *\", min: 2, max: 4}"
#define NIGHT "{name: night, cron: \"0 20 * * *\", min: 1, max: 2}"

static void
sections_are_known_by_their_names(void **state)
{
	struct ctx c = ctx_new();
	const struct spec *both = spec_of(&c, BASE "scaling: {schedule: [" DAY ", " NIGHT "]}\n");

	(void)state;
	assert_int_equal(diff_specs(&c, both, spec_of(&c, BASE "scaling: {schedule: [" NIGHT ", " DAY "]}\n")).n, 0);
	expect("scaling: {schedule: [" DAY "]}", "scaling: {schedule: [" NIGHT ", " DAY "]}", "scaling.schedule.night", EDIT_IN_PLACE);
	expect("scaling: {schedule: [" NIGHT ", " DAY "]}", "scaling: {schedule: [" NIGHT "]}", "scaling.schedule.day", EDIT_IN_PLACE);
	expect("scaling: {schedule: [" DAY "]}", "", "scaling.schedule.day", EDIT_RESCALE);
	expect("scaling: {schedule: [" DAY "]}", "scaling: {schedule: [{name: day, cron: \"0 9 * * *\", min: 2, max: 4}]}",
		"scaling.schedule.day.cron", EDIT_IN_PLACE);
	arena_free(c.arena);
}

static void
a_skipped_version_is_named(void **state)
{
	struct ctx c = ctx_new();
	const struct spec *old = spec_of(&c, BASE "database: {engine_version: \"8.0\"}\n");
	struct differences d = diff_specs(&c, old, spec_of(&c, BASE "database: {engine_version: \"9.7\"}\n"));

	(void)state;
	assert_int_equal(d.n, 1);
	assert_string_equal(d.list[0].effect, "RDS upgrades one major version at a time: first to '8.4'");
	arena_free(c.arena);
}

static void
worst_comes_first(void **state)
{
	struct ctx c = ctx_new();
	const struct spec *old = spec_of(&c, BASE);
	const struct spec *now = spec_of(&c, BASE "scaling: {min: 3, cooldown: 4m}\nservice: {port: 9000}\nnetwork: {cidr: 10.1.0.0/16}\n"
						  "database: {backup_days: 8, instance_class: db.t4g.small}\ntags: {team: backend}\n");
	struct differences d = diff_specs(&c, old, now);
	static const char *const keys[] = {"network.cidr", "database.instance_class", "tags", "service.port", "scaling.min",
		"scaling.cooldown", "database.backup_days"};

	(void)state;
	assert_int_equal(d.n, LENGTH(keys));
	for (size_t i = 0; i < d.n; i++)
		assert_string_equal(d.list[i].key, keys[i]);
	diff_report(&c, &d);
	assert_int_equal(c.diags->errors, 1);
	assert_int_equal(source_place(c.diags->list[0]->span.src, c.diags->list[0]->span.off).line, 5);
	arena_free(c.arena);
}

// What was compiled last may have keys and values that this version would refuse, and lack others.
static void
another_version_compares(void **state)
{
	struct ctx c = ctx_new();
	const struct plan *plan = plan_of(&c, BASE);
	struct buf text = {0};

	(void)state;
	spec_print_resolved(plan->spec, &text);
	char *old = arena_strdup(c.arena, buf_str(&text));
	buf_free(&text);
	char *cooldown = strstr(old, "cooldown: 300s");
	assert_non_null(cooldown);
	memcpy(cooldown, "cooldown: 000s", 14);
	char *bake = strstr(old, "    bake: 300s\n");
	assert_non_null(bake);
	memmove(bake, bake + 15, strlen(bake + 15) + 1);
	old = arena_printf(c.arena, "%sgone: {with: [a, b]}\n", old);
	struct last last = {.spec = doc_parse(&c, text_source(&c, old)), .version = "0.1.0", .service = plan->service_file.value};
	struct differences d = diff_last(&c, &last, plan);
	assert_int_equal(d.n, 3);
	assert_string_equal(d.list[0].key, "tfgen");
	assert_string_equal(d.list[1].key, "service.rollout.bake");
	assert_null(d.list[1].before);
	assert_string_equal(d.list[2].key, "scaling.cooldown");
	assert_string_equal(d.list[2].before, "000s");
	last.version = TFGEN_VERSION;
	last.service = "service/crudd-000000000000.tar.gz";
	d = diff_last(&c, &last, plan);
	assert_int_equal(d.worst, EDIT_ROLL);
	assert_string_equal(d.list[0].key, "service");
	arena_free(c.arena);
}

static void
versions_are_ordered(void **state)
{
	(void)state;
	for (const struct release *r = releases; r->version; r++) {
		assert_true(!r[1].version || strverscmp(r->version, r[1].version) < 0);
		assert_true(strverscmp(r->version, TFGEN_VERSION) <= 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_has_a_class),
		cmocka_unit_test(values_decide),
		cmocka_unit_test(sections_come_and_go),
		cmocka_unit_test(a_default_is_a_value),
		cmocka_unit_test(sections_are_known_by_their_names),
		cmocka_unit_test(a_skipped_version_is_named),
		cmocka_unit_test(worst_comes_first),
		cmocka_unit_test(another_version_compares),
		cmocka_unit_test(versions_are_ordered),
	};

	return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}
