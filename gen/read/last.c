// Reads the manifest and the resolved spec beside it.

#include "read/last.h"

#include "base/arena.h"
#include "base/ctx.h"
#include "base/diag.h"
#include "base/source.h"
#include "spec/doc.h"
#include "stack/dir.h"
#include "stack/manifest.h"

#include <errno.h>
#include <string.h>

static enum last_status
read_file(struct ctx *c, struct dir *d, const char *name, struct source **ret_source)
{
	const char *text;
	size_t len;

	switch (dir_read(d, name, SOURCE_LIMIT, &text, &len)) {
	case DIR_FILE:
		*ret_source = source_of(c, dir_name(d, name), text, len);
		return LAST_FOUND;
	case DIR_NOTHING:
	case DIR_IN_THE_WAY: // the write says so
		return LAST_NONE;
	case DIR_FAILED:
		return LAST_UNREADABLE;
	case DIR_LARGE:
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
stack_of_readme(struct ctx *c, struct dir *d)
{
	struct source *text;
	const char *at = read_file(c, d, "README.md", &text) == LAST_FOUND ? strstr(text->text, "\n# ") : NULL;

	return at ? arena_strndup(c->arena, at + 3, strcspn(at + 3, "\r\n")) : NULL;
}

static enum last_status
read_last(struct ctx *c, struct dir *d, struct last *ret_last)
{
	struct source *text;
	struct manifest m = {0};

	enum last_status status = read_file(c, d, MANIFEST_FILE, &text);
	if (status != LAST_FOUND)
		return status;
	manifest_parse(c, text->name, text->text, text->len, &m);
	ret_last->damage = m.damage;
	if (m.damage || !m.version)
		return LAST_DAMAGED;
	ret_last->version = m.version;
	ret_last->service = service_of(&m);
	status = read_file(c, d, MANIFEST_SPEC, &text);
	if (status == LAST_NONE) {
		ret_last->stack = stack_of_readme(c, d);
		return LAST_FOUND;
	}
	if (status == LAST_FOUND) {
		char *hash = arena_alloc(c->arena, HASH_HEX + 1);
		hash_hex(text->text, text->len, hash);
		ret_last->spec_hash = hash;
		ret_last->spec = doc_parse(c, text);
		ret_last->stack = stack_of_spec(c, ret_last->spec);
	}
	return status != LAST_FOUND ? status : ret_last->spec ? LAST_FOUND : LAST_DAMAGED;
}

enum last_status
last_read(struct ctx *c, const char *dir, struct last *ret_last)
{
	// What is wrong with these files is no problem of the user's spec.
	struct ctx apart = {.arena = c->arena, .diags = diags_new(c->arena, c->diags->catalogue)};
	struct dir *d = dir_open(&apart, dir, NULL);

	*ret_last = (struct last){.spec_hash = ""};
	enum last_status status = read_last(&apart, d, ret_last);
	int saved = errno;
	dir_close(d);
	errno = saved;
	if (status == LAST_DAMAGED && !ret_last->damage)
		ret_last->damage = arena_printf(c->arena, "%s/%s: damaged; --force ignores it", dir, MANIFEST_DIR);
	return status;
}
