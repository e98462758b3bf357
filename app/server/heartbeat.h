// Checks that a server's thread still answers: it sends one request for /healthz after the other
// over a connection that stays open. Nothing here waits.
//
// The connection stays open because a server with max_connections clients accepts no new one. A
// watchdog that needs a new connection would restart a service that is only busy.
#ifndef HEARTBEAT_H
#define HEARTBEAT_H

#include <stdbool.h>
#include <stddef.h>

struct heartbeat {
	int socket; // -1: closed
	bool asked; // a request has no answer yet
	size_t len;
	char answer[600];
};

// Opens both ends of the connection. Returns the server's end, which the caller owns; -1 on
// failure.
int heartbeat_open(struct heartbeat *b);
// Is this the server's end? Every other connection is TCP.
bool heartbeat_is_server_end(int socket);
// Does nothing if the connection is closed.
void heartbeat_close(struct heartbeat *b);
// Reads the answer to the last request. If it is complete, sends the next request and returns true.
// Closes a connection that broke.
bool heartbeat_beat(struct heartbeat *b);

#endif
