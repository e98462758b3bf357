// tfgen: compiles a small YAML spec to Terraform for a web application with a database on AWS.
//
// The stages, in the order in which they run: source (bytes), doc (tree), spec (typed), check
// (rules of AWS), plan (everything decided), render (templates filled in and laid out), write
// (files, all or none). Each takes what the one before made, and a context. Only this file and those
// of cli/ print, and only this file chooses the exit status.

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "base/diag.h"
#include "base/hash.h"
#include "base/path.h"
#include "base/source.h"
#include "base/text.h"
#include "check/check.h"
#include "cli/completion.h"
#include "cli/explain.h"
#include "cli/help.h"
#include "cli/init.h"
#include "cli/lint.h"
#include "cli/manual.h"
#include "cli/options.h"
#include "cli/problems.h"
#include "cli/report.h"
#include "cli/schema.h"
#include "read/diff.h"
#include "read/last.h"
#include "spec/doc.h"
#include "spec/spec.h"
#include "spec/spec_print.h"
#include "spec/spec_read.h"
#include "stack/plan.h"
#include "stack/plan_print.h"
#include "stack/render.h"
#include "stack/write.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	EXIT_FINE = 0,
	EXIT_SPEC = 1,  // the spec is wrong, or --check found a difference
	EXIT_USAGE = 2,
	EXIT_CHANGED = 2, // 'tfgen diff' found a change, as in 'diff' of other tools
	EXIT_FILES = 3, // something could not be read or written
};

// One run over one spec; what is not reached yet is NULL.
struct run {
	struct ctx ctx;
	const struct options *o;
	struct source *source;
	struct override *sets;
	struct node *doc;
	struct spec *spec;
	struct plan *plan;
	struct outputs *outputs;
};

static const struct command commands[];
static int run_lint(const struct options *o);

static struct run
run_new(const struct options *o)
{
	struct arena *arena = arena_new();

	return (struct run){.ctx = {.arena = arena, .diags = diags_new(arena, problems_all())}, .o = o};
}

// Results go to standard output; a full disk or a closed pipe is an error.
static int
finish_output(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	fprintf(stderr, "tfgen: standard output: %s\n", strerror(errno));
	return EXIT_FILES;
}

static void
print_diags(struct run *r)
{
	report_diags(r->ctx.diags, r->o, r->o->command->run == run_lint);
}

static int
read_source(struct run *r, const char *path)
{
	static const struct source nowhere = {.text = ""};

	switch (source_read(&r->ctx, path, &r->source)) {
	case SOURCE_OK:
		return EXIT_FINE;
	case SOURCE_UNREADABLE:
		text_print(stderr, "tfgen: %s: %s\n", path, strerror(errno));
		return EXIT_FILES;
	case SOURCE_TOO_LARGE:
		r->source = source_of(&r->ctx, path, nowhere.text, 0);
		diag(&r->ctx, (struct span){r->source, 0, 0}, "file-too-large", "more than %d bytes", SOURCE_LIMIT);
		return EXIT_SPEC;
	}
	return EXIT_FILES;
}

static bool
read_spec(struct run *r)
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

static bool
is_stdin(const struct run *r)
{
	return strcmp(r->source->name, "<stdin>") == 0;
}

// The spec's name for generated files: without its directory, and without characters that could end
// a comment or begin an expression of a template.
static const char *
spec_name(struct run *r)
{
	const char *slash = strrchr(r->source->name, '/');

	if (is_stdin(r))
		return "standard input";
	return text_for_comment(r->ctx.arena, slash ? slash + 1 : r->source->name, "<>{}");
}

static struct plan_source
source_of_plan(struct run *r, const char *env)
{
	struct plan_source source = {.file = spec_name(r), .env = env};

	if (!is_stdin(r))
		source.path = path_relative(r->ctx.arena, r->o->output, r->source->name);
	return source;
}

// Runs all stages up to the texts of the files. Returns an exit status.
static int
make_outputs(struct run *r)
{
	int status = read_source(r, r->o->args[0]);

	if (status == EXIT_FILES)
		return status;
	if (status == EXIT_FINE && read_spec(r)) {
		struct plan_source source = source_of_plan(r, r->o->env);
		r->plan = plan_build(&r->ctx, r->spec, &source);
		r->outputs = render_stack(&r->ctx, r->plan);
	}
	return r->outputs ? EXIT_FINE : EXIT_SPEC;
}

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
	return finish_output(there ? EXIT_FINE : EXIT_SPEC);
}

