// Multiplies a load by what is assumed of each request.

#include "read/cost_use.h"

#include "base/ctx.h"
#include "facts/facts.h"
#include "read/money.h"
#include "read/simulate.h"
#include "spec/spec.h"
#include "stack/plan.h"

#include <stdlib.h>

// prices.csv, elb alb-lcu: the largest of these counts. The first ten rules are free, and a listener of the stack has one.
enum { LCU_NEW_CONNECTIONS = 25, LCU_ACTIVE_CONNECTIONS = 3000 };

// prices.csv, transfer: the first 10 TB of 1024 GB, the next 40, the next 100, and what is over.
int64_t
use_of_step(const struct use *use, int step)
{
	static const int64_t ends[USE_STEPS] = {10240, 51200, 153600, INT64_MAX / QUANTITY_ONE};
	int64_t from = step ? ends[step - 1] * QUANTITY_ONE : 0, to = ends[step] * QUANTITY_ONE;
	int64_t gb = use->data_out < to ? use->data_out : to;

	return gb > from ? gb - from : 0;
}

int64_t
use_gb(int64_t bytes)
{
	return bytes / (1000000000 / QUANTITY_ONE);
}

static int64_t
larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

// Each node of the load balancer, one in each zone, checks every instance.
static int64_t
check_log(const struct plan *plan, long hours)
{
	const struct spec *spec = plan->spec;
	int64_t checks = (int64_t)hours * 3600 / spec->load_balancer.health_check.interval.value * plan->zone_count.value;

	return spec->service.log_days.value ? use_gb(checks * USE_LOG_BYTES) : 0;
}

struct use
use_of(const struct plan *plan, const struct cost_load *load)
{
	int64_t each_second = load->requests_per_second > 0 ? load->requests_per_second : 0;
	int64_t requests = each_second * 3600 * load->hours;
	struct use use = {.hours = load->hours, .requests_per_second = each_second, .check_log = check_log(plan, load->hours)};

	use.data_out = load->data_out_gb >= 0 ? (int64_t)load->data_out_gb * QUANTITY_ONE : use_gb(requests * USE_RESPONSE_BYTES);
	if (plan->spec->service.log_days.value)
		use.request_log = use_gb(requests * USE_LOG_BYTES);
	// Every request comes on a connection of its own, which stays until the load balancer closes it. A GB an hour is a unit too.
	int64_t active = each_second * plan->spec->load_balancer.idle_timeout.value;
	int64_t connections = larger(each_second * QUANTITY_ONE / LCU_NEW_CONNECTIONS, active * QUANTITY_ONE / LCU_ACTIVE_CONNECTIONS);
	use.balancer_units = larger(connections * load->hours, use.data_out + use_gb(requests * USE_REQUEST_BYTES));
	return use;
}

long
use_instances(const struct plan *plan, const struct cost_load *load)
{
	const struct spec_scaling *scaling = &plan->spec->scaling;
	long most = derive_most(plan->spec)->value;
	long total = plan->requests_per_second.value, each = plan->requests_per_instance_threshold.value / 60;
	long target = scaling->target.requests_per_second_per_instance.value, n = plan->least.value;

	if (each && load->requests_per_second >= 0)
		n = larger(n, load->requests_per_second / each + 1);
	if (target && load->requests_per_second >= 0)
		n = larger(n, (load->requests_per_second + target - 1) / target);
	if (total && load->requests_per_second >= total)
		n = most;
	return n < most ? n : most;
}

// A CPU credit is a minute of one vCPU, so an hour's credits are 60 times the baseline.
int64_t
use_surplus(struct ctx *c, const struct use *use, const char *type, long instances)
{
	struct instance_facts f;

	if (!fact_instance(c, type, &f) || !instances)
		return 0;
	int64_t busy = (int64_t)use->requests_per_second * SIMULATE_CPU_US; // millionths of a vCPU
	int64_t baseline = f.hourly_credits * instances * QUANTITY_ONE / 60, most = f.vcpus * instances * QUANTITY_ONE;
	busy = busy < most ? busy : most;
	return busy > baseline ? (busy - baseline) * use->hours : 0;
}

int64_t
use_backups(const struct use *use, long days)
{
	int64_t daily = (int64_t)use->requests_per_second * 86400 * USE_WRITE_PERCENT / 100 * USE_WRITTEN_BYTES;

	return use_gb(daily) * days * use->hours / COST_MONTH;
}
