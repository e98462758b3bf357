// A socket is shut down only under the lock, and its connection leaves the list under the same lock
// before the library closes the socket. So the sweep never shuts down a descriptor that the kernel
// has given to another connection.

#include "server/connection.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"

struct connections {
	pthread_mutex_t lock;
	struct connection *first;
	unsigned n;
};

struct connections *
connections_new(void)
{
	struct connections *l = calloc(1, sizeof *l);

	if (l && pthread_mutex_init(&l->lock, NULL) != 0) {
		free(l);
		return NULL;
	}
	return l;
}

void
connections_free(struct connections *l)
{
	if (l)
		pthread_mutex_destroy(&l->lock);
	free(l);
}

struct connection *
connections_open(struct connections *l, int socket, bool own)
{
	struct connection *c = calloc(1, sizeof *c);

	if (!c)
		return NULL;
	*c = (struct connection){.socket = socket, .own = own, .before = &l->first};
	pthread_mutex_lock(&l->lock);
	c->next = l->first;
	if (c->next)
		c->next->before = &c->next;
	l->first = c;
	l->n += !own;
	pthread_mutex_unlock(&l->lock);
	return c;
}

void
connections_close(struct connections *l, struct connection *c)
{
	pthread_mutex_lock(&l->lock);
	*c->before = c->next;
	if (c->next)
		c->next->before = c->before;
	l->n -= !c->own;
	pthread_mutex_unlock(&l->lock);
	target_free(&c->target);
	free(c);
}

void
connections_limit(struct connections *l, struct connection *c, uint64_t ms)
{
	uint64_t deadline = ms ? clock_monotonic() + ms * 1000000u : 0;

	pthread_mutex_lock(&l->lock);
	c->deadline = deadline;
	pthread_mutex_unlock(&l->lock);
}

unsigned
connections_count(struct connections *l)
{
	pthread_mutex_lock(&l->lock);
	unsigned n = l->n;
	pthread_mutex_unlock(&l->lock);
	return n;
}

void
connections_sweep(struct connections *l)
{
	uint64_t now = clock_monotonic();

	pthread_mutex_lock(&l->lock);
	for (const struct connection *c = l->first; c; c = c->next)
		if (!c->own && c->deadline && now > c->deadline)
			shutdown(c->socket, SHUT_RDWR);
	pthread_mutex_unlock(&l->lock);
}
