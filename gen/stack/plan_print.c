// Walks the table of the plan.

#include "stack/plan_print.h"

#include "base/buf.h"
#include "stack/hcl_value.h"
#include "stack/plan.h"

void
plan_print(const struct plan *plan, struct buf *out)
{
	for (const struct field *f = plan_fields; f->key; f++) {
		buf_printf(out, "plan.%s = ", f->key);
		hcl_value((struct value){f, (const char *)plan + f->offset}, out);
		buf_putc(out, '\n');
	}
}
