// The manual reads the tables, so that it is never out of date.

#include "cli/manual.h"

#include "base/catalogue.h"
#include "cli/options.h"
#include "spec/fields.h"

// Prints a line of text: a leading dot or quote is not a macro, a backslash and a hyphen are
// literal.
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
manual_print(const struct command *commands, const struct problem *const *catalogue, FILE *out)
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
		put_roff(command_title(k), out);
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
	fputs(".SH EXIT STATUS\n0 success, 1 the spec is wrong, \\-\\-check found a difference or a load is not held, 2 wrong usage, 3 a file could not be "
	      "read or written.\n.SH THE SPEC\n",
		out);
	man_fields(spec_fields, "", out);
	fputs(".SH DIAGNOSTICS\n", out);
	for (const struct problem *const *p = catalogue; *p; p++) {
		fputs(".TP\n.B ", out);
		put_roff((*p)->id, out);
		fprintf(out, " \\fR(%s)\n", severity_word((*p)->severity));
		put_roff((*p)->reason, out);
		fputc(' ', out);
		put_roff((*p)->fix, out);
		fputc('\n', out);
	}
	fputs(".SH SEE ALSO\n.BR terraform (1)\n", out);
}
