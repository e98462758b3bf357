// A token bucket for each caller. There are as many callers as tokens in the file. If there are
// more over several reloads of the file, the caller that has been quiet for longest loses its
// bucket.

#include "api/rate.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/request.h"

enum { CALLERS_MAX = 300 };

struct bucket {
	char caller[CALLER_SIZE];
	double left;
	uint64_t at;
};

struct rate {
	double per_second;
	size_t n;
	struct bucket buckets[CALLERS_MAX];
};

struct rate *
rate_new(unsigned per_second)
{
	struct rate *r = calloc(1, sizeof *r);

	if (r)
		r->per_second = per_second;
	return r;
}

void
rate_free(struct rate *r)
{
	free(r);
}

static struct bucket *
find_bucket(struct rate *r, const char *caller, uint64_t now)
{
	struct bucket *quiet = r->buckets;

	for (struct bucket *b = r->buckets; b < r->buckets + r->n; b++) {
		if (strcmp(b->caller, caller) == 0)
			return b;
		if (b->at < quiet->at)
			quiet = b;
	}
	struct bucket *b = r->n < CALLERS_MAX ? &r->buckets[r->n++] : quiet;
	*b = (struct bucket){.left = r->per_second, .at = now};
	snprintf(b->caller, sizeof b->caller, "%s", caller);
	return b;
}

bool
rate_take(struct rate *r, const char *caller, uint64_t now)
{
	struct bucket *b = find_bucket(r, caller, now);

	b->left += (double)(now - b->at) / 1e9 * r->per_second;
	if (b->left > r->per_second)
		b->left = r->per_second;
	b->at = now;
	if (b->left < 1)
		return false;
	b->left -= 1;
	return true;
}
