// tfgen: compiles a small YAML spec to Terraform for a web application with a database on AWS.
//
// The stages, in the order in which they run: source (bytes), doc (tree), spec (typed), check
// (rules of AWS), plan (everything decided), render (templates filled in and laid out), write
// (files, all or none). Each takes what the one before made, and a context; cli/run.c runs them. Only
// this file and those of cli/ print and choose the exit status.

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/hash.h"
#include "base/source.h"
#include "base/text.h"
#include "cli/completion.h"
#include "cli/explain.h"
#include "cli/help.h"
#include "cli/init.h"
#include "cli/lint.h"
#include "cli/manual.h"
#include "cli/options.h"
#include "cli/problems.h"
#include "cli/readers.h"
#include "cli/report.h"
#include "cli/run.h"
#include "cli/schema.h"
#include "facts/data.h"
#include "read/diff.h"
#include "spec/doc.h"
#include "spec/spec_print.h"
#include "stack/plan.h"
#include "stack/plan_print.h"
#include "stack/render.h"
#include "stack/write.h"

#include <stdio.h>
#include <string.h>

static const struct command commands[];

static int
dump_stage(struct run *r)
{
	struct buf out = {0};
	const char *stage = r->o->dump;
	bool there = true;

	if (strcmp(stage, "doc") == 0 && r->doc)
		doc_print(r->doc, &out);
	else if (strcmp(stage, "spec") == 0 && r->spec)
		spec_print(r->spec, &out);
	else if (strcmp(stage, "plan") == 0 && r->plan)
		plan_print(r->plan, &out);
	else
		there = strcmp(stage, "hcl") == 0 && r->outputs;
	for (size_t i = 0; there && !out.len && i < r->outputs->n; i++) {
		const struct output *o = &r->outputs->list[i];
		if (!memchr(o->data, '\0', o->len)) // not archives
			printf("==> %s <==\n%.*s\n", o->path, (int)o->len, o->data);
	}
	fputs(buf_str(&out), stdout);
	buf_free(&out);
	return run_finish(there ? EXIT_FINE : EXIT_SPEC);
}

static int
compare_stack(struct run *r, const struct write_options *options)
{
	struct write_result *w = write_compare(&r->ctx, r->outputs, options);
	bool differs = report_comparison(w, r->o->quiet);

	if (!report_problems(w))
		return run_finish(EXIT_FILES);
	return run_finish(differs ? EXIT_SPEC : EXIT_FINE);
}

static int
command_compile(const struct options *o)
{
	struct run r = run_new(o);
	struct differences changes = {0};
	const char *seen = NULL;
	char hash[HASH_HEX + 1];
	int status = run_outputs(&r);

	if (status == EXIT_FINE && !o->check && !o->dump)
		status = run_compare_last(&r, &changes, &seen);
	if (status == EXIT_FILES)
		goto out;
	report_diags(r.ctx.diags, o, false);
	if (o->dump) {
		int dumped = dump_stage(&r);
		status = status ? status : dumped;
		goto out;
	}
	if (status != EXIT_FINE)
		goto out;
	hash_hex(r.source->text, r.source->len, hash);
	struct write_options options = {
		.dir = o->output, .spec = run_is_stdin(&r) ? NULL : r.source->name, .spec_hash = hash, .spec_file = run_spec_name(&r),
		.force = o->force, .seen_spec = seen};
	if (o->check) {
		status = compare_stack(&r, &options);
		goto out;
	}
	struct write_result *w = write_stack(&r.ctx, r.outputs, &options);
	status = report_problems(w) ? EXIT_FINE : EXIT_FILES;
	if (status == EXIT_FINE && !o->quiet) {
		diff_print_text(&changes, stdout);
		report_written(r.ctx.arena, w, r.plan, o->output, o->verbose);
	}
	status = run_finish(status);
out:
	arena_free(r.ctx.arena);
	return status;
}

static int
command_lint(const struct options *o)
{
	struct run r = run_new(o);
	int status = run_spec(&r, o->args[0]);
	struct plan_source source = {0};
	size_t unchecked = 0;

	if (status != EXIT_FILES) {
		if (r.spec)
			source = run_plan_source(&r, o->env);
		if (status == EXIT_FINE)
			lint_rendered(&r.ctx, r.spec, &source);
		if (r.spec && !o->env)
			unchecked = lint_environments(&r.ctx, r.doc, r.sets, o->n_sets, &source);
		report_diags(r.ctx.diags, o, true);
		if (unchecked && o->format == FORMAT_TEXT)
			fprintf(stderr, "%zu environments not checked\n", unchecked);
		status = r.ctx.diags->errors ? EXIT_SPEC : EXIT_FINE;
	}
	arena_free(r.ctx.arena);
	return status;
}

