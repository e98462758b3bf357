// The files that are part of the program: templates/, gen/facts/, examples/ and the packed service.
// embed.sh makes the list when tfgen is built; paths are relative to the top of the source tree.
#ifndef EMBED_H
#define EMBED_H

#include <stddef.h>

struct embedded {
	const char *path; // NULL ends the list
	const char *data; // len bytes and a NUL
	size_t len;
};

extern const struct embedded embedded_files[];

// The file of that path, or NULL.
const struct embedded *embedded_find(const char *path);

#endif
