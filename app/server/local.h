// Requests to a service that only this machine can reach and that requires no token. A page in a
// browser on this machine can send requests too: under a host name of its own that it resolves to
// this machine, or to the service's address with its own Origin. Neither is served.
#ifndef LOCAL_H
#define LOCAL_H

#include <stdbool.h>

// The reason to refuse the request, as a sentence, and its status, 421 or 403; NULL: none.
// host: with its port; "": none, which HTTP/1.0 allows. origin: the header; NULL: none. reads: the
// request changes nothing.
const char *local_fault(const char *host, const char *origin, bool reads, int *ret_status);

#endif
