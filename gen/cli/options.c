// getopt_long reads the command line by the table of options. The first word that is no option is a
// command if a command has that name, else the spec to compile.

#include "cli/options.h"

#include "base/arena.h"
#include "base/suggest.h"
#include "base/text.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct option_row option_rows[] = {
	{'o', "output", "DIR", NULL, "compile diff", "the stack's directory, instead of the current one"},
	{0, "check", NULL, NULL, "compile", "write nothing; list files that differ from what the spec compiles to, exit 1 if any"},
	{0, "force", NULL, NULL, "compile", "overwrite and delete files that were edited, that tfgen did not generate or that are another stack's"},
	{0, "allow-replace", NULL, NULL, "compile", "compile edits of the last spec that lose data or that AWS refuses"},
	{'d', "dump", "STAGE", "doc spec plan hcl", "compile", "print the result of a stage and stop: doc, spec, plan or hcl"},
	{0, "env", "NAME", NULL, "compile lint diff cost controls graph simulate", "choose an environment of the spec"},
	{0, "set", "PATH=VALUE", NULL, "compile lint diff cost controls graph simulate", "override a value of the spec; may be repeated"},
	{0, "preset", "NAME", "starter original production fortress", "init",
		"an example to print instead: starter, original, production or fortress"},
	{0, "ci", "SYSTEM", "github gitlab", "init", "print how CI checks, plans and applies a stack: a workflow for github, or .gitlab-ci.yml for gitlab"},
	{0, "load", "FILE", NULL, "simulate", "the load: CSV with the columns minute,requests_per_second, a row for each minute from 0 on"},
	{0, "peak", "N", NULL, "simulate", "the load: a peak of N requests a second"},
	{0, "users", "N", NULL, "simulate", "the load: N users who wait between their requests"},
	{0, "think", "TIME", NULL, "simulate", "how long users wait, such as 2s, or 1s-3s for the mean of both; 1s-3s unless given"},
	{0, "for", "TIME", NULL, "simulate", "how long the peak lasts, or all users stay, such as 30m; 5m of rise come before it, 5m of fall after it"},
	{0, "start", "TIME", NULL, "simulate", "when minute 0 of the load is, in UTC, such as 2026-07-06T08:00; 2026-01-05T00:00, a Monday, unless given"},
	{0, "cpu-ms-per-request", "MS", NULL, "simulate", "milliseconds of a vCPU that a request takes, such as 0.25; 1 unless given"},
	{0, "hours", "N", NULL, "cost", "price so many hours, 1 to 8784, instead of a month of 730"},
	{0, "requests-per-second", "N", NULL, "cost", "also price a load of so many requests a second on average, up to 10000000"},
	{0, "data-out-gb", "N", NULL, "cost", "also price so many GB to the internet in these hours, up to 1000000000"},
	{0, "compare", NULL, NULL, "cost", "price two specs side by side"},
	{0, "format", "FORMAT", "text json sarif svg mermaid dot", "compile lint diff cost controls graph simulate",
	 "how to print problems: text, json or sarif; what else a command prints: text or json, a simulation also svg, a graph svg, "
	 "mermaid or dot"},
	{0, "color", "WHEN", "auto always never", NULL, "color problems: auto, always or never"},
	{'q', "quiet", NULL, NULL, NULL, "print problems only"},
	{'v', "verbose", NULL, NULL, NULL, "also print notes, every file that changes, and every minute of a simulation"},
	{'h', "help", NULL, NULL, NULL, "print help, of a command if one is given"},
	{'V', "version", NULL, NULL, NULL, "print the version of tfgen; with -v, also the dates of its facts about AWS"},
	{0},
};

static const char *const format_words[] = {
	[FORMAT_TEXT] = "text",
	[FORMAT_JSON] = "json",
	[FORMAT_SARIF] = "sarif",
	[FORMAT_SVG] = "svg",
	[FORMAT_MERMAID] = "mermaid",
	[FORMAT_DOT] = "dot",
};

// Options with a whole number.
static const struct number {
	const char *name;
	long min, max;
	long def;
	size_t offset; // of a long in struct options
} numbers[] = {
	{"hours", 1, 8784, 730, offsetof(struct options, hours)},
	{"requests-per-second", 0, 10000000, -1, offsetof(struct options, requests_per_second)},
	{"data-out-gb", 0, 1000000000, -1, offsetof(struct options, data_out_gb)},
};

enum { N_NUMBERS = sizeof numbers / sizeof *numbers };

enum { N_ROWS = sizeof option_rows / sizeof *option_rows - 1, LONG_ONLY = 256 };

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

const struct command *
command_find(const struct command *commands, const char *name)
{
	for (const struct command *k = commands; k->name; k++)
		if (strcmp(k->name, name) == 0)
			return k;
	return NULL;
}

const char *
command_title(const struct command *k)
{
	return *k->name ? k->name : k->usage;
}

