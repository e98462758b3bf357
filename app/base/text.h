// A string that grows, for responses, statements and log lines.
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Starts as {0}. When memory runs out, `failed` is set and later additions do nothing, so that one
// check at the end is enough. The content ends in a NUL that `len` does not count.
struct text {
	char *s;
	size_t len, room;
	bool failed;
};

// Makes room for len more bytes; false if memory ran out.
bool text_reserve(struct text *t, size_t len);
void text_add(struct text *t, const char *s, size_t len);
void text_puts(struct text *t, const char *s);
// Adds the name of a JSON member and a colon. The name must need no escapes.
void text_key(struct text *t, const char *name);
void text_int(struct text *t, int64_t number);
void text_printf(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
// Adds a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
void text_json(struct text *t, const char *s, size_t len);
// Adds a value for a URL's query: characters that need it become %XX.
void text_url(struct text *t, const char *s, size_t len);
// Adds a part of a query that is percent-encoded already: only bytes that no URL may contain become
// %XX.
void text_url_encoded(struct text *t, const char *s, size_t len);
// Empties the text but keeps its memory.
void text_clear(struct text *t);
void text_free(struct text *t);

// Are these bytes UTF-8? Overlong forms, surrogates and values above U+10FFFF are not.
bool text_is_utf8(const char *s, size_t len);

// Inline, because rows are written character by character.
static inline void
text_putc(struct text *t, char c)
{
	if (t->failed || t->room - t->len < 2) {
		text_add(t, &c, 1);
		return;
	}
	t->s[t->len++] = c;
	t->s[t->len] = '\0';
}

#endif
