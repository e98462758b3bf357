// Cells are collected first, because the widest one decides about its column.

#include "read/grid.h"

#include "base/arena.h"
#include "base/buf.h"

#include <stdbool.h>
#include <string.h>

struct grid
grid_new(struct arena *arena, const char *align, size_t columns)
{
	return (struct grid){.arena = arena, .columns = columns, .align = align};
}

void
grid_cell(struct grid *g, const char *text)
{
	g->cells = arena_grow(g->arena, g->cells, g->n, &g->cap, sizeof *g->cells);
	g->cells[g->n++] = text ? text : "";
}

static void
pad(struct buf *out, size_t n)
{
	buf_printf(out, "%*s", (int)n, "");
}

void
grid_print(const struct grid *g, struct buf *out)
{
	size_t width[GRID_COLUMNS] = {0};

	for (size_t i = 0; i < g->n; i++) {
		size_t n = strlen(g->cells[i]), *w = &width[i % g->columns];
		*w = n > *w ? n : *w;
	}
	for (size_t i = 0; i < g->n; i++) {
		size_t column = i % g->columns, n = strlen(g->cells[i]);
		bool right = g->align[column] == 'r';
		if (right)
			pad(out, width[column] - n);
		buf_puts(out, g->cells[i]);
		if (!right && column + 1 < g->columns)
			pad(out, width[column] - n);
		if (column + 1 < g->columns) {
			buf_puts(out, "  ");
			continue;
		}
		while (out->data[out->len - 1] == ' ')
			out->len--;
		buf_putc(out, '\n');
	}
}

void
grid_print_markdown(const struct grid *g, struct buf *out)
{
	for (size_t i = 0; i < g->n; i++) {
		size_t column = i % g->columns;
		buf_printf(out, "%s %s%s", column ? "" : "|", g->cells[i], *g->cells[i] ? " |" : "|");
		if (column + 1 < g->columns)
			continue;
		buf_putc(out, '\n');
		if (i + 1 > g->columns)
			continue;
		for (size_t k = 0; k < g->columns; k++)
			buf_printf(out, "%s---%s", k ? "" : "|", g->align[k] == 'r' ? ":|" : "|");
		buf_putc(out, '\n');
	}
}
