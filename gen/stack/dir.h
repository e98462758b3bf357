// The directory of a stack: everything that tfgen reads, writes, renames and deletes below it.
//
// The directory itself may be reached through symbolic links; below it none is followed, neither at
// the end of a path nor on the way to it. Paths are canonical, as tfgen generates them.
#ifndef DIR_H
#define DIR_H

#include "base/hash.h"

#include <stdbool.h>
#include <stddef.h>

struct ctx;
struct dir;

// Whether a path may be one that tfgen generated: components of letters, digits, '.', '_' and '-',
// joined by single slashes. A component neither ends in a dot nor is longer than a file system
// allows. So no two canonical paths are one file, except for the case of letters.
bool dir_is_canonical(const char *path);
// Whether a canonical path is one that tfgen never generates, because other programs or the user own
// it: Git's and Terraform's files, state, variables. Case is ignored.
bool dir_is_reserved(const char *path);
// Whether two canonical paths may be the same file: on a file system that ignores case they are.
bool dir_is_same(const char *a, const char *b);

enum dir_found {
	DIR_NOTHING,
	DIR_FILE,
	DIR_LARGE,      // a file over the limit
	DIR_IN_THE_WAY, // a directory, a link or a device, or no directory on the way to it
	DIR_FAILED,     // see errno
};

// Opens the directory at path. If there is none, it holds nothing until it is made. spec is the file
// that is compiled, which is never changed, or NULL.
struct dir *dir_open(struct ctx *c, const char *path, const char *spec);
void dir_close(struct dir *d); // accepts NULL
// A path in it, for messages.
const char *dir_name(const struct dir *d, const char *path);

// Reads a regular file; *ret_text is a copy in the arena, NUL-terminated.
enum dir_found dir_read(struct dir *d, const char *path, size_t limit, const char **ret_text, size_t *ret_len);
// Whether a regular file has that content; if not, ret_hash becomes the SHA-256 of the one it has.
// Keeps nothing in memory.
enum dir_found dir_compare(struct dir *d, const char *path, const char *data, size_t len, bool *ret_same,
	char ret_hash[HASH_HEX + 1]);
// After DIR_IN_THE_WAY: what is, the path or a directory of it.
const char *dir_blocker(const struct dir *d);
// Whether the path is the file that is compiled, by whatever name.
bool dir_is_spec(struct dir *d, const char *path);
bool dir_exists(struct dir *d, const char *path);

// These change it. False with errno set; the directories of a path are made as needed. A link on the
// way to a file is ELOOP or ENOTDIR.
bool dir_write(struct dir *d, const char *path, const char *data, size_t len); // replaces what is there
bool dir_rename(struct dir *d, const char *from, const char *to); // within one directory
bool dir_delete(struct dir *d, const char *path); // true if there is nothing
// Deletes the directories of a path as long as they are empty, from the innermost outwards; never
// the stack's own.
void dir_drop_empty(struct dir *d, const char *path);

// Makes a directory in it if needed, and locks it against other runs until dir_close. False with errno
// set: EWOULDBLOCK if another run holds the lock, ESTALE if others keep removing the directory.
bool dir_lock(struct dir *d, const char *name);

#endif
