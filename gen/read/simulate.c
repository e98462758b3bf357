// At the beginning of each minute the alarms look at what they can see, the policies of those that
// ring act, and what is counted then holds for the whole minute.

#include "read/simulate.h"

#include "base/arena.h"
#include "base/ctx.h"
#include "facts/facts.h"
#include "read/load.h"
#include "spec/spec.h"
#include "stack/plan.h"

#include <math.h>

struct instance {
	long launched; // seconds
	long gone;     // seconds; while it does not leave, NEVER
};

#define NEVER 0x7fffffffffffL
// A size that is whole must not be rounded up because its figures are floating point.
#define ROUNDING 1e-9

struct group {
	const struct rules *rules;
	struct instance *list; // in the order of their launch
	size_t n, cap;
	long now;     // seconds
	long min, max;
	long desired;
	long settled; // seconds: when a simple policy may act
	long shrunk;  // seconds: when the last instance that was dismissed is gone
	long breaches[N_ALARMS]; // minutes up to the last one seen
	const struct metrics *seen; // of that one; NULL: none yet
};

// ---- instances

static bool
is_leaving(const struct instance *i)
{
	return i->gone != NEVER;
}

static bool
is_serving(const struct group *g, const struct instance *i)
{
	return !is_leaving(i) && g->now >= i->launched + g->rules->ready;
}

static bool
is_in_service(const struct group *g, const struct instance *i)
{
	return !is_leaving(i) && g->now >= i->launched + SIMULATE_PENDING;
}

// "You can specify how long after an instance reaches the InService state it waits before
// contributing usage data to the aggregated metrics" (EC2 Auto Scaling, default instance warmup).
static bool
is_warm(const struct group *g, const struct instance *i)
{
	return !is_leaving(i) && g->now >= i->launched + SIMULATE_PENDING + g->rules->cooldown;
}

static long
count(const struct group *g, bool (*is)(const struct group *g, const struct instance *i))
{
	long n = 0;

	for (size_t i = 0; i < g->n; i++)
		n += is(g, &g->list[i]);
	return n;
}

static void
launch(struct ctx *c, struct group *g, long n, long when)
{
	for (; n > 0; n--) {
		g->list = arena_grow(c->arena, g->list, g->n, &g->cap, sizeof *g->list);
		g->list[g->n++] = (struct instance){.launched = when, .gone = NEVER};
	}
}

// The oldest leave first: which one AWS chooses among instances of one template depends on its zone
// and its billing hour (EC2 Auto Scaling, default termination policy).
static void
dismiss(struct group *g, long n)
{
	for (size_t i = 0; i < g->n && n > 0; i++) {
		if (is_leaving(&g->list[i]))
			continue;
		g->list[i].gone = g->now + g->rules->leaving;
		n--;
	}
}

static void
bury(struct group *g)
{
	size_t kept = 0;

	for (size_t i = 0; i < g->n; i++)
		if (g->list[i].gone > g->now)
			g->list[kept++] = g->list[i];
	g->n = kept;
}

// ---- policies

// "While scaling out, we do not consider instances that are warming up as part of the current
// capacity of the group. Therefore, multiple alarm breaches that fall in the range of the same step
// adjustment result in a single scaling activity" (EC2 Auto Scaling, step scaling, instance
// warm-up).
static long
step_size(const struct group *g, const struct policy *p)
{
	long size = count(g, is_warm) + p->change;

	return size > g->desired ? size : g->desired;
}

// Target tracking rounds up, whether it adds or removes (EC2 Auto Scaling, target tracking,
// considerations). "While scaling out, we do not consider instances that are warming up as part of
// the current capacity", and while scaling in those "that are terminating" are part of it (ibid.,
// instance warm-up). The target that needs the most instances decides: the group grows if one of
// them asks for it, and shrinks only if all do.
static long
tracked_size(const struct group *g, enum policy_id id)
{
	long capacity = id == POLICY_OUT ? count(g, is_warm) : (long)g->n, most = 0;

	for (size_t i = 0; i < g->rules->n_alarms; i++) {
		const struct alarm *a = &g->rules->alarms[i];
		if (a->policy != id || g->breaches[i] < a->periods)
			continue;
		long size = (long)ceil((double)capacity * a->value(a, g->seen) / a->target - ROUNDING);
		most = size > most ? size : most;
	}
	bool wrong_way = id == POLICY_OUT ? most < g->desired : most > g->desired;

	return wrong_way ? g->desired : most;
}

// The size that a policy asks for, within the bounds of the group or not.
static long
wanted_size(const struct group *g, const struct policy *p)
{
	switch (p->kind) {
	case POLICY_TARGET:
		return tracked_size(g, p == &g->rules->policies[POLICY_OUT] ? POLICY_OUT : POLICY_IN);
	case POLICY_STEP:
		return step_size(g, p);
	case POLICY_SIMPLE:
		return g->desired + p->change;
	}
	return g->desired;
}

