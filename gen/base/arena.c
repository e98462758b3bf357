// An arena is a list of blocks, each filled from its start. Sizes are rounded up to the strictest
// alignment, so every allocation begins aligned; a large one gets its own block after the current
// one.

#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 64 * 1024, ALIGN = _Alignof(max_align_t) };

// Blocks belong to their arena, which gcc's analyzer loses from sight.
#if defined __GNUC__ && !defined __clang__
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

struct block {
	struct block *next;
	size_t used;
	size_t cap;
	_Alignas(max_align_t) char bytes[];
};

struct arena {
	struct block *first;
};

void
arena_exhausted(void)
{
	fprintf(stderr, "tfgen: out of memory\n");
	exit(3);
}

static void *
need(void *p)
{
	if (!p)
		arena_exhausted();
	return p;
}

static struct block *
add_block(struct arena *a, size_t cap)
{
	struct block *b = need(calloc(1, sizeof *b + cap));

	b->cap = cap;
	if (a->first && cap > BLOCK) {
		b->next = a->first->next;
		a->first->next = b;
	} else {
		b->next = a->first;
		a->first = b;
	}
	return b;
}

struct arena *
arena_new(void)
{
	return need(calloc(1, sizeof(struct arena)));
}

void
arena_free(struct arena *a)
{
	if (!a)
		return;
	for (struct block *b = a->first, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	free(a);
}

void
arena_reset(struct arena *a)
{
	struct block *kept = NULL;

	for (struct block *b = a->first, *next; b; b = next) {
		next = b->next;
		if (!kept && b->cap == BLOCK)
			kept = b;
		else
			free(b);
	}
	a->first = kept;
	if (!kept)
		return;
	memset(kept->bytes, 0, kept->used);
	kept->used = 0;
	kept->next = NULL;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	if (size > SIZE_MAX / 2)
		need(NULL);
	size = (size + ALIGN - 1) / ALIGN * ALIGN;
	struct block *b = a->first;
	if (size > BLOCK)
		b = add_block(a, size);
	else if (!b || b->cap - b->used < size)
		b = add_block(a, BLOCK);
	void *p = b->bytes + b->used;
	b->used += size;
	return p;
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / 2 / size)
		need(NULL);
	return arena_alloc(a, n * size);
}

char *
arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *copy = arena_alloc(a, n + 1);

	memcpy(copy, s, n);
	return copy;
}

void *
arena_grow(struct arena *a, void *list, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return list;
	*cap = *cap ? 2 * *cap : 16;
	void *larger = arena_array(a, *cap, size);
	if (n)
		memcpy(larger, list, n * size);
	return larger;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *
arena_join(struct arena *a, const char *first, const char *second)
{
	char *both = arena_alloc(a, strlen(first) + strlen(second) + 1);

	stpcpy(stpcpy(both, first), second);
	return both;
}

char *
arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	char room[256]; // for most texts
	va_list again;

	va_copy(again, ap);
	int n = vsnprintf(room, sizeof room, fmt, again);
	va_end(again);
	if (n < 0)
		need(NULL);
	if ((size_t)n < sizeof room)
		return arena_strndup(a, room, (size_t)n);
	char *text = arena_alloc(a, (size_t)n + 1);
	vsnprintf(text, (size_t)n + 1, fmt, ap);
	return text;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	char *text = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return text;
}
