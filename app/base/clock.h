// What time it is.
#ifndef NOW_H
#define NOW_H

#include <stdint.h>

// Nanoseconds since some moment in the past; they never jump.
uint64_t now_monotonic(void);

enum { TIME_SIZE = 32, TIME_LEN = 24, TIME_SQL_LEN = 23 };

// Now, or `seconds` ago, as 2026-11-22T20:52:31.123Z; its first TIME_SQL_LEN characters are what the database takes.
void now_write(char out[TIME_SIZE], long seconds_ago);

#endif
