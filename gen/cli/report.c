// One line each for files, hints below them.

#include "cli/report.h"

#include "base/diag.h"
#include "base/text.h"
#include "cli/options.h"
#include "stack/plan.h"
#include "stack/write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
report_diags(struct diags *ds, const struct options *o, bool linting)
{
	const char *no_color = getenv("NO_COLOR");
	bool plain = !isatty(STDERR_FILENO) || (no_color && *no_color);
	bool color = o->color == COLOR_ALWAYS || (o->color == COLOR_AUTO && !plain);

	diags_finish(ds, (linting || o->verbose) && !o->quiet);
	if (o->format == FORMAT_JSON)
		diags_print_json(ds, stderr);
	else if (o->format == FORMAT_SARIF)
		diags_print_sarif(ds, stderr);
	else
		diags_print_text(ds, color, stderr);
	if (o->format == FORMAT_JSON || o->format == FORMAT_SARIF)
		return;
	if (ds->dropped)
		fprintf(stderr, "%d problems shown, %zu more left out\n", DIAGS_SHOWN, ds->dropped);
	if (ds->errors && !o->quiet)
		fprintf(stderr, "%zu error%s%s\n", ds->errors, ds->errors == 1 ? "" : "s", linting ? "" : ", nothing written");
}

bool
report_problems(const struct write_result *w)
{
	for (size_t i = 0; i < w->n_problems; i++)
		text_print(stderr, "tfgen: %s\n", w->problems[i]);
	if (w->owned_by_others)
		fputs("  nothing was written; --force overwrites these files\n", stderr);
	return w->n_problems == 0;
}

// "changed": the spec or tfgen changed since the last compilation; "edited": the file was changed
// by hand.
static const char *
difference(const struct file_change *f)
{
	if (f->change == CHANGE_ADD)
		return "missing";
	if (f->owner != OWNER_TFGEN)
		return f->owner == OWNER_EDITED ? "edited" : "foreign";
	return f->change == CHANGE_REMOVE ? "extra" : "changed";
}

bool
report_comparison(const struct write_result *w, bool quiet)
{
	bool differs = false, others = false;

	for (size_t i = 0; i < w->n_changes; i++) {
		const struct file_change *f = &w->changes[i];
		if (f->change == CHANGE_NONE)
			continue;
		text_print(stdout, "%s %s\n", difference(f), f->path);
		others = others || f->owner != OWNER_TFGEN;
		differs = true;
	}
	if (others && !quiet)
		fputs("  hint: edited and foreign files are not what tfgen wrote; move the edit into the spec, then compile with --force\n",
			stderr);
	return differs;
}

void
report_written(struct arena *a, const struct write_result *w, const struct plan *plan, const char *dir, bool verbose)
{
	static const char mark[] = " +~-";
	size_t count[4] = {0};

	for (size_t i = 0; i < w->n_changes; i++) {
		count[w->changes[i].change]++;
		if (verbose && w->changes[i].change)
			text_print(stdout, "%c %s\n", mark[w->changes[i].change], w->changes[i].path);
	}
	if (count[CHANGE_ADD] + count[CHANGE_UPDATE] + count[CHANGE_REMOVE] == 0) {
		text_print(stdout, "%s is up to date: %zu files in %s\n%s\n", plan->name.value, count[CHANGE_NONE], dir, plan->cost_summary.value);
		return;
	}
	text_print(stdout, "%s: %zu files in %s (%zu new, %zu changed, %zu removed)\n%s\n", plan->name.value,
		w->n_changes - count[CHANGE_REMOVE], dir, count[CHANGE_ADD], count[CHANGE_UPDATE], count[CHANGE_REMOVE],
		plan->cost_summary.value);
	if (strcmp(dir, ".") != 0)
		text_print(stdout, "next: cd %s && terraform init && terraform apply\n", text_shell_argument(a, dir));
	else
		printf("next: terraform init && terraform apply\n");
}
