// The characters that the parts of a request may contain: RFC 9110 and RFC 3986.
#ifndef GRAMMAR_H
#define GRAMMAR_H

#include <stdbool.h>

// A method or the name of a header.
bool grammar_is_token(const char *s);
// The value of a header.
bool grammar_is_value(const char *s);
// A target; bytes above 127 are accepted.
bool grammar_is_target(const char *s);
// A host, with or without a port. Blanks may follow: libmicrohttpd 0.9.75 leaves them.
bool grammar_is_host(const char *s);

#endif
