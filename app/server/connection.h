// The connections of a server and how long each has been at what it does, so that one that sends a byte now and then cannot stay for ever:
// the library's own timeout only sees silence.
#ifndef LINK_H
#define LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum link_state {
	LINK_IDLE,	// between two requests, or in the head of one
	LINK_READING,	// in the body of a request
	LINK_ANSWERING, // ours to do: no limit
};

// One connection; made and freed by links_open and links_close.
struct link {
	struct link *next, **before;
	int socket;
	enum link_state state;
	uint64_t since;	 // now_monotonic()
	char *query;	 // what stood behind the '?' of the current request, encoded; NULL: nothing
	bool bad_path;	 // the target of the current request holds an encoded NUL
};

struct links;

struct links *links_new(void);
// Once all connections are closed; accepts NULL.
void links_free(struct links *l);

// NULL: out of memory.
struct link *links_open(struct links *l, int socket);
void links_close(struct links *l, struct link *link);
void links_set(struct links *l, struct link *link, enum link_state state);
unsigned links_count(struct links *l);
// From any thread: shuts down what has been idle or reading for longer than this many seconds.
void links_sweep(struct links *l, unsigned idle, unsigned reading);

#endif
