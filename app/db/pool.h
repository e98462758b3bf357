// A bounded queue and the database workers that serve it, each with its own connection. A job that
// waits too long fails, so that a stalled database delays no caller beyond patience_ms. No row, no
// table and no caller gets all workers (see fair.h). Jobs of one kind that wait at the same time are
// done together.
#ifndef POOL_H
#define POOL_H

#include <stdbool.h>

#include "db/job.h"

struct pool;

// Copies the options; whatever they point to must outlive the pool. NULL: out of memory or threads.
struct pool *pool_start(const struct pool_options *options);
// False: the queue is full, or the pool is stopping; the job still belongs to the caller.
bool pool_push(struct pool *p, struct job *job);
// Did the database answer a worker within the last seconds?
bool pool_is_ready(struct pool *p);
void pool_read_state(struct pool *p, struct pool_state *ret_state);
// Fails every job in the queue and at work, reports each through `done`, and closes the
// connections. pool_push fails from then on.
void pool_stop(struct pool *p);
// Stops the pool if it is running, and frees it; accepts NULL.
void pool_free(struct pool *p);

#endif
