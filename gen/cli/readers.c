// A reader takes a spec as far as its plan, asks a function of read/, and prints the answer.

#include "cli/readers.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "cli/options.h"
#include "cli/report.h"
#include "cli/run.h"
#include "read/chart.h"
#include "read/controls.h"
#include "read/cost.h"
#include "read/cost_change.h"
#include "read/cost_choices.h"
#include "read/cost_json.h"
#include "read/cost_print.h"
#include "read/diff.h"
#include "read/last.h"
#include "read/load.h"
#include "read/simulate_print.h"
#include "read/simulate_verdict.h"
#include "stack/plan.h"
#include "stack/render.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int
diff_two(struct run *r, struct differences *ret_changes, struct cost_change *ret_cost)
{
	int status = run_plan(r, r->o->args[0]);
	const struct plan *old = r->plan;

	status = status ? status : run_plan(r, r->o->args[1]);
	if (status != EXIT_FINE)
		return status;
	*ret_changes = diff_specs(&r->ctx, old->spec, r->spec);
	*ret_cost = cost_change_of(&r->ctx, old, r->plan);
	return EXIT_FINE;
}

static int
diff_with_last(struct run *r, struct differences *ret_changes, struct cost_change *ret_cost)
{
	struct last last;
	enum last_status found = last_read(&r->ctx, r->o->output, &last);

	if (found == LAST_DAMAGED) {
		text_print(stderr, "tfgen: %s\n", last.damage);
		return EXIT_SPEC;
	}
	if (found != LAST_FOUND) {
		text_print(stderr, "tfgen: %s holds no stack to compare with: name two specs, or the stack's directory with -o\n", r->o->output);
		return EXIT_SPEC;
	}
	int status = run_outputs(r);
	if (status != EXIT_FINE)
		return status;
	*ret_changes = diff_last(&r->ctx, &last, r->plan);
	*ret_cost = cost_change_of_last(&r->ctx, &last, r->plan);
	return EXIT_FINE;
}

int
reader_diff(const struct options *o)
{
	struct run r = run_new(o);
	struct differences changes = {0};
	struct cost_change cost = {0};
	int status = (o->n_args == 2 ? diff_two : diff_with_last)(&r, &changes, &cost);

	if (status != EXIT_FILES)
		report_diags(r.ctx.diags, o, false);
	if (status == EXIT_FINE && !o->quiet) {
		if (o->format == FORMAT_JSON)
			diff_print_json(&changes, &cost, stdout);
		else
			diff_print_text(&changes, stdout);
		if (o->format == FORMAT_TEXT && changes.n)
			cost_change_print(&r.ctx, &cost, stdout);
	}
	status = status == EXIT_FINE ? run_finish(changes.n ? EXIT_CHANGED : EXIT_FINE) : EXIT_SPEC;
	arena_free(r.ctx.arena);
	return status;
}

static struct cost
cost_for(struct run *r, const struct options *o)
{
	return cost_of(&r->ctx, r->plan, &(struct cost_load){o->hours, o->requests_per_second, o->data_out_gb});
}

static void
print_cost(struct run *r, const struct options *o)
{
	struct cost cost = cost_for(r, o);
	struct cost_spec spec = {r->doc, o->env, r->sets, o->n_sets};
	struct cost_choices choices = cost_choices(&r->ctx, &spec, r->plan, &cost);

	(o->format == FORMAT_JSON ? cost_print_json : cost_print_text)(&r->ctx, r->plan, &cost, &choices, stdout);
}

// The first spec is priced before the second is read.
static int
compare_costs(struct run *r, const struct options *o, struct cost ret_costs[2])
{
	int status = EXIT_FINE;

	for (int i = 0; i < 2 && status == EXIT_FINE; i++) {
		status = run_plan(r, o->args[i]);
		if (status == EXIT_FINE)
			ret_costs[i] = cost_for(r, o);
	}
	return status;
}

int
reader_cost(const struct options *o)
{
	struct run r = run_new(o);
	struct cost costs[2];
	int status = EXIT_USAGE;

	if (o->n_args != (o->compare ? 2 : 1))
		fprintf(stderr, "tfgen: expected 'tfgen cost SPEC' or 'tfgen cost --compare FIRST SECOND'\n");
	else
		status = o->compare ? compare_costs(&r, o, costs) : run_plan(&r, o->args[0]);
	if (status != EXIT_FILES && status != EXIT_USAGE)
		report_diags(r.ctx.diags, o, false);
	if (status == EXIT_FINE && !o->quiet) {
		if (!o->compare)
			print_cost(&r, o);
		else if (o->format == FORMAT_JSON)
			cost_compare_json(costs, o->args, stdout);
		else
			cost_compare_text(&r.ctx, costs, o->args, stdout);
	}
	status = status == EXIT_FINE ? run_finish(EXIT_FINE) : status;
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
	if (status == EXIT_FINE && !o->quiet)
		(o->format == FORMAT_JSON ? controls_print_json : controls_print_text)(&results, stdout);
	arena_free(r.ctx.arena);
	return status == EXIT_FINE ? run_finish(status) : status;
}

