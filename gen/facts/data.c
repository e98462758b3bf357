// Tables are read in place: a table is a part of the embedded text, a row is one of its lines, and
// nothing is parsed before it is needed. Cells may be quoted, as in CSV; none contains a line
// break.

#include "facts/data.h"

#include "base/arena.h"
#include "base/ctx.h"
#include "base/embed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *
next_line(const char *line, const char *end)
{
	const char *stop = memchr(line, '\n', (size_t)(end - line));

	return stop ? stop + 1 : end;
}

struct table
data_table(const char *name)
{
	char path[64];
	snprintf(path, sizeof path, "gen/facts/%s", name);
	const struct embedded *e = embedded_find(path);

	if (!e) {
		fprintf(stderr, "tfgen: no table '%s'\n", name);
		abort();
	}
	const char *line = e->data, *end = e->data + e->len;
	while (line < end && *line == '#')
		line = next_line(line, end);
	return (struct table){line, end};
}

bool
data_next(const struct table *t, struct row *row)
{
	row->line = next_line(row->line ? row->line : t->header, t->end);
	return row->line < t->end;
}

// Reads the cell that begins at s; its text without quotes goes to out, unless that is NULL.
// Returns where the next one begins, or NULL after the last cell of the line.
static const char *
read_cell(const char *s, char *out)
{
	bool quoted = *s == '"';

	s += quoted;
	for (; *s && *s != '\n'; s++) {
		if (quoted && *s == '"' && s[1] == '"')
			s++;
		else if (quoted && *s == '"')
			quoted = false;
		else if (!quoted && *s == ',')
			break;
		if (out && !(*s == '"' && !quoted))
			*out++ = *s;
	}
	if (out)
		*out = '\0';
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

	for (const char *s = t->header; s; s = read_cell(s, NULL), i++)
		if (cell_is(s, column))
			return i;
	return -1;
}

bool
data_has_column(const struct table *t, const char *column)
{
	return column_index(t, column) >= 0;
}

bool
data_find(const struct table *t, const char *first, const char *second, struct row *ret_row)
{
	struct row row = {0};

	while (data_next(t, &row)) {
		if (*row.line != *first || !cell_is(row.line, first) || (second && !cell_is(row.line + strlen(first) + 1, second)))
			continue;
		*ret_row = row;
		return true;
	}
	return false;
}

const char *
data_cell(struct ctx *c, const struct table *t, const struct row *row, const char *column)
{
	int index = column_index(t, column);
	const char *s = index < 0 ? NULL : row->line;

	for (int i = 0; i < index && s; i++)
		s = read_cell(s, NULL);
	if (!s)
		return "";
	char *text = arena_alloc(c->arena, (size_t)(next_line(s, t->end) - s) + 1);
	read_cell(s, text);
	return text;
}

long
data_number(struct ctx *c, const struct table *t, const struct row *row, const char *column)
{
	return strtol(data_cell(c, t, row, column), NULL, 10);
}
