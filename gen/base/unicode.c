// The only file that includes libunistring.

#include "base/unicode.h"

#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <uninorm.h>

bool
unicode_is_composed(const char *text)
{
	const char *s = text;
	size_t n = strlen(text), composed_n;

	while (*s && (unsigned char)*s < 0x80)
		s++;
	if (!*s)
		return true;
	uint8_t *composed = u8_normalize(UNINORM_NFC, (const uint8_t *)text, n, NULL, &composed_n);
	bool same = composed && composed_n == n && memcmp(composed, text, n) == 0;
	free(composed);
	return same;
}

bool
unicode_is_same_caseless(const char *a, const char *b)
{
	int order;

	// It fails only when memory runs out; the texts then count as different.
	return u8_casecmp((const uint8_t *)a, strlen(a), (const uint8_t *)b, strlen(b), NULL, NULL, &order) == 0 && order == 0;
}