int
reader_graph(const struct options *o)
{
	static const char *const templates[] = {
		[FORMAT_SVG] = "diagram.svg",
		[FORMAT_MERMAID] = "graph/diagram.mmd",
		[FORMAT_DOT] = "graph/diagram.dot",
	};
	struct run r = run_new(o);
	struct output picture;
	int status = run_plan(&r, o->args[0]);

	if (status == EXIT_FINE && !render_one(&r.ctx, r.plan, templates[o->format], &picture))
		status = EXIT_SPEC;
	if (status != EXIT_FILES)
		report_diags(r.ctx.diags, o, false);
	if (status == EXIT_FINE && !o->quiet)
		fwrite(picture.data, 1, picture.len, stdout);
	arena_free(r.ctx.arena);
	return status == EXIT_FINE ? run_finish(status) : status;
}

// Whether the options describe one load; otherwise, says how they can.
static bool
is_one_load(const struct options *o)
{
	bool shaped = o->peak || o->users;

	if ((o->load != NULL) + (o->peak != NULL) + (o->users != NULL) != 1)
		fputs("tfgen: a simulation needs one load: --load FILE, --peak N --for TIME, or --users N --for TIME\n", stderr);
	else if (shaped != (o->lasting != NULL))
		fprintf(stderr, "tfgen: option '--for' %s\n", shaped ? "is missing: how long the load lasts" : "does not apply to a load file");
	else if (o->think && !o->users)
		fputs("tfgen: option '--think' applies to '--users' only\n", stderr);
	else if (o->load && strcmp(o->load, "-") == 0 && strcmp(o->args[0], "-") == 0)
		fputs("tfgen: standard input can be the spec or the load, not both\n", stderr);
	else
		return true;
	return false;
}

static int
read_load(struct run *r, struct load *ret_load)
{
	const struct options *o = r->o;
	struct ctx *c = &r->ctx;
	struct source *source;
	bool good;

	if (o->load) {
		int status = run_source(r, o->load, &source);
		return status == EXIT_FINE && !load_read(c, source, ret_load) ? EXIT_SPEC : status;
	}
	if (o->peak)
		good = load_peak(c, o->peak, o->lasting, ret_load);
	else
		good = load_users(c, o->users, o->think ? o->think : "1s-3s", o->lasting, ret_load);
	return good ? EXIT_FINE : EXIT_SPEC;
}

static void
print_simulation(struct ctx *c, const struct simulation *s, const struct options *o)
{
	struct buf out = {0};

	if (o->format == FORMAT_JSON)
		simulate_print_json(s, stdout);
	else if (o->format == FORMAT_TEXT)
		simulate_print_text(c, s, o->verbose, stdout);
	else
		chart_draw(c, s, &out);
	fputs(buf_str(&out), stdout);
	buf_free(&out);
}

int
reader_simulate(const struct options *o)
{
	if (!is_one_load(o))
		return EXIT_USAGE;
	struct run r = run_new(o);
	struct load load;
	long cpu = SIMULATE_CPU_US;
	int status = run_plan(&r, o->args[0]), loaded = status == EXIT_FILES ? EXIT_FILES : read_load(&r, &load);

	if (!load_start(&r.ctx, o->start ? o->start : LOAD_START, &load.start))
		loaded = loaded ? loaded : EXIT_SPEC;
	if (o->cpu_ms && !load_cpu(&r.ctx, o->cpu_ms, &cpu))
		loaded = loaded ? loaded : EXIT_SPEC;
	status = status > loaded ? status : loaded;
	if (status != EXIT_FILES)
		report_diags(r.ctx.diags, o, false);
	if (status == EXIT_FINE) {
		struct simulation s = simulation_run(&r.ctx, r.plan, &load, cpu);
		if (!o->quiet)
			print_simulation(&r.ctx, &s, o);
		status = run_finish(s.verdict.held ? EXIT_FINE : EXIT_SPEC);
	}
	arena_free(r.ctx.arena);
	return status;
}
