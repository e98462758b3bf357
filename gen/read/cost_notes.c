// Sentences and figures that follow from the plan and its cost.

#include "read/cost_notes.h"

#include "base/arena.h"
#include "base/ctx.h"
#include "facts/facts.h"
#include "read/cost.h"
#include "read/money.h"
#include "read/simulate.h"
#include "spec/spec.h"
#include "stack/plan.h"

#include <string.h>

const char *const cost_not_counted[] = {
	"tax, a support plan, and discounts: the free tier (it includes three dashboards), credits, reservations, Savings Plans",
	"data that new instances fetch when they boot, and their requests to S3 and KMS",
	"growth of the database's disk, snapshots that you take, and what you read in logs",
	NULL,
};

static const struct cost_line *
line_of(const struct cost *cost, const char *id)
{
	for (size_t i = 0; i < cost->n; i++)
		if (strcmp(cost->list[i].id, id) == 0)
			return &cost->list[i];
	return NULL;
}

static bool
final_snapshot(struct ctx *c, const struct plan *plan, struct remain *ret_remain)
{
	const struct spec_database *db = &plan->spec->database;
	struct price p;

	if (!db->final_snapshot.value)
		return false;
	bool known = fact_price(c, "backup", "rds-snapshot", plan->spec->region.value, &p);
	*ret_remain = (struct remain){
		.what = arena_printf(c->arena, "the database's final snapshot, if its %ld GB are full", db->storage_gb.value),
		.known = known,
		.usd = known ? money_parse(p.usd) * db->storage_gb.value : 0,
	};
	return true;
}

static bool
state_bucket(const struct cost *cost, struct remain *ret_remain)
{
	const struct cost_line *state = line_of(cost, "state");

	if (state)
		*ret_remain = (struct remain){state->what, state->as_of, state->usd[COST_MIN] * COST_MONTH / cost->load.hours};
	return state;
}

size_t
cost_remains(struct ctx *c, const struct plan *plan, const struct cost *cost, struct remain ret_list[REMAINS_MAX])
{
	size_t n = final_snapshot(c, plan, &ret_list[0]);

	return n + state_bucket(cost, &ret_list[n]);
}

const char *const *
cost_assumed(struct ctx *c, const struct plan *plan, const struct cost *cost)
{
	const char **list = arena_array(c->arena, 8, sizeof *list);
	size_t n = 0;

	list[n++] = arena_printf(c->arena, "Terraform's state has 1 MB; each instance reads its secrets every five minutes; a line of log has "
		"%d bytes", USE_LOG_BYTES);
	if (cost->loaded && cost->load.requests_per_second > 0) {
		list[n++] = arena_printf(c->arena, "%ld instance%s at the load: as many as the thresholds and targets of requests lead to",
			cost->instances[COST_LOAD], cost->instances[COST_LOAD] == 1 ? "" : "s");
		list[n++] = arena_printf(c->arena, "a request has %d bytes%s and takes %d us of CPU", USE_REQUEST_BYTES,
			cost->load.data_out_gb >= 0 ? "" : arena_printf(c->arena, ", its answer %d", USE_RESPONSE_BYTES), SIMULATE_CPU_US);
		list[n++] = arena_printf(c->arena, "it has a connection of its own, which stays open for %ld s, the load balancer's "
			"idle_timeout", plan->spec->load_balancer.idle_timeout.value);
		list[n++] = arena_printf(c->arena, "%d %% of the requests write %d bytes, which backups keep beside a first one as large as the "
			"disk", USE_WRITE_PERCENT, USE_WRITTEN_BYTES);
	}
	if (cost->loaded)
		list[n++] = "the database sends as much as goes out, and instances are spread over the zones";
	return list;
}
