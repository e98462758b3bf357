// Keys of a mapping that meet: given twice, or merged with `<<`. Equal ones are found by sorting, so that
// time and memory grow with the number of keys alone.

#include "spec/doc.h"

#include "base/arena.h"
#include "base/ctx.h"
#include "base/diag.h"

#include <stdlib.h>
#include <string.h>

static int
by_key(const void *x, const void *y)
{
	const struct pair *const *a = x, *const *b = y;
	int order = strcmp((*a)->key->text, (*b)->key->text);

	return order ? order : *a < *b ? -1 : *a > *b;
}

// The pairs sorted by their keys; equal ones as they are in the list.
static const struct pair **
sorted(struct ctx *c, const struct pair *pairs, size_t n)
{
	const struct pair **list = arena_array(c->arena, n, sizeof(struct pair *));

	for (size_t i = 0; i < n; i++)
		list[i] = &pairs[i];
	if (n)
		qsort(list, n, sizeof *list, by_key);
	return list;
}

void
doc_refuse_duplicates(struct ctx *c, const struct node *map)
{
	const struct pair **list = sorted(c, map->pairs, map->n);

	for (size_t i = 1, first = 0; i < map->n; i++) {
		const struct node *key = list[i]->key;
		if (strcmp(key->text, list[first]->key->text) != 0) {
			first = i;
			continue;
		}
		struct diag *d = diag(c, key->span, "duplicate-key", "key '%s' is given twice", key->text);
		diag_also(c, d, list[first]->key->span, "first given here");
	}
}

// A mapping of the first pair of each key.
static struct node *
unique(struct ctx *c, const struct node *like, const struct pair *pairs, size_t n)
{
	struct node *map = arena_alloc(c->arena, sizeof *map);
	const struct pair **list = sorted(c, pairs, n);
	bool *repeats = arena_array(c->arena, n, sizeof *repeats);

	for (size_t i = 1; i < n; i++)
		repeats[list[i] - pairs] = strcmp(list[i]->key->text, list[i - 1]->key->text) == 0;
	*map = *like;
	map->pairs = arena_array(c->arena, n, sizeof *map->pairs);
	map->n = 0;
	for (size_t i = 0; i < n; i++)
		if (!repeats[i])
			map->pairs[map->n++] = pairs[i];
	return map;
}

struct node *
doc_merge(struct ctx *c, struct node *map, const struct node *from)
{
	const struct node *const *maps = from->kind == NODE_LIST ? (const struct node *const *)from->items : &from;
	size_t n_maps = from->kind == NODE_LIST ? from->n : 1, n = map->n;
	bool good = true;

	for (size_t i = 0; i < n_maps; i++) {
		good = good && maps[i]->kind == NODE_MAP;
		n += maps[i]->n;
	}
	if (!good) {
		diag(c, from->span, "invalid-merge", "'<<' needs a mapping");
		return map;
	}
	struct pair *all = arena_array(c->arena, n, sizeof *all);
	n = 0;
	for (size_t i = 0; i < map->n; i++)
		all[n++] = map->pairs[i];
	for (size_t i = 0; i < n_maps; i++)
		for (size_t k = 0; k < maps[i]->n; k++)
			all[n++] = maps[i]->pairs[k];
	return unique(c, map, all, n);
}
