// The connections of a server and how long each has been in its present state, so that a client
// that sends a byte now and then cannot hold a connection forever: the library's own timeout
// detects only silence.
#ifndef CONNECTION_H
#define CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum connection_state {
	CONNECTION_IDLE,      // between two requests, or in the head of one
	CONNECTION_READING,   // in the body of a request
	CONNECTION_ANSWERING, // the service works on it: no limit
};

// One connection; connections_open allocates it, connections_close frees it.
struct connection {
	struct connection *next, **before;
	int socket;
	bool own; // the heartbeat's: never swept, and not counted
	enum connection_state state;
	uint64_t since; // clock_monotonic()
	char *query;	// of the current request, after the '?', encoded; NULL: none
	bool bad_path;	// the target of the current request contains an encoded NUL
};

struct connections;

struct connections *connections_new(void);
// Call after all connections are closed; accepts NULL.
void connections_free(struct connections *l);

// NULL: out of memory.
struct connection *connections_open(struct connections *l, int socket, bool own);
void connections_close(struct connections *l, struct connection *c);
void connections_set(struct connections *l, struct connection *c, enum connection_state state);
unsigned connections_count(struct connections *l);
// From any thread: shuts down connections that have been idle or reading for longer than this many
// seconds.
void connections_sweep(struct connections *l, unsigned idle, unsigned reading);

#endif
