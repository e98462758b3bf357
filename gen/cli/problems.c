// Puts the lists of the rooms together, once.

#include "cli/problems.h"

#include "check/check.h"
#include "read/cost.h"
#include "read/diff.h"
#include "read/load.h"
#include "spec/problems.h"
#include "stack/render.h"
#include "stack/template.h"

#include <assert.h>

enum { ROOM = 200 };

const struct problem *const *
problems_all(void)
{
	static const struct problem *all[ROOM + 1];
	size_t n = 0;

	if (all[0])
		return all;
	for (const struct problem *p = spec_problems; p->id; p++)
		all[n++] = p;
	for (const struct check *const *table = check_tables; *table; table++)
		for (const struct check *k = *table; k->problem.id; k++)
			all[n++] = &k->problem;
	for (const struct problem *p = render_problems; p->id; p++)
		all[n++] = p;
	for (const struct problem *p = template_problems; p->id; p++)
		all[n++] = p;
	for (const struct problem *p = diff_problems; p->id; p++)
		all[n++] = p;
	for (const struct problem *p = cost_problems; p->id; p++)
		all[n++] = p;
	for (const struct problem *p = load_problems; p->id; p++)
		all[n++] = p;
	assert(n <= ROOM);
	return all;
}
