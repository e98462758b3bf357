// Looks a value up, and the nearest one for the hint.

#include "check/known.h"

#include "base/diag.h"
#include "base/suggest.h"
#include "facts/data.h"
#include "spec/spec.h"

void
check_known(struct ctx *c, const struct text *value, const char *table, const char *column, const char *id, const char *what)
{
	struct table t = data_table(table);
	struct suggestion near = suggest_for(value->value);
	struct row row = {0};

	if (data_find(&t, value->value, NULL, &row))
		return;
	while (data_next(&t, &row))
		suggest(&near, data_cell(c, &t, &row, column));
	struct diag *d = diag(c, value->from.at, id, "unknown %s '%s'", what, value->value);
	if (near.best)
		diag_hint(c, d, "did you mean '%s'?", near.best);
}
