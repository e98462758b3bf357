// .tfgen/manifest: what tfgen generated, so that it never touches anything else.
#ifndef MANIFEST_H
#define MANIFEST_H

#include "base/hash.h"

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct ctx;

struct manifest_entry {
	const char *path;
	char hash[HASH_HEX + 1];
};

struct manifest {
	struct manifest_entry *list;
	size_t n;
};

#define MANIFEST_DIR ".tfgen"
#define MANIFEST_FILE MANIFEST_DIR "/manifest"
#define MANIFEST_NEXT MANIFEST_DIR "/manifest.next" // of a run that has not finished

// Adds the entries of a manifest's text to m. False when a line is not one of ours; m then holds those before it.
bool manifest_parse(struct ctx *c, const char *text, struct manifest *m);
// Whether tfgen left that path with that content.
bool manifest_has(const struct manifest *m, const char *path, const char *hash);
// Whether tfgen left that path at all.
bool manifest_lists(const struct manifest *m, const char *path);
// The text for these entries.
void manifest_print(const struct manifest *m, const char *spec_hash, const char *spec_file, struct buf *out);

#endif
