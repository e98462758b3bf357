// Prints values by the type of their row; hcl/format.c does the layout.

#include "stack/hcl_value.h"

#include "base/buf.h"
#include "base/source.h"
#include "base/text.h"
#include "spec/fields.h"
#include "spec/spec.h"

#include <ctype.h>
#include <string.h>

void
hcl_quote(const char *s, struct buf *out)
{
	buf_putc(out, '"');
	for (size_t n = strlen(s), len; n > 0; s += len, n -= len) {
		len = utf8_step(s, n);
		if (*s == '\n' || *s == '\r' || *s == '\t')
			buf_puts(out, *s == '\n' ? "\\n" : *s == '\r' ? "\\r" : "\\t");
		else if (text_hidden(s, n))
			text_add_escaped(out, s, len);
		else if (*s == '"' || *s == '\\')
			buf_printf(out, "\\%c", *s);
		else if ((*s == '$' || *s == '%') && s[1] == '{')
			buf_printf(out, "%c%c", *s, *s);
		else
			buf_add(out, s, len);
	}
	buf_putc(out, '"');
}

static void
put_list(const struct texts *list, struct buf *out)
{
	buf_putc(out, '[');
	for (size_t i = 0; i < list->n; i++) {
		buf_puts(out, i ? ", " : "");
		hcl_quote(list->list[i].value, out);
	}
	buf_putc(out, ']');
}

static void
put_key(const char *key, struct buf *out)
{
	static const char word[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

	if (key[strspn(key, word)] == '\0' && !isdigit((unsigned char)*key))
		buf_puts(out, key);
	else
		hcl_quote(key, out);
}

static void
put_object(const struct dict *dict, struct buf *out)
{
	buf_puts(out, dict->n ? "{\n" : "{");
	for (size_t i = 0; i < dict->n; i++) {
		put_key(dict->list[i].key.value, out);
		buf_puts(out, " = ");
		hcl_quote(dict->list[i].text.value, out);
		buf_putc(out, '\n');
	}
	buf_putc(out, '}');
}

// An object of objects by their names, each on a line of its own.
static void
put_sections(const struct field *f, const struct sections *all, struct buf *out)
{
	buf_puts(out, all->n ? "{\n" : "{");
	for (size_t i = 0; i < all->n; i++) {
		const char *section = (const char *)all->list + i * f->size;
		const char *between = "";
		put_key(((const struct text *)(const void *)(section + f->sub->offset))->value, out);
		buf_puts(out, " = { ");
		for (const struct field *row = f->sub + 1; row->key; row++) {
			buf_printf(out, "%s%s = ", between, row->key);
			hcl_value((struct value){row, section + row->offset}, out);
			between = ", ";
		}
		buf_puts(out, " }\n");
	}
	buf_putc(out, '}');
}

void
hcl_value(struct value v, struct buf *out)
{
	const struct text *text = v.member;

	switch (v.field->type) {
	case F_TEXT:
	case F_CHOICE:
		if (text->value)
			hcl_quote(text->value, out);
		else
			buf_puts(out, "null");
		break;
	case F_INT:
	case F_DURATION:
		buf_printf(out, "%ld", ((const struct num *)v.member)->value);
		break;
	case F_BOOL:
		buf_puts(out, ((const struct flag *)v.member)->value ? "true" : "false");
		break;
	case F_TEXTS:
		put_list(v.member, out);
		break;
	case F_ZONES:
		buf_printf(out, "%ld", ((const struct zones *)v.member)->count);
		break;
	case F_DICT:
		put_object(v.member, out);
		break;
	case F_SECTIONS:
		put_sections(v.field, v.member, out);
		break;
	case F_SECTION:
	case F_OVERLAYS:
		buf_puts(out, "null");
		break;
	}
}

void
hcl_plain(struct value v, struct buf *out)
{
	const struct text *text = v.member;
	const struct texts *list = v.member;

	if (v.field->type == F_TEXT || v.field->type == F_CHOICE) {
		buf_puts(out, text->value ? text->value : "");
		return;
	}
	if (v.field->type != F_TEXTS) {
		hcl_value(v, out);
		return;
	}
	for (size_t i = 0; i < list->n; i++)
		buf_printf(out, "%s%s", i ? ", " : "", list->list[i].value);
}

bool
hcl_truth(struct value v)
{
	const struct text *text = v.member;

	switch (v.field->type) {
	case F_TEXT:
	case F_CHOICE:
		return text->value && *text->value;
	case F_INT:
	case F_DURATION:
		return ((const struct num *)v.member)->value != 0;
	case F_BOOL:
		return ((const struct flag *)v.member)->value;
	case F_TEXTS:
		return ((const struct texts *)v.member)->n > 0;
	case F_DICT:
		return ((const struct dict *)v.member)->n > 0;
	case F_SECTIONS:
		return ((const struct sections *)v.member)->n > 0;
	case F_ZONES:
	case F_OVERLAYS:
		return true;
	case F_SECTION:
		return ((const struct origin *)v.member)->given;
	}
	return false;
}
