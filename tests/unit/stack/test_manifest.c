// Manifests: which are accepted, and what they say about a file.

#include "../fixture.h"
#include "base/hash.h"
#include "stack/manifest.h"

static void
manifests(void **state)
{
#define HASH "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	static const struct {
		const char *text;
		size_t n;
		const char *damage; // part of it; NULL: none
	} rows[] = {
		{"# x\ntfgen 0.1\nspec " HASH " a.yaml\n" HASH " main.tf\n", 1, NULL},
		{"", 0, NULL},
		{HASH " a-b/c.tf", 1, NULL},
		{HASH " main.tf\n" HASH " ../main.tf\n", 0, "m:2: damaged: the line names '../main.tf', which tfgen never writes; delete the line"},
		{HASH " a/../../main.tf\n", 0, "m:1: "},
		{HASH " /etc/passwd\n", 0, "m:1: "},
		{"\n\n" HASH " ./main.tf\n", 0, "m:3: "},
		{HASH " a//b\n", 0, "m:1: "},
		{HASH " a b\n", 0, "m:1: "},
		{HASH " a\x1b\n", 0, "m:1: "},
		{HASH " \n", 0, "m:1: "},
		{HASH " .git/config\n", 0, "m:1: "},
		{HASH " terraform.tfstate\n", 0, "m:1: "},
		{HASH " .tfgen/manifest\n", 0, "m:1: "},
		{HASH " .tfgen/Manifest.next\n", 0, "m:1: "},
		{"garbage\n", 0, "m:1: damaged: the line is not 'tfgen', 'spec' or a hash and a path"},
	};
	struct ctx c = ctx_new();
	char hex[HASH_HEX + 1];

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct manifest m = {0};
		manifest_parse(&c, "m", rows[i].text, strlen(rows[i].text), &m);
		if (m.n != rows[i].n || !m.damage != !rows[i].damage || (m.damage && !strstr(m.damage, rows[i].damage)))
			fail_msg("row %zu: %zu entries, %s", i, m.n, m.damage ? m.damage : "fine");
	}
	hash_hex("abc", 3, hex);
	assert_string_equal(hex, HASH);
	struct manifest nul = {0}, m = {0};
	manifest_parse(&c, "m", "tfgen 0\n\0", 9, &nul);
	assert_non_null(strstr(nul.damage, "m:2: damaged: the line has a NUL byte"));
	manifest_parse(&c, "m", rows[0].text, strlen(rows[0].text), &m);
	assert_true(manifest_has(&m, "main.tf", hex));
	assert_false(manifest_has(&m, "main.tf", "x"));
	assert_false(manifest_has(&m, "MAIN.TF", hex));
	assert_true(manifest_lists(&m, "MAIN.TF"));
	assert_false(manifest_lists(&m, "other.tf"));
	arena_free(c.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(manifests),
	};

	return cmocka_run_group_tests_name("manifest", tests, NULL, NULL);
}
