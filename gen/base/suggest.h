// Near words, for hints.
#ifndef SUGGEST_H
#define SUGGEST_H

#include <stddef.h>

// Finds the candidate nearest to a word that somebody mistyped. Feed it candidates; best is NULL while none is near
// enough that a person would say "you probably meant that one".
struct suggestion {
	const char *word;
	const char *best; // the candidate itself; not copied
	size_t distance;
};

struct suggestion suggest_for(const char *word);
void suggest(struct suggestion *s, const char *candidate);

#endif
