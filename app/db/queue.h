// The jobs that wait for a worker, oldest first. The caller holds the lock that protects it.
#ifndef QUEUE_H
#define QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct job;

struct queue {
	struct job *first, **last;
	size_t depth;
};

// May the job be done together with others of its kind?
bool queue_may_join(const struct job *job);

void queue_init(struct queue *q);
void queue_push(struct queue *q, struct job *job);
// Puts jobs back that have waited already: before all others, in the order of the array.
void queue_put_back(struct queue *q, struct job *const *jobs, size_t n);
// Takes the first job that fair.h lets a worker take, and others of its kind: all, or the largest
// power of two unless any_number. Returns how many; they are linked by `next`, and their `started`
// is `now`.
size_t queue_take(struct queue *q, const struct job *const *busy, size_t workers, uint64_t now, struct job **ret_jobs);
// Takes the jobs that were pushed at or before `when`, linked by `next`.
struct job *queue_take_late(struct queue *q, uint64_t when);

#endif
