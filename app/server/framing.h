// The headers that determine where a request ends and which host it addresses. Contradictory
// headers are refused: proxies read them differently, which lets a client smuggle a second request
// past them.
#ifndef FRAMING_H
#define FRAMING_H

#include <stdbool.h>

enum { BODY_MAX = 64 * 1024 };

// Starts as {0}.
struct framing {
	unsigned hosts, lengths, codings;
	const char *length, *coding;
};

// Takes one header of the request.
void framing_see(struct framing *f, const char *name, const char *value);
// Does the request have a body?
bool framing_has_body(const struct framing *f);
// The reason to refuse the request, as a sentence, and its status, 400 or 413; NULL: none.
// bad_path: the target contains an encoded NUL.
const char *framing_fault(const struct framing *f, const char *version, bool bad_path, int *ret_status);

#endif
