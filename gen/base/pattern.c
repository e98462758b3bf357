// The only file that includes PCRE. A pattern is compiled for each use, because a spec has few
// texts. Only patterns with a Unicode class (\p) match characters; all others match bytes, which
// compiles faster.

#define PCRE2_CODE_UNIT_WIDTH 8

#include "base/pattern.h"

#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
pattern_matches(const char *pattern, const char *text)
{
	int error;
	PCRE2_SIZE at;
	uint32_t unicode = strstr(pattern, "\\p{") ? PCRE2_UTF | PCRE2_UCP : 0;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
		unicode | PCRE2_DOLLAR_ENDONLY | PCRE2_NO_START_OPTIMIZE, &error, &at, NULL);
	pcre2_match_data *match = code ? pcre2_match_data_create_from_pattern(code, NULL) : NULL;

	if (!match) {
		fprintf(stderr, "tfgen: cannot compile pattern '%s': error %d at %zu\n", pattern, error, (size_t)at);
		abort();
	}
	int n = pcre2_match(code, (PCRE2_SPTR)text, strlen(text), 0, 0, match, NULL);
	pcre2_match_data_free(match);
	pcre2_code_free(code);
	return n >= 0;
}