static int
command_explain(const struct options *o)
{
	struct buf out = {0};
	const char *near = NULL;

	if (!explain(problems_all(), o->args[0], &out, &near)) {
		text_print(stderr, "tfgen: '%s' is neither a key of the spec nor a problem\n", o->args[0]);
		if (near)
			text_print(stderr, "  hint: did you mean '%s'?\n", near);
		return EXIT_USAGE;
	}
	fputs(buf_str(&out), stdout);
	buf_free(&out);
	return run_finish(EXIT_FINE);
}

static int
command_schema(const struct options *o)
{
	(void)o;
	schema_print(stdout);
	return run_finish(EXIT_FINE);
}

static int
command_init(const struct options *o)
{
	struct buf out = {0};

	if (o->ci && o->preset) {
		fputs("tfgen: '--ci' and '--preset' print different files: give one of them\n", stderr);
		return EXIT_USAGE;
	}
	if (o->ci)
		init_print_ci(o->ci, &out);
	else
		init_print(o->preset, &out);
	fputs(buf_str(&out), stdout);
	buf_free(&out);
	return run_finish(EXIT_FINE);
}

static int
command_help(const struct options *o)
{
	const char *topic = o->n_args ? o->args[0] : NULL;
	const struct command *k = topic ? command_find(commands, topic) : NULL;

	if (k)
		help_command(k, stdout);
	else if (!topic)
		help_all(commands, stdout);
	else if (strcmp(topic, "man") == 0)
		manual_print(commands, problems_all(), stdout);
	else
		text_print(stderr, "tfgen: no command '%s'\n", topic);
	return k || !topic || strcmp(topic, "man") == 0 ? run_finish(EXIT_FINE) : EXIT_USAGE;
}

static int
command_completion(const struct options *o)
{
	if (strcmp(o->args[0], "bash") == 0) {
		completion_bash(commands, problems_all(), stdout);
	} else if (strcmp(o->args[0], "zsh") == 0) {
		completion_zsh(commands, problems_all(), stdout);
	} else {
		text_print(stderr, "tfgen: no completion for '%s', expected bash or zsh\n", o->args[0]);
		return EXIT_USAGE;
	}
	return run_finish(EXIT_FINE);
}

