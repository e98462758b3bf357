// All messages are formatted here: the format is tfgen's own text, and an argument of %s may come from
// anyone.

#include "base/text.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/source.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static const struct {
	unsigned first, last;
} hidden[] = {
	{0x0000, 0x001f}, // C0
	{0x007f, 0x009f}, // DEL and C1, with NEL
	{0x061c, 0x061c}, // Arabic letter mark
	{0x200e, 0x200f}, // left-to-right and right-to-left mark
	{0x2028, 0x202e}, // line and paragraph separator, embeddings and overrides
	{0x2066, 0x2069}, // isolates
	{0xfffe, 0xffff}, // noncharacters
};

// The code point of a character of n bytes.
static unsigned
code_point(const char *s, size_t n)
{
	unsigned code = (unsigned char)*s & (n == 1 ? 0x7fU : 0xffU >> (n + 1));

	for (size_t i = 1; i < n; i++)
		code = code << 6 | ((unsigned char)s[i] & 0x3fU);
	return code;
}

size_t
text_hidden(const char *s, size_t n)
{
	size_t len = utf8_length(s, n);

	if (len == 0)
		return 1;
	unsigned code = code_point(s, len);
	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
		if (code >= hidden[i].first && code <= hidden[i].last)
			return len;
	return 0;
}

void
text_add_visible(struct buf *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n;) {
		size_t len = text_hidden(s + i, n - i);
		if (len) {
			buf_putc(out, s[i] == '\t' ? ' ' : '?');
			i += len;
			continue;
		}
		len = utf8_length(s + i, n - i);
		buf_add(out, s + i, len);
		i += len;
	}
}

void
text_add_xml(struct buf *out, const char *s)
{
	for (size_t n = strlen(s), len; n > 0; s += len, n -= len) {
		len = utf8_step(s, n);
		if (*s == '<')
			buf_puts(out, "&lt;");
		else if (*s == '>')
			buf_puts(out, "&gt;");
		else if (*s == '&')
			buf_puts(out, "&amp;");
		else if (*s == '"')
			buf_puts(out, "&quot;");
		else
			text_add_visible(out, s, len);
	}
}

void
text_add_escaped(struct buf *out, const char *s, size_t n)
{
	buf_printf(out, "\\u%04x", code_point(s, n));
}

// How the arguments of %s are shown.
struct style {
	size_t limit; // in bytes
	bool visible;
};

static void
add_argument(struct buf *out, struct style style, const char *s, size_t n)
{
	bool cut = n > style.limit;

	if (cut)
		n = style.limit;
	while (cut && n > 0 && (s[n] & 0xc0) == 0x80)
		n--;
	if (style.visible)
		text_add_visible(out, s, n);
	else
		buf_add(out, s, n);
	if (cut)
		buf_puts(out, "...");
}

// Adds the argument of one conversion: %s, %.*s, %c, or a number as in printf. Returns what follows the
// conversion in the format.
static const char *
add_conversion(struct buf *out, struct style style, const char *fmt, va_list *ap)
{
	size_t n = 1 + strspn(fmt + 1, "0123456789.*lz");
	char spec[16];

	snprintf(spec, sizeof spec, "%.*s", (int)n + 1, fmt);
	if (fmt[n] == 's') {
		size_t most = strchr(spec, '*') ? (size_t)va_arg(*ap, int) : SIZE_MAX;
		const char *s = va_arg(*ap, const char *);
		add_argument(out, style, s, strnlen(s, most));
	} else if (fmt[n] == 'c') {
		char c = (char)va_arg(*ap, int);
		add_argument(out, style, &c, 1);
	} else if (fmt[n] == '%') {
		buf_putc(out, '%');
	} else if (strpbrk(spec, "lz")) {
		long number = va_arg(*ap, long); // a size_t is as wide
		buf_printf(out, spec, number);
	} else {
		int number = va_arg(*ap, int);
		buf_printf(out, spec, number);
	}
	return fmt + n + 1;
}

static void
add_message(struct buf *out, struct style style, const char *fmt, va_list ap)
{
	va_list rest;

	va_copy(rest, ap);
	while (*fmt) {
		size_t n = strcspn(fmt, "%");
		buf_add(out, fmt, n);
		fmt = fmt[n] ? add_conversion(out, style, fmt + n, &rest) : fmt + n;
	}
	va_end(rest);
}

void
text_printf(struct buf *out, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_message(out, (struct style){TEXT_MESSAGE, true}, fmt, ap);
	va_end(ap);
}

void
text_print(FILE *out, const char *fmt, ...)
{
	struct buf text = {0};
	va_list ap;

	va_start(ap, fmt);
	add_message(&text, (struct style){TEXT_MESSAGE, true}, fmt, ap);
	va_end(ap);
	fputs(buf_str(&text), out);
	buf_free(&text);
}

void
text_cut(struct buf *out, size_t limit, const char *fmt, va_list ap)
{
	add_message(out, (struct style){limit, false}, fmt, ap);
}

// ---- shells and comments

// The text of a buf, in the arena; the buf is freed.
static char *
kept(struct arena *a, struct buf *text)
{
	char *copy = arena_strndup(a, buf_str(text), text->len);

	buf_free(text);
	return copy;
}

static bool
has_hidden(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i += utf8_length(s + i, n - i))
		if (text_hidden(s + i, n - i))
			return true;
	return false;
}

const char *
text_shell_word(struct arena *a, const char *word)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";
	size_t n = strlen(word);
	bool escaped = has_hidden(word, n);
	struct buf out = {0};

	if (n && strspn(word, safe) == n)
		return word;
	buf_puts(&out, escaped ? "$'" : "'");
	for (size_t i = 0, len; i < n; i += len) {
		size_t hides = text_hidden(word + i, n - i);
		len = utf8_step(word + i, n - i);
		for (size_t k = 0; k < hides; k++)
			buf_printf(&out, "\\x%02x", (unsigned char)word[i + k]);
		if (escaped && !hides && strchr("'\\", word[i]))
			buf_printf(&out, "\\%c", word[i]);
		else if (!hides && word[i] == '\'')
			buf_puts(&out, "'\\''");
		else if (!hides)
			buf_add(&out, word + i, len);
	}
	buf_putc(&out, '\'');
	return kept(a, &out);
}

const char *
text_shell_argument(struct arena *a, const char *name)
{
	const char *word = text_shell_word(a, name);

	return *name == '-' ? arena_printf(a, "-- %s", word) : word;
}

const char *
text_for_comment(struct arena *a, const char *text, const char *characters)
{
	size_t n = strlen(text);
	struct buf out = {0};

	for (size_t i = 0, len; i < n; i += len) {
		len = text_hidden(text + i, n - i);
		if (len || strchr(characters, text[i])) {
			buf_putc(&out, '_');
			len = len ? len : 1;
		} else {
			len = utf8_length(text + i, n - i);
			buf_add(&out, text + i, len);
		}
	}
	return kept(a, &out);
}
