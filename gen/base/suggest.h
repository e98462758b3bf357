// Near words, for hints.
#ifndef SUGGEST_H
#define SUGGEST_H

#include <stddef.h>

// Finds the candidate nearest to a mistyped word. Feed it candidates; best is NULL while none is so
// near that it is probably meant.
struct suggestion {
	const char *word;
	const char *best; // the candidate itself; not copied
	size_t distance;
};

struct suggestion suggest_for(const char *word);
void suggest(struct suggestion *s, const char *candidate);

#endif
