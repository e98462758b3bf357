// One answer, and the ways to make one.
#ifndef RESPONSE_H
#define RESPONSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

struct problems;

enum { HEADERS_MAX = 6 };

struct header {
	const char *name;
	char *value; // the response's
};

struct response {
	int status; // 0: memory ran out while this was made
	const char *type; // media type
	char *body;	  // the response's, unless fixed
	size_t len;
	bool fixed; // the body lives as long as the process
	bool cached; // browsers may keep it and ask whether it is still good
	size_t headers_n;
	struct header headers[HEADERS_MAX];
};

// Nothing but a status.
void response_empty(struct response *r, int status);
// The text is the response's from now on.
void response_text(struct response *r, int status, const char *type, struct text *body);
void response_fixed(struct response *r, int status, const char *type, const char *body, size_t len);
// Adds a header; the value is copied.
void response_header(struct response *r, const char *name, const char *value);
// An RFC 9457 problem. code is the stable word for programs, detail a sentence for people; problems (NULL: none) are told one by one.
void response_problem(struct response *r, int status, const char *code, const char *detail, const char *id, const struct problems *problems);
void response_free(struct response *r);

#endif
