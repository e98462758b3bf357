// Arenas and growing texts.

#include "../fixture.h"

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
	assert_int_equal(strlen(arena_printf(a, "%0300d", 7)), 300);
	assert_string_equal(arena_join(a, "one ", "two"), "one two");
	// What is used again is zero again.
	for (int round = 0; round < 3; round++) {
		arena_reset(a);
		for (size_t n = 1; n < 70000; n += n) {
			char *p = arena_alloc(a, n);
			for (size_t i = 0; i < n; i++)
				assert_int_equal(p[i], 0);
			memset(p, 'x', n);
		}
	}
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
		cmocka_unit_test(memory),
	};

	return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
