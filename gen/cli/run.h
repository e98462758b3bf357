// One run over one spec: the stages in their order, each up to where a command needs them.
#ifndef RUN_H
#define RUN_H

#include "base/ctx.h"
#include "cli/options.h"

#include <stdbool.h>

struct differences;
struct node;
struct outputs;
struct override;
struct plan;
struct plan_source;
struct source;
struct spec;

enum {
	EXIT_FINE = 0,
	EXIT_SPEC = 1,  // the spec is wrong, --check found a difference, or a simulated load is not held
	EXIT_USAGE = 2,
	EXIT_CHANGED = 2, // 'tfgen diff' found a change, as in 'diff' of other tools
	EXIT_FILES = 3, // something could not be read or written
};

// One run over one spec; what is not reached yet is NULL.
struct run {
	struct ctx ctx;
	const struct options *o;
	struct source *source;
	struct override *sets;
	struct node *doc;
	struct spec *spec;
	struct plan *plan;
	struct outputs *outputs;
};

// A run with a new arena, which the caller frees: arena_free(r.ctx.arena).
struct run run_new(const struct options *o);
// These functions return an exit status, and have reported what is wrong: to the diagnostics of the
// run (EXIT_SPEC), or on standard error (EXIT_FILES).

// The file at path; "-" is standard input.
int run_source(struct run *r, const char *path, struct source **ret_source);
// The spec of the file at path, checked.
int run_spec(struct run *r, const char *path);
// All stages up to the plan.
int run_plan(struct run *r, const char *path);
// All stages up to the texts of the files.
int run_outputs(struct run *r);
// Compares with what the directory holds already. Another stack, and edits that a running stack
// would not survive, are reported as problems of the spec. *ret_seen: the hash of the spec that was
// compiled last, or NULL.
int run_compare_last(struct run *r, struct differences *ret_changes, const char **ret_seen);

// How the spec is named by what is generated from it.
struct plan_source run_plan_source(struct run *r, const char *env);
// The spec's name for generated files: without its directory, and without characters that could end
// a comment or begin an expression of a template.
const char *run_spec_name(struct run *r);
bool run_is_stdin(const struct run *r);
// Results go to standard output; a full disk or a closed pipe is an error. Returns the status of a
// run that ends with this one.
int run_finish(int status);

#endif
