// A spec to start from. In the starter a key that is commented out has no space behind its #, and what explains it has one, so
// that taking the # off a line is all it takes to set it.

#include "init.h"

#include "buf.h"
#include "embed.h"
#include "fields.h"

#include <stdio.h>
#include <string.h>

enum { WIDTH = 100 };

static void
add_comment(const char *text, int indent, struct buf *out)
{
	while (*text) {
		size_t n = strlen(text), room = (size_t)(WIDTH - indent - 2);
		if (n > room) {
			n = room;
			while (n > 0 && text[n] != ' ')
				n--;
		}
		buf_printf(out, "%*s# %.*s\n", indent, "", (int)n, text);
		text += n + (text[n] == ' ');
	}
}

static void
add_fields(const struct field *table, int indent, struct buf *out)
{
	for (const struct field *f = table; f->key; f++) {
		const char *value = f->required && indent == 0 ? f->example : f->def ? f->def : f->example;
		bool set = f->required && indent == 0;
		if (indent == 0 || f->type == F_SECTION)
			buf_putc(out, '\n');
		add_comment(f->doc, indent, out);
		if (f->type != F_SECTION) {
			buf_printf(out, "%s%*s%s: %s\n", set ? "" : "#", indent, "", f->key, value);
			continue;
		}
		buf_printf(out, "#%*s%s:\n", indent, "", f->key);
		add_fields(f->sub, indent + 2, out);
	}
}

void
init_print(const char *preset, struct buf *out)
{
	char path[64];

	if (preset && strcmp(preset, "starter") != 0) {
		snprintf(path, sizeof path, "examples/%s.yaml", preset);
		const struct embedded *e = embedded_find(path);
		buf_add(out, e->data, e->len);
		return;
	}
	buf_puts(out, "# A spec for tfgen. The lines without a # are all it needs; take the # off a line to change it (and off the\n"
		      "# line of its section). 'tfgen explain KEY' tells more of each.\n");
	add_fields(spec_fields, 0, out);
}
