// Near words: typing mistakes, and nothing else.

#include "../fixture.h"
#include "base/suggest.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(near_words),
	};

	return cmocka_run_group_tests_name("suggest", tests, NULL, NULL);
}
