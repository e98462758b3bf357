// Both paths are made absolute, links resolved as far as they exist, and what they share at their
// beginning is left out.

#include "base/path.h"

#include "base/arena.h"
#include "base/buf.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Path with its longest part that exists resolved; the rest is appended as it is.
static char *
resolve(struct arena *a, const char *path)
{
	char room[PATH_MAX];

	if (realpath(path, room))
		return arena_strdup(a, room);
	size_t n = strlen(path);
	while (n > 1 && path[n - 1] == '/')
		n--;
	size_t name = n;
	while (name > 0 && path[name - 1] != '/')
		name--;
	const char *parent = name > 1 ? resolve(a, arena_strndup(a, path, name - 1))
		: name == 1           ? ""
		: getcwd(room, sizeof room) ? room
					    : "";
	return arena_printf(a, "%s/%.*s", parent, (int)(n - name), path + name);
}

char *
path_relative(struct arena *a, const char *dir, const char *file)
{
	const char *from = resolve(a, dir), *to = resolve(a, file);
	size_t shared = 0;
	struct buf out = {0};

	// up to the last place where a component of both ends
	for (size_t i = 0; from[i] == to[i] && to[i]; i++)
		if ((from[i + 1] == '/' || !from[i + 1]) && to[i + 1] == '/')
			shared = i + 1;
	const char *rest = from + shared;
	while (*rest) {
		rest += *rest == '/';
		if (*rest)
			buf_puts(&out, "../");
		rest += strcspn(rest, "/");
	}
	buf_puts(&out, to + shared + (to[shared] == '/'));
	char *relative = arena_strndup(a, buf_str(&out), out.len);
	buf_free(&out);
	return relative;
}
