// A spec of any bytes: read, checked, printed and, if it is right, compiled. An accepted spec
// compiles to text that formatting does not change, and its printed form is accepted again.

#include "require.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "base/diag.h"
#include "check/check.h"
#include "cli/problems.h"
#include "hcl/format.h"
#include "read/diff.h"
#include "spec/doc.h"
#include "spec/spec.h"
#include "spec/spec_print.h"
#include "spec/spec_read.h"
#include "stack/plan.h"
#include "stack/render.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct spec *
read_spec(struct ctx *c, const char *text, size_t len)
{
	struct node *root = doc_parse(c, source_of(c, "fuzz.yaml", text, len));
	struct spec *spec = root ? spec_build(c, root, NULL, NULL, 0) : NULL;

	if (spec)
		check_run(c, spec);
	return c->diags->errors ? NULL : spec;
}

static void
check_outputs(const struct outputs *all)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct output *o = &all->list[i];
		struct buf again = {0};
		if (strcmp(o->path + strlen(o->path) - 3, ".tf") != 0)
			continue;
		hcl_format(o->data, o->len, &again);
		require(again.len == o->len && memcmp(again.data, o->data, o->len) == 0, "laying out again changes it");
		buf_free(&again);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct ctx c = {.arena = arena, .diags = diags_new(arena, problems_all())};
	static FILE *null;

	null = null ? null : fopen("/dev/null", "w");
	char *text = arena_strndup(arena, (const char *)data, size);
	struct spec *spec = read_spec(&c, text, size);
	// Compiling and the long formats take a hundred times as long as reading: every eighth size
	// is enough.
	bool thorough = size % 8 == 0;
	if (spec && thorough) {
		struct buf printed = {0};
		struct outputs *all = render_stack(&c, plan_build(&c, spec, &(struct plan_source){.file = "fuzz.yaml", .path = "fuzz.yaml"}));
		spec_print(spec, &printed);
		// Diagnostics point into their source until they are printed.
		const char *kept = arena_strndup(arena, buf_str(&printed), printed.len);
		const struct spec *again = read_spec(&c, kept, printed.len);
		require(again != NULL, "the printed spec is refused");
		require(diff_specs(&c, spec, again).n == 0, "the printed spec is another one");
		if (all)
			check_outputs(all);
		buf_free(&printed);
	}
	diags_finish(c.diags, true);
	diags_print_text(c.diags, false, null);
	if (thorough) {
		diags_print_json(c.diags, null);
		diags_print_sarif(c.diags, null);
	}
	arena_free(arena);
	return 0;
}
