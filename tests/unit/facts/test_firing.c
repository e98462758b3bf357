// When cron expressions fire in their time zones, in summer and in winter.

#include "../fixture.h"
#include "facts/data.h"
#include "facts/firing.h"

// Minutes since 1970 of a time in UTC.
static long
minute_of(const char *text)
{
	struct tm at = {0};

	assert_non_null(strptime(text, "%Y-%m-%d %H:%M", &at));
	return (long)(timegm(&at) / 60);
}

static void
zones_have_their_time(void **state)
{
	static const struct {
		const char *cron, *zone, *utc;
	} rows[] = {
		{"0 17 * * *", "Etc/UTC", "2026-07-01 17:00"},
		{"0 17 * * *", "America/New_York", "2026-07-01 21:00"},
		{"0 17 * * *", "America/New_York", "2026-12-01 22:00"},
		{"0 3 29 3 *", "Europe/Madrid", "2026-03-29 01:00"}, // the hour in which the clock is put forward
		{"0 1 * * *", "Europe/Dublin", "2026-07-01 00:00"},
		{"0 0 * * *", "Asia/Kolkata", "2026-07-01 18:30"},
		{"0 0 1 1 *", "Pacific/Kiritimati", "2026-12-31 10:00"},
		{"0 0 1 1 *", "Etc/GMT+12", "2026-01-01 12:00"},
		{"45 11 * * *", "Asia/Kathmandu", "2026-07-01 06:00"},
		{"0 9 * * *", "Australia/Lord_Howe", "2026-07-01 22:30"},
		{"0 9 * * MON", "Asia/Tokyo", "2026-07-06 00:00"}, // a Monday there and here
		{"0 7 * * MON", "Asia/Tokyo", "2026-07-05 22:00"}, // still Sunday here
	};
	struct ctx c = ctx_new();

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct firing f = firing_of(&c, rows[i].cron, rows[i].zone);
		long minute = minute_of(rows[i].utc);
		if (!firing_at(&f, minute) || firing_at(&f, minute + 1) || firing_at(&f, minute - 60) || firing_at(&f, minute + 60))
			fail_msg("%s in %s at %s", rows[i].cron, rows[i].zone, rows[i].utc);
	}
	arena_free(c.arena);
}

// A rule that the C library could not read would be UTC.
static void
every_rule_is_read(void **state)
{
	struct ctx c = ctx_new();
	struct table zones = data_table("time_zones.csv");
	struct row row = {0};

	(void)state;
	while (data_next(&zones, &row)) {
		const char *name = data_cell(&c, &zones, &row, "name"), *rule = data_cell(&c, &zones, &row, "rule");
		struct firing f = firing_of(&c, "0 0 * * *", name);
		firing_at(&f, minute_of("2026-01-05 00:00"));
		static const char *const at_utc[] = {"UTC0", "GMT0", "WET0", "IST-1GMT0", "<+00>0"};
		bool utc = false;
		for (size_t i = 0; i < LENGTH(at_utc); i++)
			utc = utc || strncmp(rule, at_utc[i], strlen(at_utc[i])) == 0;
		if (!f.offset != utc)
			fail_msg("%s: '%s' is %ld minutes ahead of UTC in winter", name, rule, f.offset);
	}
	arena_free(c.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zones_have_their_time),
		cmocka_unit_test(every_rule_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
