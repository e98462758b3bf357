// Cron expressions, and the minutes that they match.

#include "../fixture.h"
#include "base/cron.h"

static void
minutes_match(void **state)
{
	static const struct {
		const char *cron, *at; // as in 2026-11-26 16:00, a Thursday
		bool want;
	} rows[] = {
		{"0 16 * * *", "2026-11-26 16:00", true},
		{"0 16 * * *", "2026-11-26 16:01", false},
		{"*/15 * * * *", "2026-11-26 03:45", true},
		{"*/15 * * * *", "2026-11-26 03:46", false},
		{"5-59/15 * * * *", "2026-11-26 03:50", true},
		{"5-59/15 * * * *", "2026-11-26 03:45", false},
		{"0 8-18/2 * * *", "2026-11-26 18:00", true},
		{"0 8-18/2 * * *", "2026-11-26 17:00", false},
		{"0 1,13 * * *", "2026-11-26 13:00", true},
		{"0 0 * nov thu", "2026-11-26 00:00", true},
		{"0 0 * NOV MON-WED", "2026-11-26 00:00", false},
		{"0 0 * * 4", "2026-11-26 00:00", true},
		{"0 0 * * 0", "2026-11-29 00:00", true},
		{"0 0 * * 7", "2026-11-29 00:00", true},
		{"0 0 * * FRI-7", "2026-11-29 00:00", true},
		{"\t0  0\t* * *  ", "2026-11-29 00:00", true},
		// Both days are given: either is enough. One begins with *: both are needed.
		{"0 0 1 * THU", "2026-11-26 00:00", true},
		{"0 0 1 * THU", "2026-12-01 00:00", true},
		{"0 0 1 * THU", "2026-12-02 00:00", false},
		{"0 0 */2 * THU", "2026-11-26 00:00", false},
		{"0 0 */2 * THU", "2026-12-03 00:00", true},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct cron_mistake mistake;
		struct cron cron;
		struct tm at = {0};
		assert_non_null(strptime(rows[i].at, "%Y-%m-%d %H:%M", &at));
		if (!cron_parse(rows[i].cron, &cron, &mistake) || cron_matches(&cron, &at) != rows[i].want)
			fail_msg("%s at %s", rows[i].cron, rows[i].at);
	}
}

static void
mistakes_are_named(void **state)
{
	static const struct {
		const char *cron, *field, *text;
	} rows[] = {
		{"60 * * * *", "minute", "60"},
		{"* 24 * * *", "hour", "24"},
		{"* * 0 * *", "day of the month", "0"},
		{"* * 1,32 * *", "day of the month", "32"},
		{"* * * 13 *", "month", "13"},
		{"* * * * 8", "day of the week", "8"},
		{"* * * MON *", "month", "MON"},
		{"* * * * monday", "day of the week", "monday"},
		{"* * * * FRI-MON", "day of the week", "FRI-MON"},
		{"1, * * * *", "minute", ""},
		{"-5 * * * *", "minute", "-5"},
		{"1- * * * *", "minute", "1-"},
		{"*/0 * * * *", "minute", "*/0"},
		{"5/10 * * * *", "minute", "5/10"},
		{"** * * * *", "minute", "**"},
		{"1000000000000000000001 * * * *", "minute", "1000000000000000000001"},
		{"* * * *", NULL, "* * * *"},
		{"* * * * * *", NULL, "* * * * * *"},
		{"", NULL, ""},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct cron_mistake m;
		struct cron cron;
		bool good = cron_parse(rows[i].cron, &cron, &m);
		if (good || strncmp(m.text, rows[i].text, (size_t)m.len) != 0 || (size_t)m.len != strlen(rows[i].text) ||
			(m.field && rows[i].field ? strcmp(m.field, rows[i].field) != 0 : m.field != rows[i].field))
			fail_msg("%s: '%.*s' is no %s", rows[i].cron, m.len, m.text, m.field ? m.field : "expression");
	}
}

static void
some_never_match(void **state)
{
	static const struct {
		const char *cron;
		bool can;
	} rows[] = {
		{"0 0 30 2 *", false}, {"0 0 29 2 *", true}, {"0 0 31 4,6,9,11 *", false}, {"0 0 31 4,5 *", true}, {"0 0 30 2 MON", true},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct cron_mistake mistake;
		struct cron cron;
		assert_true(cron_parse(rows[i].cron, &cron, &mistake));
		if (cron_can_match(&cron) != rows[i].can)
			fail_msg("%s", rows[i].cron);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(minutes_match),
		cmocka_unit_test(mistakes_are_named),
		cmocka_unit_test(some_never_match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
