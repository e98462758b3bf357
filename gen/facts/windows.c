// A window as the spec writes it, 04:00-05:00 or sun:06:00-sun:07:00, becomes a start and a length,
// so that nothing compares times of the day.

#include "facts/windows.h"

#include "spec/spec.h"

#include <stdbool.h>
#include <string.h>

// "04:30"
static int
clock_minutes(const char *s)
{
	return (s[0] - '0') * 600 + (s[1] - '0') * 60 + (s[3] - '0') * 10 + (s[4] - '0');
}

struct window
window_backup(const struct spec *s)
{
	const char *w = s->database.backup_window.value;
	int start = clock_minutes(w), end = clock_minutes(w + 6);

	return (struct window){start, (end - start + DAY_MINUTES) % DAY_MINUTES};
}

struct window
window_maintenance(const struct spec *s)
{
	static const char days[] = "montuewedthufrisatsun";
	char from[4] = {0}, to[4] = {0};
	const char *w = s->database.maintenance_window.value;

	memcpy(from, w, 3);
	memcpy(to, w + 10, 3);
	int start = (int)(strstr(days, from) - days) / 3 * DAY_MINUTES + clock_minutes(w + 4);
	int end = (int)(strstr(days, to) - days) / 3 * DAY_MINUTES + clock_minutes(w + 14);
	return (struct window){start, (end - start + WEEK_MINUTES) % WEEK_MINUTES};
}

// AWS Backup Developer Guide, "Backup plan options and configuration": a job has an hour at least to
// start in, and database services start no backup in a window or in the hour before it.
static bool
is_free(int start, struct window w)
{
	enum { HOUR = 60 };
	int to_window = ((w.start - HOUR - start) % DAY_MINUTES + DAY_MINUTES) % DAY_MINUTES;
	int blocked = w.length + HOUR;

	// The window's day does not count: the rule runs every day.
	return to_window >= HOUR && to_window + blocked <= DAY_MINUTES;
}

int
window_free_hour(const struct spec *s)
{
	struct window own = window_backup(s), maintenance = window_maintenance(s);
	int first = (own.start + own.length + 59) / 60;

	for (int i = 0; i < 24; i++) {
		int hour = (first + i) % 24;
		if (is_free(hour * 60, own) && is_free(hour * 60, maintenance))
			return hour;
	}
	return -1;
}
