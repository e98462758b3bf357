// How many requests a second each caller may make.
#ifndef RATE_H
#define RATE_H

#include <stdbool.h>
#include <stdint.h>

struct rate;

// So many requests a second, and as many at once after a quiet second. NULL: out of memory.
struct rate *rate_new(unsigned per_second);
void rate_free(struct rate *r);
// Counts one request of this caller (the name of a token, or "") at this time in nanoseconds; false if it is one too many. For one thread.
bool rate_take(struct rate *r, const char *caller, uint64_t now);

#endif
