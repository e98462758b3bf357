// Both scripts know commands, options, keys and problems by their tables.

#include "cli/completion.h"

#include "base/catalogue.h"
#include "cli/options.h"
#include "spec/fields.h"

#include <string.h>

static void
put_paths(const struct field *table, const char *path, const char *end, FILE *out)
{
	char here[128];

	for (const struct field *f = table; f->key; f++) {
		snprintf(here, sizeof here, "%s%s%s", path, *path ? "." : "", f->key);
		fprintf(out, "%s%s", here, end);
		if (f->sub)
			put_paths(f->sub, here, end, out);
	}
}

// The words that an argument can be, separated by spaces.
static void
put_words(const struct command *k, const struct command *commands, const struct problem *const *catalogue, FILE *out)
{
	switch (k->argument) {
	case ARGUMENT_TOPIC:
		put_paths(spec_fields, "", " ", out);
		for (const struct problem *const *p = catalogue; *p; p++)
			fprintf(out, "%s ", (*p)->id);
		break;
	case ARGUMENT_COMMAND:
		for (const struct command *other = commands; other->name; other++)
			fprintf(out, "%s%s", other->name, *other->name ? " " : "");
		fputs("man", out);
		break;
	case ARGUMENT_WORDS:
		fputs(k->words, out);
		break;
	case ARGUMENT_SPEC:
	case ARGUMENT_NONE:
		break;
	}
}

static void
put_options(const struct command *k, FILE *out)
{
	for (const struct option_row *row = option_rows; row->name; row++)
		if (option_applies(row, k))
			fprintf(out, "--%s ", row->name);
}

// ---- bash

// What may follow an option that takes a value.
static void
bash_values(FILE *out)
{
	for (const struct option_row *row = option_rows; row->name; row++) {
		if (!row->arg)
			continue;
		fprintf(out, "\t--%s", row->name);
		if (row->letter)
			fprintf(out, "|-%c", row->letter);
		fputs(") ", out);
		if (row->words)
			fprintf(out, "COMPREPLY=($(compgen -W '%s' -- \"$cur\")); ", row->words);
		else if (strcmp(row->arg, "FILE") == 0)
			fputs("COMPREPLY=($(compgen -f -- \"$cur\")); ", out);
		else if (strcmp(row->arg, "DIR") == 0)
			fputs("COMPREPLY=($(compgen -d -X \"$hidden\" -- \"$cur\")); ", out);
		if (strcmp(row->name, "set") == 0) {
			fputs("COMPREPLY=($(compgen -S = -W '", out);
			put_paths(spec_fields, "", " ", out);
			fputs("' -- \"$cur\")); compopt -o nospace; ", out);
		}
		fputs("return ;;\n", out);
	}
}

void
completion_bash(const struct command *commands, const struct problem *const *catalogue, FILE *out)
{
	fputs("# bash completion for tfgen\n_tfgen() {\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} hidden='.*'\n"
	      "\t[[ $cur == .* || $cur == */.* ]] && hidden=\n"
	      "\tCOMPREPLY=()\n\tcase $prev in\n",
		out);
	bash_values(out);
	fputs("\tesac\n\t((COMP_CWORD > 1)) || command=\n\tcase $command in\n", out);
	for (const struct command *k = commands + 1; k->name; k++) {
		fprintf(out, "\t%s)\n\t\tif [[ $cur == -* %s]]; then COMPREPLY=($(compgen -W '", k->name,
			k->argument == ARGUMENT_NONE ? "|| -z $cur " : "");
		put_options(k, out);
		fputs("' -- \"$cur\")); return; fi\n", out);
		if (k->argument == ARGUMENT_SPEC) {
			fputs("\t\t;;\n", out);
			continue;
		}
		fputs("\t\tCOMPREPLY=($(compgen -W '", out);
		put_words(k, commands, catalogue, out);
		fputs("' -- \"$cur\")); return ;;\n", out);
	}
	fputs("\t*)\n\t\tif [[ $cur == -* ]]; then COMPREPLY=($(compgen -W '", out);
	put_options(commands, out);
	fputs("' -- \"$cur\")); return; fi ;;\n\tesac\n"
	      "\tCOMPREPLY=($(compgen -f -X '!*.y*ml' -- \"$cur\") $(compgen -d -X \"$hidden\" -- \"$cur\"))\n"
	      "\tif ((COMP_CWORD == 1)); then\n\t\tCOMPREPLY+=($(compgen -W '",
		out);
	for (const struct command *k = commands + 1; k->name; k++)
		fprintf(out, "%s ", k->name);
	fputs("' -- \"$cur\"))\n\tfi\n}\ncomplete -o filenames -F _tfgen tfgen\n", out);
}

// ---- zsh

// Brackets, colons and quotes have a meaning in a specification of _arguments.
static void
put_zsh(const char *s, FILE *out)
{
	for (; *s; s++) {
		if (*s == '\'')
			fputs("'\\''", out);
		else if (strchr("[]:", *s))
			fprintf(out, "\\%c", *s);
		else
			fputc(*s, out);
	}
}

static void
zsh_option(const struct option_row *row, FILE *out)
{
	if (row->letter)
		fprintf(out, "\t\t'(-%c --%s)'{-%c,--%s}'[", row->letter, row->name, row->letter, row->name);
	else
		fprintf(out, "\t\t'%s--%s[", strcmp(row->name, "set") == 0 ? "*" : "", row->name);
	put_zsh(row->doc, out);
	fputc(']', out);
	if (row->words)
		fprintf(out, ":%s:(%s)", row->name, row->words);
	else if (row->arg)
		fprintf(out, ":%s:%s", row->name, strcmp(row->arg, "DIR") == 0 ? "_files -/" : strcmp(row->arg, "FILE") == 0 ? "_files" : " ");
	fputs("' \\\n", out);
}

void
completion_zsh(const struct command *commands, const struct problem *const *catalogue, FILE *out)
{
	fputs("#compdef tfgen\n_tfgen() {\n\tlocal -a commands\n\tcommands=(\n", out);
	for (const struct command *k = commands + 1; k->name; k++) {
		fprintf(out, "\t\t'%s:", k->name);
		put_zsh(k->doc, out);
		fputs("'\n", out);
	}
	fputs("\t)\n\t_arguments \\\n", out);
	for (const struct option_row *row = option_rows; row->name; row++)
		zsh_option(row, out);
	fputs("\t\t'1: :{_describe command commands; _files -g \"*.y*ml\"}' \\\n\t\t'2: :->word'\n"
	      "\tif [[ $state == word ]]; then\n\t\tcase $words[2] in\n",
		out);
	for (const struct command *k = commands + 1; k->name; k++) {
		if (k->argument == ARGUMENT_SPEC)
			continue;
		fprintf(out, "\t\t%s) ", k->name);
		if (k->argument != ARGUMENT_NONE) {
			fputs("compadd -- ", out);
			put_words(k, commands, catalogue, out);
		}
		fputs(" ;;\n", out);
	}
	fputs("\t\t*) _files -g '*.y*ml' ;;\n\t\tesac\n\tfi\n}\n_tfgen \"$@\"\n", out);
}
