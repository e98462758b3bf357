// The small modules: near words, tables of facts, names, quoting, manifests, hashes, arena and buf.

#include "facts/data.h"
#include "facts/facts.h"
#include "fixture.h"
#include "base/hash.h"
#include "stack/hcl_value.h"
#include "stack/manifest.h"
#include "facts/names.h"
#include "base/suggest.h"
#include "base/unicode.h"

#include <stdlib.h>

static void
near_words(void **state)
{
	static const char *const candidates[] = {"single", "none", "per_zone", "min", "max"};
	static const struct {
		const char *word, *want; // "" for no suggestion
	} rows[] = {
		{"singel", "single"}, {"nnoe", "none"}, {"perzone", "per_zone"}, {"PER_ZONE", "per_zone"}, {"mim", "min"}, {"mxa", "max"},
		{"completely", ""}, {"x", ""}, {"", ""},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct suggestion s = suggest_for(rows[i].word);
		for (size_t k = 0; k < LENGTH(candidates); k++)
			suggest(&s, candidates[k]);
		ROW_EQUAL(i, s.best ? s.best : "", rows[i].want);
	}
}

static void
cells(void **state)
{
	static const struct {
		const char *table, *first, *second, *column, *want;
	} rows[] = {
		{"regions.csv", "us-east-1", NULL, "az_letters", "abcdef"},
		{"regions.csv", "us-east-1", NULL, "no such column", ""},
		{"limits.csv", "security_group.name", NULL, "note", "not beginning with sg-; unique in the VPC, case-insensitive"},
		{"limits.csv", "iam.role.name", NULL, "pattern_or_values", "^[A-Za-z0-9_+=,.@-]+$"},
		{"limits.csv", "rds.password.mysql", NULL, "pattern_or_values", "printable ASCII without / \" @"},
		{"rds_mysql_versions.csv", "mysql", "8.4", "end_standard", "2029-07-31"},
		{"prices.csv", "nat", "nat-hour", "usd", "0.045"},
	};
	struct ctx c = ctx_new();

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct table t = data_table(rows[i].table);
		struct row row;
		if (!data_find(&t, rows[i].first, rows[i].second, &row))
			fail_msg("row %zu: not found", i);
		ROW_EQUAL(i, data_cell(&c, &t, &row, rows[i].column), rows[i].want);
	}
	struct table t = data_table("regions.csv");
	struct row row;
	assert_false(data_find(&t, "us-east", NULL, &row));
	assert_false(data_find(&t, "", NULL, &row));
	arena_free(c.arena);
}

static void
figures(void **state)
{
	struct ctx c = ctx_new();
	struct version_facts v;
	struct instance_facts f;

	(void)state;
	// Measured: about 66 connections at 1 GiB, about 150 at 2 GiB (aws.md P10).
	assert_in_range(derive_max_connections(1024), 60, 66);
	assert_in_range(derive_max_connections(2048), 145, 150);
	assert_int_equal(derive_layout("abc").public_newbits, 3);
	assert_int_equal(derive_layout("acd").slots, 4);
	assert_int_equal(derive_layout("abcdef").slots, 8);
	assert_int_equal(fact_class_runs(&c, "db.t3.micro", "8.4"), FIT_YES);
	assert_int_equal(fact_class_runs(&c, "db.t2.micro", "8.4"), FIT_NO);
	assert_true(fact_version(&c, "8.0.46", &v));
	assert_string_equal(v.major_status, "extended");
	assert_true(fact_instance(&c, "t4g.micro", &f));
	assert_true(f.arm64 && f.burstable && f.nitro);
	assert_true(fact_instance(&c, "t2.micro", &f));
	assert_false(f.nitro);
	assert_null(fact_offered(&c, "t3.micro", "mx-central-1"));
	assert_string_equal(fact_offered(&c, "t3.micro", "eu-central-1"), "abc");
	arena_free(c.arena);
}