// A simple policy waits until the scaling activity before it is complete and the cooldown after
// that is over (EC2 Auto Scaling, step and simple scaling policies). An activity that launches
// instances is complete when they have warmed up (ScalingActivityStatusCode
// WaitingForInstanceWarmup). A step policy does not wait (scaling cooldowns, considerations).
//
// Of target tracking, "a scale-in activity can't start while a scale-out activity is in progress"
// (target tracking, instance warm-up). And it removes "more gradually" (ibid., considerations): the
// figures of a minute before the last removal do not remove more, which is an assumption.
static bool
waits(const struct group *g, const struct policy *p)
{
	long seen = g->now - (SIMULATE_DELAY + 1) * 60L;

	if (p->kind == POLICY_TARGET)
		return p == &g->rules->policies[POLICY_IN] && (count(g, is_warm) < g->desired || seen < g->shrunk);
	return p->kind == POLICY_SIMPLE && g->now < g->settled;
}

// The cooldown begins when the last instance has been launched or terminated, behind a load
// balancer after it was deregistered (EC2 Auto Scaling, scaling cooldowns, considerations).
static void
resize(struct ctx *c, struct group *g, long size)
{
	long finished = g->now + (size > g->desired ? SIMULATE_PENDING : g->rules->leaving), settled = finished + g->rules->cooldown;

	launch(c, g, size - g->desired, g->now);
	dismiss(g, g->desired - size);
	g->settled = settled > g->settled ? settled : g->settled;
	g->shrunk = size < g->desired ? finished : g->shrunk;
	g->desired = size;
}

static long
bounded(const struct group *g, long size)
{
	return size > g->max ? g->max : size < g->min ? g->min : size;
}

static struct action
apply(struct ctx *c, struct group *g, const struct policy *p)
{
	long wanted = wanted_size(g, p), size = bounded(g, wanted);
	struct action a = {.before = g->desired};

	if (waits(g, p))
		a.outcome = OUTCOME_WAITS;
	else if (wanted == g->desired)
		a.outcome = count(g, is_warm) < g->desired ? OUTCOME_ON_ITS_WAY : OUTCOME_AS_NEEDED;
	else if (size == g->desired)
		a.outcome = OUTCOME_AT_LIMIT;
	else
		a.outcome = OUTCOME_CHANGED;
	if (a.outcome == OUTCOME_CHANGED)
		resize(c, g, size);
	a.after = g->desired;
	return a;
}

// ---- the schedule

static void
set_bounds(struct group *g, const struct sizing *action)
{
	g->min = action->min;
	g->max = action->max;
}

// The action that happens at a minute since 1970; NULL for none. Two cannot: the spec was checked.
static struct sizing *
action_at(const struct rules *r, long minute)
{
	for (size_t i = 0; i < r->n_actions; i++)
		if (firing_at(&r->actions[i].firing, minute))
			return &r->actions[i];
	return NULL;
}

// The bounds that hold when the load begins.
static void
begin(struct group *g, long start)
{
	enum { YEAR = 366 * 24 * 60 };
	const struct sizing *last = NULL;

	g->min = g->rules->min;
	g->max = g->rules->max;
	for (long back = 1; g->rules->n_actions && back <= YEAR && !last; back++)
		last = action_at(g->rules, start - back);
	if (last)
		set_bounds(g, last);
	g->desired = g->min;
}

// "A scheduled action sets the desired, minimum, and maximum sizes to what is specified" (EC2 Auto
// Scaling, scheduled scaling, considerations); without a desired size, the group moves into its
// bounds. The action "generally executes within seconds" (ibid.).
static void
follow_schedule(struct ctx *c, struct group *g, long minute, struct minute *now)
{
	const struct sizing *action = action_at(g->rules, minute);

	if (!action)
		return;
	set_bounds(g, action);
	now->scheduled = (struct resizing){action, g->desired, bounded(g, g->desired)};
	if (now->scheduled.after != g->desired)
		resize(c, g, now->scheduled.after);
}

// ---- minutes

// "If you choose one minute as the period, there is one datapoint every minute"; an alarm goes off
// when as many as its evaluation periods breach, and has no data when it has just started
// (CloudWatch, alarm evaluation). How many older datapoints CloudWatch takes in place of missing
// ones is not documented: none here.
static void
look(struct group *g, const struct minute *seen, struct minute *now)
{
	g->seen = seen ? &seen->metrics : NULL;
	for (size_t i = 0; seen && i < g->rules->n_alarms; i++) {
		const struct alarm *a = &g->rules->alarms[i];
		g->breaches[i] = alarm_breaches(a, &seen->metrics) ? g->breaches[i] + 1 : 0;
		now->states[i] = g->breaches[i] >= a->periods ? ALARM_ALARM : ALARM_OK;
	}
}

