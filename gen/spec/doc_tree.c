// Operations on a finished tree.

#include "spec/doc.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "base/text.h"

#include <string.h>

struct pair *
doc_find(const struct node *map, const char *key)
{
	if (!map || map->kind != NODE_MAP)
		return NULL;
	for (size_t i = 0; i < map->n; i++)
		if (strcmp(map->pairs[i].key->text, key) == 0)
			return &map->pairs[i];
	return NULL;
}

struct node *
doc_scalar(struct ctx *c, struct span span, const char *text)
{
	struct node *node = arena_alloc(c->arena, sizeof *node);

	*node = (struct node){.kind = NODE_SCALAR, .span = span, .text = text, .plain = true, .weight = 1};
	return node;
}

struct node *
doc_overlay(struct ctx *c, const struct node *base, const struct node *over)
{
	struct node *both = arena_alloc(c->arena, sizeof *both);

	*both = *over;
	if (base->kind != NODE_MAP || over->kind != NODE_MAP)
		return both;
	*both = *base;
	both->pairs = arena_array(c->arena, base->n + over->n, sizeof(struct pair));
	if (base->n)
		memcpy(both->pairs, base->pairs, base->n * sizeof(struct pair));
	for (size_t i = 0; i < over->n; i++) {
		struct pair *under = doc_find(base, over->pairs[i].key->text);
		if (under && doc_is_null(over->pairs[i].value))
			continue;
		struct pair *slot = under ? &both->pairs[under - base->pairs] : &both->pairs[both->n++];
		// A section that both have stays where the base has it: what is wrong with its defaults
		// is said there.
		if (!under || under->value->kind != NODE_MAP)
			slot->key = over->pairs[i].key;
		slot->value = under ? doc_overlay(c, under->value, over->pairs[i].value) : over->pairs[i].value;
	}
	return both;
}

bool
doc_is_null(const struct node *node)
{
	static const char *const words[] = {"", "~", "null", "Null", "NULL"};

	if (node->kind != NODE_SCALAR || !node->plain)
		return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(node->text, words[i]) == 0)
			return true;
	return false;
}

static void
print_node(const struct node *node, const char *label, int depth, struct buf *out)
{
	struct place p = source_place(node->span.src, node->span.off);

	buf_printf(out, "%*s%s", 2 * depth, "", label);
	if (node->kind == NODE_SCALAR)
		text_printf(out, "%s \"%s\"", node->plain ? "plain" : "quoted", node->text);
	else
		buf_printf(out, "%s of %zu", node->kind == NODE_LIST ? "list" : "map", node->n);
	buf_printf(out, "  @%s:%zu:%zu+%zu\n", node->span.src->name, p.line, p.column, node->span.len);
	for (size_t i = 0; i < node->n; i++) {
		if (node->kind == NODE_LIST) {
			print_node(node->items[i], "- ", depth + 1, out);
			continue;
		}
		struct buf key = {0};
		text_printf(&key, "%s: ", node->pairs[i].key->text);
		print_node(node->pairs[i].value, buf_str(&key), depth + 1, out);
		buf_free(&key);
	}
}

void
doc_print(const struct node *node, struct buf *out)
{
	print_node(node, "", 0, out);
}
