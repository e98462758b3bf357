// The load of a simulation: how many requests arrive in each minute.
//
// A load file is CSV. Its first line names the columns; one row a minute follows, from minute 0,
// without a gap:
//
//     # comments and empty lines may stand anywhere
//     minute,requests_per_second
//     0,12.5
//     1,40
//
// Minute 0 is a time in UTC: LOAD_START, unless load_start reads another. A schedule depends on it.
// A rate has up to three decimals. The file is ASCII, with LF or CRLF at the ends of its lines; a
// byte order mark is accepted.
#ifndef LOAD_H
#define LOAD_H

#include "base/catalogue.h"
#include "base/source.h"

#include <stdbool.h>
#include <stddef.h>

struct ctx;

enum {
	LOAD_MINUTES = 31 * 24 * 60, // a month: what a bill covers, and a file of SOURCE_LIMIT bytes has room for
	LOAD_PER_SECOND = 10000000,  // requests, as many as 'scaling.out.requests_per_second' may be
	LOAD_RAMP = 5,               // minutes in which a peak rises, and in which it falls
	LOAD_CPU = 10000000,         // microseconds of CPU that a request may take
};

#define LOAD_START "2026-01-05T00:00" // a Monday

extern const struct problem load_problems[]; // what a load can have; ends with a NULL id

struct load {
	const char *what;     // in words, without a full stop
	const long *requests; // that arrive in each minute
	size_t minutes;       // 1 to LOAD_MINUTES
	long start;           // minutes since 1970, in UTC, until minute 0
};

// These functions return false after reporting everything that is wrong; *ret_load is then
// untouched. They leave its start to load_start. Texts of options are as typed, and must outlive c's diagnostics.

// The load of a file.
bool load_read(struct ctx *c, const struct source *src, struct load *ret_load);
// A number of requests a second for a duration such as "30m", after LOAD_RAMP minutes in which the
// load rises evenly and before as many in which it falls.
bool load_peak(struct ctx *c, const char *peak, const char *lasting, struct load *ret_load);
// Users who send a request, wait as long as think says ("2s", or "1s-3s" for its mean), and send
// the next: a peak of users / think requests a second. Their answers are taken as immediate, which
// is the most that they can ask for.
bool load_users(struct ctx *c, const char *users, const char *think, const char *lasting, struct load *ret_load);
// When minute 0 is, such as "2026-07-06T08:00" in UTC; in minutes since 1970.
bool load_start(struct ctx *c, const char *text, long *ret_minute);
// The value of --cpu-ms-per-request in microseconds.
bool load_cpu(struct ctx *c, const char *text, long *ret_microseconds);

#endif
