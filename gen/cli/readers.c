// A reader takes a spec as far as its plan, asks a function of read/, and prints the answer.

#include "cli/readers.h"

#include "base/arena.h"
#include "base/text.h"
#include "cli/options.h"
#include "cli/report.h"
#include "cli/run.h"
#include "read/controls.h"
#include "read/diff.h"
#include "read/last.h"

#include <stdio.h>

int
reader_diff(const struct options *o)
{
	struct run r = run_new(o);
	struct differences changes = {0};
	struct last last;
	enum last_status found;
	int status = EXIT_SPEC;

	if (o->n_args == 2) {
		status = run_spec(&r, o->args[0]);
		const struct spec *old = r.spec;
		status = status ? status : run_spec(&r, o->args[1]);
		if (status == EXIT_FINE)
			changes = diff_specs(&r.ctx, old, r.spec);
	} else if ((found = last_read(&r.ctx, o->output, &last)) == LAST_DAMAGED) {
		text_print(stderr, "tfgen: %s\n", last.damage);
	} else if (found != LAST_FOUND) {
		text_print(stderr, "tfgen: %s holds no stack to compare with: name two specs, or the stack's directory with -o\n", o->output);
	} else {
		status = run_outputs(&r);
		if (status == EXIT_FINE)
			changes = diff_last(&r.ctx, &last, r.plan);
	}
	if (status != EXIT_FILES)
		report_diags(r.ctx.diags, o, false);
	if (status == EXIT_FINE && !o->quiet)
		(o->format == FORMAT_JSON ? diff_print_json : diff_print_text)(&changes, stdout);
	status = status == EXIT_FINE ? run_finish(changes.n ? EXIT_CHANGED : EXIT_FINE) : EXIT_SPEC;
	arena_free(r.ctx.arena);
	return status;
}

int
reader_controls(const struct options *o)
{
	struct run r = run_new(o);
	struct control_results results = {0};
	int status = run_outputs(&r);

	if (status != EXIT_FILES)
		report_diags(r.ctx.diags, o, false);
	if (status == EXIT_FINE)
		results = controls_find(&r.ctx, r.plan, r.outputs);
	for (size_t i = 0; i < results.n; i++) {
		if (results.list[i].met || results.list[i].reason)
			continue;
		fprintf(stderr, "tfgen: control %s is neither met nor explained; please report this defect\n", results.list[i].control.id);
		status = EXIT_SPEC;
	}
	if (status == EXIT_FINE)
		(o->format == FORMAT_JSON ? controls_print_json : controls_print_text)(&results, stdout);
	arena_free(r.ctx.arena);
	return status == EXIT_FINE ? run_finish(status) : status;
}
