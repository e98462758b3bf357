// What can be wrong about how the group grows and shrinks.

#include "check/check.h"

#include "base/diag.h"
#include "facts/facts.h"
#include "spec/spec.h"

static void
rule_min_max(struct ctx *c, const struct spec *s)
{
	const struct spec_scaling *k = &s->scaling;

	if (k->min.value <= k->max.value)
		return;
	const struct num *wrong = k->min.from.given || !k->max.from.given ? &k->min : &k->max;
	struct diag *d = diag(c, wrong->from.at, "min-over-max", "'min' is %ld and 'max' is %ld", k->min.value, k->max.value);
	if (k->min.from.given && k->max.from.given)
		diag_also(c, d, k->max.from.at, "'max' is given here");
	if (k->max.value == 0)
		diag_hint(c, d, "write 'min: 0' to park the stack");
}

// An empty group has no CPU to measure, and the load balancer counts no request for which it has no
// instance.
static void
rule_empty_group(struct ctx *c, const struct spec *s)
{
	const struct spec_scaling *k = &s->scaling;

	if (k->min.value > 0 || k->max.value == 0)
		return;
	struct diag *d = diag(c, k->min.from.at, "empty-group", "'min' is 0 and 'max' is %ld: nothing would start the first instance",
		k->max.value);
	diag_hint(c, d, "write 'min: 1', or 'max: 0' to park the stack");
}

static void
rule_parked(struct ctx *c, const struct spec *s)
{
	if (derive_parked(s))
		diag(c, s->scaling.max.from.at, "parked-stack",
			"no instance runs: the service does not answer, and the database and the load balancer cost as before");
}

static void
rule_single_instance(struct ctx *c, const struct spec *s)
{
	const struct num *least = derive_least(s);

	if (least->value == 1)
		diag(c, least->from.at, "single-instance", "the group %s one instance, in one of %ld zones: if it fails, the service is down",
			derive_scales(s) ? "may shrink to" : "has", derive_zones(s));
}

// The first key of a section that the user wrote. An empty section says nothing.
static const struct origin *
first_given(const struct num *const *keys)
{
	while (*keys && !(*keys)->from.given)
		keys++;
	return *keys ? &(*keys)->from : NULL;
}

// An overlay adds its keys to those of the spec, so that the two can meet there.
static void
rule_target_beside_steps(struct ctx *c, const struct spec *s)
{
	const struct spec_scaling *k = &s->scaling;
	const struct origin *out = first_given((const struct num *const[]){&k->out.cpu_percent, &k->out.requests_per_second,
		&k->out.requests_per_second_per_instance, &k->out.lasting, &k->out.add, NULL});
	const struct origin *in = first_given((const struct num *const[]){&k->in.cpu_percent, &k->in.lasting, &k->in.remove, NULL});

	if (!derive_tracks_target(s) || (!out && !in))
		return;
	struct diag *d = diag(c, k->target.from.at, "target-beside-steps", "'target' beside '%s': only one of them can decide",
		out && in ? "out' and 'in" : out ? "out" : "in");
	if (out)
		diag_also(c, d, out->at, "'out' is given here");
	if (in)
		diag_also(c, d, in->at, "'in' is given here");
	diag_hint(c, d, "remove 'target', or remove %s", out && in ? "both" : out ? "'out'" : "'in'");
}

static void
rule_empty_target(struct ctx *c, const struct spec *s)
{
	const struct spec_target *target = &s->scaling.target;

	if (!derive_tracks_target(s) || target->cpu_percent.from.given || target->requests_per_second_per_instance.from.given)
		return;
	struct diag *d = diag(c, target->from.at, "empty-target", "'target' has no figure to hold");
	diag_hint(c, d, "write 'target: {cpu_percent: 50}'");
}

static void
rule_thresholds_cross(struct ctx *c, const struct spec *s)
{
	const struct num *out = &s->scaling.out.cpu_percent, *in = &s->scaling.in.cpu_percent;

	if (in->value < out->value || derive_tracks_target(s))
		return;
	const struct num *wrong = in->from.given || !out->from.given ? in : out;
	struct diag *d = diag(c, wrong->from.at, "thresholds-cross",
		"instances are removed at %ld %% CPU and added at %ld %%", in->value, out->value);
	if (in->from.given && out->from.given)
		diag_also(c, d, out->from.at, "'out' is given here");
}

