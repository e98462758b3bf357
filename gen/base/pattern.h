// Regular expressions (PCRE, Unicode), as the tables use them.
#ifndef PATTERN_H
#define PATTERN_H

#include <stdbool.h>

// Whether text matches. Patterns come from the tables only; one that does not compile ends the
// process.
bool pattern_matches(const char *pattern, const char *text);

#endif
