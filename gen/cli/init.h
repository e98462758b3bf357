// `tfgen init`: a spec to start from.
#ifndef INIT_H
#define INIT_H

struct buf;

// Adds a preset to out. The starter comes from the table of fields: the two required lines, and
// every other key with its default, commented out. The other presets are the files of examples/.
void init_print(const char *preset, struct buf *out);

#endif
