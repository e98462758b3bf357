// Makes the files of a stack from templates and a plan.
#ifndef RENDER_H
#define RENDER_H

#include "base/catalogue.h"

#include <stdbool.h>
#include <stddef.h>

struct ctx;
struct plan;

extern const struct problem render_problems[]; // what rendering can report; ends with a NULL id

struct output {
	const char *path; // below the stack's directory, with forward slashes
	const char *data; // len bytes
	size_t len;
	const char *sha256; // HASH_HEX digits, without a NUL; NULL if it is not known without hashing
};

struct outputs {
	struct output *list; // by path
	size_t n;
};

// Every file of the stack, in the arena. NULL after reporting a defect of a template, or user data
// over AWS's limit.
struct outputs *render_stack(struct ctx *c, const struct plan *plan);
// The file of one template, by its path below templates/, which exists. False after reporting a defect.
bool render_one(struct ctx *c, const struct plan *plan, const char *path, struct output *ret_output);
// Renders only what a user's data can make too large. False after reporting that.
bool render_check(struct ctx *c, const struct plan *plan);

#endif
