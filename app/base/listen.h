// Addresses, and sockets that listen on them.
#ifndef LISTEN_H
#define LISTEN_H

#include <stdbool.h>

bool listen_is_address(const char *text);
// Is this an address of this machine alone?
bool listen_is_loopback(const char *text);
// A socket, or -1 with errno. The address is numeric, IPv4 or IPv6; ret_v6 says which. The caller closes it.
int listen_open(const char *address, unsigned port, bool *ret_v6);
// Does who listens there answer this request with this beginning within so many milliseconds?
bool listen_probe(const char *address, unsigned port, const char *request, const char *answer, int timeout_ms);

#endif
