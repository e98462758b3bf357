// Walks the table of fields: for every row, the user's value or the default is read by the row's
// type into the member that the row names. spec_value.c reports what is wrong with a single value,
// the checks what only several values together show.

#include "spec/spec_read.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "base/diag.h"
#include "base/pattern.h"
#include "base/suggest.h"
#include "spec/doc.h"
#include "spec/fields.h"
#include "spec/spec.h"
#include "spec/spec_value.h"

#include <stdio.h>
#include <string.h>

// The section that is being read, as the path to it; NULL for the spec itself.
struct trail {
	const struct trail *outer;
	const char *key;
};

static void read_section(struct reader *r, const struct field *table, void *base, const struct node *map, struct span at,
	const struct trail *trail);

// "scaling.out", or "" for the spec itself.
static const char *
path_of(struct ctx *c, const struct trail *trail)
{
	if (!trail)
		return "";
	return trail->outer ? arena_printf(c->arena, "%s.%s", path_of(c, trail->outer), trail->key) : trail->key;
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
	value_read(&inner, f, node, member);
}

enum { PATH_LENGTH = 128 }; // of the longest path of a key, and more

// Finds a key that exists elsewhere in the spec; ret_path becomes its path.
static bool
suggest_path(const struct field *table, const char *key, const char *path, char ret_path[PATH_LENGTH])
{
	for (const struct field *f = table; f->key; f++) {
		char here[PATH_LENGTH];
		if (strcmp(f->key, key) != 0 && f->type != F_SECTION)
			continue; // a key of a list has no path of its own
		snprintf(here, sizeof here, "%s%s%s", path, *path ? "." : "", f->key);
		if (strcmp(f->key, key) == 0) {
			memcpy(ret_path, here, sizeof here);
			return true;
		}
		if (suggest_path(f->sub, key, here, ret_path))
			return true;
	}
	return false;
}

// The only key of a table that contains the word, or is contained in it: 'instance_class' for
// 'class', 'min' for 'minimum'.
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

// Keys that users expect and the language does not have, with the way that there is instead.
static const struct {
	const char *path, *key, *hint;
} expected_keys[] = {
	{"network", "subnets", "the stack makes its subnets itself; with 'vpc_id', 'public_subnets' and 'database_subnets' name those of a network that exists"},
};

static const char *
expected_hint(const char *path, const char *key)
{
	for (size_t i = 0; i < sizeof expected_keys / sizeof *expected_keys; i++)
		if (strcmp(expected_keys[i].path, path) == 0 && strcmp(expected_keys[i].key, key) == 0)
			return expected_keys[i].hint;
	return NULL;
}

// The key of a table that lists the word as one that means it.
static const char *
meant_by(const struct field *table, const char *word)
{
	for (const struct field *f = table; f->key; f++)
		for (const char *const *also = f->also; also && *also; also++)
			if (strcmp(*also, word) == 0)
				return f->key;
	return NULL;
}

// Keys with 'x-' at their start exist only for anchors.
static bool
is_anchor_key(const struct node *key)
{
	return strncmp(key->text, "x-", 2) == 0;
}

static void
report_unknown_keys(struct reader *r, const struct field *table, const struct node *map, const struct trail *trail)
{
	const char *path = NULL;

	for (size_t i = 0; i < map->n; i++) {
		const struct node *key = map->pairs[i].key;
		const struct field *f = table;
		while (f->key && strcmp(f->key, key->text) != 0)
			f++;
		if (f->key || (!trail && is_anchor_key(key)))
			continue;
		path = path ? path : path_of(r->c, trail);
		struct suggestion near = suggest_for(key->text);
		for (f = table; f->key; f++)
			suggest(&near, f->key);
		struct diag *d = diag(r->c, key->span, "unknown-key", "unknown key '%s'%s%s%s", key->text,
			*path ? " in '" : "", path, *path ? "'" : "");
		char home[PATH_LENGTH];
		const char *best = meant_by(table, key->text);
		best = best ? best : near.best ? near.best : only_containing(table, key->text);
		if (expected_hint(path, key->text))
			diag_hint(r->c, d, "%s", expected_hint(path, key->text));
		else if (best)
			diag_hint(r->c, d, "did you mean '%s'?", best);
		else if (suggest_path(spec_fields, key->text, "", home))
			diag_hint(r->c, d, "there is '%s'", home);
	}
}