static void
names(void **state)
{
	struct ctx c = ctx_new();
	struct spec *s = spec_of(&c, "name: gym\nregion: us-east-1\n");

	(void)state;
	assert_string_equal(name_stack(&c, s), "gym-prod");
	assert_string_equal(name_load_balancer(&c, s), "gym-prod");
	assert_string_equal(name_database(&c, s), "gym_db");
	const char *before = name_target_group(&c, s);
	s->service.port.is = 9000;
	assert_string_not_equal(name_target_group(&c, s), before);
	s = spec_of(&c, "name: a-name-of-20-letters\nregion: us-east-1\nenvironment: acceptance-2\n");
	assert_int_equal(strlen(name_load_balancer(&c, s)), 32);
	assert_int_equal(strlen(name_target_group(&c, s)), 32);
	arena_free(c.arena);
}

static void
quotes(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"a", "\"a\""},
		{"say \"hi\"\\", "\"say \\\"hi\\\"\\\\\""},
		{"${x} %{y} $x %y $$ %%", "\"$${x} %%{y} $x %y $$ %%\""},
		{"$${x}", "\"$$${x}\""},
		{"a\nb\tc\rd\x01\x7f", "\"a\\nb\\tc\\rd\\u0001\\u007f\""},
		{"é 日本 😀", "\"é 日本 😀\""},
		{"", "\"\""},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct buf out = {0};
		hcl_quote(rows[i].text, &out);
		ROW_EQUAL(i, buf_str(&out), rows[i].want);
		buf_free(&out);
	}
}

static void
normal_forms(void **state)
{
	static const struct {
		const char *text;
		bool composed;
	} rows[] = {
		{"", true}, {"plain", true}, {"\u00e9", true}, {"e\u0301", false}, {"\u212b", false}, {"\u00c5", true},
		{"\ud55c\uae00", true}, {"\u1112\u1161", false}, {"\uf900", false}, {"\U0001f600", true}, {"q\u0301", true},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		if (unicode_is_composed(rows[i].text) != rows[i].composed)
			fail_msg("row %zu", i);
}

static void
manifests(void **state)
{
#define HASH "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	static const struct {
		const char *text;
		bool good;
		size_t n;
	} rows[] = {
		{"# x\ntfgen 0.1\nspec " HASH " a.yaml\n" HASH " main.tf\n", true, 1},
		{"", true, 0},
		{HASH " ../main.tf\n", false, 0},
		{HASH " a/../../main.tf\n", false, 0},
		{HASH " /etc/passwd\n", false, 0},
		{HASH " \n", false, 0},
		{"garbage\n", false, 0},
		{HASH " a b/c.tf", true, 1},
	};
	struct ctx c = ctx_new();
	char hex[HASH_HEX + 1];

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct manifest m = {0};
		if (manifest_parse(&c, rows[i].text, &m) != rows[i].good || m.n != rows[i].n)
			fail_msg("row %zu", i);
	}
	hash_hex("abc", 3, hex);
	assert_string_equal(hex, HASH);
	struct manifest m = {0};
	assert_true(manifest_parse(&c, rows[0].text, &m));
	assert_true(manifest_has(&m, "main.tf", hex));
	assert_false(manifest_has(&m, "main.tf", "x"));
	assert_false(manifest_lists(&m, "other.tf"));
	arena_free(c.arena);
}

static void
memory(void **state)
{
	struct arena *a = arena_new();
	struct buf b = {0};

	(void)state;
	for (size_t n = 1; n < 300000; n = n * 3 + 1) {
		char *p = arena_alloc(a, n);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 'x', n);
	}
	assert_string_equal(arena_printf(a, "%d %s", 7, "x"), "7 x");
	arena_free(a);
	assert_string_equal(buf_str(&b), "");
	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "%03d", i);
	assert_int_equal(b.len, 3000);
	assert_string_equal(b.data + 2997, "999");
	buf_free(&b);
	buf_wrap(&b, "# ", "one two three averyveryverylongword x", 12);
	assert_string_equal(buf_str(&b), "# one two\n# three\n# averyveryverylongword\n# x\n");
	buf_free(&b);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(near_words),
		cmocka_unit_test(cells),
		cmocka_unit_test(figures),
		cmocka_unit_test(names),
		cmocka_unit_test(quotes),
		cmocka_unit_test(normal_forms),
		cmocka_unit_test(manifests),
		cmocka_unit_test(memory),
	};

	return cmocka_run_group_tests_name("small", tests, NULL, NULL);
}
