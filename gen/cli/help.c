// Help, manual and completion are readers of the tables: nothing about a command or an option is said twice.

#include "cli/help.h"

#include "check/check.h"
#include "spec/fields.h"
#include "cli/options.h"

#include <ctype.h>
#include <string.h>

static const char *
shown_name(const struct command *k)
{
	return *k->name ? k->name : "SPEC";
}

static void
print_usage(const struct command *k, FILE *out)
{
	fprintf(out, "tfgen%s%s%s%s", *k->name ? " " : "", k->name, *k->usage ? " " : "", k->usage);
}

static int
has_option(const struct command *k, const struct option_row *row)
{
	const char *name = *k->name ? k->name : "compile";
	const char *found = row->commands ? strstr(row->commands, name) : NULL;

	return !row->commands || found != NULL;
}

static void
print_option(const struct option_row *row, FILE *out)
{
	char left[64];

	snprintf(left, sizeof left, "%c%c%s --%s%s%s", row->letter ? '-' : ' ', row->letter ? row->letter : ' ',
		row->letter ? "," : " ", row->name, row->arg ? " " : "", row->arg ? row->arg : "");
	fprintf(out, "  %-24s %s\n", left, row->doc);
}

void
help_short(FILE *out)
{
	fprintf(out, "tfgen %s: a small YAML spec becomes Terraform for a web application with a database on AWS\n\n",
		TFGEN_VERSION);
	for (const struct command *k = commands; k->name; k++) {
		char left[64];
		snprintf(left, sizeof left, "tfgen %s%s%s", k->name, *k->name ? " " : "", k->usage);
		fprintf(out, "  %-32s %s\n", left, k->doc);
	}
	fputs("\noptions:\n", out);
	for (const struct option_row *row = option_rows; row->name; row++)
		print_option(row, out);
	fputs("\nexit status: 0 fine, 1 the spec is wrong or --check found a difference, 2 wrong usage, 3 files\n"
	      "'tfgen help COMMAND' tells more; 'tfgen explain WORD' explains a key of the spec or a problem\n",
		out);
}

void
help_command(const struct command *k, FILE *out)
{
	print_usage(k, out);
	fprintf(out, "\n\n%s.\n%s\n\noptions:\n", k->doc, k->details);
	for (const struct option_row *row = option_rows; row->name; row++)
		if (has_option(k, row))
			print_option(row, out);
	fprintf(out, "\nexample:\n  %s\n", k->example);
}

// ---- the manual page

// A line of text: a leading dot or quote is not a macro, a backslash and a hyphen stand for themselves.
static void
put_roff(const char *s, FILE *out)
{
	if (*s == '.' || *s == '\'')
		fputs("\\&", out);
	for (; *s; s++) {
		if (*s == '\\')
			fputs("\\e", out);
		else if (*s == '-')
			fputs("\\-", out);
		else
			fputc(*s, out);
	}
}

static void
man_fields(const struct field *table, const char *path, FILE *out)
{
	char here[128];

	for (const struct field *f = table; f->key; f++) {
		snprintf(here, sizeof here, "%s%s%s", path, *path ? "." : "", f->key);
		fputs(".TP\n.B ", out);
		put_roff(here, out);
		fputs("\n", out);
		put_roff(f->doc, out);
		if (f->def) {
			fputs(" Default: ", out);
			put_roff(f->def, out);
			fputc('.', out);
		}
		fputc('\n', out);
		if (f->sub)
			man_fields(f->sub, here, out);
	}
}

void
help_man(FILE *out)
{
	fprintf(out, ".TH TFGEN 1 \"\" \"tfgen %s\"\n.SH NAME\ntfgen \\- compile a small YAML spec to Terraform for AWS\n",
		TFGEN_VERSION);
	fputs(".SH SYNOPSIS\n", out);
	for (const struct command *k = commands; k->name; k++) {
		fputs(".B tfgen ", out);
		put_roff(k->name, out);
		fputs(" \\fR", out);
		put_roff(k->usage, out);
		fputs("\n.br\n", out);
	}
	fputs(".SH COMMANDS\n", out);
	for (const struct command *k = commands; k->name; k++) {
		fputs(".TP\n.B ", out);
		put_roff(shown_name(k), out);
		fputc('\n', out);
		put_roff(k->doc, out);
		fputs(".\n", out);
		put_roff(k->details, out);
		fputs("\n.RS\n.PP\nExample:\n.B ", out);
		put_roff(k->example, out);
		fputs("\n.RE\n", out);
	}
	fputs(".SH OPTIONS\n", out);
	for (const struct option_row *row = option_rows; row->name; row++) {
		fputs(".TP\n.B ", out);
		if (row->letter)
			fprintf(out, "\\-%c, ", row->letter);
		fprintf(out, "\\-\\-%s%s%s\n", row->name, row->arg ? " " : "", row->arg ? row->arg : "");
		put_roff(row->doc, out);
		fputc('\n', out);
	}
	fputs(".SH EXIT STATUS\n0 fine, 1 the spec is wrong or \\-\\-check found a difference, 2 wrong usage, 3 files could not be "
	      "read or written.\n.SH THE SPEC\n",
		out);
	man_fields(spec_fields, "", out);
	fputs(".SH DIAGNOSTICS\n", out);
	for (const struct check *k = checks; k->id; k++) {
		fputs(".TP\n.B ", out);
		put_roff(k->id, out);
		fprintf(out, " \\fR(%s)\n", severity_word(k->severity));
		put_roff(k->doc, out);
		fputc('\n', out);
	}
	fputs(".SH SEE ALSO\n.BR terraform (1)\n", out);
}

