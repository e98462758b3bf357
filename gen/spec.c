// The tree becomes a typed struct, by walking the table of fields: for every row the user's value, or the default, is
// read by the row's type into the member that the row names. Everything a single value can have wrong is told here;
// what takes two values to see is told by check.c.

#include "spec.h"

#include "arena.h"
#include "buf.h"
#include "ctx.h"
#include "diag.h"
#include "doc.h"
#include "fields.h"
#include "pattern.h"
#include "suggest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct reader {
	struct ctx *c;
	bool partial;        // an overlay: nothing is required, nothing defaulted
	bool defaulting;     // the nodes read are a default's, and stand at default_at
	struct span default_at;
};

static struct origin
origin_of(const struct reader *r, const struct node *node)
{
	if (r->defaulting)
		return (struct origin){.at = r->default_at};
	return (struct origin){.at = node->span, .given = true};
}

static const char *
kind_word(const struct node *node)
{
	return node->kind == NODE_MAP ? "a mapping" : node->kind == NODE_LIST ? "a list" : "text";
}

static bool
among(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

// Words that YAML 1.1 reads as booleans and people write as text: a country, an answer, a switch.
static bool
is_boolean_word(const struct node *node)
{
	static const char *const words[] = {"yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF", "y",
		"Y", "n", "N", NULL};

	return node->plain && among(node->text, words);
}

// ---- numbers

// "1e3", "012", "0x10", "1:30", "1_000": what some readers of YAML take for another number than the eye does.
static bool
report_number_trap(struct reader *r, const struct node *node, const char *key)
{
	static const struct {
		const char *pattern, *means;
	} traps[] = {
		{"^[-+]?0[0-9]+$", "begins with 0, which some readers of YAML take for octal"},
		{"^[-+]?0[xob][0-9a-fA-F_]+$", "is written in another base than ten"},
		{"^[-+]?[0-9]+(:[0-5]?[0-9])+(\\.[0-9]*)?$", "is a base-60 number to some readers of YAML"},
		{"^[-+]?[0-9]+(\\.[0-9]*)?[eE][-+]?[0-9]+$", "is a fraction in exponent form to YAML"},
		{"^[-+]?[0-9]+(_[0-9]+)+$", "has underscores, which only some readers of YAML pass over"},
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
		return diag(r->c, node->span, "wrong-type", "'%s' wants %s, got '%s'", f->key, field_type_name(f->type),
			node->text);
	return diag(r->c, node->span, "wrong-type", "'%s' wants %s, got %s", f->key, field_type_name(f->type),
		kind_word(node));
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
			diag_hint(r->c, d, "leave out the quotes");
		else if (pattern_matches("^[0-9]+ ?(GB|GiB|Gi|G|%)$", node->text))
			diag_hint(r->c, d, "the unit is part of the key's name: write %ld", strtol(node->text, NULL, 10));
		else if (pattern_matches("^[0-9]+ ?(s|m|h|d|days?)$", node->text) && strstr(f->key, "days"))
			diag_hint(r->c, d, "the unit is part of the key's name: write a number of days");
	} else if (f->words && !among(node->text, f->words)) {
		report_word(r, f, node);
	} else if (in_range(r, f, node, value, "")) {
		out->is = value;
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
	char unit = node->text[digits];
	char *number = arena_strndup(r->c->arena, node->text, digits);
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
		out->is = value;
}

static void
read_bool(struct reader *r, const struct field *f, const struct node *node, struct flag *out)
{
	out->from = origin_of(r, node);
	if (node->kind == NODE_SCALAR && is_boolean_word(node)) {
		struct diag *d = diag(r->c, node->span, "yaml-trap",
			"'%s' is a boolean to some readers of YAML and text to others", node->text);
		bool yes = strchr("yY", node->text[0]) || strcmp(node->text, "on") == 0 || strcmp(node->text, "On") == 0 ||
			strcmp(node->text, "ON") == 0;
		diag_hint(r->c, d, "write %s", yes ? "true" : "false");
	} else if (node->kind == NODE_SCALAR && node->plain && strcmp(node->text, "true") == 0) {
		out->is = true;
	} else if (node->kind == NODE_SCALAR && node->plain && strcmp(node->text, "false") == 0) {
		out->is = false;
	} else {
		struct diag *d = report_type(r, f, node);
		if (node->kind == NODE_SCALAR && !node->plain &&
			(strcmp(node->text, "true") == 0 || strcmp(node->text, "false") == 0))
			diag_hint(r->c, d, "leave out the quotes");
	}
}

// ---- texts

// Whether a scalar can stand for text at all.
static bool
is_text(struct reader *r, const char *key, const struct node *node)
{
	if (node->kind != NODE_SCALAR) {
		diag(r->c, node->span, "wrong-type", "'%s' wants text, got %s", key, kind_word(node));
		return false;
	}
	if (!is_boolean_word(node))
		return true;
	struct diag *d = diag(r->c, node->span, "yaml-trap", "'%s' without quotes is a boolean to some readers of YAML",
		node->text);
	diag_hint(r->c, d, "put it in quotes: \"%s\"", node->text);
	return false;
}

static bool
fits(struct reader *r, const struct field *f, const struct node *node, const char *pattern)
{
	// Defaults fit by a test that walks the table; matching them at every run would be wasted.
	if (!pattern || r->defaulting || pattern_matches(pattern, node->text))
		return true;
	diag(r->c, node->span, "malformed-value", "'%s' in '%s', expected %s", node->text, f->key, f->shape);
	return false;
}

static void
read_text(struct reader *r, const struct field *f, const struct node *node, struct text *out)
{
	out->from = origin_of(r, node);
	if (!is_text(r, f->key, node))
		return;
	if (f->words && !among(node->text, f->words))
		report_word(r, f, node);
	else if (fits(r, f, node, f->pattern))
		out->is = node->text;
}

static void
read_list(struct reader *r, const struct field *f, const struct node *node, struct texts *out)
{
	*out = (struct texts){.from = origin_of(r, node)};
	if (node->kind != NODE_LIST) {
		struct diag *d = report_type(r, f, node);
		if (node->kind == NODE_SCALAR && f->pattern && pattern_matches(f->pattern, node->text))
			diag_hint(r->c, d, "write a list: [%s]", node->text);
		return;
	}
	if (f->max && node->n > (size_t)f->max)
		diag(r->c, node->span, "out-of-range", "'%s' has %zu items, expected at most %ld", f->key, node->n, f->max);
	out->list = arena_array(r->c->arena, node->n, sizeof *out->list);
	for (size_t i = 0; i < node->n; i++) {
		struct text item = {.from = origin_of(r, node->items[i])};
		if (!is_text(r, f->key, node->items[i]) || !fits(r, f, node->items[i], f->pattern))
			continue;
		item.is = node->items[i]->text;
		for (size_t k = 0; k < out->n; k++) {
			if (strcmp(out->list[k].is, item.is) != 0)
				continue;
			struct diag *d = diag(r->c, item.from.at, "repeated-item", "'%s' stands twice in '%s'", item.is, f->key);
			diag_also(r->c, d, out->list[k].from.at, "first given here");
		}
		out->list[out->n++] = item;
	}
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
	out->list = arena_array(r->c->arena, node->n, sizeof *out->list);
	for (size_t i = 0; i < node->n; i++) {
		const struct node *key = node->pairs[i].key, *value = node->pairs[i].value;
		bool good = fits(r, f, key, f->key_pattern);
		good = is_text(r, key->text, value) && good;
		if (!good || !fits(r, f, value, f->pattern))
			continue;
		out->list[out->n++] = (struct entry){
			.key = {origin_of(r, key), key->text},
			.value = {origin_of(r, value), doc_is_null(value) ? "" : value->text},
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
		out->count = number.is;
		return;
	}
	struct field list = *f;
	list.max = 0; // the bound on their number is told below
	out->from = origin_of(r, node);
	read_list(r, &list, node, &out->names);
	out->count = (long)out->names.n;
	if (node->n < (size_t)f->min || node->n > (size_t)f->max)
		diag(r->c, node->span, "out-of-range", "'%s' names %zu zones, expected %ld to %ld", f->key, node->n, f->min,
			f->max);
}

// ---- sections

static void read_section(struct reader *r, const struct field *table, void *base, const struct node *map, struct span at,
	const char *path);

static void
read_value(struct reader *r, const struct field *f, const struct node *node, void *member)
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
	case F_OVERLAYS:
		break;
	}
}

static void
read_default(struct reader *r, const struct field *f, void *member, struct span at)
{
	struct reader inner = {.c = r->c, .defaulting = true, .default_at = at};
	bool scalar = f->def && f->def[0] != '[' && f->def[0] != '{';

	*(struct origin *)member = (struct origin){.at = at};
	if (!f->def || strcmp(f->def, "[]") == 0 || strcmp(f->def, "{}") == 0)
		return;
	struct node *node = scalar ? doc_scalar(r->c, at, f->def)
				   : doc_parse_value(r->c, source_of(r->c, "default", f->def, strlen(f->def)), 0);
	read_value(&inner, f, node, member);
}

// Where a key that this table does not know would belong, or NULL.
static const char *
home_of(struct ctx *c, const struct field *table, const char *key, const char *path)
{
	for (const struct field *f = table; f->key; f++) {
		const char *here = *path ? arena_printf(c->arena, "%s.%s", path, f->key) : f->key;
		if (strcmp(f->key, key) == 0)
			return here;
		const char *below = f->type == F_SECTION ? home_of(c, f->sub, key, here) : NULL;
		if (below)
			return below;
	}
	return NULL;
}

// The only key of a table that has the word in it, or stands in it: 'class' for 'instance_class', 'minimum' for 'min'.
static const char *
only_containing(const struct field *table, const char *word)
{
	const char *found = NULL;

	for (const struct field *f = table; f->key && strlen(word) > 2; f++) {
		if (strlen(f->key) < 3 || (!strstr(f->key, word) && !strstr(word, f->key)))
			continue;
		if (found)
			return NULL;
		found = f->key;
	}
	return found;
}

static void
report_unknown_keys(struct reader *r, const struct field *table, const struct node *map, const char *path)
{
	for (size_t i = 0; i < map->n; i++) {
		const struct node *key = map->pairs[i].key;
		const struct field *f = table;
		while (f->key && strcmp(f->key, key->text) != 0)
			f++;
		// A leading 'x-' marks what is only there to be anchored and merged.
		if (f->key || (!*path && strncmp(key->text, "x-", 2) == 0))
			continue;
		struct suggestion near = suggest_for(key->text);
		for (f = table; f->key; f++)
			suggest(&near, f->key);
		struct diag *d = diag(r->c, key->span, "unknown-key", "unknown key '%s'%s%s%s", key->text,
			*path ? " in '" : "", path, *path ? "'" : "");
		const char *home = home_of(r->c, spec_fields, key->text, "");
		const char *best = near.best ? near.best : only_containing(table, key->text);
		if (best)
			diag_hint(r->c, d, "did you mean '%s'?", best);
		else if (home)
			diag_hint(r->c, d, "there is '%s'", home);
	}
}

static void
read_subsection(struct reader *r, const struct field *f, const struct pair *pair, void *member, struct span at,
	const char *path)
{
	static const struct node nothing = {.kind = NODE_MAP};
	struct origin *origin = member;

	if (!pair) {
		*origin = (struct origin){.at = at};
		if (!f->optional)
			read_section(r, f->sub, member, &nothing, at, path);
		return;
	}
	*origin = (struct origin){.at = pair->key->span, .given = true};
	if (pair->value->kind != NODE_MAP && !doc_is_null(pair->value)) {
		diag(r->c, pair->value->span, "wrong-type", "'%s' is a section of keys and values, got %s", f->key,
			pair->value->kind == NODE_LIST ? "a list" : arena_printf(r->c->arena, "'%s'", pair->value->text));
		read_section(r, f->sub, member, &nothing, pair->key->span, path);
		return;
	}
	read_section(r, f->sub, member, pair->value->kind == NODE_MAP ? pair->value : &nothing, pair->key->span, path);
}

static void
read_section(struct reader *r, const struct field *table, void *base, const struct node *map, struct span at,
	const char *path)
{
	for (const struct field *f = table; f->key; f++) {
		void *member = (char *)base + f->offset;
		const struct pair *pair = doc_find(map, f->key);
		const char *here = *path ? arena_printf(r->c->arena, "%s.%s", path, f->key) : f->key;
		if (f->type == F_OVERLAYS)
			continue;
		if (f->type == F_SECTION) {
			if (pair || !r->partial)
				read_subsection(r, f, pair, member, at, here);
			continue;
		}
		bool given = pair && !(doc_is_null(pair->value) && f->type != F_DICT);
		// The default stands first, so that a refused value leaves something to go on with.
		if (!r->partial)
			read_default(r, f, member, given ? pair->value->span : at);
		size_t errors = r->c->diags->errors;
		if (given)
			read_value(r, f, pair->value, member);
		else if (f->required && !r->partial)
			diag(r->c, pair ? pair->key->span : at, "missing-key", "'%s' is required", here);
		((struct origin *)member)->refused = r->c->diags->errors > errors;
	}
	report_unknown_keys(r, table, map, path);
}

// ---- environments and settings from the command line

static void
check_overlays(struct reader *r, const struct node *root)
{
	static const char *const fixed[] = {"name", "environment", "environments", NULL};
	const struct pair *all = doc_find(root, "environments");

	if (!all || doc_is_null(all->value))
		return;
	if (all->value->kind != NODE_MAP) {
		diag(r->c, all->value->span, "wrong-type", "'environments' wants a mapping of names to partial specs, got %s",
			kind_word(all->value));
		return;
	}
	const struct field *environment = field_find(spec_fields, "environment", NULL);
	for (size_t i = 0; i < all->value->n; i++) {
		const struct pair *one = &all->value->pairs[i];
		struct spec scratch = {0};
		fits(r, environment, one->key, environment->pattern);
		if (doc_is_null(one->value))
			continue;
		if (one->value->kind != NODE_MAP) {
			diag(r->c, one->value->span, "wrong-type", "environment '%s' wants a partial spec, got %s", one->key->text,
				kind_word(one->value));
			continue;
		}
		read_section(r, spec_fields, &scratch, one->value, one->key->span, "");
		for (size_t k = 0; k < one->value->n; k++)
			if (among(one->value->pairs[k].key->text, fixed))
				diag(r->c, one->value->pairs[k].key->span, "misplaced-key",
					"'%s' cannot differ between environments", one->value->pairs[k].key->text);
	}
}

static struct node *
map_of_one(struct ctx *c, struct node *key, struct node *value)
{
	struct node *map = arena_alloc(c->arena, sizeof *map);

	*map = (struct node){.kind = NODE_MAP, .span = key->span, .n = 1};
	map->pairs = arena_alloc(c->arena, sizeof *map->pairs);
	map->pairs[0] = (struct pair){key, value};
	return map;
}

static const struct node *
choose_environment(struct ctx *c, const struct node *root, const char *env)
{
	const struct pair *all = doc_find(root, "environments"), *set = doc_find(root, "environment");
	const struct pair *one = all ? doc_find(all->value, env) : NULL;
	const struct field *f = field_find(spec_fields, "environment", NULL);
	const char *base = set && set->value->kind == NODE_SCALAR ? set->value->text : f->def;

	if (one) {
		struct node *name = doc_scalar(c, one->key->span, one->key->text);
		struct node *key = doc_scalar(c, one->key->span, "environment");
		root = one->value->kind == NODE_MAP ? doc_overlay(c, root, one->value) : root;
		return doc_overlay(c, root, map_of_one(c, key, name));
	}
	if (strcmp(base, env) == 0)
		return root;
	struct suggestion near = suggest_for(env);
	suggest(&near, base);
	for (size_t i = 0; all && all->value->kind == NODE_MAP && i < all->value->n; i++)
		suggest(&near, all->value->pairs[i].key->text);
	struct span at = all ? all->key->span : (struct span){root->span.src, root->span.off, 1};
	struct diag *d = diag(c, at, "unknown-environment", "no environment '%s' to choose with --env", env);
	if (near.best)
		diag_hint(c, d, "did you mean '%s'?", near.best);
	return root;
}

bool
spec_parse_set(struct ctx *c, const char *argument, struct setting *ret_setting)
{
	const char *equals = strchr(argument, '=');
	struct source *src = source_of(c, "--set", argument, strlen(argument));
	struct span whole = {src, 0, src->len};

	if (!equals || !pattern_matches("^[^=.\\s]+(\\.[^=.\\s]+)*=", argument)) {
		diag(c, whole, "malformed-value", "'%s' in '--set', expected path=value such as scaling.max=20", argument);
		return false;
	}
	struct span at = {src, 0, (size_t)(equals - argument)};
	struct node *value = doc_parse_value(c, src, at.len + 1);
	if (!value)
		return false;
	*ret_setting = (struct setting){arena_strndup(c->arena, argument, at.len), value, at};
	return true;
}

// {scaling: {max: VALUE}} for the path scaling.max.
static struct node *
nest(struct ctx *c, const struct setting *set)
{
	struct node *node = set->value;
	size_t end = strlen(set->path);

	while (end > 0) {
		size_t start = end;
		while (start > 0 && set->path[start - 1] != '.')
			start--;
		struct span at = {set->at.src, start, end - start};
		node = map_of_one(c, doc_scalar(c, at, arena_strndup(c->arena, set->path + start, end - start)), node);
		end = start ? start - 1 : 0;
	}
	return node;
}

struct spec *
spec_build(struct ctx *c, const struct node *root, const char *env, const struct setting *sets, size_t n_sets)
{
	struct reader partial = {.c = c, .partial = true}, whole = {.c = c};
	struct spec *spec = arena_alloc(c->arena, sizeof *spec), scratch = {0};
	struct span start = {root->span.src, root->span.off, 1};

	read_section(&partial, spec_fields, &scratch, root, start, "");
	check_overlays(&partial, root);
	if (env)
		root = choose_environment(c, root, env);
	for (size_t i = 0; i < n_sets; i++)
		root = doc_overlay(c, root, nest(c, &sets[i]));
	spec->from = (struct origin){.at = start, .given = true};
	read_section(&whole, spec_fields, spec, root, start, "");
	return spec;
}

// ---- printing

static void
print_text(const char *s, struct buf *out)
{
	if (pattern_matches("^[A-Za-z/][A-Za-z0-9_./-]*$", s) && !pattern_matches("^(?i)(y|n|yes|no|on|off|true|false|null)$", s)) {
		buf_puts(out, s);
		return;
	}
	buf_putc(out, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			buf_putc(out, '\\');
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			buf_printf(out, "\\x%02x", (unsigned char)*s);
		else
			buf_putc(out, *s);
	}
	buf_putc(out, '"');
}

static void
print_list(const struct texts *list, struct buf *out)
{
	buf_puts(out, " [");
	for (size_t i = 0; i < list->n; i++) {
		buf_puts(out, i ? ", " : "");
		print_text(list->list[i].is, out);
	}
	buf_puts(out, "]\n");
}

static void print_section(const struct field *table, const void *base, int depth, struct buf *out);

static void
print_field(const struct field *f, const void *member, int depth, struct buf *out)
{
	const struct dict *dict = member;
	const struct zones *zones = member;

	switch (f->type) {
	case F_TEXT:
	case F_CHOICE:
		buf_putc(out, ' ');
		print_text(((const struct text *)member)->is, out);
		buf_putc(out, '\n');
		break;
	case F_INT:
	case F_DURATION:
		buf_printf(out, " %ld%s\n", ((const struct num *)member)->is, f->type == F_DURATION ? "s" : "");
		break;
	case F_BOOL:
		buf_printf(out, " %s\n", ((const struct flag *)member)->is ? "true" : "false");
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
			print_text(dict->list[i].key.is, out);
			buf_puts(out, ": ");
			print_text(dict->list[i].value.is, out);
			buf_putc(out, '\n');
		}
		break;
	case F_SECTION:
		buf_putc(out, '\n');
		print_section(f->sub, member, depth + 1, out);
		break;
	case F_OVERLAYS:
		break;
	}
}

static void
print_section(const struct field *table, const void *base, int depth, struct buf *out)
{
	for (const struct field *f = table; f->key; f++) {
		const void *member = (const char *)base + f->offset;
		const struct origin *origin = member;
		bool absent = f->type == F_OVERLAYS || (f->optional && !origin->given) ||
			(f->type == F_TEXT && !((const struct text *)member)->is);
		if (absent)
			continue;
		// Some defaults may not be given: the credits of a type that has none, the system beside an image.
		bool comment = !origin->given && f->type != F_SECTION;
		buf_printf(out, "%s%*s%s:", comment ? "#" : "", 2 * depth, "", f->key);
		print_field(f, member, depth, out);
	}
}

void
spec_print(const struct spec *spec, struct buf *out)
{
	print_section(spec_fields, spec, 0, out);
}
