// The target of a request: the path and the query, and the host if the target names one (the
// absolute form, "http://host/path").
#ifndef TARGET_H
#define TARGET_H

#include <stdbool.h>
#include <stddef.h>

// Starts as {0}.
struct target {
	size_t len;	   // in bytes, as it was sent
	const char *host;  // with its port; NULL: not in the target
	size_t prefix;	   // bytes before the path, encoded or not
	const char *query; // encoded, but unreserved characters are not; NULL: none
	bool bad;	   // malformed, or contains an encoded NUL
	char *store;
};

// Takes the target as it was sent. The earlier content is freed. False: out of memory.
bool target_read(struct target *t, const char *sent);
void target_free(struct target *t);

#endif
