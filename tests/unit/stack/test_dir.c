// The directory of a stack: which paths may be its own, and that no link leads out of it.

#include "../fixture.h"
#include "base/embed.h"
#include "stack/dir.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void
canonical_paths(void **state)
{
	static const struct {
		const char *path;
		bool canonical;
	} rows[] = {
		{"main.tf", true},
		{".tfgen/spec.yaml", true},
		{"modules/asg/boot.sh.tftpl", true},
		{"service/crudd-0123456789ab.tar.gz", true},
		{"-rf", true},
		{"", false},
		{"/main.tf", false},
		{"./main.tf", false},
		{"../main.tf", false},
		{"a/../b", false},
		{"a/./b", false},
		{"a//b", false},
		{"a/", false},
		{".", false},
		{"..", false},
		{"a/..", false},
		// on vfat the same as main.tf
		{"main.tf.", false},
		{"main.tf ", false},
		{"MAIN~1.TF", false},
		{"main.tf:stream", false},
		{"a\\b", false},
		{"a b", false},
		{"a\nb", false},
		{"a\x1b[31m", false},
		{"caf\xc3\xa9", false},
		{"\xe2\x80\xae", false},
	};
	char *longest = calloc(1, 258);

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		if (dir_is_canonical(rows[i].path) != rows[i].canonical)
			fail_msg("row %zu: %s", i, rows[i].path);
	assert_non_null(longest);
	memset(longest, 'a', 256);
	assert_false(dir_is_canonical(longest));
	longest[255] = '\0';
	assert_true(dir_is_canonical(longest));
	free(longest);
}

static void
reserved_paths(void **state)
{
	static const char *const reserved[] = {".git/config", ".GIT/hooks/post-checkout", "modules/.git", ".gitignore", ".terraform/providers",
		"bootstrap/.terraform/x", ".terraform.lock.hcl", "terraform.tfstate", "terraform.tfstate.backup", "Terraform.TFState",
		".terraform.tfstate.lock.info", "errored.tfstate", "a.tfstate/b", "prod.tfvars", "x.auto.tfvars", "x.auto.tfvars.json"};
	static const char *const ours[] = {"main.tf", ".gitattributes", ".tfgen/spec.yaml", "state.tf", "gitignore", "git/config"};

	(void)state;
	for (size_t i = 0; i < LENGTH(reserved); i++)
		if (!dir_is_reserved(reserved[i]))
			fail_msg("%s", reserved[i]);
	for (size_t i = 0; i < LENGTH(ours); i++)
		if (dir_is_reserved(ours[i]))
			fail_msg("%s", ours[i]);
	assert_true(dir_is_same("Modules/MAIN.tf", "modules/main.tf"));
	assert_false(dir_is_same("main.tf", "main_tf"));
	// What tfgen generates is never refused when it comes back in a manifest.
	for (const struct embedded *e = embedded_files; e->path; e++)
		if (strncmp(e->path, "templates/", 10) == 0 && (!dir_is_canonical(e->path + 10) || dir_is_reserved(e->path + 10)))
			fail_msg("%s", e->path);
}

static void
must(int result)
{
	if (result != 0)
		fail_msg("cannot prepare the files");
}

static void
make_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	must(fclose(f));
}

// stack/out, stack/deep/out and stack/file are links to what lies beside the stack.
static void
links_are_not_followed(void **state)
{
	static const char *const through[] = {"out/kept", "deep/out/kept", "out/empty/new", "file"};
	char top[] = "/tmp/tfgen-dir-XXXXXX", hash[HASH_HEX + 1];
	struct ctx c = ctx_new();
	const char *text;
	size_t len;
	bool same;

	(void)state;
	assert_non_null(mkdtemp(top));
	must(chdir(top));
	must(mkdir("stack", 0777) | mkdir("stack/deep", 0777) | mkdir("beside", 0777) | mkdir("beside/empty", 0777));
	make_file("beside/kept", "kept");
	make_file("stack/own", "own");
	must(symlink("../beside", "stack/out") | symlink("../../beside", "stack/deep/out") | symlink("../beside/kept", "stack/file"));
	must(symlink("stack", "way"));
	struct dir *d = dir_open(&c, "way", NULL);
	for (size_t i = 0; i < LENGTH(through); i++) {
		const char *path = through[i];
		if (dir_read(d, path, 100, &text, &len) != DIR_IN_THE_WAY || dir_compare(d, path, "kept", 4, &same, hash) != DIR_IN_THE_WAY)
			fail_msg("%s is read", path);
		if (strchr(path, '/') && (dir_write(d, path, "x", 1) || dir_delete(d, path) || dir_rename(d, path, path) || dir_exists(d, path)))
			fail_msg("%s is changed", path);
		dir_drop_empty(d, path);
	}
	dir_drop_empty(d, "out/empty/x");
	must(access("beside/empty", F_OK) | access("beside/kept", F_OK));
	assert_int_equal(access("beside/empty/new", F_OK), -1);
	// A link is not a file, so writing replaces the link itself.
	assert_true(dir_write(d, "file", "new", 3));
	assert_int_equal(dir_read(d, "file", 100, &text, &len), DIR_FILE);
	assert_string_equal(text, "new");
	assert_int_equal(dir_read(d, "own", 2, &text, &len), DIR_LARGE);
	assert_int_equal(dir_read(d, "none/at/all", 2, &text, &len), DIR_NOTHING);
	assert_int_equal(dir_read(d, "own/below", 2, &text, &len), DIR_IN_THE_WAY);
	assert_string_equal(dir_blocker(d), "own");
	assert_true(dir_lock(d, "deep"));
	assert_false(dir_lock(d, "out"));
	dir_close(d);
	must(chdir("/"));
	assert_int_equal(system(arena_printf(c.arena, "grep -q '^kept$' %s/beside/kept && rm -rf %s", top, top)), 0);
	arena_free(c.arena);
}

// The directory disappears between two paths in it.
static void
a_directory_that_was_dropped(void **state)
{
	char top[] = "/tmp/tfgen-dir-XXXXXX";
	struct ctx c = ctx_new();

	(void)state;
	assert_non_null(mkdtemp(top));
	struct dir *d = dir_open(&c, arena_printf(c.arena, "%s/new/stack", top), NULL);
	assert_false(dir_exists(d, "a/b/c"));
	assert_true(dir_write(d, "a/b/c", "1", 1));
	assert_true(dir_delete(d, "a/b/c"));
	assert_true(dir_delete(d, "a/b/c"));
	dir_drop_empty(d, "a/b/c");
	assert_false(dir_exists(d, "a"));
	assert_true(dir_write(d, "a/b/c", "1", 1));
	assert_true(dir_write(d, "a/b/c", "22", 2));
	assert_true(dir_rename(d, "a/b/c", "a/b/d"));
	assert_true(dir_exists(d, "a/b/d"));
	dir_close(d);
	assert_int_equal(system(arena_printf(c.arena, "rm -rf %s", top)), 0);
	arena_free(c.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical_paths),
		cmocka_unit_test(reserved_paths),
		cmocka_unit_test(links_are_not_followed),
		cmocka_unit_test(a_directory_that_was_dropped),
	};

	return cmocka_run_group_tests_name("dir", tests, NULL, NULL);
}
