// In the commented spec, a key that is commented out has no space after its #, but an explanation has one:
// to set a key, remove its #.

#include "cli/init.h"

#include "base/buf.h"
#include "base/embed.h"
#include "spec/fields.h"

#include <stdio.h>
#include <string.h>

enum { WIDTH = 100 };

static void
add_fields(const struct field *table, int indent, struct buf *out)
{
	char prefix[32];

	for (const struct field *f = table; f->key; f++) {
		const char *value = f->required && indent == 0 ? f->example : f->def ? f->def : f->example;
		bool set = f->required && indent == 0;
		if (indent == 0 || f->type == F_SECTION)
			buf_putc(out, '\n');
		snprintf(prefix, sizeof prefix, "%*s# ", indent, "");
		buf_wrap(out, prefix, f->doc, WIDTH);
		if (f->type != F_SECTION) {
			buf_printf(out, "%s%*s%s: %s\n", set ? "" : "#", indent, "", f->key, value);
			continue;
		}
		buf_printf(out, "#%*s%s:\n", indent, "", f->key);
		add_fields(f->sub, indent + 2, out);
	}
}

static void
add_example(const char *format, const char *name, struct buf *out)
{
	char path[64];

	snprintf(path, sizeof path, format, name);
	const struct embedded *e = embedded_find(path);
	buf_add(out, e->data, e->len);
}

void
init_print_ci(const char *system, struct buf *out)
{
	add_example("examples/ci/%s.yml", system, out);
}

void
init_print(const char *preset, struct buf *out)
{
	if (preset) {
		add_example("examples/%s.yaml", preset, out);
		return;
	}
	buf_puts(out, "# A spec for tfgen. Only the lines without a # are required. To set another key, remove the # of its line\n"
		      "# and of its section's line. 'tfgen explain KEY' explains each key.\n");
	add_fields(spec_fields, 0, out);
}