// ---- completion

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

static void
put_words(FILE *out)
{
	put_paths(spec_fields, "", " ", out);
	for (const struct check *k = checks; k->id; k++)
		fprintf(out, "%s ", k->id);
}

void
help_bash(FILE *out)
{
	fputs("# bash completion for tfgen\n_tfgen() {\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	      "\tCOMPREPLY=()\n\tcase $prev in\n",
		out);
	for (const struct option_row *row = option_rows; row->name; row++)
		if (row->words)
			fprintf(out, "\t--%s) COMPREPLY=($(compgen -W '%s' -- \"$cur\")); return ;;\n", row->name, row->words);
	fputs("\t-o|--output) COMPREPLY=($(compgen -d -- \"$cur\")); return ;;\n"
	      "\t--set) COMPREPLY=($(compgen -S = -W '",
		out);
	put_paths(spec_fields, "", " ", out);
	fputs("' -- \"$cur\")); compopt -o nospace; return ;;\n\texplain) COMPREPLY=($(compgen -W '", out);
	put_words(out);
	fputs("' -- \"$cur\")); return ;;\n", out);
	for (const struct command *k = commands; k->name; k++)
		if (*k->name && k->words)
			fprintf(out, "\t%s) COMPREPLY=($(compgen -W '%s' -- \"$cur\")); return ;;\n", k->name, k->words);
	fputs("\tesac\n\tif [[ $cur == -* ]]; then\n\t\tCOMPREPLY=($(compgen -W '", out);
	for (const struct option_row *row = option_rows; row->name; row++)
		fprintf(out, "--%s ", row->name);
	fputs("' -- \"$cur\"))\n\t\treturn\n\tfi\n\tCOMPREPLY=($(compgen -f -X '!*.y*ml' -- \"$cur\") $(compgen -d -- \"$cur\"))\n"
	      "\tif ((COMP_CWORD == 1)); then\n\t\tCOMPREPLY+=($(compgen -W '",
		out);
	for (const struct command *k = commands; k->name; k++)
		fprintf(out, "%s ", k->name);
	fputs("' -- \"$cur\"))\n\tfi\n}\ncomplete -o filenames -F _tfgen tfgen\n", out);
}

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

void
help_zsh(FILE *out)
{
	fputs("#compdef tfgen\n_tfgen() {\n\tlocal -a commands\n\tcommands=(\n", out);
	for (const struct command *k = commands; k->name; k++) {
		if (!*k->name)
			continue;
		fprintf(out, "\t\t'%s:", k->name);
		put_zsh(k->doc, out);
		fputs("'\n", out);
	}
	fputs("\t)\n\t_arguments \\\n", out);
	for (const struct option_row *row = option_rows; row->name; row++) {
		fprintf(out, "\t\t'%s--%s[", strcmp(row->name, "set") == 0 ? "*" : "", row->name);
		put_zsh(row->doc, out);
		fputc(']', out);
		if (row->words)
			fprintf(out, ":%s:(%s)", row->name, row->words);
		else if (row->arg)
			fprintf(out, ":%s:%s", row->name, strcmp(row->arg, "DIR") == 0 ? "_files -/" : " ");
		fputs("' \\\n", out);
	}
	fputs("\t\t'1: :{_describe command commands; _files -g \"*.y*ml\"}' \\\n\t\t'2: :->word'\n"
	      "\tif [[ $state == word ]]; then\n\t\tcase $words[2] in\n\t\texplain) compadd -- ",
		out);
	put_words(out);
	fputs(";;\n", out);
	for (const struct command *k = commands; k->name; k++)
		if (*k->name && k->words)
			fprintf(out, "\t\t%s) compadd -- %s ;;\n", k->name, k->words);
	fputs("\t\t*) _files -g '*.y*ml' ;;\n\t\tesac\n\tfi\n}\n_tfgen \"$@\"\n", out);
}
