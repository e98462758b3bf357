// Walks the table of fields beside two resolved specs.

#include "read/diff.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "base/diag.h"
#include "base/text.h"
#include "read/cost_change.h"
#include "read/judge.h"
#include "read/last.h"
#include "read/money.h"
#include "read/releases.h"
#include "spec/doc.h"
#include "spec/spec.h"
#include "spec/spec_print.h"
#include "stack/plan.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

const struct problem diff_problems[] = {
	{ "other-stack", SEV_ERROR,
	  .reason = "The directory holds another stack, or another environment. Its Terraform state lies there too, so an apply would "
		    "rebuild that stack as this one.",
	  .rule = "Terraform takes the resources of a directory's state for those of its files, whatever their names are.",
	  .fix = "Compile into a directory of its own with -o. If nothing is applied in this one any more, --force takes it over." },
	{ "refused-edit", SEV_ERROR,
	  .reason = "With this edit of a stack that runs, the apply would lose data, or AWS would refuse it half-way.",
	  .rule = "tfgen compares the spec with what was compiled last into the directory; 'tfgen diff' shows every change.",
	  .fix = "Undo the edit, or do what the message advises. --allow-replace compiles it all the same, for a stack that is not "
		 "applied." },
	{0},
};

const char *
diff_word(enum edit edit)
{
	static const char *const words[] = {
		[EDIT_NONE] = "none",
		[EDIT_IN_PLACE] = "in place",
		[EDIT_RESCALE] = "rescale",
		[EDIT_ROLL] = "roll",
		[EDIT_INTERRUPT] = "interrupt",
		[EDIT_REPLACE] = "replace",
		[EDIT_REFUSE] = "refuse",
		[EDIT_JUDGED] = "depends on the values",
	};

	return words[edit];
}

// ---- comparing

struct walk {
	struct ctx *c;
	struct differences *out;
	size_t cap;
	bool optional; // in a section that a spec may leave out
};

static void
add(struct walk *w, struct difference change)
{
	struct differences *out = w->out;

	out->list = arena_grow(w->c->arena, out->list, out->n, &w->cap, sizeof *out->list);
	change.order = out->n;
	out->list[out->n++] = change;
	if (change.edit > out->worst)
		out->worst = change.edit;
}

static void
flow(const struct node *n, struct buf *out)
{
	switch (n->kind) {
	case NODE_SCALAR:
		buf_puts(out, n->text);
		break;
	case NODE_LIST:
		buf_putc(out, '[');
		for (size_t i = 0; i < n->n; i++) {
			buf_puts(out, i ? ", " : "");
			flow(n->items[i], out);
		}
		buf_putc(out, ']');
		break;
	case NODE_MAP:
		buf_putc(out, '{');
		for (size_t i = 0; i < n->n; i++) {
			buf_printf(out, "%s%s: ", i ? ", " : "", n->pairs[i].key->text);
			flow(n->pairs[i].value, out);
		}
		buf_putc(out, '}');
		break;
	}
}

// A value on one line, as in a spec; NULL for none.
static const char *
text_of(struct ctx *c, const struct node *n)
{
	struct buf out = {0};

	if (!n)
		return NULL;
	flow(n, &out);
	const char *text = arena_strdup(c->arena, buf_str(&out));
	buf_free(&out);
	return text;
}

static const struct node *
value_at(const struct node *map, const char *key)
{
	const struct pair *pair = map ? doc_find(map, key) : NULL;

	return pair ? pair->value : NULL;
}

static const struct judgement unknown_before = {EDIT_IN_PLACE, "another version of tfgen did not have this key"};

static void
compare_field(struct walk *w, const struct field *f, const char *path, const struct node *old, const struct node *now,
	const void *member)
{
	const struct origin *origin = member;
	const char *before = text_of(w->c, old), *after = text_of(w->c, now);
	struct judgement j = {f->edit, f->effect};

	if (before && after ? strcmp(before, after) == 0 : before == after)
		return;
	// Absent is a value where no default takes its place.
	if (f->edit == EDIT_JUDGED && ((old && now) || !f->def || w->optional))
		j = judge(w->c, path, old, now);
	else if (f->edit == EDIT_JUDGED)
		j = unknown_before;
	add(w, (struct difference){.key = path, .before = before, .after = after, .edit = j.edit, .effect = j.effect, .at = origin->at});
}

static void compare_section(struct walk *w, const struct field *table, const char *path, const struct node *old, const struct node *now,
	const void *base);

// The section of that name in a list of them.
static const struct node *
section_named(const struct field *f, const struct node *list, const char *name)
{
	for (size_t i = 0; list && list->kind == NODE_LIST && i < list->n; i++) {
		const struct node *own = value_at(list->items[i], f->sub->key);
		if (own && strcmp(own->text, name) == 0)
			return list->items[i];
	}
	return NULL;
}

