// What can be wrong about how the group grows and shrinks.

#include "base/diag.h"
#include "facts/facts.h"
#include "check/rules.h"
#include "spec/spec.h"

void
rule_min_max(struct ctx *c, const struct spec *s)
{
	const struct spec_scaling *k = &s->scaling;

	if (k->min.is <= k->max.is)
		return;
	const struct num *wrong = k->min.from.given || !k->max.from.given ? &k->min : &k->max;
	struct diag *d = diag(c, wrong->from.at, "min-over-max", "'min' is %ld and 'max' is %ld", k->min.is, k->max.is);
	if (k->min.from.given && k->max.from.given)
		diag_also(c, d, k->max.from.at, "'max' is given here");
}

void
rule_single_instance(struct ctx *c, const struct spec *s)
{
	if (s->scaling.min.is == 1)
		diag(c, s->scaling.min.from.at, "single-instance",
			"one instance in one of %ld zones: the service is down whenever it is", s->network.zones.count);
}

void
rule_thresholds_cross(struct ctx *c, const struct spec *s)
{
	const struct num *out = &s->scaling.out.cpu_percent, *in = &s->scaling.in.cpu_percent;

	if (in->is < out->is)
		return;
	const struct num *wrong = in->from.given || !out->from.given ? in : out;
	struct diag *d = diag(c, wrong->from.at, "thresholds-cross",
		"instances are removed at %ld %% CPU and added at %ld %%", in->is, out->is);
	if (in->from.given && out->from.given)
		diag_also(c, d, out->from.at, "'out' is given here");
}

// The load of n instances at in% each, spread over n - remove: worst where the group is smallest.
void
rule_oscillation(struct ctx *c, const struct spec *s)
{
	const struct spec_scaling *k = &s->scaling;
	long before = k->min.is + k->in.remove.is < k->max.is ? k->min.is + k->in.remove.is : k->max.is;
	long after = k->min.is;

	if (before <= after || k->in.cpu_percent.is * before < k->out.cpu_percent.is * after)
		return;
	diag(c, k->in.cpu_percent.from.at, "scaling-oscillates",
		"going from %ld to %ld instances at %ld %% CPU makes %ld %%, where 'out' adds them again", before, after,
		k->in.cpu_percent.is, k->in.cpu_percent.is * before / after);
}

static void
check_step(struct ctx *c, const struct num *step, const char *key, long room)
{
	if (step->is > room && room > 0)
		diag(c, step->from.at, "step-too-large", "'%s' is %ld, and the group has room for %ld", key, step->is, room);
}

void
rule_step_size(struct ctx *c, const struct spec *s)
{
	long room = s->scaling.max.is - s->scaling.min.is;

	check_step(c, &s->scaling.out.add, "add", room);
	check_step(c, &s->scaling.in.remove, "remove", room);
}

void
rule_cooldown(struct ctx *c, const struct spec *s)
{
	long boot = derive_boot_seconds(s);

	if (s->scaling.cooldown.is < boot)
		diag(c, s->scaling.cooldown.from.at, "short-cooldown",
			"a cooldown of %lds is shorter than the %lds that an instance may take to boot", s->scaling.cooldown.is, boot);
}

void
rule_scale_out_latency(struct ctx *c, const struct spec *s)
{
	long alarm = s->scaling.out.lasting.is, boot = derive_boot_seconds(s), well = derive_grace_seconds(s) - boot;

	diag(c, s->scaling.out.from.at, "scale-out-latency",
		"a new instance serves up to %lds after load rises: %lds alarm, %lds boot, %lds health checks",
		alarm + boot + well, alarm, boot, well);
}
