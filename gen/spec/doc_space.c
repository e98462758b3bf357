// YAML knows two blanks, the space and the tab. To it, a no-break space is a letter: it indents
// nothing and separates nothing, and the error that follows names a line that looks right.

#include "spec/doc_space.h"

#include <string.h>

struct odd {
	const char *bytes, *name;
};

static const struct odd spaces[] = {
	{"\xc2\xa0", "a no-break space (U+00A0)"},
	{"\xe2\x80\xaf", "a narrow no-break space (U+202F)"},
	{"\xe2\x80\x82", "an en space (U+2002)"},
	{"\xe2\x80\x83", "an em space (U+2003)"},
	{"\xe2\x80\x89", "a thin space (U+2009)"},
	{"\xe2\x80\x8b", "a zero width space (U+200B)"},
	{"\xe3\x80\x80", "an ideographic space (U+3000)"},
	{"\xef\xbb\xbf", "a byte order mark (U+FEFF)"},
	{NULL, NULL},
};

static const struct odd breaks[] = {
	{"\r", "a carriage return without a line feed"},
	{"\xc2\x85", "a next-line character (U+0085)"},
	{"\xe2\x80\xa8", "a line separator (U+2028)"},
	{"\xe2\x80\xa9", "a paragraph separator (U+2029)"},
	{NULL, NULL},
};

// Whether the character at an offset is one of a list, which ends with NULL.
static bool
find_at(const struct odd *list, const char *text, size_t n, size_t off, struct odd_space *ret_space)
{
	for (; list->bytes; list++) {
		size_t len = strlen(list->bytes);
		if (n - off < len || memcmp(text + off, list->bytes, len) != 0)
			continue;
		*ret_space = (struct odd_space){off, len, list->name};
		return true;
	}
	return false;
}

bool
odd_space_in_plain(const char *text, size_t n, struct odd_space *ret_space)
{
	struct odd_space found;

	for (size_t i = 0; i < n; i++) {
		if ((unsigned char)text[i] < 0x80 || !find_at(spaces, text, n, i, &found))
			continue;
		size_t after = i + found.len;
		bool at_end = i == 0 || after == n || text[after] == '#';
		if (!at_end && text[i - 1] != ':' && !(i == 1 && text[0] == '-'))
			continue;
		*ret_space = found;
		return true;
	}
	return false;
}

bool
odd_space_in_lines(const char *text, size_t n, struct odd_space *ret_space)
{
	bool blank = true; // so far, there is nothing else in the line

	for (size_t i = 0; i < n; i++) {
		bool needed = blank || text[i - 1] == ':' || text[i - 1] == '-';
		if (needed && (unsigned char)text[i] >= 0x80 && find_at(spaces, text, n, i, ret_space))
			return true;
		blank = text[i] == '\n' || (blank && text[i] == ' ');
	}
	return false;
}

bool
odd_break(const char *text, size_t n, size_t from, struct odd_space *ret_break)
{
	for (size_t i = from; i < n; i++) {
		i += strcspn(text + i, "\r\xc2\xe2");
		bool ends_line = i + 1 < n && text[i] == '\r' && text[i + 1] == '\n';
		if (i < n && !ends_line && find_at(breaks, text, n, i, ret_break))
			return true;
	}
	return false;
}
