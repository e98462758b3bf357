// Reads the manifest and the resolved spec beside it.

#include "read/last.h"

#include "base/arena.h"
#include "base/ctx.h"
#include "base/diag.h"
#include "base/source.h"
#include "spec/doc.h"
#include "stack/manifest.h"

#include <errno.h>
#include <string.h>

static enum last_status
read_file(struct ctx *c, const char *dir, const char *name, struct source **ret_source)
{
	switch (source_read(c, arena_printf(c->arena, "%s/%s", dir, name), ret_source)) {
	case SOURCE_OK:
		return LAST_FOUND;
	case SOURCE_UNREADABLE:
		return errno == ENOENT || errno == ENOTDIR ? LAST_NONE : LAST_UNREADABLE;
	case SOURCE_TOO_LARGE:
		break;
	}
	return LAST_DAMAGED;
}

static const char *
service_of(const struct manifest *m)
{
	for (size_t i = 0; i < m->n; i++)
		if (strncmp(m->list[i].path, "service/", 8) == 0)
			return m->list[i].path;
	return NULL;
}

static const char *
text_at(const struct node *map, const char *key)
{
	const struct pair *pair = map ? doc_find(map, key) : NULL;

	return pair && pair->value->kind == NODE_SCALAR ? pair->value->text : NULL;
}

static const char *
stack_of_spec(struct ctx *c, const struct node *spec)
{
	const char *name = text_at(spec, "name"), *environment = text_at(spec, "environment");

	return name && environment ? arena_printf(c->arena, "%s-%s", name, environment) : NULL;
}

// The first heading of the README is the stack's name.
static const char *
stack_of_readme(struct ctx *c, const char *dir)
{
	struct source *text;
	const char *at = read_file(c, dir, "README.md", &text) == LAST_FOUND ? strstr(text->text, "\n# ") : NULL;

	return at ? arena_strndup(c->arena, at + 3, strcspn(at + 3, "\r\n")) : NULL;
}

enum last_status
last_read(struct ctx *c, const char *dir, struct last *ret_last)
{
	// What is wrong with these files is no problem of the user's spec.
	struct ctx apart = {.arena = c->arena, .diags = diags_new(c->arena, c->diags->catalogue)};
	struct source *text;
	struct manifest m = {0};

	*ret_last = (struct last){.spec_hash = ""};
	enum last_status status = read_file(&apart, dir, MANIFEST_FILE, &text);
	if (status != LAST_FOUND)
		return status;
	if (!manifest_parse(&apart, text->text, &m) || !m.version)
		return LAST_DAMAGED;
	ret_last->version = m.version;
	ret_last->service = service_of(&m);
	status = read_file(&apart, dir, MANIFEST_SPEC, &text);
	if (status == LAST_NONE) {
		ret_last->stack = stack_of_readme(&apart, dir);
		return LAST_FOUND;
	}
	if (status == LAST_FOUND) {
		char *hash = arena_alloc(c->arena, HASH_HEX + 1);
		hash_hex(text->text, text->len, hash);
		ret_last->spec_hash = hash;
		ret_last->spec = doc_parse(&apart, text);
		ret_last->stack = stack_of_spec(&apart, ret_last->spec);
	}
	return status != LAST_FOUND ? status : ret_last->spec ? LAST_FOUND : LAST_DAMAGED;
}