// "For Amazon EC2 Auto Scaling actions, the alarm continues to invoke the action for every period
// that the alarm remains in the new state" (CloudWatch, alarms).
static void
act(struct ctx *c, struct group *g, struct minute *now)
{
	for (size_t p = 0; p < N_POLICIES; p++) {
		const struct policy *policy = &g->rules->policies[p];
		size_t alarms = 0, ringing = 0;
		for (size_t i = 0; i < g->rules->n_alarms; i++) {
			alarms += g->rules->alarms[i].policy == p;
			ringing += g->rules->alarms[i].policy == p && now->states[i] == ALARM_ALARM;
		}
		bool together = policy->kind == POLICY_TARGET && p == POLICY_IN;
		if (ringing && (ringing == alarms || !together))
			now->actions[p] = apply(c, g, policy);
	}
}

// Requests are shared evenly. Those beyond what the instances can serve reach them nevertheless,
// and are counted. An instance that does not serve has no CPU to report that is known: 0.
static void
serve(const struct group *g, struct minute *now)
{
	long can = 0, serving_warm = 0, warm = 0;

	for (size_t k = 0; k < g->n; k++) {
		const struct instance *i = &g->list[k];
		bool serves = is_serving(g, i), warmed = is_warm(g, i);
		now->leaving += is_leaving(i);
		now->serving += serves;
		now->starting += !serves && !is_leaving(i);
		now->warming += !warmed && !is_leaving(i);
		now->metrics.in_service += is_in_service(g, i);
		warm += warmed;
		serving_warm += warmed && serves;
	}
	can = now->serving * g->rules->per_minute;
	now->unserved = now->requests > can ? now->requests - can : 0;
	// "This count uses the total number of requests received by the target group, divided by
	// the number of healthy targets in the target group" (Application Load Balancers,
	// CloudWatch metrics).
	now->metrics.requests = now->serving ? now->requests : 0;
	now->metrics.per_target = now->serving ? (double)now->requests / (double)now->serving : 0;
	double done = (double)(now->requests - now->unserved);
	now->metrics.cpu = !warm ? NAN : !can ? 0 : 100 * done * (double)serving_warm / ((double)can * (double)warm);
}

struct minute *
simulate(struct ctx *c, const struct rules *rules, const struct load *load)
{
	struct minute *minutes = arena_array(c->arena, load->minutes, sizeof *minutes);
	struct group g = {.rules = rules};

	begin(&g, load->start);
	launch(c, &g, g.desired, -NEVER);
	for (size_t m = 0; m < load->minutes; m++) {
		struct minute *now = &minutes[m];
		g.now = (long)m * 60;
		now->requests = load->requests[m];
		bury(&g);
		follow_schedule(c, &g, load->start + (long)m, now);
		look(&g, m > SIMULATE_DELAY ? &minutes[m - SIMULATE_DELAY - 1] : NULL, now);
		act(c, &g, now);
		serve(&g, now);
	}
	return minutes;
}

static struct sizing *
sizings_of(struct ctx *c, const struct sections *schedule)
{
	struct sizing *list = arena_array(c->arena, schedule->n, sizeof *list);
	const struct spec_schedule *actions = schedule->list;

	for (size_t i = 0; i < schedule->n; i++)
		list[i] = (struct sizing){actions[i].name.value, actions[i].min.value, actions[i].max.value,
			firing_of(c, actions[i].cron.value, actions[i].time_zone.value)};
	return list;
}

struct rules
simulate_rules(struct ctx *c, const struct plan *plan, long cpu_us, long vcpus)
{
	const struct spec *s = plan->spec;
	struct rules r = {
		.min = s->scaling.min.value,
		.max = s->scaling.max.value,
		.actions = sizings_of(c, &s->scaling.schedule),
		.n_actions = s->scaling.schedule.n,
		.policies = {
			[POLICY_OUT] = {"out", POLICY_STEP, s->scaling.out.add.value},
			[POLICY_IN] = {"in", POLICY_SIMPLE, -s->scaling.in.remove.value},
		},
		.cooldown = s->scaling.cooldown.value,
		.ready = derive_grace_seconds(s),
		.leaving = s->load_balancer.deregistration_delay.value,
		.per_minute = vcpus * 60000000L / cpu_us,
	};

	if (!plan->steps.value)
		for (size_t p = 0; p < N_POLICIES; p++)
			r.policies[p].kind = POLICY_TARGET;
	r.n_alarms = alarms_of(plan, r.alarms);
	return r;
}
