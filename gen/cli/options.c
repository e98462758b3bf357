// The command line is read by getopt_long from the table of options. The first word that is no option is a command if it is
// the name of one, and else the spec to compile.

#include "cli/options.h"

#include "cli/help.h"
#include "base/suggest.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct option_row option_rows[] = {
	{'o', "output", "DIR", NULL, "compile", "write below DIR instead of the current folder"},
	{0, "check", NULL, NULL, "compile", "write nothing; list the files that are not what the spec compiles to, exit 1 if any"},
	{0, "force", NULL, NULL, "compile", "overwrite and delete generated files that were edited, and others in the way"},
	{'d', "dump", "STAGE", "doc spec plan hcl", "compile", "print what a stage made and stop: doc, spec, plan or hcl"},
	{0, "env", "NAME", NULL, "compile lint", "choose an environment of the spec"},
	{0, "set", "PATH=VALUE", NULL, "compile lint", "set a value over the spec; may be repeated"},
	{0, "preset", "NAME", "starter original production", "init", "what to begin with: starter, original or production"},
	{0, "format", "FORMAT", "text json sarif", "compile lint", "how problems are told: text, json or sarif"},
	{0, "color", "WHEN", "auto always never", NULL, "color problems: auto, always or never"},
	{'q', "quiet", NULL, NULL, NULL, "print problems only"},
	{'v', "verbose", NULL, NULL, NULL, "print notes, and every file written"},
	{'h', "help", NULL, NULL, NULL, "say how to use tfgen, or the command before it"},
	{'V', "version", NULL, NULL, NULL, "print tfgen's version"},
	{0},
};

enum { N_ROWS = sizeof option_rows / sizeof *option_rows - 1, LONG_ONLY = 256 };

static bool
usage_error(const char *what, const char *word, const char *near)
{
	fprintf(stderr, "tfgen: %s '%s'\n", what, word);
	if (near)
		fprintf(stderr, "  hint: did you mean '%s'?\n", near);
	fprintf(stderr, "  'tfgen --help' lists what there is\n");
	return false;
}

// The place of word among words separated by spaces, or -1.
static int
word_index(const char *words, const char *word)
{
	size_t n = strlen(word);
	int i = 0;

	for (const char *s = words; *s; s += strspn(s, " "), i++) {
		size_t m = strcspn(s, " ");
		if (m == n && strncmp(s, word, n) == 0)
			return i;
		s += m;
	}
	return -1;
}

static const struct command *
find_command(const char *name)
{
	for (const struct command *k = commands; k->name; k++)
		if (strcmp(k->name, name) == 0)
			return k;
	return NULL;
}

static bool
take(struct options *o, const struct option_row *row, const char *arg)
{
	int word = row->words ? word_index(row->words, arg) : 0;

	if (word < 0) {
		fprintf(stderr, "tfgen: --%s cannot be '%s', expected one of: %s\n", row->name, arg, row->words);
		return false;
	}
	if (strcmp(row->name, "output") == 0)
		o->output = *arg ? arg : ".";
	else if (strcmp(row->name, "check") == 0)
		o->check = true;
	else if (strcmp(row->name, "force") == 0)
		o->force = true;
	else if (strcmp(row->name, "dump") == 0)
		o->dump = arg;
	else if (strcmp(row->name, "env") == 0)
		o->env = arg;
	else if (strcmp(row->name, "set") == 0)
		o->sets[o->n_sets++] = arg;
	else if (strcmp(row->name, "preset") == 0)
		o->preset = arg;
	else if (strcmp(row->name, "format") == 0)
		o->format = (enum format)word;
	else if (strcmp(row->name, "color") == 0)
		o->color = (enum color)word;
	else if (strcmp(row->name, "quiet") == 0)
		o->quiet = true;
	else if (strcmp(row->name, "verbose") == 0)
		o->verbose = true;
	return true;
}

