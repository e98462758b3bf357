// Builds the tree from libyaml's events. The only file that includes libyaml.
//
// It adds three things to libyaml. libyaml counts characters and tfgen bytes: to_offset() converts.
// libyaml accepts duplicate keys: they are refused here. libyaml leaves aliases to its caller: here
// they share the node that they name, and every node has the number of nodes that it expands to, so
// that an alias bomb is found before it is walked.

#include "spec/doc.h"

#include "base/arena.h"
#include "base/ctx.h"
#include "base/diag.h"
#include "spec/doc_space.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum { MARK_EVERY = 64 };

struct anchor {
	const char *name;
	struct node *node; // NULL while the node is still being read
};

// Nodes being collected.
struct node_list {
	struct node **items;
	size_t n, cap;
};

struct reader {
	struct ctx *c;
	const struct source *src;
	yaml_parser_t yaml;
	size_t from;   // offset of the first byte that is YAML
	size_t *marks; // the offset of every MARK_EVERY-th character after it
	size_t n_marks;
	struct anchor *anchors;
	size_t n_anchors;
	size_t depth;
	bool failed; // the one problem that ends the reading was reported
	bool spaced; // characters that only look like something else were reported: the tree is not what it seems
	struct node_list quoted; // every scalar in quotes, in the order of the text
	size_t read_to;          // offset up to which the text was read
};

// The offsets from which to_offset() counts. The text is valid UTF-8.
static void
mark_offsets(struct reader *r)
{
	size_t chars = 0;

	r->marks = arena_array(r->c->arena, (r->src->len - r->from) / MARK_EVERY + 1, sizeof *r->marks);
	for (size_t off = r->from; off < r->src->len; off += utf8_length(r->src->text + off, r->src->len - off), chars++)
		if (chars % MARK_EVERY == 0)
			r->marks[r->n_marks++] = off;
}

static size_t
to_offset(const struct reader *r, yaml_mark_t mark)
{
	if (mark.index / MARK_EVERY >= r->n_marks)
		return r->src->len;
	size_t off = r->marks[mark.index / MARK_EVERY];
	for (size_t left = mark.index % MARK_EVERY; left > 0 && off < r->src->len; left--)
		off += utf8_length(r->src->text + off, r->src->len - off);
	return off;
}

static struct span
span_of(const struct reader *r, yaml_mark_t from, yaml_mark_t to)
{
	size_t start = to_offset(r, from), end = to_offset(r, to);

	return (struct span){r->src, start, end > start ? end - start : 0};
}

static struct span
point(const struct reader *r, size_t off)
{
	return (struct span){r->src, off < r->src->len ? off : r->src->len, 1};
}

static void
report_space(struct reader *r, size_t from, const struct odd_space *found)
{
	struct span at = {r->src, from + found->off, found->len};
	struct diag *d = diag(r->c, at, "yaml-space", "%s, which YAML does not count as a space", found->name);

	diag_hint(r->c, d, "replace it with an ordinary space");
	r->spaced = true;
}

static void
report_syntax(struct reader *r)
{
	const yaml_parser_t *y = &r->yaml;
	const char *problem = y->problem ? y->problem : "cannot be read as YAML";
	size_t off = y->error == YAML_READER_ERROR ? r->from + y->problem_offset : to_offset(r, y->problem_mark);
	struct odd_space space;

	r->failed = true;
	r->read_to = off;
	// libyaml notices one line late that the line before was no key.
	struct place here = source_place(r->src, off);
	size_t from = source_place(r->src, here.line_start ? here.line_start - 1 : 0).line_start;
	from = from > r->from ? from : r->from;
	if (odd_space_in_lines(r->src->text + from, here.line_end - from, &space)) {
		report_space(r, from, &space);
		return;
	}
	if (off < r->src->len && r->src->text[off] == '\t') {
		struct diag *d = diag(r->c, point(r, off), "yaml-tab", "a tab, but YAML is indented with spaces");
		diag_hint(r->c, d, "indent with spaces; YAML does not count tabs");
		return;
	}
	struct diag *d = diag(r->c, point(r, off), "yaml-syntax", "%s", problem);
	if (y->context && y->error != YAML_READER_ERROR)
		diag_also(r->c, d, point(r, to_offset(r, y->context_mark)), "%s", y->context);
}

