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
#include "stack/dir.h"

#include <string.h>

// Whether tfgen may change a file because an entry names it. A manifest may come from anyone, with a
// clone of a repository for example.
static bool
is_ours(const char *path)
{
	return dir_is_canonical(path) && !dir_is_reserved(path) && !dir_is_same(path, MANIFEST_FILE) &&
		!dir_is_same(path, MANIFEST_NEXT);
}

// Reads one line. Returns what is wrong with it, or NULL.
static const char *
parse_line(struct ctx *c, const char *line, size_t n, struct manifest *m)
{
	if (n == 0 || *line == '#' || strncmp(line, "spec ", 5) == 0)
		return NULL;
	if (strncmp(line, "tfgen ", 6) == 0) {
		m->version = arena_strndup(c->arena, line + 6, n - 6);
		return NULL;
	}
	if (n < HASH_HEX + 2 || line[HASH_HEX] != ' ' || strspn(line, "0123456789abcdef") != HASH_HEX)
		return "is not 'tfgen', 'spec' or a hash and a path";
	struct manifest_entry e = {.path = arena_strndup(c->arena, line + HASH_HEX + 1, n - HASH_HEX - 1)};
	memcpy(e.hash, line, HASH_HEX);
	if (!is_ours(e.path))
		return arena_printf(c->arena, "names '%s', which tfgen never writes", e.path);
	m->list[m->n++] = e;
	return NULL;
}

void
manifest_parse(struct ctx *c, const char *name, const char *text, size_t len, struct manifest *m)
{
	size_t before = m->n, lines = 1, number = 0;

	for (size_t i = 0; i < len; i++)
		lines += text[i] == '\n';
	struct manifest_entry *list = arena_array(c->arena, m->n + lines, sizeof *list);
	if (m->n)
		memcpy(list, m->list, m->n * sizeof *list);
	m->list = list;
	for (const char *end = text + len; text < end && !m->damage;) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((stop ? stop : end) - text);
		const char *wrong = memchr(text, '\0', n) ? "has a NUL byte" : parse_line(c, text, n, m);
		number++;
		if (wrong)
			m->damage = arena_printf(c->arena,
				"%s:%zu: damaged: the line %s; delete the line, or ignore the whole file with --force", name, number, wrong);
		text += n + (stop != NULL);
	}
	if (m->damage)
		m->n = before;
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
		if (dir_is_same(m->list[i].path, path))
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
