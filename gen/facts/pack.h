// The service as instances fetch it: its sources, or a program made for one release and architecture.
#ifndef PACK_H
#define PACK_H

#include "base/embed.h"

struct ctx;
struct spec;

struct pack {
	const struct embedded *archive;
	const char *sha256; // of the archive, HASH_HEX digits, not ended
};

// What a spec's instances fetch; archive is NULL when this tfgen was built without it (`make service-binaries` makes it).
struct pack pack_find(struct ctx *c, const struct spec *s);
// Which program a spec's instances need, as `make service-binaries` calls it: "debian-13-arm64".
const char *pack_target(struct ctx *c, const struct spec *s);

#endif
