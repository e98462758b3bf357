// Proof that a server's thread still answers: a request for /healthz over a connection that stays open, one after the other.
//
// A new connection for each would prove less: a server with max_connections clients accepts no other, so a watchdog that needs one
// restarts a service that is merely busy. Nothing here waits.
#ifndef HEARTBEAT_H
#define HEARTBEAT_H

#include <stdbool.h>
#include <stddef.h>

struct heartbeat {
	int socket; // -1: closed
	bool asked; // a request was sent and not answered yet
	size_t len;
	char answer[600];
};

// Opens both ends of the connection. Returns the server's end, which the caller owns; -1 on failure.
int heartbeat_open(struct heartbeat *b);
// Accepts a closed one.
void heartbeat_close(struct heartbeat *b);
// Reads what the server has sent, and sends the next request if it has answered the last. True: it has. Closes a connection that
// broke.
bool heartbeat_beat(struct heartbeat *b);

#endif
