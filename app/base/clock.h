// The current time.
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

// Nanoseconds since an arbitrary moment; never jumps.
uint64_t clock_monotonic(void);

enum { TIME_SIZE = 32, TIME_LEN = 24, TIME_SQL_LEN = 23 };

// The time `seconds_ago` seconds ago, as 2026-11-22T20:52:31.123Z. SQL takes the first TIME_SQL_LEN
// characters.
void clock_write(char out[TIME_SIZE], long seconds_ago);

#endif
