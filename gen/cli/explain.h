// `tfgen explain`: what a key of the spec, or a problem, means.
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include <stdbool.h>

struct buf;
struct problem;

// Explains the path of a field or the id of a problem: reason, rule, fix and example. Without a
// word (NULL) it lists all of both. False when there is no such word; *ret_near is then the nearest
// one, or NULL.
bool explain(const struct problem *const *catalogue, const char *word, struct buf *out, const char **ret_near);

#endif
