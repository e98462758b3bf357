// The connection is a pair of sockets. To the server, its end is like any other connection.

#include "server/heartbeat.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int
heartbeat_open(struct heartbeat *b)
{
	int pair[2];

	*b = (struct heartbeat){.socket = -1};
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) != 0)
		return -1;
	b->socket = pair[0];
	return pair[1];
}

void
heartbeat_close(struct heartbeat *b)
{
	if (b->socket >= 0)
		close(b->socket);
	*b = (struct heartbeat){.socket = -1};
}

bool
heartbeat_is_server_end(int socket)
{
	int domain = 0;
	socklen_t size = sizeof domain;

	return getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX;
}

// Has the whole response of page_health arrived?
static bool
is_complete(const struct heartbeat *b)
{
	static const char begin[] = "HTTP/1.1 200 ", end[] = "\r\n\r\nok\n";
	size_t tail = sizeof end - 1;

	return b->len > sizeof begin + tail && memcmp(b->answer, begin, sizeof begin - 1) == 0 &&
	       memcmp(b->answer + b->len - tail, end, tail) == 0;
}

bool
heartbeat_beat(struct heartbeat *b)
{
	static const char request[] = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
	bool answered = false;

	if (b->socket < 0)
		return false;
	if (b->asked) {
		ssize_t n = recv(b->socket, b->answer + b->len, sizeof b->answer - b->len, 0);

		if (n == 0 || (n < 0 && errno != EAGAIN)) { // closed, or the answer is too long
			heartbeat_close(b);
			return false;
		}
		b->len += n > 0 ? (size_t)n : 0;
		answered = is_complete(b);
	}
	if (!b->asked || answered) {
		b->len = 0;
		b->asked = send(b->socket, request, sizeof request - 1, MSG_NOSIGNAL) == (ssize_t)(sizeof request - 1);
	}
	return answered;
}