static void
read_subsection(struct reader *r, const struct field *f, const struct pair *pair, void *member, struct span at,
	const struct trail *outer)
{
	static const struct node nothing = {.kind = NODE_MAP};
	const struct trail trail = {outer, f->key};
	struct origin *origin = member;

	if (!pair) {
		*origin = (struct origin){.at = at};
		if (!f->optional)
			read_section(r, f->sub, member, &nothing, at, &trail);
		return;
	}
	*origin = (struct origin){.at = pair->key->span, .given = true};
	if (pair->value->kind != NODE_MAP && !doc_is_null(pair->value)) {
		bool list = pair->value->kind == NODE_LIST;
		diag(r->c, pair->value->span, "wrong-type", "'%s' is a section of keys and values, got %s%s%s", f->key, list ? "" : "'",
			list ? "a list" : pair->value->text, list ? "" : "'");
		read_section(r, f->sub, member, &nothing, pair->key->span, &trail);
		return;
	}
	read_section(r, f->sub, member, pair->value->kind == NODE_MAP ? pair->value : &nothing, pair->key->span, &trail);
}

// Whether an earlier section has the same name; reported if so. A name is the first member.
static void
refuse_repeated_name(struct reader *r, const struct field *f, const struct sections *all, const struct text *name)
{
	for (size_t i = 0; name->value && i < all->n; i++) {
		const struct text *other = (const void *)((const char *)all->list + i * f->size + f->sub->offset);
		if (!other->value || strcmp(other->value, name->value) != 0)
			continue;
		struct diag *d = diag(r->c, name->from.at, "repeated-item", "'%s' is twice in '%s'", name->value, f->key);
		diag_also(r->c, d, other->from.at, "first given here");
		return;
	}
}

// A list replaces that of the spec as a whole, so its sections are complete in an overlay, too.
static void
read_sections(struct reader *r, const struct field *f, const struct node *list, struct sections *out, const struct trail *outer)
{
	struct reader whole = {.c = r->c};
	const struct trail trail = {outer, f->key};

	*out = (struct sections){.from = {.at = list->span, .given = true}};
	if (list->kind != NODE_LIST) {
		diag(r->c, list->span, "wrong-type", "'%s' needs a list of sections, got %s", f->key, value_kind(list));
		return;
	}
	if (list->n > (size_t)f->max)
		diag(r->c, list->span, "out-of-range", "'%s' has %zu items, expected at most %ld", f->key, list->n, f->max);
	size_t n = list->n < (size_t)f->max ? list->n : (size_t)f->max;
	out->list = arena_alloc(r->c->arena, n * f->size);
	for (size_t i = 0; i < n; i++) {
		const struct node *item = list->items[i];
		char *section = (char *)out->list + out->n * f->size;
		if (item->kind != NODE_MAP) {
			diag(r->c, item->span, "wrong-type", "'%s' needs sections of keys and values, got %s", f->key, value_kind(item));
			continue;
		}
		*(struct origin *)section = (struct origin){.at = item->span, .given = true};
		read_section(&whole, f->sub, section, item, item->span, &trail);
		refuse_repeated_name(r, f, out, (const void *)(section + f->sub->offset));
		out->n++;
	}
}

static void
read_section(struct reader *r, const struct field *table, void *base, const struct node *map, struct span at,
	const struct trail *trail)
{
	for (const struct field *f = table; f->key; f++) {
		void *member = (char *)base + f->offset;
		const struct pair *pair = doc_find(map, f->key);
		if (f->type == F_OVERLAYS)
			continue;
		if (f->type == F_SECTION) {
			if (pair || !r->partial)
				read_subsection(r, f, pair, member, at, trail);
			continue;
		}
		bool given = pair && !doc_is_null(pair->value);
		// The default is read first, so that something is there if the value is refused.
		if (!r->partial)
			read_default(r, f, member, given ? pair->value->span : at);
		size_t errors = r->c->diags->errors;
		if (given && f->type == F_SECTIONS)
			read_sections(r, f, pair->value, member, trail);
		else if (given)
			value_read(r, f, pair->value, member);
		else if (f->required && !r->partial)
			diag(r->c, pair ? pair->key->span : at, "missing-key", "'%s' is required",
				path_of(r->c, &(struct trail){trail, f->key}));
		((struct origin *)member)->refused = r->c->diags->errors > errors;
	}
	report_unknown_keys(r, table, map, trail);
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
		diag(r->c, all->value->span, "wrong-type", "'environments' needs a mapping of names to partial specs, got %s",
			value_kind(all->value));
		return;
	}
	const struct field *environment = field_find(spec_fields, "environment", NULL);
	for (size_t i = 0; i < all->value->n; i++) {
		const struct pair *one = &all->value->pairs[i];
		struct spec scratch = {0};
		diags_environment(r->c->diags, NULL);
		value_fits(r, environment, one->key, environment->pattern);
		diags_environment(r->c->diags, one->key->text);
		if (doc_is_null(one->value))
			continue;
		if (one->value->kind != NODE_MAP) {
			diag(r->c, one->value->span, "wrong-type", "environment '%s' needs a partial spec, got %s", one->key->text,
				value_kind(one->value));
			continue;
		}
		read_section(r, spec_fields, &scratch, one->value, one->key->span, NULL);
		for (size_t k = 0; k < one->value->n; k++)
			if (value_among(one->value->pairs[k].key->text, fixed))
				diag(r->c, one->value->pairs[k].key->span, "misplaced-key",
					"'%s' cannot differ between environments", one->value->pairs[k].key->text);
	}
	diags_environment(r->c->diags, NULL);
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
overlaid(struct ctx *c, const struct node *root, const struct pair *one)
{
	struct node *name = doc_scalar(c, one->key->span, one->key->text);
	struct node *key = doc_scalar(c, one->key->span, "environment");

	root = one->value->kind == NODE_MAP ? doc_overlay(c, root, one->value) : root;
	return doc_overlay(c, root, map_of_one(c, key, name));
}

