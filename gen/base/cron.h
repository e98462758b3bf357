// Cron expressions of five fields, as crontab(5) describes them: minute, hour, day of the month,
// month, day of the week (0 or 7: Sunday). A field is *, a number, a name of three letters (months,
// days), a range, a step such as */5 or 8-18/2, or a list of these.
#ifndef CRON_H
#define CRON_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

enum { CRON_FIELDS = 5 };

struct cron {
	uint64_t set[CRON_FIELDS]; // a bit for each number that matches; Sunday is 0
	bool both_days;            // a day needs the month's and the week's field, because one of them begins with *
};

struct cron_mistake {
	const char *field; // "hour"
	const char *text;  // the wrong part, which ends after len bytes
	int len;
	long min, max; // what the field's numbers may be
};

// False if the text is no cron expression; then *ret_mistake says why. ret_mistake->field is NULL if
// there are not five fields.
bool cron_parse(const char *text, struct cron *ret_cron, struct cron_mistake *ret_mistake);
// Whether it matches a minute. The year and the seconds of *at do not count.
bool cron_matches(const struct cron *cron, const struct tm *at);
// Whether it matches a minute of any year: not on 30 February.
bool cron_can_match(const struct cron *cron);

#endif
