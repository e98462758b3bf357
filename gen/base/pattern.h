// Regular expressions (PCRE, Unicode), as rows of the tables carry them.
#ifndef PATTERN_H
#define PATTERN_H

#include <stdbool.h>

// Whether text matches. The pattern is one of ours: one that does not compile ends the process.
bool pattern_matches(const char *pattern, const char *text);

#endif
