// Clients write a name with or without its punctuation and a phone number in many notations, but a
// column stores one form. So a name is compared without its punctuation, and a phone number by its
// digits. Consecutive words of digits and their punctuation are one number.

#include "model/search.h"

#include <string.h>

const char *const search_ignored[] = {"'", "\xe2\x80\x99", "-", ".", NULL};

// The characters of a number besides digits and spaces: also the dashes and blanks (tab, no-break
// space, thin space, narrow no-break space) that copied texts contain.
static const char *const number_punctuation[] = {"+", "-", "(", ")", ".", "/", "\xe2\x80\x90", "\xe2\x80\x91", "\xe2\x80\x92",
	"\xe2\x80\x93", "\t", "\xc2\xa0", "\xe2\x80\x89", "\xe2\x80\xaf", NULL};
// A phone number is stored with its country code instead of the national prefix 0, so leading zeros
// are ignored. If fewer digits than these follow, the zeros are probably a part of the number.
enum { NATIONAL_MIN = 4 };

// The length of the word of the list that is at s; 0: none.
static size_t
match(const char *const *list, const char *s)
{
	for (; *list; list++)
		if (strncmp(s, *list, strlen(*list)) == 0)
			return strlen(*list);
	return 0;
}

// The end of the number that starts at s; s if there is none.
static const char *
number_end(const char *s)
{
	const char *end = s;
	bool digits = false;

	for (const char *part = s; *part; part += strspn(part, " ")) {
		bool digit = false;

		for (size_t n = 1; n; part += n) {
			n = match(number_punctuation, part);
			if (*part >= '0' && *part <= '9')
				n = digit = true;
		}
		if (*part && *part != ' ')
			break;
		digits = digits || digit;
		end = part;
	}
	return digits ? end : s;
}

// Makes a pattern from s..end, in which each part between blanks must be found, in this order.
static struct value
make_pattern(char **room, const char *s, const char *end, bool plain)
{
	char *start = *room, *to = start;
	bool found = false;

	*to++ = '%';
	for (; s < end; s++) {
		size_t ignored = plain ? match(search_ignored, s) : 0;

		if (ignored) {
			s += ignored - 1;
		} else if (*s != ' ') {
			if (strchr("%_|", *s))
				*to++ = '|';
			*to++ = *s;
			found = true;
		} else if (to[-1] != '%') {
			*to++ = '%';
		}
	}
	*to++ = '%';
	if (!found)
		return (struct value){.kind = VALUE_NULL};
	*room = to;
	return (struct value){.kind = VALUE_TEXT, .text = start, .len = (size_t)(to - start)};
}

// Makes a pattern from the digits in s..end.
static struct value
make_digits(char **room, const char *s, const char *end)
{
	char *start = *room, *to = start + 1;

	for (; s < end; s++)
		if (*s >= '0' && *s <= '9')
			*to++ = *s;
	size_t len = (size_t)(to - start - 1), zeros = 0;
	while (zeros < len && start[1 + zeros] == '0')
		zeros++;
	if (len - zeros >= NATIONAL_MIN)
		start += zeros;
	*start = *to++ = '%';
	*room = to;
	return (struct value){.kind = VALUE_TEXT, .text = start, .len = (size_t)(to - start)};
}

bool
search_read(const char *text, char room[SEARCH_ROOM], struct word words[WORDS_MAX], size_t *ret_n)
{
	*ret_n = 0;
	for (const char *s = text + strspn(text, " "); *s; s += strspn(s, " ")) {
		const char *number = number_end(s), *end = number > s ? number : s + strcspn(s, " ");

		if (*ret_n == WORDS_MAX)
			return false;
		struct word *w = &words[(*ret_n)++];
		*w = (struct word){.exact = make_pattern(&room, s, end, false), .plain = make_pattern(&room, s, end, true)};
		if (number > s)
			w->digits = make_digits(&room, s, end);
		s = end;
	}
	return true;
}
