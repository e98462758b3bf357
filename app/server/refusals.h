// Keeps refusals that repeat out of the log: callers decide how many there are. The first one is
// logged like any request, those of the following minute as one line with their number.
#ifndef REFUSALS_H
#define REFUSALS_H

#include <stdbool.h>
#include <stdint.h>

struct refusals;

struct refusals *refusals_new(void); // NULL: out of memory
void refusals_free(struct refusals *r);

// Counts a response with this status to this caller. True: it is like an earlier one of the last
// minute; do not log it. now: clock_monotonic().
bool refusals_repeat(struct refusals *r, int status, const char *caller, uint64_t now);
// From any thread: logs what was counted, for refusals whose minute is over (all: for every one).
void refusals_report(struct refusals *r, uint64_t now, bool all);

#endif
