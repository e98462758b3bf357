// IPv4 networks: an address and the length of its prefix.
#ifndef CIDR_H
#define CIDR_H

#include <stdbool.h>
#include <stdint.h>

struct arena;

struct cidr {
	uint32_t address; // in host byte order
	int prefix;       // 0 to 32
};

// Reads "10.0.0.0/16". The text has that form already.
struct cidr cidr_parse(const char *text);
// Whether no bit is set after the prefix.
bool cidr_is_aligned(struct cidr n);
// Whether all of n lies in outer.
bool cidr_is_inside(struct cidr n, struct cidr outer);
// The network that n lies in, as text in the arena: "10.0.1.0/24" for 10.0.1.5/24.
const char *cidr_aligned(struct arena *a, struct cidr n);

#endif
