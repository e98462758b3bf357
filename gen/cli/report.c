// One line each for files, hints below them.

#include "cli/report.h"

#include "stack/write.h"

#include <stdio.h>
#include <string.h>

bool
report_problems(const struct write_result *w)
{
	for (size_t i = 0; i < w->n_problems; i++)
		fprintf(stderr, "tfgen: %s\n", w->problems[i]);
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
		printf("%s %s\n", difference(f), f->path);
		others = others || f->owner != OWNER_TFGEN;
		differs = true;
	}
	if (others && !quiet)
		fputs("  hint: edited and foreign files are not what tfgen wrote; move the edit into the spec, then compile with --force\n",
			stderr);
	return differs;
}

void
report_written(const struct write_result *w, const char *stack, const char *dir, bool verbose)
{
	static const char mark[] = " +~-";
	size_t count[4] = {0};

	for (size_t i = 0; i < w->n_changes; i++) {
		count[w->changes[i].change]++;
		if (verbose && w->changes[i].change)
			printf("%c %s\n", mark[w->changes[i].change], w->changes[i].path);
	}
	if (count[CHANGE_ADD] + count[CHANGE_UPDATE] + count[CHANGE_REMOVE] == 0) {
		printf("%s is up to date: %zu files in %s\n", stack, count[CHANGE_NONE], dir);
		return;
	}
	printf("%s: %zu files in %s (%zu new, %zu changed, %zu removed)\n", stack, w->n_changes - count[CHANGE_REMOVE], dir,
		count[CHANGE_ADD], count[CHANGE_UPDATE], count[CHANGE_REMOVE]);
	if (strcmp(dir, ".") != 0)
		printf("next: cd %s && terraform init && terraform apply\n", dir);
	else
		printf("next: terraform init && terraform apply\n");
}