static const struct command commands[] = {
	{ "", "SPEC", 1, 1, command_compile, "compile a spec: check it and write its Terraform",
	  "Writes into the current directory, or the one given with -o. A file that tfgen did not generate, or that was edited since, is "
	  "never changed without --force. '-' reads the spec from standard input.",
	  "tfgen gym.yaml && terraform init && terraform apply", ARGUMENT_SPEC, NULL, "text json sarif" },
	{ "lint", "SPEC", 1, 1, command_lint, "check a spec and write nothing",
	  "Prints errors, warnings and notes, of the spec and of each of its environments, or of the one that --env chooses. Exits 0 if "
	  "there is no error.", "tfgen lint --format sarif gym.yaml", ARGUMENT_SPEC,
	  NULL, "text json sarif" },
	{ "diff", "[OLD] NEW", 1, 2, reader_diff, "say what an edit of a spec does to the stack that runs",
	  "Compares two specs, or one with what was compiled last into the stack's directory. Each changed key is 'in place' (no one "
	  "notices), 'rescale' (instances come or go), 'roll' (instances are replaced behind the load balancer), 'interrupt' (minutes "
	  "without the database or the service), 'replace' (data or an address is lost) or 'refuse' (AWS would not do it). Exits 0 "
	  "without a change, 2 with one, 1 after an error.",
	  "tfgen diff -o gym gym.yaml", ARGUMENT_SPEC, NULL, "text json" },
	{ "cost", "SPEC", 1, 2, reader_cost, "say what a stack costs a month, line by line",
	  "Prices everything that the stack makes, at its fewest and at its most instances, and at a load if one is given; then says what "
	  "cheaper choices save, what remains after 'terraform destroy', what is assumed and what is not counted. --compare takes two "
	  "specs. Without a price, a line says so, and the total is 'at least'.",
	  "tfgen cost --requests-per-second 50 gym.yaml", ARGUMENT_SPEC, NULL, "text json" },
	{ "controls", "SPEC", 1, 1, reader_controls, "list the security controls that the stack meets, and where",
	  "Each control of the AWS Foundational Security Best Practices standard that touches the stack, with its number in the CIS "
	  "benchmark and checkov's check where there is one: the file and line that meets it, or the reason why it is not met. The "
	  "reasons stand beside the resources too, where checkov reads them.",
	  "tfgen controls gym.yaml", ARGUMENT_SPEC, NULL, "text json" },
	{ "graph", "SPEC", 1, 1, reader_graph, "draw the architecture of a stack",
	  "Prints an SVG picture of the zones, the subnets and what is in them, with ports, counts and sizes. It is the diagram.svg that every "
	  "stack contains and its README.md shows. --format mermaid or dot prints the same as text for Mermaid or Graphviz.",
	  "tfgen graph gym.yaml > gym.svg", ARGUMENT_SPEC, NULL, "svg mermaid dot" },
	{ "simulate", "SPEC", 1, 1, reader_simulate, "show how the scaling rules answer a load, minute by minute",
	  "Instances: 'serving' get requests, 'starting' boot or pass their health checks, 'warming' are left out of the CPU that alarms see, "
	  "'leaving' finish their requests. 'no capacity': requests beyond what the serving instances can answer. A load file is CSV: "
	  "a first line 'minute,requests_per_second', then '0,12.5', '1,40' and so on, a row for every minute, a month at most. Minute 0 is the time of --start, "
	  "which decides when the actions of a schedule happen. The "
	  "database and CPU credits are not modelled. Exits 1 if the load is not held, or after an error.",
	  "tfgen simulate --peak 600 --for 30m gym.yaml", ARGUMENT_SPEC, NULL, "text json svg" },
	{ "explain", "[WORD]", 0, 1, command_explain, "explain a key of the spec, or a problem by its id",
	  "A key: what it means, its range, default and an example. A problem: the reason, the rule of AWS behind it, how to fix it and "
	  "an example. Without a word, lists all keys and problems.",
	  "tfgen explain scaling.out.for", ARGUMENT_TOPIC, NULL, NULL },
	{ "schema", "", 0, 0, command_schema, "print the JSON Schema of the spec, for editors",
	  "An editor that reads JSON Schema completes keys and marks mistakes while you type.",
	  "tfgen schema > tfgen.schema.json", ARGUMENT_NONE, NULL, NULL },
	{ "init", "", 0, 0, command_init, "print a commented spec to start from, or a file for CI",
	  "Shows every key with its default. --preset prints an example instead. starter: the least that an API needs, for up to $50 a "
	  "month. original: step scaling on CPU and on requests. production: private instances on arm64, state in S3. fortress: what "
	  "auditors ask for. --ci prints a workflow for GitHub, or "
	  ".gitlab-ci.yml for GitLab. It checks, prices and plans each change, reports on the pull request, and applies after an "
	  "approval. Its first lines say what to set. The stack needs 'state'.",
	  "tfgen init --preset production > gym.yaml", ARGUMENT_NONE, NULL, NULL },
	{ "completion", "SHELL", 1, 1, command_completion, "print the completion script for bash or zsh",
	  "'make install' installs both.", "source <(tfgen completion bash)", ARGUMENT_WORDS, "bash zsh", NULL },
	{ "help", "[COMMAND]", 0, 1, command_help, "explain how to use tfgen, or a command",
	  "'tfgen help man' prints the manual page.", "tfgen help lint", ARGUMENT_COMMAND, NULL, NULL },
	{0},
};

static void
print_version(bool verbose)
{
	struct buf dates = {0};

	printf("tfgen %s\n", TFGEN_VERSION);
	if (verbose)
		data_print_dates(&dates);
	fputs(buf_str(&dates), stdout);
	buf_free(&dates);
}

int
main(int argc, char **argv)
{
	struct options o;
	int status = EXIT_USAGE;

	switch (options_parse(commands, argc, argv, &o)) {
	case PARSED_RUN:
		status = o.command->run(&o);
		break;
	case PARSED_HELP:
		if (o.command)
			help_command(o.command, stdout);
		else
			help_all(commands, stdout);
		status = run_finish(EXIT_FINE);
		break;
	case PARSED_VERSION:
		print_version(o.verbose);
		status = run_finish(EXIT_FINE);
		break;
	case PARSED_NOTHING:
		help_all(commands, stderr);
		break;
	case PARSED_WRONG:
		fputs(buf_str(&o.mistake), stderr);
		break;
	}
	options_free(&o);
	return status;
}
