// A buffer that doubles. It writes JSON too: rows go from the database straight into the response,
// which is five times cheaper than building a tree of values first.

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
text_reserve(struct text *t, size_t len)
{
	if (t->failed)
		return false;
	if (t->room - t->len > len)
		return true;
	size_t room = t->room ? t->room : 256;
	while (room - t->len <= len)
		room *= 2;
	char *s = realloc(t->s, room);
	t->failed = s == NULL;
	if (!s)
		return false;
	t->s = s;
	t->room = room;
	return true;
}

void
text_add(struct text *t, const char *s, size_t len)
{
	if (!text_reserve(t, len))
		return;
	if (len)
		memcpy(t->s + t->len, s, len);
	t->len += len;
	t->s[t->len] = '\0';
}

void
text_puts(struct text *t, const char *s)
{
	text_add(t, s, strlen(s));
}

void
text_key(struct text *t, const char *name)
{
	size_t len = strlen(name);

	if (!text_reserve(t, len + 3))
		return;
	char *s = t->s + t->len;
	s[0] = '"';
	memcpy(s + 1, name, len + 1);
	memcpy(s + 1 + len, "\":", 3);
	t->len += len + 3;
}

void
text_int(struct text *t, int64_t number)
{
	char room[24], *end = room + sizeof room, *p = end;
	uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;

	do
		*--p = (char)('0' + rest % 10);
	while (rest /= 10);
	if (number < 0)
		*--p = '-';
	text_add(t, p, (size_t)(end - p));
}

void
text_printf(struct text *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0 || !text_reserve(t, (size_t)len))
		return;
	va_start(args, format);
	vsnprintf(t->s + t->len, (size_t)len + 1, format, args);
	va_end(args);
	t->len += (size_t)len;
}

// The length of the UTF-8 sequence at s, in bytes; 0 if the bytes are not UTF-8.
static size_t
sequence(const unsigned char *s, size_t len)
{
	size_t n = *s < 0x80 ? 1 : *s >= 0xc2 && *s < 0xe0 ? 2 : *s >= 0xe0 && *s < 0xf0 ? 3 : *s >= 0xf0 && *s < 0xf5 ? 4 : 0;

	if (n > len)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((*s == 0xe0 && s[1] < 0xa0) || (*s == 0xed && s[1] > 0x9f) || (*s == 0xf0 && s[1] < 0x90) || (*s == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

static void
escape(struct text *t, unsigned char c)
{
	static const char letters[] = "\bb\tt\nn\ff\rr\"\"\\\\";
	char room[7] = "\\";

	for (const char *l = letters; *l; l += 2)
		if (*l == (char)c)
			room[1] = l[1];
	if (!room[1])
		snprintf(room, sizeof room, "\\u%04x", c);
	text_puts(t, room);
}

// Does one of these eight bytes end a run of plain ASCII: a control character, DEL, a quote, a
// backslash, or a byte of a longer sequence?
static bool
ends_plain(uint64_t eight)
{
	const uint64_t ones = 0x0101010101010101u, highs = ones * 0x80;
	uint64_t quote = eight ^ ones * '"', backslash = eight ^ ones * '\\', del = eight ^ ones * 0x7f;

	// x - ones borrows into the highest bit of each byte of x that is zero
	return ((eight - ones * 0x20) | (quote - ones) | (backslash - ones) | (del - ones) | eight) & highs;
}

// Where the run of plain ASCII at p ends, or up to seven bytes before.
static const unsigned char *
skip_plain(const unsigned char *p, const unsigned char *end)
{
	uint64_t eight;

	for (; end - p >= 8; p += 8) {
		memcpy(&eight, p, sizeof eight);
		if (ends_plain(eight))
			break;
	}
	return p;
}

void
text_json(struct text *t, const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s, *end = p + len, *plain = p;

	text_putc(t, '"');
	p = skip_plain(p, end);
	while (p < end) {
		if (*p >= 0x20 && *p < 0x7f && *p != '"' && *p != '\\') {
			p++;
			continue;
		}
		size_t n = *p < 0x80 ? 0 : sequence(p, (size_t)(end - p));
		if (n) {
			p += n;
			continue;
		}
		text_add(t, (const char *)plain, (size_t)(p - plain));
		if (*p < 0x80)
			escape(t, *p);
		else
			text_puts(t, "\xef\xbf\xbd");
		plain = ++p;
	}
	text_add(t, (const char *)plain, (size_t)(p - plain));
	text_putc(t, '"');
}

bool
text_is_utf8(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s, *end = p + len;

	while (p < end) {
		size_t n = sequence(p, (size_t)(end - p));

		if (!n)
			return false;
		p += n;
	}
	return true;
}

#define UNRESERVED "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"

static void
add_encoded(struct text *t, const char *s, size_t len, const char *plain)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] && strchr(plain, s[i]))
			text_putc(t, s[i]);
		else
			text_printf(t, "%%%02X", (unsigned char)s[i]);
}

void
text_url(struct text *t, const char *s, size_t len)
{
	add_encoded(t, s, len, UNRESERVED ",@:");
}

void
text_url_encoded(struct text *t, const char *s, size_t len)
{
	// what RFC 3986 allows in a query, and the % of what is encoded already
	add_encoded(t, s, len, UNRESERVED "!$&'()*+,;=:@/?%");
}

void
text_clear(struct text *t)
{
	t->len = 0;
	t->failed = false;
}

void
text_free(struct text *t)
{
	free(t->s);
	*t = (struct text){0};
}
