// The service as instances fetch it: its sources, or a program built for one release and
// architecture.
#ifndef PACK_H
#define PACK_H

#include "base/embed.h"

struct ctx;
struct spec;

struct pack {
	const struct embedded *archive;
	const char *sha256; // of the archive: HASH_HEX digits without a NUL
};

// What the instances of a spec fetch. archive is NULL if this tfgen was built without it (`make
// service-binaries` builds it).
struct pack pack_find(struct ctx *c, const struct spec *s);
// The program that the instances of a spec need, as `make service-binaries` names it:
// "debian-13-arm64".
const char *pack_target(struct ctx *c, const struct spec *s);

#endif
