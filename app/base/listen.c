// libmicrohttpd can open the socket too, but its version 1.0 loses errno when that fails.

#include "base/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// The kernel's buffers of one connection, which it doubles. Connections inherit them. By default,
// they can grow to megabytes each, and slow clients decide how much of that is used.
enum { RECEIVE_BUFFER = 16 * 1024, SEND_BUFFER = 32 * 1024 };

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static bool
parse_address(const char *text, unsigned port, union address *ret_address)
{
	*ret_address = (union address){0};
	if (inet_pton(AF_INET, text, &ret_address->v4.sin_addr) == 1) {
		ret_address->v4.sin_family = AF_INET;
		ret_address->v4.sin_port = htons((uint16_t)port);
		return true;
	}
	if (inet_pton(AF_INET6, text, &ret_address->v6.sin6_addr) == 1) {
		ret_address->v6.sin6_family = AF_INET6;
		ret_address->v6.sin6_port = htons((uint16_t)port);
		return true;
	}
	return false;
}

bool
listen_is_address(const char *text)
{
	union address a;

	return parse_address(text, 0, &a);
}

bool
listen_is_loopback(const char *text)
{
	union address a;

	if (!parse_address(text, 0, &a))
		return false;
	if (a.any.sa_family == AF_INET)
		return ntohl(a.v4.sin_addr.s_addr) >> 24 == 127;
	return IN6_IS_ADDR_LOOPBACK(&a.v6.sin6_addr);
}

int
listen_open(const char *address, unsigned port, bool *ret_v6)
{
	union address a;
	int on = 1, receive = RECEIVE_BUFFER, send = SEND_BUFFER;

	if (!parse_address(address, port, &a)) {
		errno = EINVAL;
		return -1;
	}
	bool v6 = *ret_v6 = a.any.sa_family == AF_INET6;
	int fd = socket(a.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive, sizeof receive) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send, sizeof send) == 0 &&
	    (!v6 || setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0) &&
	    bind(fd, &a.any, v6 ? sizeof a.v6 : sizeof a.v4) == 0)
		return fd;
	int reason = errno;
	close(fd);
	errno = reason;
	return -1;
}

bool
listen_begin(int socket)
{
	return listen(socket, SOMAXCONN) == 0;
}
