// The language of templates: conditions and values in the comments of a file.
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include "base/catalogue.h"

#include <stdbool.h>

struct buf;
struct ctx;
struct plan;
struct source;

extern const struct problem template_problems[]; // what a template can have; ends with a NULL id

// What the rules of a file's language mean for values and blank lines.
enum template_kind {
	TEMPLATE_TEXT,   // values as they are
	TEMPLATE_PYTHON, // the same; two blank lines between definitions
	TEMPLATE_HCL,    // values in place of whole expressions
	TEMPLATE_XML,    // values escaped, directives in comments
};

// By the end of a file's name.
enum template_kind template_kind(const char *path);
// Carries out the directives of one template, and removes blank lines that pruning left. With plan
// NULL, every name and directive is checked and out stays empty. False after reporting a defect.
bool template_render(struct ctx *c, const struct plan *plan, const struct source *template, enum template_kind kind, struct buf *out);

#endif