static bool
next_event(struct reader *r, yaml_event_t *event)
{
	if (yaml_parser_parse(&r->yaml, event))
		return true;
	report_syntax(r);
	return false;
}

static struct node *
new_node(struct reader *r, enum node_kind kind, const yaml_event_t *event)
{
	struct node *node = arena_alloc(r->c->arena, sizeof *node);

	*node = (struct node){
		.kind = kind, .span = span_of(r, event->start_mark, event->end_mark), .weight = 1};
	return node;
}

static bool
add_weight(struct reader *r, struct node *node, const struct node *child)
{
	node->weight += child->weight;
	if (node->weight <= DOC_MAX_NODES)
		return true;
	if (!r->failed)
		diag(r->c, point(r, node->span.off), "alias-bomb",
			"this expands to more than %d values", DOC_MAX_NODES);
	r->failed = true;
	return false;
}

static void
push(struct reader *r, struct node_list *list, struct node *node)
{
	list->items = arena_grow(r->c->arena, list->items, list->n, &list->cap, sizeof *list->items);
	list->items[list->n++] = node;
}

// An anchor's slot, or SIZE_MAX when there is no anchor.
static size_t
open_anchor(struct reader *r, const yaml_char_t *name, struct span span)
{
	if (!name)
		return SIZE_MAX;
	if (r->n_anchors == DOC_MAX_ANCHORS) {
		diag(r->c, span, "alias-bomb", "more than %d anchors", DOC_MAX_ANCHORS);
		r->failed = true;
		return SIZE_MAX;
	}
	r->anchors[r->n_anchors] = (struct anchor){arena_strdup(r->c->arena, (const char *)name), NULL};
	return r->n_anchors++;
}

static struct node *
read_alias(struct reader *r, const yaml_event_t *event)
{
	const char *name = (const char *)event->data.alias.anchor;

	for (size_t i = r->n_anchors; i-- > 0;) {
		if (strcmp(r->anchors[i].name, name) != 0)
			continue;
		if (r->anchors[i].node)
			return r->anchors[i].node;
		diag(r->c, span_of(r, event->start_mark, event->end_mark), "unknown-alias",
			"alias '*%s' is inside the value that it names", name);
		r->failed = true;
		return NULL;
	}
	diag(r->c, span_of(r, event->start_mark, event->end_mark), "unknown-alias", "unknown alias '*%s'", name);
	r->failed = true;
	return NULL;
}

static void
check_tag(struct reader *r, const yaml_char_t *tag, struct span span)
{
	if (tag && !r->failed)
		diag(r->c, span, "yaml-tag", "tag '%s', but a spec has no tags", (const char *)tag);
}

static struct node *
read_scalar(struct reader *r, const yaml_event_t *event)
{
	struct node *node = new_node(r, NODE_SCALAR, event);
	const char *value = (const char *)event->data.scalar.value;

	check_tag(r, event->data.scalar.tag, node->span);
	node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	node->text = arena_strndup(r->c->arena, value, event->data.scalar.length);
	if (event->data.scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE || event->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE)
		push(r, &r->quoted, node);
	struct odd_space space;
	if (node->plain && odd_space_in_plain(r->src->text + node->span.off, node->span.len, &space))
		report_space(r, node->span.off, &space);
	if (strlen(node->text) != event->data.scalar.length)
		diag(r->c, node->span, "nul-byte", "a NUL character in a value");
	return node;
}

static struct node *read_node(struct reader *r, const yaml_event_t *event);

