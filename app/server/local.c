// No page can have an address of this machine as its host name, whichever name it was loaded from.

#include "server/local.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/listen.h"

static bool
names_this_machine(const char *host)
{
	bool bracket = *host == '[';
	const char *begin = host + bracket;
	size_t len = strcspn(begin, bracket ? "]" : ": \t");
	char name[64];

	if (len >= sizeof name)
		return false;
	snprintf(name, sizeof name, "%.*s", (int)len, begin);
	return strcasecmp(name, "localhost") == 0 || listen_is_loopback(name);
}

// Is the origin the page's own: the scheme and this host?
static bool
is_same(const char *origin, const char *host)
{
	const char *authority = strstr(origin, "://");
	size_t len = strcspn(host, " \t");

	return authority && strncasecmp(authority + 3, host, len) == 0 && !authority[3 + len + strspn(authority + 3 + len, " \t")];
}

const char *
local_fault(const char *host, const char *origin, bool reads, int *ret_status)
{
	*ret_status = 421;
	if (*host && !names_this_machine(host))
		return "Without tokens, this service answers only requests to localhost. Set token_file or open to serve other names.";
	*ret_status = 403;
	if (!reads && origin && !is_same(origin, host))
		return "Without tokens, this service refuses changes that a page of another origin requests.";
	return NULL;
}
