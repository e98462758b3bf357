// The only file that includes libunistring.

#include "base/unicode.h"

#include <stdlib.h>
#include <string.h>
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
