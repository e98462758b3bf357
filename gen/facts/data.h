// The facts about AWS: CSV files of gen/facts/, each with its sources and dates in its first lines.
#ifndef DATA_H
#define DATA_H

#include <stdbool.h>
#include <stddef.h>

struct ctx;

struct table {
	const char *header; // the line that names the columns
	const char *end;    // of the whole text
};

struct row {
	const char *line; // up to its line break
};

// The table of that name, "regions.csv". A name that is not there ends the process: it is one of ours.
struct table data_table(const char *name);
// Steps to the next row; a zeroed row begins at the first. False at the end.
bool data_next(const struct table *t, struct row *row);
// Finds the row whose first cells are these; second may be NULL. When false, *ret_row is as it was.
bool data_find(const struct table *t, const char *first, const char *second, struct row *ret_row);
bool data_has_column(const struct table *t, const char *column);
// A cell's text in c's arena; "" when it is empty or there is no such column.
const char *data_cell(struct ctx *c, const struct table *t, const struct row *row, const char *column);
long data_number(struct ctx *c, const struct table *t, const struct row *row, const char *column);

#endif
