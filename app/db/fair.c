#include "db/fair.h"

#include <string.h>

#include "db/job.h"

static size_t
share(size_t workers, size_t part)
{
	return workers >= part ? workers / part : 1;
}

static bool
has_row(const struct job *jobs, int64_t row)
{
	while (jobs && jobs->row != row)
		jobs = jobs->next;
	return jobs != NULL;
}

bool
fair_may_take(const struct job *job, const struct job *const *busy, size_t workers)
{
	size_t held = 0, row = 0, table = 0, caller = 0;

	for (size_t i = 0; i < workers; i++) {
		const struct job *other = busy[i];

		if (!other)
			continue;
		bool same_table = other->table == job->table;
		held++;
		table += same_table;
		row += same_table && job->row && has_row(other, job->row);
		caller += *job->caller && strcmp(other->caller, job->caller) == 0;
	}
	if (row >= share(workers, 4) || table >= share(workers, 2))
		return false;
	if (workers == 1 || held < workers - 1)
		return true;
	return caller < workers - 1 && !table;
}
