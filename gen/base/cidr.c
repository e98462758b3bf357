// Arithmetic on IPv4 networks.

#include "base/cidr.h"

#include "base/arena.h"

#include <stdlib.h>

struct cidr
cidr_parse(const char *text)
{
	struct cidr n = {0};
	char *end;

	for (int i = 0; i < 4; i++) {
		n.address = n.address << 8 | (uint32_t)strtoul(text, &end, 10);
		text = end + 1;
	}
	n.prefix = (int)strtol(text, NULL, 10);
	return n;
}

static uint32_t
mask_of(int prefix)
{
	return prefix ? UINT32_MAX << (32 - prefix) : 0;
}

bool
cidr_is_aligned(struct cidr n)
{
	return (n.address & ~mask_of(n.prefix)) == 0;
}

bool
cidr_is_inside(struct cidr n, struct cidr outer)
{
	return n.prefix >= outer.prefix && (n.address & mask_of(outer.prefix)) == outer.address;
}

const char *
cidr_aligned(struct arena *a, struct cidr n)
{
	uint32_t address = n.address & mask_of(n.prefix);

	return arena_printf(a, "%u.%u.%u.%u/%d", address >> 24, address >> 16 & 255, address >> 8 & 255, address & 255, n.prefix);
}
