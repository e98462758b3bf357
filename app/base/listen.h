// Listening sockets and their addresses.
#ifndef LISTEN_H
#define LISTEN_H

#include <stdbool.h>

bool listen_is_address(const char *text);
// Can only this machine reach the address?
bool listen_is_loopback(const char *text);
// Opens a listening socket on a numeric IPv4 or IPv6 address; ret_v6 reports which. Returns -1 and
// sets errno on failure. The caller closes the socket.
int listen_open(const char *address, unsigned port, bool *ret_v6);

#endif
