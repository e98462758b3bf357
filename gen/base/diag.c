// Collects problems. A problem that is reported again is not kept again, so that memory grows with
// what is wrong, not with how often a stage comes across it; a table of hashes finds it.

#include "base/diag.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "base/hash.h"
#include "base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct diags *
diags_new(struct arena *a, const struct problem *const *catalogue)
{
	struct diags *ds = arena_alloc(a, sizeof *ds);
	size_t n = 0;

	while (catalogue[n])
		n++;
	*ds = (struct diags){.arena = a, .catalogue = catalogue, .now = 1};
	ds->had = arena_array(a, n, sizeof *ds->had);
	return ds;
}

void
diags_environment(struct diags *ds, const char *name)
{
	ds->environment = name;
	ds->now++;
}

// The place of an id in the catalogue, which ends with NULL.
static size_t
catalogue_index(const struct diags *ds, const char *id, size_t n)
{
	size_t i = 0;

	while (ds->catalogue[i] && (*ds->catalogue[i]->id != *id || strncmp(ds->catalogue[i]->id, id, n) != 0 || ds->catalogue[i]->id[n]))
		i++;
	return i;
}

bool
diags_have(const struct diags *ds, const char *id, size_t n)
{
	size_t i = catalogue_index(ds, id, n);

	return ds->catalogue[i] && ds->had[i] == ds->now;
}

bool
diags_full(const struct diags *ds)
{
	return ds->left[SEV_ERROR] > 0 || ds->errors > DIAGS_ERRORS;
}

// ---- repeats

// What makes two reports the same: environment is NULL for a group, which all environments share.
struct key {
	struct span span;
	const char *id, *text, *environment;
};

static uint64_t
hash_of(const struct key *k)
{
	uint64_t hash = hash_quick(k->span.off, k->id, strlen(k->id));

	hash = hash_quick(hash, k->text, strlen(k->text));
	return k->environment ? hash_quick(hash, k->environment, strlen(k->environment)) : hash;
}

static bool
is_same(const struct diag *d, const struct key *k)
{
	return d->span.src == k->span.src && d->span.off == k->span.off && strcmp(d->id, k->id) == 0 && strcmp(d->text, k->text) == 0;
}

// The slot of a key: empty (hash 0), or of the same key. A problem that was left out is known by its
// hash alone.
static struct diag_slot *
find_slot(struct diags *ds, const struct key *k, uint64_t hash)
{
	size_t i = (size_t)hash & (ds->cap_slots - 1);

	for (;; i = (i + 1) & (ds->cap_slots - 1)) {
		struct diag_slot *s = &ds->slots[i];
		if (!s->hash || (s->hash == hash && (!s->diag || is_same(s->diag, k))))
			return s;
	}
}

static void
make_room(struct diags *ds)
{
	struct diag_slot *before = ds->slots;
	size_t n = ds->cap_slots;

	if (2 * ds->n_slots < n)
		return;
	ds->cap_slots = n ? 2 * n : 256;
	ds->slots = arena_array(ds->arena, ds->cap_slots, sizeof *ds->slots);
	for (size_t i = 0; i < n; i++) {
		size_t k = (size_t)before[i].hash & (ds->cap_slots - 1);
		while (before[i].hash && ds->slots[k].hash)
			k = (k + 1) & (ds->cap_slots - 1);
		if (before[i].hash)
			ds->slots[k] = before[i];
	}
}

// The slot of a key, which now holds it. *ret_new says whether it did not before.
static struct diag_slot *
take_slot(struct diags *ds, const struct key *k, bool *ret_new)
{
	uint64_t hash = hash_of(k);

	hash += !hash;
	make_room(ds);
	struct diag_slot *s = find_slot(ds, k, hash);
	*ret_new = !s->hash;
	ds->n_slots += *ret_new;
	s->hash = hash;
	return s;
}

// ---- reporting

// What diag_hint and diag_also add to a report that is not kept.
static struct diag *
discarded(struct diags *ds)
{
	return &ds->spare;
}

// Adds the environment being read to those of a problem that is kept; with the spec itself, it is
// everyone's.
static void
add_environment(struct diags *ds, struct diag *d, struct key key)
{
	bool is_new = true;

	if (!ds->environment) {
		d->environments = NULL;
		return;
	}
	key.environment = ds->environment;
	take_slot(ds, &key, &is_new);
	if (!is_new)
		return;
	struct diag_environment *e = arena_alloc(ds->arena, sizeof *e);
	e->name = ds->environment;
	*(d->environments ? &d->last->next : &d->environments) = e;
	d->last = e;
}

static struct diag *
keep(struct diags *ds, const struct problem *problem, const struct key *key)
{
	struct diag *d = arena_alloc(ds->arena, sizeof *d);

	*d = (struct diag){
		.severity = problem->severity,
		.span = key->span,
		.id = problem->id,
		.text = arena_strdup(ds->arena, key->text),
		.order = ds->n,
	};
	ds->list = arena_grow(ds->arena, ds->list, ds->n, &ds->cap, sizeof *ds->list);
	ds->list[ds->n++] = d;
	return d;
}

