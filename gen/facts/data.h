// The facts about AWS: the CSV files of gen/facts/, each with its sources and dates in its first
// lines.
#ifndef DATA_H
#define DATA_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct ctx;

struct table {
	const char *header; // the line that names the columns
	const char *end;    // of the whole text
};

struct row {
	const char *line; // up to its line break
};

// The table of that name, "regions.csv", which is not copied. Names come from the code only; an
// unknown one ends the process.
struct table data_table(const char *name);
// A line for each table with the first and the last date of its facts, from its comments.
void data_print_dates(struct buf *out);
// Moves to the next row; a zeroed row moves to the first. False at the end.
bool data_next(const struct table *t, struct row *row);
// Finds the row with these first cells; second may be NULL. If there is none, *ret_row is untouched.
bool data_find(const struct table *t, const char *first, const char *second, struct row *ret_row);
// The same in a table whose rows are in the order of their bytes, by bisection.
bool data_search(const struct table *t, const char *first, const char *second, struct row *ret_row);
// A cell's text in c's arena; "" if it is empty or there is no such column.
const char *data_cell(struct ctx *c, const struct table *t, const struct row *row, const char *column);
long data_number(const struct table *t, const struct row *row, const char *column);

#endif
