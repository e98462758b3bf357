// A socket is only ever shut down under the lock under which its link is taken off the list, so it is never one that somebody else has been
// given since.

#include "server/connection.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"

struct links {
	pthread_mutex_t lock;
	struct link *first;
	unsigned n;
};

struct links *
links_new(void)
{
	struct links *l = calloc(1, sizeof *l);

	if (l && pthread_mutex_init(&l->lock, NULL) != 0) {
		free(l);
		return NULL;
	}
	return l;
}

void
links_free(struct links *l)
{
	if (l)
		pthread_mutex_destroy(&l->lock);
	free(l);
}

struct link *
links_open(struct links *l, int socket)
{
	struct link *link = calloc(1, sizeof *link);

	if (!link)
		return NULL;
	*link = (struct link){.socket = socket, .since = now_monotonic(), .before = &l->first};
	pthread_mutex_lock(&l->lock);
	link->next = l->first;
	if (link->next)
		link->next->before = &link->next;
	l->first = link;
	l->n++;
	pthread_mutex_unlock(&l->lock);
	return link;
}

void
links_close(struct links *l, struct link *link)
{
	pthread_mutex_lock(&l->lock);
	*link->before = link->next;
	if (link->next)
		link->next->before = link->before;
	l->n--;
	pthread_mutex_unlock(&l->lock);
	free(link->query);
	free(link);
}

void
links_set(struct links *l, struct link *link, enum link_state state)
{
	pthread_mutex_lock(&l->lock);
	link->state = state;
	link->since = now_monotonic();
	pthread_mutex_unlock(&l->lock);
}

unsigned
links_count(struct links *l)
{
	pthread_mutex_lock(&l->lock);
	unsigned n = l->n;
	pthread_mutex_unlock(&l->lock);
	return n;
}

void
links_sweep(struct links *l, unsigned idle, unsigned reading)
{
	const uint64_t second = 1000000000u;

	pthread_mutex_lock(&l->lock);
	uint64_t now = now_monotonic(); // not before: what a link began meanwhile would lie in the future
	for (struct link *link = l->first; link; link = link->next) {
		uint64_t limit = (link->state == LINK_IDLE ? idle : reading) * second;

		if (link->state != LINK_ANSWERING && now - link->since > limit)
			shutdown(link->socket, SHUT_RDWR);
	}
	pthread_mutex_unlock(&l->lock);
}