// The load of n instances at in% each, spread over n - remove. The worst case is the smallest
// group.
static void
rule_oscillation(struct ctx *c, const struct spec *s)
{
	const struct spec_scaling *k = &s->scaling;
	long before = k->min.value + k->in.remove.value < k->max.value ? k->min.value + k->in.remove.value : k->max.value;
	long after = k->min.value;

	if (derive_tracks_target(s) || before <= after || k->in.cpu_percent.value * before < k->out.cpu_percent.value * after)
		return;
	diag(c, k->in.cpu_percent.from.at, "scaling-oscillates",
		"going from %ld to %ld instances at %ld %% CPU raises CPU to %ld %%, where 'out' adds them again", before, after,
		k->in.cpu_percent.value, k->in.cpu_percent.value * before / after);
}

static void
check_step(struct ctx *c, const struct num *step, const char *key, long room)
{
	if (step->value > room && room > 0)
		diag(c, step->from.at, "step-too-large", "'%s' is %ld, but 'min' and 'max' are %ld apart", key, step->value, room);
}

static void
rule_step_size(struct ctx *c, const struct spec *s)
{
	long room = s->scaling.max.value - s->scaling.min.value;

	if (derive_tracks_target(s))
		return;
	check_step(c, &s->scaling.out.add, "add", room);
	check_step(c, &s->scaling.in.remove, "remove", room);
}

static void
rule_cooldown(struct ctx *c, const struct spec *s)
{
	long boot = derive_boot_seconds(s);

	if (s->scaling.cooldown.value < boot && !derive_parked(s))
		diag(c, s->scaling.cooldown.from.at, "short-cooldown",
			"a cooldown of %lds is shorter than the %lds that an instance may take to boot", s->scaling.cooldown.value, boot);
}

static void
rule_scale_out_latency(struct ctx *c, const struct spec *s)
{
	bool tracks = derive_tracks_target(s);
	long alarm = tracks ? TARGET_OUT_MINUTES * 60L : s->scaling.out.lasting.value;
	long boot = derive_boot_seconds(s), well = derive_grace_seconds(s) - boot;

	if (!derive_scales(s))
		return;
	diag(c, tracks ? s->scaling.target.from.at : s->scaling.out.from.at, "scale-out-latency",
		"a new instance serves up to %lds after the load rises: %lds alarm, %lds boot, %lds health checks",
		alarm + boot + well, alarm, boot, well);
}

static void
rule_coarse_metrics(struct ctx *c, const struct spec *s)
{
	bool by_cpu = !derive_tracks_target(s) || s->scaling.target.cpu_percent.value;

	if (s->service.detailed_metrics.value || !derive_scales(s) || !by_cpu)
		return;
	struct diag *d = diag(c, s->service.detailed_metrics.from.at, "coarse-metrics",
		"CPU changes the number of instances, but is only measured every five minutes");
	diag_hint(c, d, "write 'detailed_metrics: true', or the same number for 'scaling.min' and 'scaling.max'");
}

// The more instances, the fewer requests each has, but their sum stays: the alarm goes on.
static void
rule_total_requests(struct ctx *c, const struct spec *s)
{
	const struct spec_scaling *k = &s->scaling;
	const struct num *total = &k->out.requests_per_second;
	long requests = derive_total_requests(s), each = requests / (k->min.value ? k->min.value : 1);

	if (!requests || k->min.value >= k->max.value)
		return;
	struct diag *d = diag(c, total->from.at, "requests-hold-max",
		"%ld requests a second in total add instances up to all %ld and keep them", requests, k->max.value);
	if (k->out.requests_per_second_per_instance.from.given)
		diag_hint(c, d, "'requests_per_second: 0' leaves it to CPU and to 'requests_per_second_per_instance'");
	else
		diag_hint(c, d, "'requests_per_second_per_instance: %ld' stops when each has fewer; 'requests_per_second: 0' leaves it to CPU",
			each ? each : 1);
}

