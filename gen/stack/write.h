// Writes the files of a stack to disk: all of them or none.
//
// .tfgen/manifest lists every file that tfgen generated, with its hash. A file that is not listed,
// or that was edited since, is not tfgen's: it is neither overwritten nor deleted without force.
#ifndef WRITE_H
#define WRITE_H

#include <stdbool.h>
#include <stddef.h>

struct ctx;
struct outputs;

enum change {
	CHANGE_NONE,
	CHANGE_ADD,
	CHANGE_UPDATE,
	CHANGE_REMOVE,
};

enum owner {
	OWNER_TFGEN,
	OWNER_EDITED, // tfgen generated the file, and it was edited since
	OWNER_OTHER,  // tfgen did not generate it
};

struct file_change {
	const char *path; // below the directory
	enum change change;
	enum owner owner; // of the file that is there
};

struct write_options {
	const char *dir;
	const char *spec;      // the file that is compiled, which is never changed; NULL for standard input
	const char *spec_hash; // goes into the manifest
	const char *spec_file;
	bool force;
	// SHA-256 of the resolved spec that the directory held when the caller looked, "" for none; what
	// is written was judged by it. NULL: the caller did not look.
	const char *seen_spec;
};

struct write_result {
	struct file_change *changes; // every file of the stack, then those to be removed
	size_t n_changes;
	const char **problems; // one line each: what is in the way, or which call failed
	size_t n_problems;
	bool owned_by_others; // a problem is a file that force would overwrite
};

// Compares what is on disk with the outputs and writes nothing. Problems are files that cannot be
// read, and what would be in the way of a write even with force.
struct write_result *write_compare(struct ctx *c, const struct outputs *all, const struct write_options *options);
// Makes the directory match the outputs. If there is a problem, nothing was changed; or, if it came
// while renaming, the next run finishes the work. While another run writes into the same directory,
// that is the problem.
struct write_result *write_stack(struct ctx *c, const struct outputs *all, const struct write_options *options);

#endif
