// A load of any bytes, simulated and printed if it is one. No request is lost: those that arrive
// are served or found no capacity, and the group stays between its bounds.

#include "require.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "base/diag.h"
#include "cli/problems.h"
#include "read/chart.h"
#include "read/load.h"
#include "read/simulate_print.h"
#include "read/simulate_verdict.h"
#include "spec/doc.h"
#include "spec/spec.h"
#include "spec/spec_read.h"
#include "stack/plan.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char spec_text[] = "name: gym\nregion: us-east-1\n"
	"scaling: {min: 1, max: 4, out: {requests_per_second: 50, add: 2}, in: {for: 1m}, cooldown: 1m}\n";

static void
check_minutes(const struct simulation *s)
{
	long unserved = 0, total = 0;

	for (size_t m = 0; m < s->load.minutes; m++) {
		const struct minute *k = &s->minutes[m];
		unserved += k->unserved;
		total += k->requests;
		require(k->unserved >= 0 && k->requests - k->unserved <= k->serving * s->rules.per_minute, "more served than possible");
		long size = k->serving + k->starting;
		require(size >= s->rules.min && size <= s->rules.max, "a size out of bounds");
	}
	require(unserved == s->verdict.unserved && total == s->verdict.total, "the verdict adds up to something else");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct ctx c = {.arena = arena, .diags = diags_new(arena, problems_all())};
	struct load load;
	static FILE *null;

	null = null ? null : fopen("/dev/null", "w");
	const char *text = arena_strndup(arena, (const char *)data, size);
	if (load_read(&c, source_of(&c, "fuzz.csv", text, size), &load)) {
		require(load.minutes > 0 && c.diags->errors == 0, "a load without a minute, or with an error");
		struct node *root = doc_parse(&c, source_of(&c, "fuzz.yaml", spec_text, strlen(spec_text)));
		const struct spec *spec = spec_build(&c, root, NULL, NULL, 0);
		struct plan *plan = plan_build(&c, spec, &(struct plan_source){.file = "fuzz.yaml", .path = "fuzz.yaml"});
		struct simulation s = simulation_run(&c, plan, &load, 1 + (long)size * 100);
		struct buf drawn = {0};
		check_minutes(&s);
		simulate_print_text(&c, &s, size % 2, null);
		simulate_print_json(&s, null);
		chart_draw(&c, &s, &drawn);
		buf_free(&drawn);
	} else {
		require(c.diags->errors > 0, "refused without a reason");
	}
	diags_finish(c.diags, true);
	diags_print_text(c.diags, false, null);
	arena_free(arena);
	return 0;
}
