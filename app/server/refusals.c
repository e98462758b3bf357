// Refusals are alike if they have the same status and the same caller. There are as many callers as
// tokens in the file. If reloads of the file bring more than fit here, their refusals are logged
// one by one.

#include "server/refusals.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "api/request.h"
#include "base/log.h"

enum { KINDS_MAX = 300, SECONDS = 60 };

struct kind {
	int status;
	char caller[CALLER_SIZE];
	uint64_t since;
	unsigned long count; // without the first one
};

struct refusals {
	pthread_mutex_t lock;
	size_t n;
	struct kind kinds[KINDS_MAX];
};

struct refusals *
refusals_new(void)
{
	struct refusals *r = calloc(1, sizeof *r);

	if (r && pthread_mutex_init(&r->lock, NULL) != 0) {
		free(r);
		return NULL;
	}
	return r;
}

void
refusals_free(struct refusals *r)
{
	if (r)
		pthread_mutex_destroy(&r->lock);
	free(r);
}

static bool
is_refusal(int status)
{
	return status == 400 || status == 401 || status == 403 || status == 421 || status == 429;
}

static bool
is_over(const struct kind *k, uint64_t now)
{
	return now - k->since >= SECONDS * 1000000000ull;
}

static void
report(const struct kind *k)
{
	if (k->count)
		log_repeated(k->status, k->caller, k->count, SECONDS);
}

// The place of this kind; n: there is none.
static size_t
find(const struct refusals *r, int status, const char *caller)
{
	size_t i = 0;

	while (i < r->n && (r->kinds[i].status != status || strcmp(r->kinds[i].caller, caller) != 0))
		i++;
	return i;
}

bool
refusals_repeat(struct refusals *r, int status, const char *caller, uint64_t now)
{
	bool repeats = false;

	if (!is_refusal(status))
		return false;
	pthread_mutex_lock(&r->lock);
	size_t i = find(r, status, caller);
	struct kind *k = &r->kinds[i];
	if (i < r->n && !is_over(k, now)) {
		k->count++;
		repeats = true;
	} else if (i < KINDS_MAX) {
		if (i < r->n)
			report(k);
		else
			r->n++;
		*k = (struct kind){.status = status, .since = now};
		strncpy(k->caller, caller, CALLER_SIZE - 1);
	}
	pthread_mutex_unlock(&r->lock);
	return repeats;
}

void
refusals_report(struct refusals *r, uint64_t now, bool all)
{
	pthread_mutex_lock(&r->lock);
	for (size_t i = r->n; i-- > 0;)
		if (all || is_over(&r->kinds[i], now)) {
			report(&r->kinds[i]);
			r->kinds[i] = r->kinds[--r->n];
		}
	pthread_mutex_unlock(&r->lock);
}
