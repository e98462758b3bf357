// Optimal string alignment: the number of letters to insert, delete, replace or swap with their
// neighbour. A swap counts as one, because it is the most common mistake. Case is ignored: a word
// with the wrong case is the nearest of all.

#include "base/suggest.h"

#include <ctype.h>
#include <string.h>

enum { LONGEST = 40 };

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static int
lower(char c)
{
	return tolower((unsigned char)c);
}

static size_t
distance(const char *a, const char *b)
{
	size_t m = strlen(a), n = strlen(b);
	size_t row[3][LONGEST + 1];

	if (m > LONGEST || n > LONGEST)
		return LONGEST;
	for (size_t j = 0; j <= n; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= m; i++) {
		size_t *now = row[i % 3], *up = row[(i + 2) % 3], *upup = row[(i + 1) % 3];
		now[0] = i;
		for (size_t j = 1; j <= n; j++) {
			now[j] = least(least(up[j], now[j - 1]) + 1, up[j - 1] + (lower(a[i - 1]) != lower(b[j - 1])));
			if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
				now[j] = least(now[j], upup[j - 2] + 1);
		}
	}
	return row[m % 3][n];
}

struct suggestion
suggest_for(const char *word)
{
	size_t n = strlen(word);

	// A third of the letters may be wrong, and never more than three.
	return (struct suggestion){.word = word, .distance = 1 + (n < 4 ? 1 : n < 8 ? 2 : 3)};
}

void
suggest(struct suggestion *s, const char *candidate)
{
	size_t m = strlen(s->word), n = strlen(candidate);

	// Words that differ more in length than may be wrong are not compared.
	if ((m > n ? m - n : n - m) >= s->distance)
		return;
	size_t d = distance(s->word, candidate);
	if (d < s->distance && d < n) {
		s->distance = d;
		s->best = candidate;
	}
}
