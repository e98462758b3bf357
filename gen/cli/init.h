// `tfgen init`: a spec to start from, or a file for CI.
#ifndef INIT_H
#define INIT_H

struct buf;

// Adds a spec to out: a preset, which is a file of examples/, or without one (NULL) the table of
// fields: the two required lines, and every other key with its default, commented out.
void init_print(const char *preset, struct buf *out);
// Adds the file that a CI system reads, of examples/ci/: "github" or "gitlab".
void init_print_ci(const char *system, struct buf *out);

#endif