static struct diag *
report(struct diags *ds, const struct problem *problem, const struct key *key)
{
	bool is_new;
	struct diag_slot *slot = take_slot(ds, key, &is_new);
	struct diag *d = slot->diag;

	if (is_new && ds->kept[problem->severity] == DIAGS_KEPT) {
		ds->left[problem->severity]++;
		return discarded(ds);
	}
	if (is_new)
		d = slot->diag = keep(ds, problem, key);
	ds->kept[problem->severity] += is_new;
	if (d && (is_new || d->environments))
		add_environment(ds, d, *key);
	return is_new ? d : discarded(ds);
}

struct diag *
diag(struct ctx *c, struct span span, const char *id, const char *fmt, ...)
{
	struct diags *ds = c->diags;
	size_t i = catalogue_index(ds, id, strlen(id));
	struct buf text = {0};
	va_list ap;

	// The tests report every problem of the catalogue, so an id that it lacks is a defect of tfgen.
	if (!ds->catalogue[i]) {
		fprintf(stderr, "tfgen: no problem '%s' in the catalogue\n", id);
		abort();
	}
	va_start(ap, fmt);
	text_cut(&text, DIAG_ARGUMENT, fmt, ap);
	va_end(ap);
	const struct problem *problem = ds->catalogue[i];
	struct key key = {.span = span, .id = problem->id, .text = buf_str(&text)};
	struct diag *d = report(ds, problem, &key);
	buf_free(&text);
	ds->had[i] = ds->now;
	ds->reports++;
	ds->errors += problem->severity == SEV_ERROR;
	return d;
}

static const char *
text_of(struct diags *ds, const char *fmt, va_list ap)
{
	struct buf text = {0};

	text_cut(&text, DIAG_ARGUMENT, fmt, ap);
	const char *kept = arena_strndup(ds->arena, buf_str(&text), text.len);
	buf_free(&text);
	return kept;
}

void
diag_hint(struct ctx *c, struct diag *d, const char *fmt, ...)
{
	va_list ap;

	if (d == discarded(c->diags))
		return;
	va_start(ap, fmt);
	d->hint = text_of(c->diags, fmt, ap);
	va_end(ap);
}

void
diag_also(struct ctx *c, struct diag *d, struct span span, const char *fmt, ...)
{
	struct remark **end = &d->remark;
	va_list ap;

	if (d == discarded(c->diags))
		return;
	struct remark *r = arena_alloc(c->diags->arena, sizeof *r);
	va_start(ap, fmt);
	*r = (struct remark){.span = span, .text = text_of(c->diags, fmt, ap)};
	va_end(ap);
	while (*end)
		end = &(*end)->next;
	*end = r;
}

// ---- the end

static int
by_place(const void *x, const void *y)
{
	const struct diag *a = *(struct diag *const *)x, *b = *(struct diag *const *)y;
	int by_name = a->span.src && b->span.src && a->span.src != b->span.src
		? strcmp(a->span.src->name, b->span.src->name)
		: (b->span.src == NULL) - (a->span.src == NULL);

	if (by_name)
		return by_name;
	if (a->span.off != b->span.off)
		return a->span.off < b->span.off ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

static int
by_severity(const void *x, const void *y)
{
	const struct diag *a = *(struct diag *const *)x, *b = *(struct diag *const *)y;

	return a->severity != b->severity ? (a->severity < b->severity ? -1 : 1) : by_place(x, y);
}

// An environment that repeats a section gives the notes on that section another place: such a note
// is the same as the one on the spec itself.
static bool
is_repeated_note(const struct diags *ds, const struct diag *d)
{
	for (size_t i = 0; d->environments && i < ds->n; i++) {
		const struct diag *other = ds->list[i];
		if (!other->environments && strcmp(other->id, d->id) == 0 && strcmp(other->text, d->text) == 0)
			return true;
	}
	return false;
}

void
diags_finish(struct diags *ds, bool notes)
{
	size_t n = 0;

	for (size_t i = 0; i < ds->n; i++)
		if (ds->list[i]->severity != SEV_NOTE || (notes && !is_repeated_note(ds, ds->list[i])))
			ds->list[n++] = ds->list[i];
	ds->errors = ds->kept[SEV_ERROR] + ds->left[SEV_ERROR];
	ds->n = n < DIAGS_SHOWN ? n : DIAGS_SHOWN;
	ds->dropped = n - ds->n + ds->left[SEV_ERROR] + ds->left[SEV_WARNING] + (notes ? ds->left[SEV_NOTE] : 0);
	if (n)
		qsort(ds->list, n, sizeof *ds->list, by_severity);
	if (n)
		qsort(ds->list, ds->n, sizeof *ds->list, by_place);
}
