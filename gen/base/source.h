// A text somebody wrote, and where in it something stands. A source outlives everything that points into it.
#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>
#include <stddef.h>

struct ctx;

struct source {
	const char *name; // as diagnostics print it: the path as given, "<stdin>", "--set"
	const char *text; // len bytes and a NUL
	size_t len;
};

// A stretch of a source, in bytes. src is NULL when there is nothing to point at.
struct span {
	const struct source *src;
	size_t off;
	size_t len;
};

// Where an offset stands: line and column count from one, columns in characters.
struct place {
	size_t line;
	size_t column;
	size_t line_start; // offset of the line's first byte
	size_t line_end;   // offset just past its last byte, without the line break
};

enum source_status {
	SOURCE_OK,
	SOURCE_UNREADABLE, // errno tells
	SOURCE_TOO_LARGE,  // over SOURCE_LIMIT bytes; nothing beyond them was read
};

enum { SOURCE_LIMIT = 1 << 20 };

// Reads the file at path, or standard input for "-". On SOURCE_OK *ret_source is a source in c's arena, and untouched
// otherwise.
enum source_status source_read(struct ctx *c, const char *path, struct source **ret_source);
// A source in c's arena from a text that is already there; the text is not copied.
struct source *source_of(struct ctx *c, const char *name, const char *text, size_t len);
struct place source_place(const struct source *src, size_t off);

// Length in bytes of the UTF-8 character at s (n bytes remain), or 0 where the bytes are not one.
size_t utf8_length(const char *s, size_t n);

#endif
