// The hour that the database's windows leave for AWS Backup.

#include "../fixture.h"
#include "facts/windows.h"

static const struct spec *
spec_with(struct ctx *c, const char *backup, const char *maintenance)
{
	return spec_of(c, arena_printf(c->arena,
		"name: gym\nregion: us-east-1\ndatabase: {backup_window: \"%s\", maintenance_window: \"%s\"}\n", backup, maintenance));
}

static void
windows(void **state)
{
	static const struct {
		const char *backup, *maintenance;
		struct window daily, weekly;
	} rows[] = {
		{"04:00-05:00", "sun:06:00-sun:07:00", {240, 60}, {6 * DAY_MINUTES + 360, 60}},
		{"23:30-00:30", "sun:23:45-mon:00:45", {1410, 60}, {7 * DAY_MINUTES - 15, 60}},
		{"12:05-12:00", "mon:00:00-tue:12:00", {725, DAY_MINUTES - 5}, {0, DAY_MINUTES + 720}},
	};
	struct ctx c = ctx_new();

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct spec *s = spec_with(&c, rows[i].backup, rows[i].maintenance);
		struct window daily = window_backup(s), weekly = window_maintenance(s);
		if (daily.start != rows[i].daily.start || daily.length != rows[i].daily.length || weekly.start != rows[i].weekly.start ||
			weekly.length != rows[i].weekly.length)
			fail_msg("row %zu: got %d+%d, %d+%d", i, daily.start, daily.length, weekly.start, weekly.length);
	}
	arena_free(c.arena);
}

// A job starts within an hour after the rule's, and neither in a window nor in the hour before one.
static void
hours(void **state)
{
	static const struct {
		const char *backup, *maintenance;
		int want;
	} rows[] = {
		{"04:00-05:00", "sun:06:00-sun:07:00", 7},
		{"04:00-05:00", "sun:07:00-sun:08:00", 5},  // 5 to 6, and the hour before 7 begins
		{"04:00-05:00", "sun:06:59-sun:07:59", 8},  // a minute too little
		{"04:00-05:01", "sun:12:00-sun:13:00", 6},  // a full hour, after the end
		{"04:00-05:00", "sun:01:00-sun:02:00", 5},  // the other window is over
		{"22:00-23:00", "sat:23:30-sun:00:30", 1},  // over midnight
		{"23:30-00:30", "tue:02:30-tue:03:30", 4},
		{"22:00-22:30", "sun:23:30-mon:00:30", 1},  // and over the end of the week
		{"04:00-05:00", "sun:06:00-mon:02:00", 2},  // 2 to 3, and the hour before 4 begins
		{"04:00-05:00", "sun:06:00-mon:02:01", -1},
		{"00:00-22:00", "mon:22:00-mon:23:00", -1},
		{"04:00-05:00", "mon:06:00-wed:06:00", -1}, // longer than a day
	};
	struct ctx c = ctx_new();

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct spec *s = spec_with(&c, rows[i].backup, rows[i].maintenance);
		if (window_free_hour(s) != rows[i].want)
			fail_msg("row %zu: got %d, wanted %d", i, window_free_hour(s), rows[i].want);
	}
	arena_free(c.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(windows), cmocka_unit_test(hours)};

	return cmocka_run_group_tests_name("windows", tests, NULL, NULL);
}
