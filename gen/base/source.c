// A file's bytes, and from an offset into them its line and column.

#include "base/source.h"

#include "base/arena.h"
#include "base/ctx.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum source_status
source_read(struct ctx *c, const char *path, struct source **ret_source)
{
	bool standard_input = strcmp(path, "-") == 0;
	int fd = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return SOURCE_UNREADABLE;
	enum source_status status = SOURCE_OK;
	size_t len = 0, cap = 16384;
	char *text = arena_alloc(c->arena, cap + 1);
	for (;;) {
		ssize_t n = read(fd, text + len, cap - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			status = SOURCE_UNREADABLE;
		if (n <= 0)
			break;
		len += (size_t)n;
		if (len > SOURCE_LIMIT) {
			status = SOURCE_TOO_LARGE;
			break;
		}
		if (len == cap) {
			char *larger = arena_alloc(c->arena, 4 * cap + 1);
			memcpy(larger, text, len);
			text = larger;
			cap *= 4;
		}
	}
	int saved = errno;
	if (!standard_input)
		close(fd);
	errno = saved;
	if (status == SOURCE_OK)
		*ret_source = source_of(c, standard_input ? "<stdin>" : path, text, len);
	return status;
}

struct source *
source_of(struct ctx *c, const char *name, const char *text, size_t len)
{
	struct source *src = arena_alloc(c->arena, sizeof *src);

	*src = (struct source){.name = name, .text = text, .len = len, .last = arena_alloc(c->arena, sizeof *src->last)};
	*src->last = (struct last_place){0, {.line = 1, .column = 1}};
	return src;
}

size_t
utf8_length_beyond_ascii(const char *s, size_t n)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t len = n == 0 ? 0 : u[0] < 0xc2 ? 0 : u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : u[0] < 0xf5 ? 4 : 0;

	if (len > n)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((u[i] & 0xc0) != 0x80)
			return 0;
	// Overlong forms, surrogates, and everything above U+10FFFF.
	if ((len == 3 && ((u[0] == 0xe0 && u[1] < 0xa0) || (u[0] == 0xed && u[1] > 0x9f))) ||
	    (len == 4 && ((u[0] == 0xf0 && u[1] < 0x90) || (u[0] == 0xf4 && u[1] > 0x8f))))
		return 0;
	return len;
}

size_t
utf8_step(const char *s, size_t n)
{
	size_t len = utf8_length(s, n);

	return len ? len : 1;
}

struct place
source_place(const struct source *src, size_t off)
{
	struct place p = {.line = 1, .column = 1};
	size_t i = 0;

	if (off > src->len)
		off = src->len;
	if (src->last && src->last->off <= off) {
		p = src->last->place;
		i = src->last->off;
	}
	while (i < off) {
		bool ends_line = src->text[i] == '\n';
		i += utf8_step(src->text + i, off - i);
		p.column = ends_line ? 1 : p.column + 1;
		p.line += ends_line;
		p.line_start = ends_line ? i : p.line_start;
	}
	const char *end = memchr(src->text + off, '\n', src->len - off);
	p.line_end = end ? (size_t)(end - src->text) : src->len;
	if (p.line_end > p.line_start && src->text[p.line_end - 1] == '\r')
		p.line_end--;
	if (src->last)
		*src->last = (struct last_place){off, p};
	return p;
}
