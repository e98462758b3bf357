#include "base/clock.h"

#include <stdio.h>
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
	struct timespec now;
	struct tm utc;

	clock_gettime(CLOCK_REALTIME, &now);
	now.tv_sec -= seconds_ago;
	gmtime_r(&now.tv_sec, &utc);
	size_t len = strftime(out, TIME_SIZE, "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(out + len, TIME_SIZE - len, ".%03dZ", (int)(now.tv_nsec / 1000000 % 1000));
}