// Sections are compared by their names, whatever their order.
static void
compare_sections(struct walk *w, const struct field *f, const char *path, const struct node *old, const struct node *now,
	const struct sections *all)
{
	const struct judgement j = old ? judge(w->c, path, old, now) : unknown_before;

	for (size_t i = 0; i < all->n; i++) {
		const char *section = (const char *)all->list + i * f->size;
		const char *name = ((const struct text *)(const void *)(section + f->sub->offset))->value;
		const char *here = arena_printf(w->c->arena, "%s.%s", path, name);
		const struct node *before = section_named(f, old, name), *after = section_named(f, now, name);
		if (before)
			compare_section(w, f->sub, here, before, after, section);
		else
			add(w, (struct difference){.key = here, .after = text_of(w->c, after), .edit = j.edit, .effect = j.effect,
				.at = ((const struct origin *)(const void *)section)->at});
	}
	for (size_t i = 0; old && old->kind == NODE_LIST && i < old->n; i++) {
		const char *name = value_at(old->items[i], f->sub->key)->text;
		if (!section_named(f, now, name))
			add(w, (struct difference){.key = arena_printf(w->c->arena, "%s.%s", path, name), .before = text_of(w->c, old->items[i]),
				.edit = j.edit, .effect = j.effect, .at = all->from.at});
	}
}

// A section of a section.
static void
compare_part(struct walk *w, const struct field *f, const char *path, const struct node *old, const struct node *now, const void *base)
{
	bool around = w->optional;

	w->optional = around || f->optional;
	compare_section(w, f->sub, path, old, now, base);
	w->optional = around;
}

static void
compare_section(struct walk *w, const struct field *table, const char *path, const struct node *old, const struct node *now,
	const void *base)
{
	for (const struct field *f = table; f->key; f++) {
		const char *here = *path ? arena_printf(w->c->arena, "%s.%s", path, f->key) : f->key;
		const void *member = (const char *)base + f->offset;
		const struct node *before = value_at(old, f->key), *after = value_at(now, f->key);
		if (f->type == F_SECTION)
			compare_part(w, f, here, before, after, member);
		else if (f->type == F_SECTIONS)
			compare_sections(w, f, here, before, after, member);
		else if (f->type != F_OVERLAYS)
			compare_field(w, f, here, before, after, member);
	}
}

static int
worst_first(const void *a, const void *b)
{
	const struct difference *x = a, *y = b;

	if (x->edit != y->edit)
		return x->edit > y->edit ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static void
sort(struct differences *changes)
{
	if (changes->n)
		qsort(changes->list, changes->n, sizeof *changes->list, worst_first);
}

static const struct node *
resolved(struct ctx *c, const struct spec *spec)
{
	struct buf text = {0};

	spec_print_resolved(spec, &text);
	const char *kept = arena_strdup(c->arena, buf_str(&text));
	buf_free(&text);
	return doc_parse(c, source_of(c, "resolved spec", kept, strlen(kept)));
}

struct differences
diff_specs(struct ctx *c, const struct spec *old, const struct spec *now)
{
	struct differences out = {0};
	struct walk w = {.c = c, .out = &out};

	compare_section(&w, spec_fields, "", resolved(c, old), resolved(c, now), now);
	sort(&out);
	return out;
}

static void
compare_releases(struct walk *w, const char *before, struct span at)
{
	for (const struct release *r = releases; r->version; r++)
		if (strverscmp(before, r->version) < 0)
			add(w, (struct difference){.key = "tfgen", .before = before, .after = r->version, .edit = r->edit,
				.effect = r->effect, .at = at});
}

struct differences
diff_last(struct ctx *c, const struct last *last, const struct plan *now)
{
	struct differences out = {0};
	struct walk w = {.c = c, .out = &out};
	struct span at = now->spec->from.at;

	compare_releases(&w, last->version, at);
	if (last->service && strcmp(last->service, now->service_file.value) != 0)
		add(&w, (struct difference){.key = "service", .before = last->service, .after = now->service_file.value,
			.edit = EDIT_ROLL, .effect = "the instances are replaced by others with that service", .at = at});
	if (last->spec)
		compare_section(&w, spec_fields, "", last->spec, resolved(c, now->spec), now->spec);
	sort(&out);
	return out;
}

// ---- printing

static const char *
or_absent(const char *value)
{
	return value ? value : "(absent)";
}

void
diff_report(struct ctx *c, const struct differences *changes)
{
	for (size_t i = 0; i < changes->n; i++) {
		const struct difference *k = &changes->list[i];
		if (k->edit < EDIT_REPLACE)
			continue;
		struct diag *d = diag(c, k->at, "refused-edit", "'%s' was %s in the last compilation and is %s: %s", k->key,
			or_absent(k->before), or_absent(k->after), k->effect);
		diag_hint(c, d, "undo the edit, or compile into another directory with -o; --allow-replace compiles it here");
	}
}

void
diff_print_text(const struct differences *changes, FILE *out)
{
	for (size_t i = 0; i < changes->n; i++) {
		const struct difference *k = &changes->list[i];
		text_print(out, "%s: %s -> %s\n  %s: %s\n", k->key, or_absent(k->before), or_absent(k->after), diff_word(k->edit), k->effect);
	}
}

void
diff_print_json(const struct differences *changes, const struct cost_change *cost, FILE *out)
{
	json_t *list = json_array();

	for (size_t i = 0; i < changes->n; i++) {
		const struct difference *k = &changes->list[i];
		json_array_append_new(list, json_pack("{s:s, s:s?, s:s?, s:s, s:s}", "key", k->key, "before", k->before, "after",
			k->after, "class", diff_word(k->edit), "effect", k->effect));
	}
	json_t *all = json_pack("{s:s, s:o, s:o}", "class", diff_word(changes->worst), "changes", list, "cost", cost_change_json(cost));
	json_dumpf(all, out, JSON_INDENT(2) | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(MONEY_DIGITS));
	fputc('\n', out);
	json_decref(all);
}
