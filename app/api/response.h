// One response, and the ways to make one.
#ifndef RESPONSE_H
#define RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct problems;

struct header {
	const char *name;
	char *value; // owned
};

// Starts as {0}.
struct response {
	int status; // 0: memory ran out while the response was made
	const char *type; // media type
	char *body;	  // owned, unless fixed
	size_t len;
	bool fixed;  // the body lives as long as the process
	bool cached; // browsers may keep it if they revalidate it
	int64_t row; // the id of the row that the request created, for the log; 0: none
	size_t headers_n;
	struct header *headers; // owned
};

// A status without a body.
void response_empty(struct response *r, int status);
// Takes ownership of the text.
void response_text(struct response *r, int status, const char *type, struct text *body);
void response_fixed(struct response *r, int status, const char *type, const char *body, size_t len);
// Adds a header; the value is copied.
void response_header(struct response *r, const char *name, const char *value);
// An RFC 9457 problem. `code` is the stable word for programs, `detail` a sentence for people;
// `problems` (NULL: none) are listed one by one.
void response_problem(struct response *r, int status, const char *code, const char *detail, const char *id, const struct problems *problems);
void response_free(struct response *r);

#endif
