// The C library knows the rules of time zones: it takes one from TZ. It is asked once for each hour,
// since clocks change at full hours.

#include "facts/firing.h"

#include "facts/data.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// The time of day.
static long
minutes_of(const struct tm *at)
{
	return at->tm_hour * 60 + at->tm_min;
}

// TZ stays set, because setting it reads files; nothing else here asks for a local time.
static long
offset_of(const char *rule, time_t seconds)
{
	enum { DAY = 24 * 60 };
	const char *now = getenv("TZ");
	struct tm local, utc;

	if (!now || strcmp(now, rule) != 0) {
		setenv("TZ", rule, 1);
		tzset();
	}
	localtime_r(&seconds, &local);
	gmtime_r(&seconds, &utc);
	long days = local.tm_wday == utc.tm_wday ? 0 : (local.tm_wday + 7 - utc.tm_wday) % 7 == 1 ? DAY : -DAY;
	return days + minutes_of(&local) - minutes_of(&utc);
}

struct firing
firing_of(struct ctx *c, const char *cron, const char *time_zone)
{
	struct table zones = data_table("time_zones.csv");
	struct firing f = {.hour = LONG_MIN};
	struct cron_mistake mistake;
	struct row row = {0};

	if (!cron_parse(cron, &f.cron, &mistake) || !data_find(&zones, time_zone, NULL, &row))
		abort();
	f.rule = data_cell(c, &zones, &row, "rule");
	return f;
}

bool
firing_at(struct firing *f, long minute)
{
	time_t local;
	struct tm at;

	if (minute / 60 != f->hour) {
		f->hour = minute / 60;
		f->offset = offset_of(f->rule, (time_t)f->hour * 3600);
	}
	minute += f->offset;
	if (!(f->cron.set[0] >> minute % 60 & 1) || !(f->cron.set[1] >> minute / 60 % 24 & 1))
		return false;
	local = (time_t)minute * 60;
	gmtime_r(&local, &at);
	return cron_matches(&f->cron, &at);
}