const struct check scaling_checks[] = {
	{ { "min-over-max", SEV_ERROR,
	    .reason = "The smallest size of the group is above its largest.",
	    .rule = "Auto Scaling requires min <= desired capacity <= max (limits.csv autoscaling_group.size).",
	    .fix = "Lower 'scaling.min' or raise 'scaling.max'. If only one of them is given, the other has its default.",
	    .wrong = "scaling: {min: 5, max: 4}", .right = "scaling: {min: 4, max: 5}" },
	  rule_min_max, ".scaling.min .scaling.max" },
	{ { "empty-group", SEV_ERROR,
	    .reason = "A group that shrinks to no instance never grows again: no alarm that adds instances can go off.",
	    .rule = "EC2 has no CPU to report without an instance, and Elastic Load Balancing counts a request only if there is an "
		    "instance to send it to (metric RequestCount).",
	    .fix = "Set 'scaling.min' to 1 or more. To run no instances for a while, set 'scaling.max' to 0 as well: the stack is parked.",
	    .wrong = "scaling: {min: 0, max: 4}", .right = "scaling: {min: 0, max: 0}" },
	  rule_empty_group, ".scaling.min .scaling.max" },
	{ { "parked-stack", SEV_NOTE,
	    .reason = "With 'min' and 'max' at 0, no instance runs and the load balancer answers every request with 503. The "
		      "database with its data, the load balancer and the network stay, and cost as before.",
	    .fix = "Nothing is wrong. To start the stack again, set 'scaling.min' and 'scaling.max' to 1 or more, compile and apply.",
	    .wrong = "scaling: {min: 0, max: 0}", .right = "scaling: {min: 2, max: 2}" },
	  rule_parked, ".scaling.min .scaling.max min-over-max" },
	{ { "single-instance", SEV_WARNING,
	    .reason = "A group that may shrink to one instance is down while that instance, or its zone, is down. The other zones "
		      "do not help it.",
	    .rule = "Auto Scaling replaces a failed instance, but the replacement must boot and pass its health checks first.",
	    .fix = "Set 'scaling.min' to 2 or more. For a test environment one instance is a fair choice.",
	    .wrong = "scaling: {min: 1}", .right = "scaling: {min: 2}" },
	  rule_single_instance, ".scaling.min .scaling.schedule" },
	{ { "target-beside-steps", SEV_ERROR,
	    .reason = "'target' leaves the number of instances to target tracking, 'out' and 'in' change it in steps. Both would act on the "
		      "same load and undo each other.",
	    .rule = "A scale-in of a step policy does not wait for target tracking, and AWS advises against both on one metric (EC2 Auto "
		    "Scaling User Guide, multiple scaling policies). The keys of an environment are added to those of the spec.",
	    .fix = "Keep one of the two. If environments differ, give the section in each environment instead of at the top.",
	    .wrong = "scaling: {target: {cpu_percent: 50}, out: {cpu_percent: 80}}", .right = "scaling: {target: {cpu_percent: 50}}" },
	  rule_target_beside_steps, NULL },
	{ { "empty-target", SEV_ERROR,
	    .reason = "A target needs a figure: CPU, requests of each instance, or both.",
	    .fix = "Give 'scaling.target.cpu_percent' or 'scaling.target.requests_per_second_per_instance', or remove 'scaling.target'.",
	    .wrong = "scaling: {target: {}}", .right = "scaling: {target: {requests_per_second_per_instance: 50}}" },
	  rule_empty_target, ".scaling.target.cpu_percent .scaling.target.requests_per_second_per_instance" },
	{ { "thresholds-cross", SEV_ERROR,
	    .reason = "The CPU that removes instances is not below the CPU that adds them, so the group could never rest.",
	    .fix = "Keep 'scaling.in.cpu_percent' well below 'scaling.out.cpu_percent': half of it or less.",
	    .wrong = "scaling: {out: {cpu_percent: 40}, in: {cpu_percent: 50}}",
	    .right = "scaling: {out: {cpu_percent: 60}, in: {cpu_percent: 25}}" },
	  rule_thresholds_cross, ".scaling.out.cpu_percent .scaling.in.cpu_percent" },
	{ { "scaling-oscillates", SEV_WARNING,
	    .reason = "Removing instances spreads their load over the others. Here that raises CPU to the threshold that adds them "
		      "again, so the group would add and remove instances in turn.",
	    .fix = "Lower 'scaling.in.cpu_percent', raise 'scaling.out.cpu_percent' or remove fewer instances at a time.",
	    .wrong = "scaling: {min: 1, max: 4, out: {cpu_percent: 50}, in: {cpu_percent: 30}}",
	    .right = "scaling: {min: 1, max: 4, out: {cpu_percent: 70}, in: {cpu_percent: 30}}" },
	  rule_oscillation,
	  ".scaling.out.cpu_percent .scaling.in.cpu_percent .scaling.min .scaling.max .scaling.in.remove "
	  "thresholds-cross min-over-max empty-group" },
	{ { "step-too-large", SEV_WARNING,
	    .reason = "The group cannot grow or shrink by this many instances at once: it stops at 'max' or 'min'.",
	    .rule = "Auto Scaling never takes a group beyond its minimum and maximum size; it cuts the step short.",
	    .fix = "Use a smaller step, or move 'min' and 'max' further apart.",
	    .wrong = "scaling: {min: 2, max: 3, out: {add: 5}}", .right = "scaling: {min: 2, max: 7, out: {add: 5}}" },
	  rule_step_size, ".scaling.min .scaling.max .scaling.out.add .scaling.in.remove min-over-max empty-group" },
	{ { "short-cooldown", SEV_WARNING,
	    .reason = "An instance takes minutes to boot. If the group counts its load sooner, it adds more instances than needed.",
	    .rule = "During an instance's warm-up Auto Scaling leaves it out of the group's metrics and counts it as on its way.",
	    .fix = "Set 'scaling.cooldown' to 3m or more, or to 90s or more with 'prebuilt: binary'.",
	    .wrong = "scaling: {cooldown: 1m}", .right = "scaling: {cooldown: 5m}" },
	  rule_cooldown, ".scaling.cooldown" },
	{ { "requests-hold-max", SEV_NOTE,
	    .reason = "A threshold for all requests together does not know how many instances share them: while the total is above it, "
		      "the group grows to 'max', however little each instance has to do, and stays there.",
	    .rule = "RequestCount of a load balancer counts its requests, whatever the number of targets; RequestCountPerTarget divides "
		    "by it (Elastic Load Balancing, CloudWatch metrics).",
	    .fix = "Use 'scaling.out.requests_per_second_per_instance', or set 'scaling.out.requests_per_second' to 0 and let CPU decide. "
		   "If this many requests do need 'max' instances, nothing is wrong.",
	    .wrong = "scaling: {out: {requests_per_second: 150}}",
	    .right = "scaling: {out: {requests_per_second_per_instance: 75}}" },
	  rule_total_requests,
	  ".scaling.min .scaling.max .scaling.out.requests_per_second .scaling.out.requests_per_second_per_instance min-over-max "
	  "empty-group" },
	{ { "coarse-metrics", SEV_ERROR,
	    .reason = "The alarms on CPU look at each minute. With a figure every five minutes, most minutes have none, and a rise is seen "
		      "late or never.",
	    .rule = "Without detailed monitoring, EC2 sends metrics every five minutes (Amazon EC2 User Guide).",
	    .fix = "Write 'service.detailed_metrics: true', or give the group one size.",
	    .wrong = "service: {detailed_metrics: false}",
	    .right = "service: {detailed_metrics: false}\nscaling: {min: 2, max: 2}" },
	  rule_coarse_metrics, ".service.detailed_metrics .scaling.min .scaling.max" },
	{ { "scale-out-latency", SEV_NOTE,
	    .reason = "How long a sudden load must be held by the instances that are there: until the alarm rises, a new instance "
		      "boots and it passes its health checks.",
	    .fix = "To react sooner, shorten 'scaling.out.for' (target tracking has a time of its own), use 'prebuilt: binary' or check "
		   "health more often. To have room, "
		   "raise 'scaling.min' or lower the thresholds.",
	    .wrong = "scaling: {out: {for: 2m}}" },
	  rule_scale_out_latency,
	  ".scaling.out.for .load_balancer.health_check.interval .load_balancer.health_check.healthy" },
	{ .problem = {0} },
};