static bool
report_unknown(const char *word)
{
	size_t dashes = strspn(word, "-"), n = strcspn(word, "=");
	char name[64];

	snprintf(name, sizeof name, "%.*s", (int)(n - dashes), word + dashes);
	struct suggestion near = suggest_for(name);
	for (const struct option_row *row = option_rows; row->name; row++)
		suggest(&near, row->name);
	if (!near.best || dashes < 2)
		return usage_error("unknown option", word, NULL);
	char best[64];
	snprintf(best, sizeof best, "--%s", near.best);
	return usage_error("unknown option", word, best);
}

// Whether every option given belongs to the command.
static bool
check_belonging(const struct options *o, const bool *seen)
{
	const char *name = *o->command->name ? o->command->name : "compile";

	for (size_t i = 0; i < N_ROWS; i++) {
		if (!seen[i] || !option_rows[i].commands || word_index(option_rows[i].commands, name) >= 0)
			continue;
		fprintf(stderr, "tfgen: --%s means nothing to 'tfgen %s'\n", option_rows[i].name,
			*o->command->name ? o->command->name : "SPEC");
		return false;
	}
	return true;
}

static bool
choose_command(struct options *o, char **words, int n)
{
	const struct command *k = n > 0 ? find_command(words[0]) : NULL;
	bool named = k && *k->name;
	o->command = named ? k : &commands[0];
	o->args = (const char **)words + named;
	o->n_args = (size_t)(n - named);
	if (o->n_args >= o->command->min_args && o->n_args <= o->command->max_args)
		return true;
	if (n == 0) {
		help_short(stderr);
		return false;
	}
	fprintf(stderr, "tfgen: expected 'tfgen %s%s%s'%s\n", o->command->name, named ? " " : "", o->command->usage,
		o->n_args > o->command->max_args ? "; there are more words than that" : "");
	struct suggestion near = suggest_for(words[0]);
	for (k = commands; !named && k->name; k++)
		suggest(&near, k->name);
	if (near.best)
		fprintf(stderr, "  hint: did you mean 'tfgen %s'?\n", near.best);
	return false;
}

bool
options_parse(int argc, char **argv, struct options *o)
{
	static struct option longs[N_ROWS + 1];
	char shorts[2 * N_ROWS + 2] = ":";
	bool seen[N_ROWS] = {0}, help = false, version = false;
	int letter, at = -1;

	*o = (struct options){.output = "."};
	o->sets = calloc((size_t)argc + 1, sizeof *o->sets);
	if (!o->sets)
		return usage_error("out of memory reading", argv[0], NULL);
	for (size_t i = 0, n = 1; i < N_ROWS; i++) {
		const struct option_row *row = &option_rows[i];
		longs[i] = (struct option){row->name, row->arg ? required_argument : no_argument, NULL, LONG_ONLY + (int)i};
		if (row->letter)
			n += (size_t)sprintf(shorts + n, "%c%s", row->letter, row->arg ? ":" : "");
	}
	opterr = 0;
	while ((letter = getopt_long(argc, argv, shorts, longs, &at)) != -1) {
		if (letter == '?')
			return report_unknown(argv[optind - 1]);
		if (letter == ':')
			return usage_error("a value is missing behind", argv[optind - 1], NULL);
		size_t i = letter >= LONG_ONLY ? (size_t)letter - LONG_ONLY : 0;
		while (letter < LONG_ONLY && option_rows[i].letter != letter)
			i++;
		seen[i] = true;
		help = help || option_rows[i].letter == 'h';
		version = version || option_rows[i].letter == 'V';
		if (!take(o, &option_rows[i], optarg ? optarg : ""))
			return false;
	}
	if (version) {
		printf("tfgen %s\n", TFGEN_VERSION);
		return true;
	}
	if (help) {
		const struct command *k = optind < argc ? find_command(argv[optind]) : NULL;
		if (k)
			help_command(k, stdout);
		else
			help_short(stdout);
		return true;
	}
	return choose_command(o, argv + optind, argc - optind) && check_belonging(o, seen);
}

void
options_free(struct options *o)
{
	free(o->sets);
	*o = (struct options){0};
}
