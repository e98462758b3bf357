// Paths of the file system.
#ifndef PATH_H
#define PATH_H

struct arena;

// How file is named in directory dir: "../gym.yaml" for file gym.yaml and dir out. Both are as
// given on the command line, seen from the current directory; neither must exist. The result is in
// the arena.
char *path_relative(struct arena *a, const char *dir, const char *file);

#endif
