// One function for each expression of templates/modules/alarms/main.tf.
// tests/terraform/test_alarms.py compares them with the alarms that Terraform plans. The alarms of
// target tracking are AWS's own.

#include "read/simulate_alarm.h"

#include "facts/facts.h"
#include "spec/spec.h"
#include "stack/plan.h"

#include <math.h>

static double
value_cpu(const struct alarm *a, const struct metrics *m)
{
	(void)a;
	return m->cpu;
}

// "Elastic Load Balancing reports metrics to CloudWatch only when requests are flowing"
// (Application Load Balancers, CloudWatch metrics), and RequestCount counts a request when it has a
// target.
static double
value_requests(const struct alarm *a, const struct metrics *m)
{
	(void)a;
	return m->requests ? (double)m->requests : NAN;
}

static double
value_per_target(const struct alarm *a, const struct metrics *m)
{
	(void)a;
	return m->per_target;
}

// IF(FILL(requests, 0) >= busy, 100, IF(FILL(requests, 0) >= busy_per_instance * remaining, 100,
// cpu))
static double
value_load(const struct alarm *a, const struct metrics *m)
{
	long remaining = m->in_service > a->min + a->remove ? m->in_service - a->remove : a->min;

	if (a->busy && m->requests >= a->busy)
		return 100;
	if (a->busy_per_instance && m->requests >= a->busy_per_instance * remaining)
		return 100;
	return m->cpu;
}

// Each target has two alarms: one above it, and one well below it. The high ones are first.
static size_t
target_alarms(const struct plan *plan, struct alarm ret_alarms[N_ALARMS])
{
	const double cpu = (double)plan->spec->scaling.target.cpu_percent.value, requests = (double)plan->target_requests.value;
	const struct alarm above = {.policy = POLICY_OUT, .beyond = true, .periods = TARGET_OUT_MINUTES};
	const struct alarm below = {.policy = POLICY_IN, .beyond = true, .low = true, .periods = TARGET_IN_MINUTES};
	const struct {
		const char *name;
		double (*value)(const struct alarm *a, const struct metrics *m);
		double target;
		struct alarm kind;
	} rows[N_ALARMS] = {
		{"cpu_high", value_cpu, cpu, above},
		{"requests_per_instance_high", value_per_target, requests, above},
		{"cpu_low", value_cpu, cpu, below},
		{"requests_per_instance_low", value_per_target, requests, below},
	};
	size_t n = 0;

	for (size_t i = 0; i < N_ALARMS; i++) {
		if (!rows[i].target)
			continue;
		struct alarm *a = &ret_alarms[n++];
		*a = rows[i].kind;
		a->name = rows[i].name;
		a->value = rows[i].value;
		a->target = rows[i].target;
		a->threshold = a->low ? a->target * TARGET_IN_PERCENT / 100 : a->target;
	}
	return n;
}

static size_t
step_alarms(const struct plan *plan, struct alarm ret_alarms[N_ALARMS])
{
	const struct spec_scaling *k = &plan->spec->scaling;
	long total = plan->requests_threshold.value, each = plan->requests_per_instance_threshold.value;
	size_t n = 0;

	ret_alarms[n++] = (struct alarm){.name = "cpu_high", .policy = POLICY_OUT, .value = value_cpu,
		.threshold = (double)k->out.cpu_percent.value, .periods = plan->out_periods.value};
	if (total)
		ret_alarms[n++] = (struct alarm){.name = "requests_high", .policy = POLICY_OUT, .value = value_requests,
			.threshold = (double)total, .periods = plan->out_periods.value};
	if (each)
		ret_alarms[n++] = (struct alarm){.name = "requests_per_instance_high", .policy = POLICY_OUT,
			.value = value_per_target, .threshold = (double)each, .periods = plan->out_periods.value};
	ret_alarms[n++] = (struct alarm){.name = "load_low", .policy = POLICY_IN, .value = value_load, .low = true,
		.threshold = (double)k->in.cpu_percent.value, .periods = plan->in_periods.value, .busy = total, .busy_per_instance = each,
		.min = plan->least.value, .remove = k->in.remove.value};
	return n;
}

size_t
alarms_of(const struct plan *plan, struct alarm ret_alarms[N_ALARMS])
{
	return plan->steps.value ? step_alarms(plan, ret_alarms) : target_alarms(plan, ret_alarms);
}

bool
alarm_breaches(const struct alarm *a, const struct metrics *m)
{
	double value = a->value(a, m);

	// No NAN is any of these.
	if (a->beyond)
		return a->low ? value < a->threshold : value > a->threshold;
	return a->low ? value <= a->threshold : value >= a->threshold;
}

const char *
alarm_word(enum alarm_state state)
{
	static const char *const words[] = {
		[ALARM_INSUFFICIENT_DATA] = "INSUFFICIENT_DATA",
		[ALARM_OK] = "OK",
		[ALARM_ALARM] = "ALARM",
	};

	return words[state];
}
