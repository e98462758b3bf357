// Text that grows, for answers, statements and log lines.
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Begins as {0}. Once memory has run out, `failed` is set, further additions do nothing, and whoever uses the text looks at it once
// at the end. What is in it ends in NUL, not counted in len.
struct text {
	char *s;
	size_t len, room;
	bool failed;
};

void text_add(struct text *t, const char *s, size_t len);
void text_puts(struct text *t, const char *s);
// As the name of a member of a JSON object, with the colon behind it; the name is one of ours and needs no escapes.
void text_key(struct text *t, const char *name);
void text_int(struct text *t, int64_t number);
void text_printf(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
// As a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
void text_json(struct text *t, const char *s, size_t len);
// What may not stand in a query as it is becomes %XX.
void text_url(struct text *t, const char *s, size_t len);
// Empties it but keeps its room.
void text_clear(struct text *t);
void text_free(struct text *t);

// Here, since rows are written character by character.
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
