// What unit tests share: a context, and a spec from a text.
#ifndef FIXTURE_H
#define FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "base/diag.h"
#include "base/source.h"
#include "cli/problems.h"
#include "spec/doc.h"
#include "spec/spec.h"
#include "spec/spec_read.h"
#include "stack/plan.h"

#include <stdio.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static inline struct ctx
ctx_new(void)
{
	struct arena *a = arena_new();

	return (struct ctx){.arena = a, .diags = diags_new(a, problems_all())};
}

static inline const struct source *
text_source(struct ctx *c, const char *text)
{
	return source_of(c, "test.yaml", text, strlen(text));
}

// The typed spec of a text that must be right.
static inline struct spec *
spec_of(struct ctx *c, const char *text)
{
	struct node *root = doc_parse(c, text_source(c, text));
	struct spec *spec = root ? spec_build(c, root, NULL, NULL, 0) : NULL;

	if (c->diags->errors)
		diags_print_text(c->diags, false, stderr);
	assert_int_equal(c->diags->errors, 0);
	assert_non_null(spec);
	return spec;
}

static inline struct plan *
plan_of(struct ctx *c, const char *text)
{
	return plan_build(c, spec_of(c, text), &(struct plan_source){.file = "test.yaml", .path = "test.yaml"});
}

// Fails with the row's number, so that a table of cases names the one that broke.
#define ROW_EQUAL(i, got, want) \
	do { \
		if (strcmp(got, want) != 0) \
			fail_msg("row %zu: got\n%s\nwanted\n%s", (size_t)(i), got, want); \
	} while (0)

#endif
