#include "db/queue.h"

#include "db/fair.h"
#include "db/job.h"

void
queue_init(struct queue *q)
{
	*q = (struct queue){.last = &q->first};
}

void
queue_push(struct queue *q, struct job *job)
{
	job->next = NULL;
	*q->last = job;
	q->last = &job->next;
	q->depth++;
}

void
queue_put_back(struct queue *q, struct job *const *jobs, size_t n)
{
	for (size_t i = n; i-- > 0;) {
		if (!q->first)
			q->last = &jobs[i]->next;
		jobs[i]->next = q->first;
		q->first = jobs[i];
	}
	q->depth += n;
}

static struct job *
unlink_job(struct queue *q, struct job **at)
{
	struct job *job = *at;

	*at = job->next;
	if (!*at)
		q->last = at;
	q->depth--;
	return job;
}

bool
queue_may_join(const struct job *job)
{
	return job->kind && !job->alone;
}

// What a worker is about to take.
struct batch {
	struct job **jobs;
	size_t n;
};

// Two changes of one row are not done together: the second one must see the first.
static bool
may_join(const struct batch *b, const struct job *job)
{
	if (!queue_may_join(b->jobs[0]) || !queue_may_join(job) || job->kind != b->jobs[0]->kind)
		return false;
	for (size_t i = 0; job->row && i < b->n; i++)
		if (b->jobs[i]->row == job->row)
			return false;
	return true;
}

static size_t
power_of_two(size_t n)
{
	size_t power = 1;

	while (2 * power <= n)
		power *= 2;
	return power;
}

size_t
queue_take(struct queue *q, const struct job *const *busy, size_t workers, uint64_t now, struct job **ret_jobs)
{
	struct batch b = {.jobs = ret_jobs};

	for (struct job *job = q->first; job && b.n < JOBS_MAX; job = job->next)
		if ((!b.n || may_join(&b, job)) && fair_may_take(job, busy, workers))
			b.jobs[b.n++] = job;
	if (!b.n)
		return 0;
	if (!b.jobs[0]->any_number)
		b.n = power_of_two(b.n);
	struct job **at = &q->first;
	for (size_t i = 0; i < b.n; i++) {
		while (*at != b.jobs[i])
			at = &(*at)->next;
		unlink_job(q, at);
		b.jobs[i]->started = now;
	}
	for (size_t i = 0; i < b.n; i++)
		b.jobs[i]->next = i + 1 < b.n ? b.jobs[i + 1] : NULL;
	return b.n;
}

struct job *
queue_take_late(struct queue *q, uint64_t when)
{
	struct job *late = NULL, **end = &late;

	while (q->first && q->first->pushed <= when) {
		*end = unlink_job(q, &q->first);
		end = &(*end)->next;
	}
	*end = NULL;
	return late;
}
