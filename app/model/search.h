// The words of a search -> patterns for LIKE.
#ifndef SEARCH_H
#define SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "db/value.h"

enum { WORDS_MAX = 4, SEARCH_MAX = 100, SEARCH_ROOM = 24 * SEARCH_MAX };

// One word, or a number whose digits are grouped, as in +49 (30) 123-45. Each pattern uses | as the
// escape character; it is NULL if it would match everything.
struct word {
	struct value exact;  // as the client sent it
	struct value plain;  // without search_ignored, for texts from which it is removed as well
	struct value digits; // all digits of a number, for COLUMN_DIGITS
};

// Punctuation that a search ignores in texts, so that OSullivan finds O'Sullivan; ends in NULL.
extern const char *const search_ignored[];

// Reads a UTF-8 text of at most SEARCH_MAX characters. The patterns are in `room`. False: the text
// has more than WORDS_MAX words.
bool search_read(const char *text, char room[SEARCH_ROOM], struct word words[WORDS_MAX], size_t *ret_n);

#endif
