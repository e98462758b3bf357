// Environments are checked one after another in memory that the next one uses again.

#include "cli/lint.h"

#include "base/arena.h"
#include "base/ctx.h"
#include "base/diag.h"
#include "check/check.h"
#include "read/cost.h"
#include "spec/doc.h"
#include "spec/spec.h"
#include "spec/spec_read.h"
#include "stack/plan.h"
#include "stack/render.h"

void
lint_rendered(struct ctx *c, const struct spec *spec, const struct plan_source *source)
{
	if (!spec->service.settings.n && !spec->budget.from.given)
		return;
	struct plan *plan = plan_build(c, spec, source);
	cost_check_budget(c, plan);
	render_check(c, plan);
}

static void
check_environment(struct ctx *apart, const struct node *root, const struct pair *one, const struct override *sets, size_t n_sets,
	const struct plan_source *source)
{
	struct diags *ds = apart->diags;
	size_t errors = ds->errors;

	diags_environment(ds, one->key->text);
	const struct spec *spec = spec_build_overlay(apart, root, one, sets, n_sets);
	check_run(apart, spec);
	if (ds->errors == errors)
		lint_rendered(apart, spec, source);
	arena_reset(apart->arena);
}

size_t
lint_environments(struct ctx *c, const struct node *doc, const struct override *sets, size_t n_sets,
	const struct plan_source *source)
{
	const struct pair *all = doc_find(doc, "environments");
	const struct node *root = spec_without_anchors(c, doc);
	struct ctx apart = {.arena = arena_new(), .diags = c->diags};
	size_t n = all && all->value->kind == NODE_MAP ? all->value->n : 0, i = 0;

	for (; i < n && !diags_full(c->diags); i++)
		check_environment(&apart, root, &all->value->pairs[i], sets, n_sets, source);
	diags_environment(c->diags, NULL);
	arena_free(apart.arena);
	return n - i;
}
