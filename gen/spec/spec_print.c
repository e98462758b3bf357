// Walks the table of fields and prints each value by its type.

#include "spec/spec_print.h"

#include "base/buf.h"
#include "base/pattern.h"
#include "base/source.h"
#include "base/text.h"
#include "spec/fields.h"
#include "spec/spec.h"

#include <string.h>

static void
print_text(const char *s, struct buf *out)
{
	if (pattern_matches("^[A-Za-z/][A-Za-z0-9_./-]*$", s) && !pattern_matches("^(?i)(y|n|yes|no|on|off|true|false|null)$", s)) {
		buf_puts(out, s);
		return;
	}
	buf_putc(out, '"');
	for (size_t n = strlen(s), len; n > 0; s += len, n -= len) {
		len = utf8_step(s, n);
		if (*s == '"' || *s == '\\')
			buf_putc(out, '\\');
		if (text_hidden(s, n)) // YAML would fold or refuse it
			text_add_escaped(out, s, len);
		else
			buf_add(out, s, len);
	}
	buf_putc(out, '"');
}

static void
print_list(const struct texts *list, struct buf *out)
{
	buf_puts(out, " [");
	for (size_t i = 0; i < list->n; i++) {
		buf_puts(out, i ? ", " : "");
		print_text(list->list[i].value, out);
	}
	buf_puts(out, "]\n");
}

static void print_section(const struct field *table, const void *base, int depth, bool plain, struct buf *out);

// A dash before the first key of each, whose depth is one more than that of the others' indent.
static void
print_sections(const struct field *f, const struct sections *all, int depth, bool plain, struct buf *out)
{
	buf_puts(out, all->n ? "\n" : " []\n");
	for (size_t i = 0; i < all->n; i++) {
		size_t start = out->len, dash;
		print_section(f->sub, (const char *)all->list + i * f->size, depth + 2, plain, out);
		dash = start + 2 * (size_t)(depth + 1);
		out->data[dash] = '-';
	}
}

static void
print_field(const struct field *f, const void *member, int depth, bool plain, struct buf *out)
{
	const struct dict *dict = member;
	const struct zones *zones = member;

	switch (f->type) {
	case F_TEXT:
	case F_CHOICE:
		buf_putc(out, ' ');
		print_text(((const struct text *)member)->value, out);
		buf_putc(out, '\n');
		break;
	case F_INT:
	case F_DURATION:
		buf_printf(out, " %ld%s\n", ((const struct num *)member)->value, f->type == F_DURATION ? "s" : "");
		break;
	case F_BOOL:
		buf_printf(out, " %s\n", ((const struct flag *)member)->value ? "true" : "false");
		break;
	case F_TEXTS:
		print_list(member, out);
		break;
	case F_ZONES:
		if (zones->names.n)
			print_list(&zones->names, out);
		else
			buf_printf(out, " %ld\n", zones->count);
		break;
	case F_DICT:
		buf_puts(out, dict->n ? "\n" : " {}\n");
		for (size_t i = 0; i < dict->n; i++) {
			buf_printf(out, "%*s", 2 * (depth + 1), "");
			print_text(dict->list[i].key.value, out);
			buf_puts(out, ": ");
			print_text(dict->list[i].text.value, out);
			buf_putc(out, '\n');
		}
		break;
	case F_SECTION:
		buf_putc(out, '\n');
		print_section(f->sub, member, depth + 1, plain, out);
		break;
	case F_SECTIONS:
		print_sections(f, member, depth, plain, out);
		break;
	case F_OVERLAYS:
		break;
	}
}

// plain: a default looks like a given value, instead of being a comment.
static void
print_section(const struct field *table, const void *base, int depth, bool plain, struct buf *out)
{
	for (const struct field *f = table; f->key; f++) {
		const void *member = (const char *)base + f->offset;
		const struct origin *origin = member;
		bool absent = f->type == F_OVERLAYS || (f->optional && !origin->given) ||
			(f->type == F_TEXT && !((const struct text *)member)->value) ||
			((f->type == F_INT || f->type == F_BOOL) && !f->def && !origin->given);
		if (absent)
			continue;
		// Defaults are comments: some would be refused if given, such as the credits of a
		// type that has none.
		bool comment = !plain && !origin->given && f->type != F_SECTION;
		buf_printf(out, "%s%*s%s:", comment ? "#" : "", 2 * depth, "", f->key);
		print_field(f, member, depth, plain, out);
	}
}

void
spec_print(const struct spec *spec, struct buf *out)
{
	print_section(spec_fields, spec, 0, false, out);
}

void
spec_print_resolved(const struct spec *spec, struct buf *out)
{
	print_section(spec_fields, spec, 0, true, out);
}
