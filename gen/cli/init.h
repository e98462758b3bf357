// `tfgen init`: a spec to start from, or a file for CI.
#ifndef INIT_H
#define INIT_H

struct buf;

// Adds a preset to out. The starter comes from the table of fields: the two required lines, and
// every other key with its default, commented out. The other presets are the files of examples/.
void init_print(const char *preset, struct buf *out);
// Adds the file that a CI system reads, of examples/ci/: "github" or "gitlab".
void init_print_ci(const char *system, struct buf *out);

#endif
