// Reads, checks, plans and renders; what a stage needs is decided here, for every command alike.

#include "cli/run.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/path.h"
#include "base/source.h"
#include "base/text.h"
#include "check/check.h"
#include "cli/problems.h"
#include "read/cost.h"
#include "read/cost_print.h"
#include "read/diff.h"
#include "read/last.h"
#include "spec/doc.h"
#include "spec/spec.h"
#include "spec/spec_read.h"
#include "stack/plan.h"
#include "stack/render.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct run
run_new(const struct options *o)
{
	struct arena *arena = arena_new();

	return (struct run){.ctx = {.arena = arena, .diags = diags_new(arena, problems_all())}, .o = o};
}

int
run_finish(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	fprintf(stderr, "tfgen: standard output: %s\n", strerror(errno));
	return EXIT_FILES;
}

int
run_source(struct run *r, const char *path, struct source **ret_source)
{
	static const struct source nowhere = {.text = ""};

	switch (source_read(&r->ctx, path, ret_source)) {
	case SOURCE_OK:
		return EXIT_FINE;
	case SOURCE_UNREADABLE:
		text_print(stderr, "tfgen: %s: %s\n", path, strerror(errno));
		return EXIT_FILES;
	case SOURCE_TOO_LARGE:
		*ret_source = source_of(&r->ctx, path, nowhere.text, 0);
		diag(&r->ctx, (struct span){*ret_source, 0, 0}, "file-too-large", "more than %d bytes", SOURCE_LIMIT);
		return EXIT_SPEC;
	}
	return EXIT_FILES;
}

static bool
check_spec(struct run *r)
{
	struct ctx *c = &r->ctx;
	bool good = true;

	r->sets = arena_array(c->arena, r->o->n_sets, sizeof *r->sets);
	for (size_t i = 0; i < r->o->n_sets; i++)
		good = spec_parse_set(c, r->o->sets[i], &r->sets[i]) && good;
	r->doc = doc_parse(c, r->source);
	if (!r->doc || !good)
		return false;
	r->spec = spec_build(c, r->doc, r->o->env, r->sets, r->o->n_sets);
	if (r->spec)
		check_run(c, r->spec);
	return r->spec && !c->diags->errors;
}

bool
run_is_stdin(const struct run *r)
{
	return strcmp(r->source->name, "<stdin>") == 0;
}

const char *
run_spec_name(struct run *r)
{
	const char *slash = strrchr(r->source->name, '/');

	if (run_is_stdin(r))
		return "standard input";
	return text_for_comment(r->ctx.arena, slash ? slash + 1 : r->source->name, "<>{}");
}

struct plan_source
run_plan_source(struct run *r, const char *env)
{
	struct plan_source source = {.file = run_spec_name(r), .env = env};

	if (!run_is_stdin(r))
		source.path = path_relative(r->ctx.arena, r->o->output, r->source->name);
	return source;
}

int
run_spec(struct run *r, const char *path)
{
	int status = run_source(r, path, &r->source);

	return status == EXIT_FINE && !check_spec(r) ? EXIT_SPEC : status;
}

int
run_plan(struct run *r, const char *path)
{
	int status = run_spec(r, path);

	if (status == EXIT_FINE) {
		struct plan_source source = run_plan_source(r, r->o->env);
		r->plan = plan_build(&r->ctx, r->spec, &source);
		cost_check_budget(&r->ctx, r->plan);
	}
	return status;
}

// Fills in what the stack's README says about its cost.
static void
price_plan(struct run *r)
{
	struct ctx *c = &r->ctx;
	struct cost cost = cost_of_month(c, r->plan);

	r->plan->cost_summary.value = cost_summary(c, &cost);
	r->plan->cost_table.value = cost_markdown(c, &cost);
	r->plan->cost_dates.value = arena_printf(c->arena, "%s to %s", cost.oldest, cost.newest);
}

int
run_outputs(struct run *r)
{
	int status = run_plan(r, r->o->args[0]);

	if (status == EXIT_FINE) {
		price_plan(r);
		r->outputs = render_stack(&r->ctx, r->plan);
	}
	return status == EXIT_FINE && !r->outputs ? EXIT_SPEC : status;
}

int
run_compare_last(struct run *r, struct differences *ret_changes, const char **ret_seen)
{
	struct ctx *c = &r->ctx;
	struct last last;
	enum last_status status = last_read(c, r->o->output, &last);

	*ret_seen = status == LAST_DAMAGED ? NULL : last.spec_hash;
	switch (status) {
	case LAST_NONE:
		return EXIT_FINE;
	case LAST_FOUND:
		break;
	case LAST_UNREADABLE:
		text_print(stderr, "tfgen: %s/.tfgen: %s\n", r->o->output, strerror(errno));
		return EXIT_FILES;
	case LAST_DAMAGED:
		if (r->o->force)
			return EXIT_FINE;
		text_print(stderr, "tfgen: %s\n", last.damage);
		return EXIT_FILES;
	}
	bool other = last.stack && strcmp(last.stack, r->plan->name.value) != 0;
	if (other && r->o->force)
		return EXIT_FINE;
	if (other) {
		struct diag *d = diag(c, r->spec->environment.from.given ? r->spec->environment.from.at : r->spec->name.from.at,
			"other-stack", "the directory '%s' holds the stack '%s', and this spec is '%s'", r->o->output, last.stack,
			r->plan->name.value);
		diag_hint(c, d, "compile it into a directory of its own: -o %s", r->plan->name.value);
		return EXIT_SPEC;
	}
	*ret_changes = diff_last(c, &last, r->plan);
	if (!r->o->allow_replace)
		diff_report(c, ret_changes);
	return c->diags->errors ? EXIT_SPEC : EXIT_FINE;
}
