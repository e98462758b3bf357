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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(manifests),
	};

	return cmocka_run_group_tests_name("manifest", tests, NULL, NULL);
}
