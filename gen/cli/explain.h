// `tfgen explain`: what a key of the spec or a problem means, read off the tables.
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include <stdbool.h>

struct buf;

// Explains a field's path or a check's id. Without a word (NULL) it lists both. False when there is no such word; *ret_near is
// then the nearest, or NULL.
bool explain(const char *word, struct buf *out, const char **ret_near);

#endif
