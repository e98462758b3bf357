// One function for each expression of templates/modules/alarms/main.tf.
// tests/terraform/test_alarms.py compares them with the alarms that Terraform plans.

#include "read/simulate_alarm.h"

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

size_t
alarms_of(const struct plan *plan, struct alarm ret_alarms[N_ALARMS])
{
	const struct spec_scaling *k = &plan->spec->scaling;
	long total = plan->requests_threshold.value, each = plan->requests_per_instance_threshold.value;
	size_t n = 0;

	ret_alarms[n++] = (struct alarm){.name = "cpu_high", .policy = POLICY_OUT, .value = value_cpu,
		.threshold = k->out.cpu_percent.value, .periods = plan->out_periods.value};
	if (total)
		ret_alarms[n++] = (struct alarm){.name = "requests_high", .policy = POLICY_OUT, .value = value_requests,
			.threshold = total, .periods = plan->out_periods.value};
	if (each)
		ret_alarms[n++] = (struct alarm){.name = "requests_per_instance_high", .policy = POLICY_OUT,
			.value = value_per_target, .threshold = each, .periods = plan->out_periods.value};
	ret_alarms[n++] = (struct alarm){.name = "load_low", .policy = POLICY_IN, .value = value_load, .low = true,
		.threshold = k->in.cpu_percent.value, .periods = plan->in_periods.value, .busy = total, .busy_per_instance = each,
		.min = k->min.value, .remove = k->in.remove.value};
	return n;
}

bool
alarm_breaches(const struct alarm *a, const struct metrics *m)
{
	double value = a->value(a, m);

	return a->low ? value <= (double)a->threshold : value >= (double)a->threshold; // no NAN is either
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
