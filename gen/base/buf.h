// A growing text. Its bytes are NUL-terminated after every call, so data is a C string as soon as
// something was added. Running out of memory ends the process with one line. A zeroed struct buf is
// an empty one.
#ifndef BUF_H
#define BUF_H

#include <assert.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

struct buf {
	char *data; // NULL until something was added; len bytes and a NUL
	size_t len;
	size_t cap;
};

// Makes room for n more bytes, so that adding them does not move the text.
void buf_reserve(struct buf *b, size_t n);

static inline void
buf_add(struct buf *b, const char *bytes, size_t n)
{
	if (b->cap - b->len <= n)
		buf_reserve(b, n);
	assert(b->data);
	if (n)
		memcpy(b->data + b->len, bytes, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
// Adds text as lines of at most width bytes, prefix included, broken at spaces.
void buf_wrap(struct buf *b, const char *prefix, const char *text, size_t width);
// The text as a C string, "" if it is empty; valid until something is added.
const char *buf_str(const struct buf *b);
// Frees the memory and leaves an empty text.
void buf_free(struct buf *b);

#endif
