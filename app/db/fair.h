// Which job a free worker may take, so that a locked row, a locked table or a slow caller does not
// hold all workers:
//
//	a row      a quarter of the workers
//	a table    half of them
//	a caller   all but one
//
// and at least one. The last free worker is kept for a table that no other worker uses: a lock on
// one table can also hold the jobs of the tables that refer to it.
#ifndef FAIR_H
#define FAIR_H

#include <stdbool.h>
#include <stddef.h>

struct job;

// busy: the jobs that the other workers do, those of one worker linked by `next`, NULL for a free
// one.
bool fair_may_take(const struct job *job, const struct job *const *busy, size_t workers);

#endif
