// The head of a request, checked before anything else: where the request ends and which host it
// addresses. What proxies may read differently is refused: it lets a client smuggle a second
// request past them.
#ifndef FRAMING_H
#define FRAMING_H

#include <stdbool.h>
#include <stddef.h>

struct target;

enum { BODY_MAX = 64 * 1024 };

struct framing {
	const char *method, *version;
	const struct target *target;
	unsigned hosts, lengths, codings;
	const char *host, *length, *coding; // NULL: absent
	bool bad_field;			    // a name or a value that HTTP does not allow
	const char *next;		    // where the next line should begin
	bool gap;			    // a line began elsewhere
	bool hidden;			    // framing_measure found something
};

// method and version as they stand in the request line. They must live as long as *ret_framing.
void framing_begin(struct framing *ret_framing, const char *method, const struct target *target, const char *version);
// Takes the next header of the request.
void framing_see(struct framing *f, const char *name, const char *value);
// Call it after the last header, and only if the library leaves the text of the head where it was
// received; size: of the head. Finds what the library hides: folded lines, NULs, bare line feeds.
void framing_measure(struct framing *f, size_t size);
// Does the request have a body?
bool framing_has_body(const struct framing *f);
// The bytes that the body may have. Call it for requests without a fault.
size_t framing_body_max(const struct framing *f);
// The reason to refuse the request, as a sentence, and its status, 400 or 413; NULL: none.
const char *framing_fault(const struct framing *f, int *ret_status);

#endif