bool
option_applies(const struct option_row *row, const struct command *k)
{
	return !row->commands || word_index(row->commands, *k->name ? k->name : "compile") >= 0;
}

static long *
number_at(struct options *o, const struct number *number)
{
	return (long *)((char *)o + number->offset);
}

static const struct number *
number_find(const char *name)
{
	for (size_t i = 0; i < N_NUMBERS; i++)
		if (strcmp(numbers[i].name, name) == 0)
			return &numbers[i];
	return NULL;
}

static bool
take_number(struct options *o, const struct number *number, const char *arg)
{
	enum { DIGITS = 12 }; // more than any number has
	bool whole = *arg && strlen(arg) <= DIGITS && strspn(arg, "0123456789") == strlen(arg);
	long value = whole ? strtol(arg, NULL, 10) : -1;

	if (value < number->min || value > number->max) {
		text_printf(&o->mistake, "tfgen: --%s cannot be '%s', expected a whole number from %ld to %ld\n", number->name, arg,
			number->min, number->max);
		return false;
	}
	*number_at(o, number) = value;
	return true;
}

static bool
take(struct options *o, const struct option_row *row, const char *arg)
{
	int word = row->words ? word_index(row->words, arg) : 0;
	const struct number *number = number_find(row->name);

	if (word < 0) {
		text_printf(&o->mistake, "tfgen: --%s cannot be '%s', expected one of: %s\n", row->name, arg, row->words);
		return false;
	}
	if (number)
		return take_number(o, number, arg);
	if (strcmp(row->name, "output") == 0)
		o->output = *arg ? arg : ".";
	else if (strcmp(row->name, "check") == 0)
		o->check = true;
	else if (strcmp(row->name, "force") == 0)
		o->force = true;
	else if (strcmp(row->name, "allow-replace") == 0)
		o->allow_replace = true;
	else if (strcmp(row->name, "dump") == 0)
		o->dump = arg;
	else if (strcmp(row->name, "env") == 0)
		o->env = arg;
	else if (strcmp(row->name, "set") == 0)
		o->sets[o->n_sets++] = arg;
	else if (strcmp(row->name, "preset") == 0)
		o->preset = arg;
	else if (strcmp(row->name, "ci") == 0)
		o->ci = arg;
	else if (strcmp(row->name, "load") == 0)
		o->load = arg;
	else if (strcmp(row->name, "peak") == 0)
		o->peak = arg;
	else if (strcmp(row->name, "users") == 0)
		o->users = arg;
	else if (strcmp(row->name, "think") == 0)
		o->think = arg;
	else if (strcmp(row->name, "for") == 0)
		o->lasting = arg;
	else if (strcmp(row->name, "start") == 0)
		o->start = arg;
	else if (strcmp(row->name, "cpu-ms-per-request") == 0)
		o->cpu_ms = arg;
	else if (strcmp(row->name, "compare") == 0)
		o->compare = true;
	else if (strcmp(row->name, "format") == 0)
		o->format = (enum format)(FORMAT_TEXT + word);
	else if (strcmp(row->name, "color") == 0)
		o->color = (enum color)word;
	else if (strcmp(row->name, "quiet") == 0)
		o->quiet = true;
	else if (strcmp(row->name, "verbose") == 0)
		o->verbose = true;
	return true;
}

// ---- mistakes

static const char all_options[] = "  'tfgen --help' lists the options\n";

// getopt found an option that is unknown, ambiguous or has a value that it does not take. optopt is
// the letter, or the long option's value, or 0 for a long option that it does not know; word is
// where it stopped.
static void
report_option(struct options *o, const char *word)
{
	char name[64];

	if (optopt >= LONG_ONLY) {
		text_printf(&o->mistake, "tfgen: option '--%s' takes no value\n", option_rows[optopt - LONG_ONLY].name);
		return;
	}
	if (optopt) {
		text_printf(&o->mistake, "tfgen: unknown option '-%c'\n", optopt);
		buf_puts(&o->mistake, all_options);
		return;
	}
	snprintf(name, sizeof name, "%.*s", (int)strcspn(word + 2, "="), word + 2);
	struct suggestion near = suggest_for(name);
	for (const struct option_row *row = option_rows; row->name; row++)
		suggest(&near, row->name);
	text_printf(&o->mistake, "tfgen: unknown option '%s'\n", word);
	if (near.best)
		text_printf(&o->mistake, "  hint: did you mean '--%s'?\n", near.best);
	buf_puts(&o->mistake, all_options);
}

static void
report_missing_value(struct options *o)
{
	if (optopt >= LONG_ONLY)
		text_printf(&o->mistake, "tfgen: option '--%s' needs a value\n", option_rows[optopt - LONG_ONLY].name);
	else
		text_printf(&o->mistake, "tfgen: option '-%c' needs a value\n", optopt);
}

