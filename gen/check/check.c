// Runs the checks. All that can run do run; one that reads a field whose value was refused, or
// needs what another check refused, is left out, so that one mistake is reported once.

#include "check/check.h"

#include "base/ctx.h"
#include "base/diag.h"
#include "spec/fields.h"
#include "spec/spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// In the order in which a spec is read. A check may only need problems of its own table or of one
// before it.
const struct check *const check_tables[] = {
	name_checks, network_checks, existing_network_checks, service_checks, load_balancer_checks, https_checks, scaling_checks, schedule_checks,
	database_checks, backup_checks, operation_checks, NULL,
};

static bool
was_refused(const struct spec *s, const char *path, size_t n)
{
	char name[80];
	size_t offset = 0;

	snprintf(name, sizeof name, "%.*s", (int)n, path);
	if (!field_find(spec_fields, name, &offset)) {
		fprintf(stderr, "tfgen: no field '%s'\n", name);
		abort();
	}
	return ((const struct origin *)((const char *)s + offset))->refused;
}

static bool
may_run(const struct diags *ds, const struct spec *s, const char *needs)
{
	if (!ds->errors) // what a check needs is absent only after an error
		return true;
	while (needs && *needs) {
		size_t n = strcspn(needs, " ");
		if (*needs == '.' ? was_refused(s, needs + 1, n - 1) : diags_have(ds, needs, n))
			return false;
		needs += n + (needs[n] == ' ');
	}
	return true;
}

void
check_run(struct ctx *c, const struct spec *s)
{
	for (const struct check *const *table = check_tables; *table; table++)
		for (const struct check *k = *table; k->problem.id; k++)
			if (k->run && may_run(c->diags, s, k->needs))
				k->run(c, s);
}
