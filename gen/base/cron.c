// A field becomes a set of bits.

#include "base/cron.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { MINUTE, HOUR, DAY, MONTH, WEEKDAY };

static const char *const months[] = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", NULL};
static const char *const weekdays[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat", NULL};

static const struct kind {
	const char *name;
	long min, max;
	const char *const *words; // the first is min
} kinds[CRON_FIELDS] = {
	[MINUTE] = {"minute", 0, 59, NULL},
	[HOUR] = {"hour", 0, 23, NULL},
	[DAY] = {"day of the month", 1, 31, NULL},
	[MONTH] = {"month", 1, 12, months},
	[WEEKDAY] = {"day of the week", 0, 7, weekdays},
};

// Reads a number of up to three digits. False if there is no digit or a fourth one.
static bool
read_number(const char **s, const char *end, long *ret_value)
{
	const char *start = *s;

	for (*ret_value = 0; *s < end && *s - start <= 3 && isdigit((unsigned char)**s); (*s)++)
		*ret_value = *ret_value * 10 + (**s - '0');
	return *s > start && *s - start <= 3;
}

// Reads a number or a name.
static bool
read_value(const struct kind *k, const char **s, const char *end, long *ret_value)
{
	for (long i = 0; k->words && k->words[i] && end - *s >= 3; i++) {
		if (strncasecmp(*s, k->words[i], 3) != 0)
			continue;
		*s += 3;
		*ret_value = k->min + i;
		return true;
	}
	return read_number(s, end, ret_value) && *ret_value >= k->min && *ret_value <= k->max;
}

// Adds one part of a list: 5, 8-18, 8-18/2 or */5.
static bool
add_part(const struct kind *k, const char *s, const char *end, uint64_t *set)
{
	long first = k->min, last = k->max, step = 1;
	bool all = *s == '*';

	if (all)
		s++;
	else if (!read_value(k, &s, end, &first))
		return false;
	if (!all)
		last = first;
	if (!all && s < end && *s == '-' && (s++, !read_value(k, &s, end, &last)))
		return false;
	// A step needs numbers to step through.
	if (s < end && *s == '/' && (last > first || all) && (s++, !read_number(&s, end, &step)))
		return false;
	if (s < end || last < first || step < 1)
		return false;
	for (long i = first; i <= last; i += step)
		*set |= (uint64_t)1 << (k == &kinds[WEEKDAY] ? i % 7 : i);
	return true;
}

static bool
read_field(const struct kind *k, const char *s, const char *end, uint64_t *set, struct cron_mistake *ret_mistake)
{
	for (const char *next; s <= end; s = next + 1) {
		next = memchr(s, ',', (size_t)(end - s));
		next = next ? next : end;
		if (!add_part(k, s, next, set)) {
			*ret_mistake = (struct cron_mistake){k->name, s, (int)(next - s), k->min, k->max};
			return false;
		}
	}
	return true;
}

bool
cron_parse(const char *text, struct cron *ret_cron, struct cron_mistake *ret_mistake)
{
	struct cron cron = {0};
	const char *s = text + strspn(text, " \t");

	*ret_mistake = (struct cron_mistake){.text = text, .len = (int)strlen(text)};
	for (int i = 0; i < CRON_FIELDS; i++) {
		size_t n = strcspn(s, " \t");
		if (!n)
			return false;
		if (!read_field(&kinds[i], s, s + n, &cron.set[i], ret_mistake))
			return false;
		cron.both_days = cron.both_days || ((i == DAY || i == WEEKDAY) && *s == '*');
		s += n + strspn(s + n, " \t");
	}
	if (*s)
		return false;
	*ret_cron = cron;
	return true;
}

static bool
has(const struct cron *cron, int field, int value)
{
	return cron->set[field] >> value & 1;
}

bool
cron_matches(const struct cron *cron, const struct tm *at)
{
	bool day = has(cron, DAY, at->tm_mday), weekday = has(cron, WEEKDAY, at->tm_wday);

	return has(cron, MINUTE, at->tm_min) && has(cron, HOUR, at->tm_hour) && has(cron, MONTH, at->tm_mon + 1) &&
		(cron->both_days ? day && weekday : day || weekday);
}

bool
cron_can_match(const struct cron *cron)
{
	static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool found = !cron->both_days; // each month has every day of the week

	for (int month = 1; month <= 12; month++)
		for (int day = 1; day <= days[month - 1]; day++)
			found = found || (has(cron, MONTH, month) && has(cron, DAY, day));
	return found;
}
