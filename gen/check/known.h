// Values that must be in a table of facts.
#ifndef KNOWN_H
#define KNOWN_H

struct ctx;
struct text;

// Reports a value that is not in the first column of a table, which has that name, as "unknown
// <what> '<value>'" under the id; with the nearest value of the table, if one is near, as a hint.
void check_known(struct ctx *c, const struct text *value, const char *table, const char *column, const char *id, const char *what);

#endif
