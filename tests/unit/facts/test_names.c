// The names of AWS resources.

#include "../fixture.h"
#include "facts/names.h"

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
	s->service.port.value = 9000;
	assert_string_not_equal(name_target_group(&c, s), before);
	s = spec_of(&c, "name: a-name-of-20-letters\nregion: us-east-1\nenvironment: acceptance-2\n");
	assert_int_equal(strlen(name_load_balancer(&c, s)), 32);
	assert_int_equal(strlen(name_target_group(&c, s)), 32);
	arena_free(c.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
