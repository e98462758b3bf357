// JSON lines on standard output, whole lines only, whatever thread writes them.
#ifndef LOG_H
#define LOG_H

#include <stddef.h>

// Neither paths nor addresses nor headers: nothing here tells who called or about whom.
struct log_request {
	const char *id;
	const char *method; // one of the well-known ones
	const char *route;
	int status;
	size_t bytes; // of the body
	double ms;
};

void log_request(const struct log_request *r);
// level and event are words of ours, detail is any text.
void log_event(const char *level, const char *event, const char *detail);

#endif
