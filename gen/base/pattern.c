// The only file that includes PCRE. Compiled patterns are kept: each environment of a spec is matched
// against the same few. Only patterns with a Unicode class (\p) match characters; all others match
// bytes, which compiles faster.

#define PCRE2_CODE_UNIT_WIDTH 8

#include "base/pattern.h"

#include "base/arena.h"
#include "base/hash.h"

#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct compiled {
	char *pattern;
	pcre2_code *code;
} kept[64];

static pcre2_code *
compile(const char *pattern)
{
	int error;
	PCRE2_SIZE at;
	uint32_t unicode = strstr(pattern, "\\p{") ? PCRE2_UTF | PCRE2_UCP : 0;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
		unicode | PCRE2_DOLLAR_ENDONLY | PCRE2_NO_START_OPTIMIZE, &error, &at, NULL);

	if (!code) {
		fprintf(stderr, "tfgen: cannot compile pattern '%s': error %d at %zu\n", pattern, error, (size_t)at);
		abort();
	}
	return code;
}

static void *
need(void *p)
{
	if (!p)
		arena_exhausted();
	return p;
}

static const pcre2_code *
look_up(const char *pattern)
{
	struct compiled *k = &kept[hash_quick(0, pattern, strlen(pattern)) % (sizeof kept / sizeof *kept)];

	if (k->pattern && strcmp(k->pattern, pattern) == 0)
		return k->code;
	free(k->pattern);
	pcre2_code_free(k->code);
	*k = (struct compiled){need(strdup(pattern)), compile(pattern)};
	return k->code;
}

bool
pattern_matches(const char *pattern, const char *text)
{
	static pcre2_match_data *match;

	if (!match)
		match = need(pcre2_match_data_create(1, NULL));
	return pcre2_match(look_up(pattern), (PCRE2_SPTR)text, strlen(text), 0, 0, match, NULL) >= 0;
}
