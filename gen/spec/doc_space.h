// Characters that look like a space, or like nothing, and are letters to YAML. They come with text
// that was copied from a web page or a chat.
#ifndef DOC_SPACE_H
#define DOC_SPACE_H

#include <stdbool.h>
#include <stddef.h>

struct odd_space {
	size_t off; // from the start of the text
	size_t len; // of the character, in bytes
	const char *name;
};

// The first one in a plain scalar where its writer surely meant a space: at an end, after ':' or the
// dash of an item, before a comment. Elsewhere it is part of the text, as in "10\u00a0000".
bool odd_space_in_plain(const char *text, size_t n, struct odd_space *ret_space);
// The first one in whole lines where YAML needs a space: before the text of a line, after ':' or '-'.
bool odd_space_in_lines(const char *text, size_t n, struct odd_space *ret_space);
// The first character from offset from on that ends a line for YAML, and not in an editor: a carriage
// return without a line feed, or one of Unicode's separators.
bool odd_break(const char *text, size_t n, size_t from, struct odd_space *ret_break);

#endif
