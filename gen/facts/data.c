// Tables are read in place: a table is a part of the embedded text, a row is one of its lines, and
// nothing is parsed before it is needed. Cells may be quoted, as in CSV; none contains a line
// break.

#include "facts/data.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "base/embed.h"
#include "base/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *
next_line(const char *line, const char *end)
{
	const char *stop = memchr(line, '\n', (size_t)(end - line));

	return stop ? stop + 1 : end;
}

static const char directory[] = "gen/facts/";

void
data_print_dates(struct buf *out)
{
	static const char mark[] = "# dates: ";

	for (const struct embedded *e = embedded_files; e->path; e++) {
		if (strncmp(e->path, directory, sizeof directory - 1) != 0)
			continue;
		const char *line = e->data, *end = e->data + e->len;
		while (line < end && strncmp(line, mark, sizeof mark - 1) != 0)
			line = next_line(line, end);
		const char *dates = line + sizeof mark - 1;
		if (line < end)
			buf_printf(out, "%-24s%.*s\n", e->path + sizeof directory - 1, (int)strcspn(dates, "\n"), dates);
	}
}

static struct table
read_table(const char *name)
{
	const struct embedded *e = embedded_files;

	while (e->path && (strncmp(e->path, directory, sizeof directory - 1) != 0 || strcmp(e->path + sizeof directory - 1, name) != 0))
		e++;
	if (!e->path) {
		fprintf(stderr, "tfgen: no table '%s'\n", name);
		abort();
	}
	const char *line = e->data, *end = e->data + e->len;
	while (line < end && *line == '#')
		line = next_line(line, end);
	return (struct table){line, end};
}

struct table
data_table(const char *name)
{
	static struct {
		const char *name;
		struct table table;
	} seen[16];
	size_t i = 0;

	while (i < sizeof seen / sizeof *seen && seen[i].name && strcmp(seen[i].name, name) != 0)
		i++;
	if (i == sizeof seen / sizeof *seen)
		return read_table(name);
	if (!seen[i].name) {
		seen[i].table = read_table(name);
		seen[i].name = name;
	}
	return seen[i].table;
}

bool
data_next(const struct table *t, struct row *row)
{
	row->line = next_line(row->line ? row->line : t->header, t->end);
	return row->line < t->end;
}

// The end of the cell that begins at s: a comma, or the end of the line.
static const char *
cell_end(const char *s)
{
	if (*s == '"')
		for (s++; *s != '"' || s[1] == '"'; s++)
			s += *s == '"';
	while (*s && *s != ',' && *s != '\n')
		s++;
	return s;
}

// The cell after the one that begins at s, or NULL after the last one of the line.
static const char *
next_cell(const char *s)
{
	s = cell_end(s);
	return *s == ',' ? s + 1 : NULL;
}

static bool
cell_is(const char *s, const char *text)
{
	size_t n = strlen(text);

	return strncmp(s, text, n) == 0 && (s[n] == ',' || s[n] == '\n' || s[n] == '\0');
}

static int
column_index(const struct table *t, const char *column)
{
	int i = 0;

	for (const char *s = t->header; s; s = next_cell(s), i++)
		if (cell_is(s, column))
			return i;
	return -1;
}

// ---- what was found

// Where rows and cells were found: the checks of every environment ask for the same few again. A table
// is a constant, so what was found once stays right.
static struct found {
	const char *in; // a table's header, or a row's line; NULL: empty
	const char *at; // NULL: there is none
	char name[48];  // the first cells, or the column
} founds[256];

// The slot of a name: of the same one (*ret_known), or to be filled in. NULL if the name is too long.
static struct found *
slot_of(const char *in, const char *name, bool *ret_known)
{
	enum { SLOTS = sizeof founds / sizeof *founds, TRIES = 8 };
	size_t n = strlen(name), first = (size_t)hash_quick((uintptr_t)in, name, n);
	struct found *f = NULL;

	*ret_known = false;
	if (n >= sizeof f->name)
		return NULL;
	for (size_t i = 0; i < TRIES && !*ret_known; i++) {
		f = &founds[(first + i) % SLOTS];
		if (!f->in)
			break;
		*ret_known = f->in == in && strcmp(f->name, name) == 0;
	}
	f->in = in;
	memcpy(f->name, name, n + 1);
	return f;
}

// The line that begins with these cells, or NULL.
static const char *
scan(const struct table *t, const char *cells)
{
	struct row row = {0};

	while (data_next(t, &row))
		if (*row.line == *cells && cell_is(row.line, cells))
			return row.line;
	return NULL;
}

// The same in a table that is sorted. The comma that ends a cell is less than every character in one.
static const char *
bisect(const struct table *t, const char *cells)
{
	const char *low = next_line(t->header, t->end), *high = t->end;
	size_t n = strlen(cells);

	while (low < high) {
		const char *middle = low + (high - low) / 2;
		while (middle > low && middle[-1] != '\n')
			middle--;
		if (cell_is(middle, cells))
			return middle;
		if (strncmp(middle, cells, n) < 0)
			low = next_line(middle, t->end);
		else
			high = middle;
	}
	return NULL;
}

static bool
find_row(const struct table *t, const char *first, const char *second, const char *(*find)(const struct table *, const char *),
	struct row *ret_row)
{
	char cells[128];
	size_t n = strlen(first), m = second ? 1 + strlen(second) : 0;
	bool known;

	if (n + m >= sizeof cells)
		return false; // no row begins with so much
	memcpy(cells, first, n + 1);
	if (second) {
		cells[n] = ',';
		memcpy(cells + n + 1, second, m);
	}
	struct found *f = slot_of(t->header, cells, &known);
	const char *line = known ? f->at : find(t, cells);
	if (f)
		f->at = line;
	if (line)
		*ret_row = (struct row){line};
	return line;
}

bool
data_find(const struct table *t, const char *first, const char *second, struct row *ret_row)
{
	return find_row(t, first, second, scan, ret_row);
}

bool
data_search(const struct table *t, const char *first, const char *second, struct row *ret_row)
{
	return find_row(t, first, second, bisect, ret_row);
}

static const char *
find_cell(const struct table *t, const struct row *row, const char *column)
{
	int index = column_index(t, column);
	const char *s = index < 0 ? NULL : row->line;

	for (int i = 0; i < index && s; i++)
		s = next_cell(s);
	return s;
}

// Where a cell begins, in the table; "" if there is none.
static const char *
cell_at(const struct table *t, const struct row *row, const char *column)
{
	bool known;
	struct found *f = slot_of(row->line, column, &known);
	const char *s = known ? f->at : find_cell(t, row, column);

	if (f)
		f->at = s;
	return s ? s : "";
}

const char *
data_cell(struct ctx *c, const struct table *t, const struct row *row, const char *column)
{
	const char *s = cell_at(t, row, column), *end = cell_end(s);

	if (*s != '"')
		return arena_strndup(c->arena, s, (size_t)(end - s));
	char *text = arena_alloc(c->arena, (size_t)(end - s)), *out = text;
	for (s++; s < end - 1; s++) {
		*out++ = *s;
		s += *s == '"'; // two quotes are one
	}
	return text;
}

long
data_number(const struct table *t, const struct row *row, const char *column)
{
	return strtol(cell_at(t, row, column), NULL, 10);
}
