// Checks of a spec beyond compiling it: all its environments, and what only rendering shows.
#ifndef LINT_H
#define LINT_H

#include <stddef.h>

struct ctx;
struct node;
struct override;
struct plan_source;
struct spec;

// Checks what depends on the plan and its rendered files: settings can make one too large, and a budget too
// small. The spec has no other problem.
void lint_rendered(struct ctx *c, const struct spec *spec, const struct plan_source *source);
// Checks each environment of a document that spec_build has read, as if it were chosen. Returns how many
// were not looked at because too much is wrong already.
size_t lint_environments(struct ctx *c, const struct node *doc, const struct override *sets, size_t n_sets,
	const struct plan_source *source);

#endif
