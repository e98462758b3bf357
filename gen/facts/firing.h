// When a cron expression in a time zone fires.
#ifndef FIRING_H
#define FIRING_H

#include "base/cron.h"

#include <stdbool.h>

struct ctx;

struct firing {
	struct cron cron;
	const char *rule;  // of its time zone, as in TZ
	long hour, offset; // minutes that the zone is ahead of UTC in that hour, the last one looked at
};

// The cron expression must be right, and the zone in time_zones.csv.
struct firing firing_of(struct ctx *c, const char *cron, const char *time_zone);
// Whether it fires at a minute: those since 1970 began in UTC.
bool firing_at(struct firing *f, long minute);

#endif
