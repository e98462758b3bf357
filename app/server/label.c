#include "server/label.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

void
label_start(struct label *l)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	*l = (struct label){.boot = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec};
}

void
label_id(struct label *l, const char *trace, char ret_id[ID_SIZE])
{
	static const char hex[] = "0123456789abcdef";
	const char *root = trace ? strstr(trace, "Root=1-") : NULL;

	if (root && strspn(root + 7, hex) == 8 && root[15] == '-' && strspn(root + 16, hex) == 24)
		snprintf(ret_id, ID_SIZE, "%.35s", root + 5);
	else
		snprintf(ret_id, ID_SIZE, "%016llx-%08llx", (unsigned long long)l->boot, (unsigned long long)++l->count);
}

const char *
label_method(const char *method)
{
	static const char *const known[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(known[i], method) == 0)
			return known[i];
	return "OTHER";
}