static int
compare_stack(struct run *r, const struct write_options *options)
{
	struct write_result *w = write_compare(&r->ctx, r->outputs, options);
	bool differs = report_comparison(w, r->o->quiet);

	if (!report_problems(w))
		return finish_output(EXIT_FILES);
	return finish_output(differs ? EXIT_SPEC : EXIT_FINE);
}

// Compares with what the directory holds already. Another stack, and edits that a running stack
// would not survive, are reported as problems of the spec.
static int
compare_last(struct run *r, struct differences *ret_changes, const char **ret_seen)
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

static int
run_compile(const struct options *o)
{
	struct run r = run_new(o);
	struct differences changes = {0};
	const char *seen = NULL;
	char hash[HASH_HEX + 1];
	int status = make_outputs(&r);

	if (status == EXIT_FINE && !o->check && !o->dump)
		status = compare_last(&r, &changes, &seen);
	if (status == EXIT_FILES)
		goto out;
	print_diags(&r);
	if (o->dump) {
		int dumped = dump_stage(&r);
		status = status ? status : dumped;
		goto out;
	}
	if (status != EXIT_FINE)
		goto out;
	hash_hex(r.source->text, r.source->len, hash);
	struct write_options options = {
		.dir = o->output, .spec = is_stdin(&r) ? NULL : r.source->name, .spec_hash = hash, .spec_file = spec_name(&r),
		.force = o->force, .seen_spec = seen};
	if (o->check) {
		status = compare_stack(&r, &options);
		goto out;
	}
	struct write_result *w = write_stack(&r.ctx, r.outputs, &options);
	status = report_problems(w) ? EXIT_FINE : EXIT_FILES;
	if (status == EXIT_FINE && !o->quiet) {
		diff_print_text(&changes, stdout);
		report_written(r.ctx.arena, w, r.plan->name.value, o->output, o->verbose);
	}
	status = finish_output(status);
out:
	arena_free(r.ctx.arena);
	return status;
}

// The spec of one argument, checked. Returns an exit status.
static int
read_checked(struct run *r, const char *path)
{
	int status = read_source(r, path);

	return status == EXIT_FINE && !read_spec(r) ? EXIT_SPEC : status;
}

static int
run_lint(const struct options *o)
{
	struct run r = run_new(o);
	int status = read_checked(&r, o->args[0]);
	struct plan_source source = {0};
	size_t unchecked = 0;

	if (status != EXIT_FILES) {
		if (r.spec)
			source = source_of_plan(&r, o->env);
		if (status == EXIT_FINE)
			lint_rendered(&r.ctx, r.spec, &source);
		if (r.spec && !o->env)
			unchecked = lint_environments(&r.ctx, r.doc, r.sets, o->n_sets, &source);
		print_diags(&r);
		if (unchecked && o->format == FORMAT_TEXT)
			fprintf(stderr, "%zu environments not checked\n", unchecked);
		status = r.ctx.diags->errors ? EXIT_SPEC : EXIT_FINE;
	}
	arena_free(r.ctx.arena);
	return status;
}

static int
run_diff(const struct options *o)
{
	struct run r = run_new(o);
	struct differences changes = {0};
	struct last last;
	enum last_status found;
	int status = EXIT_SPEC;

	if (o->format == FORMAT_SARIF) {
		fputs("tfgen: --format sarif is for problems; changes are printed as text or json\n", stderr);
	} else if (o->n_args == 2) {
		status = read_checked(&r, o->args[0]);
		const struct spec *old = r.spec;
		status = status ? status : read_checked(&r, o->args[1]);
		if (status == EXIT_FINE)
			changes = diff_specs(&r.ctx, old, r.spec);
	} else if ((found = last_read(&r.ctx, o->output, &last)) == LAST_DAMAGED) {
		text_print(stderr, "tfgen: %s\n", last.damage);
	} else if (found != LAST_FOUND) {
		text_print(stderr, "tfgen: %s holds no stack to compare with: name two specs, or the stack's directory with -o\n", o->output);
	} else {
		status = make_outputs(&r);
		if (status == EXIT_FINE)
			changes = diff_last(&r.ctx, &last, r.plan);
	}
	if (status != EXIT_FILES)
		print_diags(&r);
	if (status == EXIT_FINE && !o->quiet)
		(o->format == FORMAT_JSON ? diff_print_json : diff_print_text)(&changes, stdout);
	status = status == EXIT_FINE ? finish_output(changes.n ? EXIT_CHANGED : EXIT_FINE) : EXIT_SPEC;
	arena_free(r.ctx.arena);
	return status;
}