// Everything up to the end of the collection. False after a problem that ends the reading.
static bool
read_children(struct reader *r, yaml_event_type_t end, struct node *node, struct node_list *list)
{
	for (;;) {
		yaml_event_t event;
		if (!next_event(r, &event))
			return false;
		if (event.type == end) {
			size_t close = to_offset(r, event.end_mark);
			if (close > node->span.off)
				node->span.len = close - node->span.off;
			yaml_event_delete(&event);
			return true;
		}
		struct node *child = read_node(r, &event);
		yaml_event_delete(&event);
		if (!child || !add_weight(r, node, child))
			return false;
		push(r, list, child);
	}
}

static struct node *
read_list(struct reader *r, const yaml_event_t *event)
{
	struct node *node = new_node(r, NODE_LIST, event);
	struct node_list list = {0};

	check_tag(r, event->data.sequence_start.tag, node->span);
	if (!read_children(r, YAML_SEQUENCE_END_EVENT, node, &list))
		return NULL;
	node->items = list.items;
	node->n = list.n;
	return node;
}

static struct node *
read_map(struct reader *r, const yaml_event_t *event)
{
	struct node *node = new_node(r, NODE_MAP, event), *merge = NULL;
	struct node_list list = {0};

	check_tag(r, event->data.mapping_start.tag, node->span);
	if (!read_children(r, YAML_MAPPING_END_EVENT, node, &list))
		return NULL;
	node->pairs = arena_array(r->c->arena, list.n / 2, sizeof(struct pair));
	for (size_t i = 0; i + 1 < list.n; i += 2) {
		struct node *key = list.items[i], *value = list.items[i + 1];
		if (key->kind != NODE_SCALAR)
			diag(r->c, key->span, "wrong-type", "a key must be text, got a %s",
				key->kind == NODE_MAP ? "mapping" : "list");
		else if (key->plain && strcmp(key->text, "<<") == 0 && !merge)
			merge = value;
		else
			node->pairs[node->n++] = (struct pair){key, value};
	}
	doc_refuse_duplicates(r->c, node);
	return merge ? doc_merge(r->c, node, merge) : node;
}

static struct node *
read_node(struct reader *r, const yaml_event_t *event)
{
	struct span span = span_of(r, event->start_mark, event->end_mark);
	struct node *node = NULL;
	size_t anchor = SIZE_MAX;

	if (event->type == YAML_ALIAS_EVENT)
		return read_alias(r, event);
	if (++r->depth > DOC_MAX_DEPTH) {
		diag(r->c, span, "too-deep", "nested more than %d levels deep", DOC_MAX_DEPTH);
		r->failed = true;
	} else if (event->type == YAML_SCALAR_EVENT) {
		anchor = open_anchor(r, event->data.scalar.anchor, span);
		node = read_scalar(r, event);
	} else if (event->type == YAML_SEQUENCE_START_EVENT) {
		anchor = open_anchor(r, event->data.sequence_start.anchor, span);
		node = r->failed ? NULL : read_list(r, event);
	} else if (event->type == YAML_MAPPING_START_EVENT) {
		anchor = open_anchor(r, event->data.mapping_start.anchor, span);
		node = r->failed ? NULL : read_map(r, event);
	}
	r->depth--;
	if (anchor != SIZE_MAX)
		r->anchors[anchor].node = node;
	return r->failed ? NULL : node;
}

// Reports NUL and invalid UTF-8 at their place, before libyaml guesses an encoding.
static bool
check_bytes(struct ctx *c, const struct source *src)
{
	for (size_t i = 0; i < src->len;) {
		size_t n = utf8_length(src->text + i, src->len - i);
		struct span at = {src, i, 1};
		if (n == 1 && src->text[i] == '\0') {
			diag(c, at, "nul-byte", "a NUL byte");
			return false;
		}
		if (n == 0) {
			struct diag *d = diag(c, at, "invalid-utf8", "byte 0x%02x is not UTF-8", (unsigned char)src->text[i]);
			if (i == 0 && src->len > 1 && (unsigned char)src->text[0] >= 0xfe)
				diag_hint(c, d, "the file looks like UTF-16; save it as UTF-8");
			return false;
		}
		i += n;
	}
	return true;
}

