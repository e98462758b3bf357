// The rate limit: how many requests per second each caller may make.
#ifndef RATE_H
#define RATE_H

#include <stdbool.h>
#include <stdint.h>

struct rate;

// Allows per_second requests a second, and a burst of as many after a quiet second. NULL: out of
// memory.
struct rate *rate_new(unsigned per_second);
void rate_free(struct rate *r);
// Counts one request of this caller (the name of a token, or "") at this time in nanoseconds.
// False: it exceeds the limit. From one thread only.
bool rate_take(struct rate *r, const char *caller, uint64_t now);

#endif
