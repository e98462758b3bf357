// The protocol is one datagram to the socket that NOTIFY_SOCKET names, which needs no library.

#include "base/systemd.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

bool
systemd_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = {.sun_family = AF_UNIX};

	if (!path)
		return true;
	size_t len = strlen(path);
	if ((*path != '/' && *path != '@') || len >= sizeof to.sun_path)
		return false;
	memcpy(to.sun_path, path, len);
	if (*path == '@')
		to.sun_path[0] = '\0'; // the abstract namespace
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
	bool ok = sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&to, size) >= 0;
	close(fd);
	return ok;
}

long
systemd_watchdog_ms(void)
{
	const char *pid = getenv("WATCHDOG_PID"), *usec = getenv("WATCHDOG_USEC");

	if (!usec || (pid && strtol(pid, NULL, 10) != (long)getpid()))
		return 0;
	long long half = strtoll(usec, NULL, 10) / 2000;
	return half > 0 && half < 3600000 ? (long)half : 0;
}
