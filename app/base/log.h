// JSON lines on standard output, whole lines only, whatever thread writes them. A thread of its own writes, so that nobody who logs ever
// waits for whoever reads.
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stddef.h>

// Neither paths nor addresses nor headers: nothing here tells who called or about whom.
struct log_request {
	const char *id;
	const char *method; // one of the well-known ones
	const char *route;
	const char *caller; // the name of a token; "": none
	int status;
	size_t bytes; // of the body
	double ms;
	double queue_ms, db_ms; // below 0: the database was not asked
};

// False: no thread; everything is then written at once.
bool log_start(void);
// Writes what is left.
void log_stop(void);

void log_request(const struct log_request *r);
// level and event are words of ours, detail is any text.
void log_event(const char *level, const char *event, const char *detail);

#endif
