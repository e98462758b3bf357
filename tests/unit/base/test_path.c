// How a file is named in another directory.

#include "../fixture.h"
#include "base/path.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void
relative_paths(void **state)
{
	static const struct {
		const char *dir, *file, *want;
	} rows[] = {
		{".", "gym.yaml", "gym.yaml"},
		{"out", "gym.yaml", "../gym.yaml"},
		{"new/deeper", "gym.yaml", "../../gym.yaml"},
		{"new/deeper/", "specs/gym.yaml", "../../specs/gym.yaml"},
		{"out", "out/gym.yaml", "gym.yaml"},
		{"out", "outer/gym.yaml", "../outer/gym.yaml"},
		{"link", "gym.yaml", "../gym.yaml"},
		{"out", "./specs/../gym.yaml", "../gym.yaml"},
		{"/nowhere/at/all", "/nowhere/gym.yaml", "../../gym.yaml"},
		{"/", "/gym.yaml", "gym.yaml"},
	};
	char folder[] = "/tmp/tfgen-path-XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(mkdir("out", 0777) | mkdir("specs", 0777) | symlink("out", "link"), 0);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct arena *a = arena_new();
		ROW_EQUAL(i, path_relative(a, rows[i].dir, rows[i].file), rows[i].want);
		arena_free(a);
	}
	assert_int_equal(rmdir("out") | rmdir("specs") | unlink("link") | chdir("/") | rmdir(folder), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(relative_paths),
	};

	return cmocka_run_group_tests_name("path", tests, NULL, NULL);
}
