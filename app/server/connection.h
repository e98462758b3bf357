// The connections of a server, each with the time by which it must have come further, so that a
// client that sends or reads a byte now and then cannot hold a connection forever: the library's
// own timeout detects only silence.
#ifndef CONNECTION_H
#define CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/target.h"

// One connection; connections_open allocates it, connections_close frees it.
struct connection {
	struct connection *next, **before;
	int socket;
	bool own;	      // the heartbeat's: never swept, and not counted
	uint64_t deadline;    // in clock_monotonic(); 0: none
	struct target target; // of the current request
	bool no_memory;	      // there was none for the target
};

struct connections;

struct connections *connections_new(void);
// Call after all connections are closed; accepts NULL.
void connections_free(struct connections *l);

// NULL: out of memory. The new connection has no deadline.
struct connection *connections_open(struct connections *l, int socket, bool own);
void connections_close(struct connections *l, struct connection *c);
// Replaces the deadline: this many milliseconds from now; 0: none.
void connections_limit(struct connections *l, struct connection *c, uint64_t ms);
unsigned connections_count(struct connections *l);
// From any thread: shuts down connections whose deadline has passed.
void connections_sweep(struct connections *l);

#endif