static int
run_explain(const struct options *o)
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
	return finish_output(EXIT_FINE);
}

static int
run_schema(const struct options *o)
{
	(void)o;
	schema_print(stdout);
	return finish_output(EXIT_FINE);
}

static int
run_init(const struct options *o)
{
	struct buf out = {0};

	init_print(o->preset, &out);
	fputs(buf_str(&out), stdout);
	buf_free(&out);
	return finish_output(EXIT_FINE);
}

static int
run_help(const struct options *o)
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
	return k || !topic || strcmp(topic, "man") == 0 ? finish_output(EXIT_FINE) : EXIT_USAGE;
}

static int
run_completion(const struct options *o)
{
	if (strcmp(o->args[0], "bash") == 0) {
		completion_bash(commands, problems_all(), stdout);
	} else if (strcmp(o->args[0], "zsh") == 0) {
		completion_zsh(commands, problems_all(), stdout);
	} else {
		text_print(stderr, "tfgen: no completion for '%s', expected bash or zsh\n", o->args[0]);
		return EXIT_USAGE;
	}
	return finish_output(EXIT_FINE);
}

static const struct command commands[] = {
	{ "", "SPEC", 1, 1, run_compile, "compile a spec: check it and write its Terraform",
	  "Writes into the current directory, or the one given with -o. A file that tfgen did not generate, or that was edited since, is "
	  "never changed without --force. '-' reads the spec from standard input.",
	  "tfgen gym.yaml && terraform init && terraform apply", ARGUMENT_SPEC, NULL },
	{ "lint", "SPEC", 1, 1, run_lint, "check a spec and write nothing",
	  "Prints errors, warnings and notes, of the spec and of each of its environments, or of the one that --env chooses. Exits 0 if "
	  "there is no error.", "tfgen lint --format sarif gym.yaml", ARGUMENT_SPEC,
	  NULL },
	{ "diff", "[OLD] NEW", 1, 2, run_diff, "say what an edit of a spec does to the stack that runs",
	  "Compares two specs, or one with what was compiled last into the stack's directory. Each changed key is 'in place' (no one "
	  "notices), 'rescale' (instances come or go), 'roll' (instances are replaced behind the load balancer), 'interrupt' (minutes "
	  "without the database or the service), 'replace' (data or an address is lost) or 'refuse' (AWS would not do it). Exits 0 "
	  "without a change, 2 with one, 1 after an error.",
	  "tfgen diff -o gym gym.yaml", ARGUMENT_SPEC, NULL },
	{ "explain", "[WORD]", 0, 1, run_explain, "explain a key of the spec, or a problem by its id",
	  "A key: what it means, its range, default and an example. A problem: the reason, the rule of AWS behind it, how to fix it and "
	  "an example. Without a word, lists all keys and problems.",
	  "tfgen explain scaling.out.for", ARGUMENT_TOPIC, NULL },
	{ "schema", "", 0, 0, run_schema, "print the JSON Schema of the spec, for editors",
	  "An editor that reads JSON Schema completes keys and marks mistakes while you type.",
	  "tfgen schema > tfgen.schema.json", ARGUMENT_NONE, NULL },
	{ "init", "", 0, 0, run_init, "print a commented spec to start from",
	  "The starter preset shows every key with its default. The original preset is an example with step scaling on CPU and on "
	  "requests, the production preset one with private instances on arm64 and state in S3.",
	  "tfgen init --preset production > gym.yaml", ARGUMENT_NONE, NULL },
	{ "completion", "SHELL", 1, 1, run_completion, "print the completion script for bash or zsh",
	  "'make install' installs both.", "source <(tfgen completion bash)", ARGUMENT_WORDS, "bash zsh" },
	{ "help", "[COMMAND]", 0, 1, run_help, "explain how to use tfgen, or a command",
	  "'tfgen help man' prints the manual page.", "tfgen help lint", ARGUMENT_COMMAND, NULL },
	{0},
};

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
		status = finish_output(EXIT_FINE);
		break;
	case PARSED_VERSION:
		printf("tfgen %s\n", TFGEN_VERSION);
		status = finish_output(EXIT_FINE);
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
