// Help reads the tables: nothing about a command or an option is said twice.

#include "cli/help.h"

#include "cli/options.h"

static void
print_option(const struct option_row *row, FILE *out)
{
	char left[64];

	snprintf(left, sizeof left, "%c%c%s --%s%s%s", row->letter ? '-' : ' ', row->letter ? row->letter : ' ',
		row->letter ? "," : " ", row->name, row->arg ? " " : "", row->arg ? row->arg : "");
	fprintf(out, "  %-27s %s\n", left, row->doc);
}

void
help_all(const struct command *commands, FILE *out)
{
	fprintf(out, "tfgen %s: compiles a small YAML spec to Terraform for a web application with a database on AWS\n\n",
		TFGEN_VERSION);
	for (const struct command *k = commands; k->name; k++) {
		char left[64];
		snprintf(left, sizeof left, "tfgen %s%s%s", k->name, *k->name ? " " : "", k->usage);
		fprintf(out, "  %-32s %s\n", left, k->doc);
	}
	fputs("\noptions:\n", out);
	for (const struct option_row *row = option_rows; row->name; row++)
		print_option(row, out);
	fputs("\nexit status: 0 success, 1 the spec is wrong, --check found a difference or a load is not held, 2 wrong usage, 3 a file could not be read or "
	      "written\n'tfgen help COMMAND' explains a command, 'tfgen explain WORD' a key of the spec or a problem\n",
		out);
}

void
help_command(const struct command *k, FILE *out)
{
	fprintf(out, "tfgen%s%s%s%s\n\n%s.\n%s\n\noptions:\n", *k->name ? " " : "", k->name, *k->usage ? " " : "", k->usage, k->doc,
		k->details);
	for (const struct option_row *row = option_rows; row->name; row++)
		if (option_applies(row, k))
			print_option(row, out);
	fprintf(out, "\nexample:\n  %s\n", k->example);
}
