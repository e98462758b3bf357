#include "base/clock.h"

#include <string.h>
#include <time.h>

uint64_t
clock_monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void
clock_write(char out[TIME_SIZE], long seconds_ago)
{
	// of the last second that this thread wrote: most requests are in the same one
	static _Thread_local struct {
		time_t second;
		char text[TIME_SIZE];
	} last;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	now.tv_sec -= seconds_ago;
	if (now.tv_sec != last.second || !*last.text) {
		struct tm utc;

		gmtime_r(&now.tv_sec, &utc);
		strftime(last.text, sizeof last.text, "%Y-%m-%dT%H:%M:%S.000Z", &utc);
		last.second = now.tv_sec;
	}
	memcpy(out, last.text, sizeof last.text);
	long ms = now.tv_nsec / 1000000;
	for (char *digit = out + TIME_SQL_LEN; ms; ms /= 10)
		*--digit = (char)('0' + ms % 10);
}