static const struct node *
choose_environment(struct ctx *c, const struct node *root, const char *env)
{
	const struct pair *all = doc_find(root, "environments"), *set = doc_find(root, "environment");
	const struct pair *one = all ? doc_find(all->value, env) : NULL;
	const struct field *f = field_find(spec_fields, "environment", NULL);
	const char *base = set && set->value->kind == NODE_SCALAR ? set->value->text : f->def;

	if (one)
		return overlaid(c, root, one);
	if (strcmp(base, env) == 0)
		return root;
	struct suggestion near = suggest_for(env);
	struct buf names = {0};
	suggest(&near, base);
	buf_puts(&names, base);
	for (size_t i = 0; all && all->value->kind == NODE_MAP && i < all->value->n; i++) {
		suggest(&near, all->value->pairs[i].key->text);
		buf_printf(&names, ", %s", all->value->pairs[i].key->text);
	}
	struct span at = all ? all->key->span : (struct span){root->span.src, root->span.off, 1};
	struct diag *d = diag(c, at, "unknown-environment", "the spec has no environment '%s'", env);
	if (near.best)
		diag_hint(c, d, "did you mean '%s'?", near.best);
	else
		diag_hint(c, d, "there are: %s", buf_str(&names));
	buf_free(&names);
	return root;
}

bool
spec_parse_set(struct ctx *c, const char *argument, struct override *ret_override)
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
	*ret_override = (struct override){arena_strndup(c->arena, argument, at.len), value, at};
	return true;
}

// {scaling: {max: VALUE}} for the path scaling.max.
static struct node *
nest(struct ctx *c, const struct override *set)
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

static struct spec *
build(struct ctx *c, const struct node *root, const struct override *sets, size_t n_sets)
{
	struct reader whole = {.c = c};
	struct spec *spec = arena_alloc(c->arena, sizeof *spec);
	struct span start = {root->span.src, root->span.off, 1};

	for (size_t i = 0; i < n_sets; i++)
		root = doc_overlay(c, root, nest(c, &sets[i]));
	spec->from = (struct origin){.at = start, .given = true};
	read_section(&whole, spec_fields, spec, root, start, NULL);
	return spec;
}

struct spec *
spec_build(struct ctx *c, const struct node *root, const char *env, const struct override *sets, size_t n_sets)
{
	struct reader partial = {.c = c, .partial = true};
	struct spec scratch = {0};

	read_section(&partial, spec_fields, &scratch, root, (struct span){root->span.src, root->span.off, 1}, NULL);
	check_overlays(&partial, root);
	return build(c, env ? choose_environment(c, root, env) : root, sets, n_sets);
}

struct spec *
spec_build_overlay(struct ctx *c, const struct node *root, const struct pair *one, const struct override *sets, size_t n_sets)
{
	return build(c, overlaid(c, root, one), sets, n_sets);
}

const struct node *
spec_without_anchors(struct ctx *c, const struct node *root)
{
	struct node *map = arena_alloc(c->arena, sizeof *map);

	*map = *root;
	map->n = 0;
	map->pairs = arena_array(c->arena, root->n, sizeof *map->pairs);
	for (size_t i = 0; i < root->n; i++)
		if (!is_anchor_key(root->pairs[i].key))
			map->pairs[map->n++] = root->pairs[i];
	return map;
}
