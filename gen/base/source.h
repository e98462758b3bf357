// A text of the user's, and places in it. A source outlives everything that points into it.
#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>
#include <stddef.h>

struct ctx;

// The line and column of an offset: both count from one, columns in characters.
struct place {
	size_t line;
	size_t column;
	size_t line_start; // offset of the line's first byte
	size_t line_end;   // offset after its last byte, without the line break
};

struct last_place {
	size_t off;
	struct place place;
};

struct source {
	const char *name; // as diagnostics print it: the path as given, "<stdin>", "--set"
	const char *text; // len bytes and a NUL
	size_t len;
	struct last_place *last; // where source_place continues; NULL: it starts at the top
};

// A part of a source, in bytes. src is NULL if there is nothing to point at.
struct span {
	const struct source *src;
	size_t off;
	size_t len;
};

enum source_status {
	SOURCE_OK,
	SOURCE_UNREADABLE, // see errno
	SOURCE_TOO_LARGE,  // over SOURCE_LIMIT bytes; nothing after them was read
};

enum { SOURCE_LIMIT = 1 << 20 };

// Reads the file at path, or standard input for "-". On SOURCE_OK, *ret_source is a source in c's
// arena; otherwise it is untouched.
enum source_status source_read(struct ctx *c, const char *path, struct source **ret_source);
// A source in c's arena for an existing text, which is not copied.
struct source *source_of(struct ctx *c, const char *name, const char *text, size_t len);
struct place source_place(const struct source *src, size_t off);

size_t utf8_length_beyond_ascii(const char *s, size_t n);
// Length in bytes of the UTF-8 character at s (n bytes remain), or 0 where the bytes are not one.
static inline size_t
utf8_length(const char *s, size_t n)
{
	return n > 0 && (unsigned char)*s < 0x80 ? 1 : utf8_length_beyond_ascii(s, n);
}
// The same for a walk over all bytes: 1 where they are no character. n > 0.
size_t utf8_step(const char *s, size_t n);

#endif
