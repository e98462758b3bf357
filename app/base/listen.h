// Listening sockets and their addresses.
#ifndef LISTEN_H
#define LISTEN_H

#include <stdbool.h>

bool listen_is_address(const char *text);
// Can only this machine reach the address?
bool listen_is_loopback(const char *text);
// Opens a socket on a numeric IPv4 or IPv6 address; ret_v6 reports which. Returns -1 and sets errno
// on failure. The caller closes the socket.
int listen_open(const char *address, unsigned port, bool *ret_v6);
// From now on, clients can connect to it. False: errno is set; another socket listens there.
bool listen_begin(int socket);

#endif
