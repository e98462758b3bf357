// A template of any bytes, in every kind of file: it is rendered or refused, and refused in the
// same way without a plan.

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "base/diag.h"
#include "cli/problems.h"
#include "spec/doc.h"
#include "spec/spec.h"
#include "spec/spec_read.h"
#include "stack/plan.h"
#include "stack/template.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct plan *
make_plan(struct ctx *c)
{
	static const char text[] = "name: gym\nregion: us-east-1\nalarms: {email: [a@b.example]}\n";
	struct node *root = doc_parse(c, source_of(c, "fuzz.yaml", text, sizeof text - 1));

	return plan_build(c, spec_build(c, root, NULL, NULL, 0), &(struct plan_source){.file = "fuzz.yaml", .path = "fuzz.yaml"});
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ctx forever;
	static struct plan *plan;
	struct arena *arena = arena_new();
	struct ctx c = {.arena = arena, .diags = diags_new(arena, problems_all())};

	if (!plan) {
		struct arena *kept = arena_new();
		forever = (struct ctx){.arena = kept, .diags = diags_new(kept, problems_all())};
		plan = make_plan(&forever);
	}
	const struct source *src = source_of(&c, "fuzz.tf", arena_strndup(arena, (const char *)data, size), size);
	for (enum template_kind kind = TEMPLATE_TEXT; kind <= TEMPLATE_XML; kind++) {
		struct buf filled = {0}, empty = {0};
		bool rendered = template_render(&c, plan, src, kind, &filled);
		bool loads = template_render(&c, NULL, src, kind, &empty);
		if (rendered != loads || empty.len) {
			fprintf(stderr, "with a plan %d, without %d\n", rendered, loads);
			abort();
		}
		buf_free(&filled);
		buf_free(&empty);
	}
	arena_free(arena);
	return 0;
}