// Reports what ends a line for YAML and not for an editor, outside of quotes.
static void
check_breaks(struct reader *r)
{
	struct node *const *quoted = r->quoted.items;
	struct odd_space found;
	size_t k = 0;

	for (size_t i = r->from; odd_break(r->src->text, r->read_to, i, &found); i = found.off + found.len) {
		while (k < r->quoted.n && quoted[k]->span.off + quoted[k]->span.len <= found.off)
			k++;
		if (k < r->quoted.n && quoted[k]->span.off <= found.off)
			continue;
		struct diag *d = diag(r->c, (struct span){r->src, found.off, found.len}, "yaml-line-break",
			"%s, which ends a line for YAML but not for an editor", found.name);
		diag_hint(r->c, d, "replace it with a line feed, or remove it");
		r->spaced = true;
	}
}

static struct node *
read_document(struct reader *r)
{
	struct node *root = NULL;
	bool done = false;

	while (!done && !r->failed) {
		yaml_event_t event;
		if (!next_event(r, &event))
			return NULL;
		if (event.type == YAML_DOCUMENT_START_EVENT && root) {
			struct diag *d = diag(r->c, span_of(r, event.start_mark, event.end_mark), "several-documents",
				"a second document begins here");
			diag_hint(r->c, d, "one file holds one spec; 'environments' holds its variations");
			r->failed = true;
		} else if (event.type == YAML_STREAM_END_EVENT) {
			done = true;
		} else if (event.type == YAML_SCALAR_EVENT || event.type == YAML_ALIAS_EVENT ||
			event.type == YAML_SEQUENCE_START_EVENT || event.type == YAML_MAPPING_START_EVENT) {
			root = read_node(r, &event);
		}
		yaml_event_delete(&event);
	}
	return r->failed ? NULL : root;
}

static struct node *
parse(struct ctx *c, const struct source *src, size_t from, bool *ret_failed)
{
	struct anchor anchors[DOC_MAX_ANCHORS];
	struct reader r = {.c = c, .src = src, .from = from, .anchors = anchors, .read_to = src->len};
	struct node *root = NULL;

	*ret_failed = true;
	if (!check_bytes(c, src))
		return NULL;
	// libyaml would count a byte order mark as the first column.
	if (from == 0 && strncmp(src->text, "\xef\xbb\xbf", 3) == 0)
		r.from = from = 3;
	mark_offsets(&r);
	if (!yaml_parser_initialize(&r.yaml))
		arena_exhausted();
	yaml_parser_set_encoding(&r.yaml, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.yaml, (const unsigned char *)src->text + from, src->len - from);
	root = read_document(&r);
	yaml_parser_delete(&r.yaml);
	check_breaks(&r);
	*ret_failed = r.failed || r.spaced;
	return *ret_failed ? NULL : root;
}

struct node *
doc_parse(struct ctx *c, const struct source *src)
{
	bool failed;
	struct node *root = parse(c, src, 0, &failed);
	struct span start = {src, 0, 1};

	if (failed)
		return NULL;
	if (!root || doc_is_null(root)) {
		struct diag *d = diag(c, start, "empty-document", "the spec is empty");
		diag_hint(c, d, "the smallest spec is two lines: 'name: gym' and 'region: us-east-1'");
		return NULL;
	}
	if (root->kind != NODE_MAP) {
		diag(c, root->span, "wrong-type", "a spec must be a mapping of keys to values, got %s",
			root->kind == NODE_LIST ? "a list" : "text");
		return NULL;
	}
	return root;
}

struct node *
doc_parse_value(struct ctx *c, const struct source *src, size_t from)
{
	bool failed;
	struct node *root = parse(c, src, from, &failed);

	if (failed || root)
		return root;
	return doc_scalar(c, (struct span){src, from, src->len - from}, "");
}
