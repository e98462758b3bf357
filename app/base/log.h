// JSON lines on standard output or in a file of a limited size. Every line is written whole,
// whichever thread it comes from. A separate thread writes, so that a slow reader never delays a
// thread that logs.
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// No paths, addresses or headers: the log identifies neither the client nor the person a row is
// about.
struct log_request {
	const char *id;
	const char *method; // a well-known one, or OTHER
	const char *route;  // its pattern
	const char *caller; // the name of a token; "": none
	int64_t row;	    // the id of the row that the request addresses or creates; 0: none
	int status;
	size_t bytes; // of the body
	double ms;
	double queue_ms, db_ms; // below 0: the request did not use the database
};

// Call it before log_start: the lines go to this file, which replaces the one at `path`.1 before it
// exceeds max bytes. The path must live as long as the process. False, with errno: it cannot be
// opened.
bool log_open(const char *path, size_t max);
// False: the thread did not start; every line is then written at once.
bool log_start(void);
// Writes the remaining lines, but does not wait long for a reader that has stopped reading.
void log_stop(void);

void log_request(const struct log_request *r);
// One line for `count` requests like one that is in the log already.
void log_repeated(int status, const char *caller, unsigned long count, unsigned seconds);
// `level` and `event` are fixed words; `detail` is any text.
void log_event(const char *level, const char *event, const char *detail);

#endif
