// A table of texts, printed with aligned columns or as markdown.
#ifndef GRID_H
#define GRID_H

#include <stddef.h>

struct arena;
struct buf;

enum { GRID_COLUMNS = 16 };

struct grid {
	struct arena *arena;
	size_t columns;     // GRID_COLUMNS at most
	const char *align;  // for each column 'l' or 'r'
	const char **cells; // row after row; the first row is the heading
	size_t n, cap;
};

// A table of so many columns; align has a letter for each and must live as long.
struct grid grid_new(struct arena *arena, const char *align, size_t columns);
// Adds a cell, "" for NULL; rows are filled from left to right. The text must live as long as the arena.
void grid_cell(struct grid *g, const char *text);
// Adds the table with two spaces between columns. Cells are counted in bytes: ASCII alone is aligned.
void grid_print(const struct grid *g, struct buf *out);
void grid_print_markdown(const struct grid *g, struct buf *out);

#endif
