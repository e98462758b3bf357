// Everything that can be wrong with a single value: its kind, its form, its range, and the traps of
// YAML.

#include "spec/spec_value.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "base/diag.h"
#include "base/pattern.h"
#include "base/suggest.h"
#include "base/unicode.h"
#include "spec/doc.h"
#include "spec/fields.h"
#include "spec/spec.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct origin
origin_of(const struct reader *r, const struct node *node)
{
	if (r->defaulting)
		return (struct origin){.at = r->default_at};
	return (struct origin){.at = node->span, .given = true};
}

const char *
value_kind(const struct node *node)
{
	return node->kind == NODE_MAP ? "a mapping" : node->kind == NODE_LIST ? "a list" : "text";
}

bool
value_among(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

// Words that YAML 1.1 reads as booleans but that are often meant as text: a country, an answer, a
// switch.
static bool
is_boolean_word(const struct node *node)
{
	static const char *const words[] = {"yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF", "y",
		"Y", "n", "N", NULL};

	return node->plain && value_among(node->text, words);
}

// ---- numbers

// "1e3", "012", "0x10", "1:30", "1_000": some YAML readers read another number than a person does.
static bool
report_number_trap(struct reader *r, const struct node *node, const char *key)
{
	static const struct {
		const char *pattern, *means;
	} traps[] = {
		{"^[-+]?0[0-9]+$", "begins with 0, which some YAML readers read as octal"},
		{"^[-+]?0[xob][0-9a-fA-F_]+$", "is not in base ten"},
		{"^[-+]?[0-9]+(:[0-5]?[0-9])+(\\.[0-9]*)?$", "is a base-60 number for some YAML readers"},
		{"^[-+]?[0-9]+(\\.[0-9]*)?[eE][-+]?[0-9]+$", "is a floating-point number in YAML"},
		{"^[-+]?[0-9]+(_[0-9]+)+$", "has underscores, which only some YAML readers accept"},
	};

	for (size_t i = 0; i < sizeof traps / sizeof *traps; i++) {
		if (!node->plain || !pattern_matches(traps[i].pattern, node->text))
			continue;
		struct diag *d = diag(r->c, node->span, "yaml-trap", "'%s' %s", node->text, traps[i].means);
		diag_hint(r->c, d, "write '%s' as a plain decimal number", key);
		return true;
	}
	return false;
}

static bool
parse_long(const char *text, long *ret_value)
{
	const char *digits = text + (*text == '-');

	if (!*digits || digits[strspn(digits, "0123456789")] || (*digits == '0' && digits[1]))
		return false;
	errno = 0;
	long value = strtol(text, NULL, 10);
	if (errno) // out of range anyway, whatever the row says
		value = text[0] == '-' ? -1000000000000L : 1000000000000L;
	*ret_value = value;
	return true;
}

static bool
in_range(struct reader *r, const struct field *f, const struct node *node, long value, const char *unit)
{
	if (value >= f->min && value <= f->max)
		return true;
	diag(r->c, node->span, "out-of-range", "'%s' is %s, expected %ld%s to %ld%s", f->key, node->text, f->min, unit,
		f->max, unit);
	return false;
}

static void
report_word(struct reader *r, const struct field *f, const struct node *node)
{
	struct suggestion near = suggest_for(node->text);
	struct buf all = {0};

	for (const char *const *w = f->words; *w; w++) {
		suggest(&near, *w);
		buf_printf(&all, "%s%s", w == f->words ? "" : ", ", *w);
	}
	struct diag *d = diag(r->c, node->span, "unknown-word", "'%s' cannot be '%s', expected one of %s", f->key, node->text,
		buf_str(&all));
	if (near.best && f->type == F_CHOICE)
		diag_hint(r->c, d, "did you mean '%s'?", near.best);
	buf_free(&all);
}

static struct diag *
report_type(struct reader *r, const struct field *f, const struct node *node)
{
	if (node->kind == NODE_SCALAR)
		return diag(r->c, node->span, "wrong-type", "'%s' needs %s, got '%s'", f->key, field_type_name(f->type),
			node->text);
	return diag(r->c, node->span, "wrong-type", "'%s' needs %s, got %s", f->key, field_type_name(f->type),
		value_kind(node));
}

static void
read_int(struct reader *r, const struct field *f, const struct node *node, struct num *out)
{
	long value;

	out->from = origin_of(r, node);
	if (node->kind != NODE_SCALAR) {
		report_type(r, f, node);
	} else if (!node->plain || !parse_long(node->text, &value)) {
		if (report_number_trap(r, node, f->key))
			return;
		struct diag *d = report_type(r, f, node);
		if (!node->plain && parse_long(node->text, &value))
			diag_hint(r->c, d, "remove the quotes");
		else if (pattern_matches("^[0-9]+ ?(GB|GiB|Gi|G|%)$", node->text))
			diag_hint(r->c, d, "the unit is part of the key's name: write %ld", strtol(node->text, NULL, 10));
		else if (pattern_matches("^[0-9]+ ?(s|m|h|d|days?)$", node->text) && strstr(f->key, "days"))
			diag_hint(r->c, d, "the unit is part of the key's name: write a number of days");
	} else if (f->words && !value_among(node->text, f->words)) {
		report_word(r, f, node);
	} else if (in_range(r, f, node, value, "")) {
		out->value = value;
	}
}

static void
read_duration(struct reader *r, const struct field *f, const struct node *node, struct num *out)
{
	long value;

	out->from = origin_of(r, node);
	if (node->kind != NODE_SCALAR) {
		report_type(r, f, node);
		return;
	}
	if (parse_long(node->text, &value)) {
		struct diag *d = diag(r->c, node->span, "missing-unit", "'%s' is a duration and '%s' has no unit", f->key,
			node->text);
		if (value > 0 && value % 60 == 0)
			diag_hint(r->c, d, "write %lds or %ldm", value, value / 60);
		else if (value > 0)
			diag_hint(r->c, d, "write %lds", value);
		return;
	}
	size_t digits = strspn(node->text, "0123456789");
	char unit = node->text[digits], number[8];
	snprintf(number, sizeof number, "%.*s", (int)digits, node->text);
	if (digits > 7 || !unit || !strchr("smh", unit) || node->text[digits + 1] || !parse_long(number, &value)) {
		if (!report_number_trap(r, node, f->key))
			report_type(r, f, node);
		return;
	}
	value *= unit == 'h' ? 3600 : unit == 'm' ? 60 : 1;
	if (!in_range(r, f, node, value, "s"))
		return;
	if (f->step && value % f->step)
		diag(r->c, node->span, "out-of-range", "'%s' is %s, expected a multiple of %lds", f->key, node->text, f->step);
	else
		out->value = value;
}

static void
read_bool(struct reader *r, const struct field *f, const struct node *node, struct flag *out)
{
	out->from = origin_of(r, node);
	if (node->kind == NODE_SCALAR && is_boolean_word(node)) {
		struct diag *d = diag(r->c, node->span, "yaml-trap",
			"'%s' is a boolean for some YAML readers and text for others", node->text);
		bool yes = strchr("yY", node->text[0]) || strcmp(node->text, "on") == 0 || strcmp(node->text, "On") == 0 ||
			strcmp(node->text, "ON") == 0;
		diag_hint(r->c, d, "write %s", yes ? "true" : "false");
	} else if (node->kind == NODE_SCALAR && node->plain && strcmp(node->text, "true") == 0) {
		out->value = true;
	} else if (node->kind == NODE_SCALAR && node->plain && strcmp(node->text, "false") == 0) {
		out->value = false;
	} else {
		struct diag *d = report_type(r, f, node);
		if (node->kind == NODE_SCALAR && !node->plain &&
			(strcmp(node->text, "true") == 0 || strcmp(node->text, "false") == 0))
			diag_hint(r->c, d, "remove the quotes");
	}
}

// ---- texts

// No field takes a text of this length; a longer one is not looked at.
enum { TEXT_MAX = 16384 };

// Whether a node is text that Terraform leaves unchanged.
static bool
is_text(struct reader *r, const char *key, const struct node *node)
{
	if (node->kind != NODE_SCALAR) {
		diag(r->c, node->span, "wrong-type", "'%s' needs text, got %s", key, value_kind(node));
		return false;
	}
	if (strlen(node->text) > TEXT_MAX) {
		diag(r->c, node->span, "out-of-range", "'%s' has %zu bytes of text, expected at most %d", key, strlen(node->text), TEXT_MAX);
		return false;
	}
	if (!unicode_is_composed(node->text)) {
		struct diag *d = diag(r->c, node->span, "decomposed-text", "Terraform would change the characters of '%s'", node->text);
		diag_hint(r->c, d, "write it in Unicode's normal form C");
		return false;
	}
	if (!is_boolean_word(node))
		return true;
	struct diag *d = diag(r->c, node->span, "yaml-trap", "'%s' without quotes is a boolean for some YAML readers",
		node->text);
	diag_hint(r->c, d, "put it in quotes: \"%s\"", node->text);
	return false;
}

// Says what to write if a small change makes the text fit: gym-app for Gym_App, gym.example for
// gym.example., a /32 for an address in a list of networks.
static void
hint_fitting(struct reader *r, struct diag *d, const struct field *f, const char *text, const char *pattern)
{
	char network[64], plain[64];

	if ((size_t)snprintf(network, sizeof network, "%s/32", text) >= sizeof network)
		return; // nothing near is so long
	snprintf(plain, sizeof plain, "%s", text);
	for (char *s = plain; *s; s++)
		*s = *s == '_' ? '-' : (char)(*s >= 'A' && *s <= 'Z' ? *s - 'A' + 'a' : *s == '.' && !s[1] ? '\0' : *s);
	if (f->type == F_TEXTS && pattern_matches(pattern, network))
		diag_hint(r->c, d, "write %s", network);
	else if (pattern_matches(pattern, plain))
		diag_hint(r->c, d, "write %s", plain);
}

bool
value_fits(struct reader *r, const struct field *f, const struct node *node, const char *pattern)
{
	if (!pattern || r->defaulting || pattern_matches(pattern, node->text))
		return true;
	struct diag *d = diag(r->c, node->span, "malformed-value", "'%s' in '%s', expected %s", node->text, f->key, f->shape);
	hint_fitting(r, d, f, node->text, pattern);
	return false;
}

static void
read_text(struct reader *r, const struct field *f, const struct node *node, struct text *out)
{
	out->from = origin_of(r, node);
	// A test checks the defaults; doing so in every run would be a waste.
	if (r->defaulting) {
		out->value = node->text;
		return;
	}
	if (!is_text(r, f->key, node))
		return;
	if (f->words && !value_among(node->text, f->words))
		report_word(r, f, node);
	else if (value_fits(r, f, node, f->pattern))
		out->value = node->text;
}

// "10.0.0.0/8" where a list is needed, or "10.0.0.1" where a list of networks is.
static void
report_no_list(struct reader *r, const struct field *f, const struct node *node)
{
	struct diag *d = report_type(r, f, node);
	char network[64];

	if (node->kind != NODE_SCALAR || !f->pattern || strlen(node->text) > TEXT_MAX)
		return;
	snprintf(network, sizeof network, "%s/32", node->text);
	if (pattern_matches(f->pattern, node->text))
		diag_hint(r->c, d, "write a list: [%s]", node->text);
	else if (pattern_matches(f->pattern, network))
		diag_hint(r->c, d, "write a list: [%s]", network);
}

static void
refuse_repeated(struct reader *r, const struct field *f, const struct texts *list, const struct text *item)
{
	for (size_t i = 0; i < list->n; i++) {
		if (strcmp(list->list[i].value, item->value) != 0)
			continue;
		struct diag *d = diag(r->c, item->from.at, "repeated-item", "'%s' is twice in '%s'", item->value, f->key);
		diag_also(r->c, d, list->list[i].from.at, "first given here");
		return;
	}
}

// How many items of a list, or entries of a mapping, are read: those over the maximum are reported by
// their number.
static size_t
n_read(const struct field *f, const struct node *node)
{
	return node->n < (size_t)f->max ? node->n : (size_t)f->max;
}

static void
read_items(struct reader *r, const struct field *f, const struct node *node, struct texts *out)
{
	size_t n = n_read(f, node);

	*out = (struct texts){.from = origin_of(r, node), .list = arena_array(r->c->arena, n, sizeof *out->list)};
	for (size_t i = 0; i < n; i++) {
		struct text item = {.from = origin_of(r, node->items[i])};
		if (!is_text(r, f->key, node->items[i]) || !value_fits(r, f, node->items[i], f->pattern))
			continue;
		item.value = node->items[i]->text;
		refuse_repeated(r, f, out, &item);
		out->list[out->n++] = item;
	}
}

static void
read_list(struct reader *r, const struct field *f, const struct node *node, struct texts *out)
{
	if (node->kind != NODE_LIST) {
		*out = (struct texts){.from = origin_of(r, node)};
		report_no_list(r, f, node);
		return;
	}
	if (node->n > (size_t)f->max)
		diag(r->c, node->span, "out-of-range", "'%s' has %zu items, expected at most %ld", f->key, node->n, f->max);
	read_items(r, f, node, out);
}

static void
read_dict(struct reader *r, const struct field *f, const struct node *node, struct dict *out)
{
	*out = (struct dict){.from = origin_of(r, node)};
	if (node->kind != NODE_MAP) {
		report_type(r, f, node);
		return;
	}
	if (node->n > (size_t)f->max)
		diag(r->c, node->span, "out-of-range", "'%s' has %zu entries, expected at most %ld", f->key, node->n, f->max);
	size_t n = n_read(f, node);
	out->list = arena_array(r->c->arena, n, sizeof *out->list);
	for (size_t i = 0; i < n; i++) {
		const struct node *key = node->pairs[i].key, *value = node->pairs[i].value;
		bool good = is_text(r, f->key, key) && value_fits(r, f, key, f->key_pattern);
		good = is_text(r, key->text, value) && good;
		if (!good || (!doc_is_null(value) && !value_fits(r, f, value, f->pattern)))
			continue;
		out->list[out->n++] = (struct entry){
			.key = {origin_of(r, key), key->text},
			.text = {origin_of(r, value), doc_is_null(value) ? "" : value->text},
		};
	}
}

static void
read_zones(struct reader *r, const struct field *f, const struct node *node, struct zones *out)
{
	struct num number = {0};

	if (node->kind != NODE_LIST) {
		read_int(r, f, node, &number);
		out->from = number.from;
		out->count = number.value;
		return;
	}
	out->from = origin_of(r, node);
	read_items(r, f, node, &out->names);
	out->count = (long)out->names.n;
	if (node->n < (size_t)f->min || node->n > (size_t)f->max)
		diag(r->c, node->span, "out-of-range", "'%s' names %zu zones, expected %ld to %ld", f->key, node->n, f->min,
			f->max);
}

void
value_read(struct reader *r, const struct field *f, const struct node *node, void *member)
{
	switch (f->type) {
	case F_TEXT:
	case F_CHOICE:
		read_text(r, f, node, member);
		break;
	case F_INT:
		read_int(r, f, node, member);
		break;
	case F_DURATION:
		read_duration(r, f, node, member);
		break;
	case F_BOOL:
		read_bool(r, f, node, member);
		break;
	case F_TEXTS:
		read_list(r, f, node, member);
		break;
	case F_DICT:
		read_dict(r, f, node, member);
		break;
	case F_ZONES:
		read_zones(r, f, node, member);
		break;
	case F_SECTION:
	case F_SECTIONS:
	case F_OVERLAYS:
		break;
	}
}
