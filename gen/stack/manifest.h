// .tfgen/manifest: the files that tfgen generated, so that it changes no other.
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
	const char *version; // of the tfgen that wrote it; NULL if no line says so
	const char *damage;  // what is wrong with it and where, for a message; NULL if nothing is
};

#define MANIFEST_DIR ".tfgen"
#define MANIFEST_FILE MANIFEST_DIR "/manifest"
#define MANIFEST_SPEC MANIFEST_DIR "/spec.yaml" // the resolved spec, one of the files that the manifest lists
#define MANIFEST_NEXT MANIFEST_DIR "/manifest.next" // of a run that has not finished

// Adds the entries of a manifest to m; name is its file, for messages. After a line that tfgen would
// not write, m is as it was before, and damage describes the line.
void manifest_parse(struct ctx *c, const char *name, const char *text, size_t len, struct manifest *m);
// Whether tfgen wrote that path with that content.
bool manifest_has(const struct manifest *m, const char *path, const char *hash);
// Whether tfgen wrote that path; upper and lower case are the same.
bool manifest_lists(const struct manifest *m, const char *path);
// Adds the text of a manifest with these entries to out.
void manifest_print(const struct manifest *m, const char *spec_hash, const char *spec_file, struct buf *out);

#endif
