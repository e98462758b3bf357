// A manifest is lines of text, so that a review can show how it changed:
//
//     # Written by tfgen: the files it generated, so that it never touches any other.
//     tfgen 0.1.0
//     spec <sha256> gym.yaml
//     <sha256> main.tf

#include "stack/manifest.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"

#include <string.h>

// Whether the path is below the directory; a manifest may have been written by anyone.
static bool
is_inside(const char *path)
{
	if (*path == '/' || !*path)
		return false;
	for (const char *s = path; s; s = strchr(s, '/') ? strchr(s, '/') + 1 : NULL)
		if (strncmp(s, "../", 3) == 0 || strcmp(s, "..") == 0)
			return false;
	return true;
}

static bool
parse_entry(struct ctx *c, const char *line, size_t n, struct manifest *m)
{
	if (n < HASH_HEX + 2 || line[HASH_HEX] != ' ' || strspn(line, "0123456789abcdef") != HASH_HEX)
		return false;
	struct manifest_entry e = {.path = arena_strndup(c->arena, line + HASH_HEX + 1, n - HASH_HEX - 1)};
	memcpy(e.hash, line, HASH_HEX);
	if (!is_inside(e.path))
		return false;
	m->list[m->n++] = e;
	return true;
}

bool
manifest_parse(struct ctx *c, const char *text, struct manifest *m)
{
	size_t lines = 1;

	for (const char *s = text; *s; s++)
		lines += *s == '\n';
	struct manifest_entry *list = arena_array(c->arena, m->n + lines, sizeof *list);
	if (m->n)
		memcpy(list, m->list, m->n * sizeof *list);
	m->list = list;
	while (*text) {
		size_t n = strcspn(text, "\n");
		bool names_version = strncmp(text, "tfgen ", 6) == 0;
		bool heading = n == 0 || *text == '#' || names_version || strncmp(text, "spec ", 5) == 0;
		if (names_version)
			m->version = arena_strndup(c->arena, text + 6, n - 6);
		if (!heading && !parse_entry(c, text, n, m))
			return false;
		text += n + (text[n] == '\n');
	}
	return true;
}

bool
manifest_has(const struct manifest *m, const char *path, const char *hash)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->list[i].path, path) == 0 && strcmp(m->list[i].hash, hash) == 0)
			return true;
	return false;
}

bool
manifest_lists(const struct manifest *m, const char *path)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->list[i].path, path) == 0)
			return true;
	return false;
}

void
manifest_print(const struct manifest *m, const char *spec_hash, const char *spec_file, struct buf *out)
{
	buf_puts(out, "# Written by tfgen: the files it generated, so that it never touches any other.\n");
	buf_printf(out, "tfgen %s\nspec %s %s\n", TFGEN_VERSION, spec_hash, spec_file);
	for (size_t i = 0; i < m->n; i++)
		buf_printf(out, "%s %s\n", m->list[i].hash, m->list[i].path);
}