static void
report_arguments(struct options *o, const struct command *commands, const char *first)
{
	const struct command *k = o->command;
	struct suggestion near = suggest_for(first);

	if (o->n_args > k->max_args)
		text_printf(&o->mistake, "tfgen: too many arguments: expected 'tfgen %s%s%s'\n", k->name,
			*k->name && *k->usage ? " " : "", k->usage);
	else
		text_printf(&o->mistake, "tfgen: expected 'tfgen %s%s%s'\n", k->name, *k->name && *k->usage ? " " : "", k->usage);
	for (const struct command *other = commands; !*k->name && other->name; other++)
		suggest(&near, other->name);
	if (near.best)
		text_printf(&o->mistake, "  hint: did you mean 'tfgen %s'?\n", near.best);
}

// ---- parsing

static enum parsed
choose_command(struct options *o, const struct command *commands, char **words, int n)
{
	const struct command *k = n > 0 ? command_find(commands, words[0]) : NULL;
	bool named = k && *k->name;

	o->command = named ? k : commands;
	o->args = (const char **)words + named;
	o->n_args = (size_t)(n - named);
	if (n == 0)
		return PARSED_NOTHING;
	if (o->n_args >= o->command->min_args && o->n_args <= o->command->max_args)
		return PARSED_RUN;
	report_arguments(o, commands, words[0]);
	return PARSED_WRONG;
}

static enum format
first_format(const char *formats)
{
	enum format f = FORMAT_TEXT;

	while (word_index(formats, format_words[f]) != 0)
		f++;
	return f;
}

// Whether every option that was given applies to the command, and so does the format.
static enum parsed
check_options(struct options *o, const bool *seen)
{
	for (size_t i = 0; i < N_ROWS; i++) {
		if (!seen[i] || option_applies(&option_rows[i], o->command))
			continue;
		text_printf(&o->mistake, "tfgen: option '--%s' does not apply to 'tfgen %s'\n", option_rows[i].name,
			command_title(o->command));
		return PARSED_WRONG;
	}
	const char *formats = o->command->formats;
	if (!formats)
		return PARSED_RUN;
	if (o->format == FORMAT_DEFAULT)
		o->format = first_format(formats);
	if (word_index(formats, format_words[o->format]) >= 0)
		return PARSED_RUN;
	text_printf(&o->mistake, "tfgen: --format cannot be '%s' for 'tfgen %s', expected one of: %s\n", format_words[o->format],
		command_title(o->command), formats);
	return PARSED_WRONG;
}

// The row of what getopt_long returned: a letter, or LONG_ONLY and more.
static size_t
row_index(int letter)
{
	size_t i = letter >= LONG_ONLY ? (size_t)letter - LONG_ONLY : 0;

	while (letter < LONG_ONLY && option_rows[i].letter != letter)
		i++;
	return i;
}

static bool
read_options(struct options *o, int argc, char **argv, bool *seen)
{
	static struct option longs[N_ROWS + 1];
	char shorts[2 * N_ROWS + 2] = ":";
	int letter;

	for (size_t i = 0, n = 1; i < N_ROWS; i++) {
		const struct option_row *row = &option_rows[i];
		longs[i] = (struct option){row->name, row->arg ? required_argument : no_argument, NULL, LONG_ONLY + (int)i};
		if (row->letter)
			n += (size_t)sprintf(shorts + n, "%c%s", row->letter, row->arg ? ":" : "");
	}
	opterr = 0;
	while ((letter = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (letter == '?')
			report_option(o, argv[optind - 1]);
		else if (letter == ':')
			report_missing_value(o);
		if (letter == '?' || letter == ':')
			return false;
		size_t i = row_index(letter);
		seen[i] = true;
		if (!take(o, &option_rows[i], optarg ? optarg : ""))
			return false;
	}
	return true;
}

enum parsed
options_parse(const struct command *commands, int argc, char **argv, struct options *o)
{
	bool seen[N_ROWS] = {0};

	*o = (struct options){.output = "."};
	for (size_t i = 0; i < N_NUMBERS; i++)
		*number_at(o, &numbers[i]) = numbers[i].def;
	o->sets = calloc((size_t)argc + 1, sizeof *o->sets);
	if (!o->sets)
		arena_exhausted();
	if (!read_options(o, argc, argv, seen))
		return PARSED_WRONG;
	if (seen[row_index('V')])
		return PARSED_VERSION;
	if (seen[row_index('h')]) {
		o->command = optind < argc ? command_find(commands, argv[optind]) : NULL;
		return PARSED_HELP;
	}
	enum parsed parsed = choose_command(o, commands, argv + optind, argc - optind);
	return parsed == PARSED_RUN ? check_options(o, seen) : parsed;
}

void
options_free(struct options *o)
{
	free(o->sets);
	buf_free(&o->mistake);
	*o = (struct options){0};
}
