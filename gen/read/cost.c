// A function for each module adds its lines, in the order of main.tf. What AWS charges for stands in
// the templates; tests/terraform/test_cost.py counts it again in Terraform's plan.

#include "read/cost.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "base/diag.h"
#include "base/embed.h"
#include "base/source.h"
#include "facts/facts.h"
#include "facts/pack.h"
#include "read/cost_bill.h"
#include "read/money.h"
#include "spec/spec.h"
#include "stack/plan.h"
#include "stack/template.h"

#include <inttypes.h>
#include <string.h>

// prices.csv, cloudwatch metric-custom: EC2's detailed monitoring is charged as 7 metrics of each instance.
enum { DETAILED_METRICS = 7 };
// A target has one alarm above it and one below it.
enum { ALARMS_OF_TARGET = 2 };
// app/deploy/crudd-secrets.timer: an instance reads its secrets every five minutes.
enum { SECRET_READS_HOURLY = 12 };
// Terraform's state of a stack, with room.
enum { STATE_BYTES = 1000000 };

// ---- the modules

// GB of log that the instances send: for the health checks, and at a load for its requests.
static struct amount
logged(const struct bill *b)
{
	struct amount gb = bill_each_instance(b, b->use.check_log);

	gb.at[COST_LOAD] += b->use.request_log;
	return gb;
}

static void
add_network(struct bill *b)
{
	const char *nat = b->spec->network.nat.value;
	long zones = b->plan->zone_count.value, gateways = strcmp(nat, "per_zone") == 0 ? zones : 1;
	bool translates = strcmp(nat, "none") != 0;

	if (translates) {
		bill_add(b, NAT, bill_fixed(gateways * b->hours));
		bill_add(b, NAT_ADDRESSES, bill_fixed(gateways * b->hours));
	}
	if (translates && b->spec->service.log_days.value && !b->plan->parked.value)
		bill_add(b, NAT_DATA, logged(b));
	// CloudFront takes the load balancer's answers without a charge (How AWS Pricing Works, CloudFront).
	for (int step = 0; !b->spec->https.cloudfront.value && step < USE_STEPS; step++) {
		int64_t gb = use_of_step(&b->use, step);
		if (step == 0 || gb)
			bill_add(b, (enum what)(DATA_OUT + step), bill_at_load(gb));
	}
	bill_add(b, ZONES_DATA, bill_at_load(b->use.data_out / zones * (zones - 1)));
	if (b->spec->network.flow_logs.value)
		bill_add(b, FLOW_LOGS, bill_at_load(0));
}

static void
add_service(struct bill *b)
{
	enum { PRICED = 10000 };
	long tokens = strcmp(b->spec->service.auth.value, "token") == 0;
	struct pack pack = pack_find(b->c, b->spec);
	int64_t bytes = pack.archive ? (int64_t)pack.archive->len : 0, calls = SECRET_READS_HOURLY * (1 + tokens) * b->out->load.hours;

	bill_add(b, ARCHIVE, bill_fixed(use_gb(bytes) * b->out->load.hours / COST_MONTH));
	bill_add(b, SECRETS, bill_fixed((1 + tokens) * b->months));
	if (!b->plan->parked.value)
		bill_add(b, SECRET_CALLS, bill_each_instance(b, calls * (QUANTITY_ONE / PRICED)));
}

static void
add_balancer(struct bill *b)
{
	bill_add(b, BALANCER, bill_fixed(b->hours));
	bill_add(b, BALANCER_UNITS, bill_at_load(b->use.balancer_units));
	// A load balancer has a node in each of its subnets, and more of them under a high load.
	if (!b->spec->https.cloudfront.value)
		bill_add(b, BALANCER_ADDRESSES, bill_fixed(b->plan->zone_count.value * b->hours));
	if (b->spec->load_balancer.access_logs.value)
		bill_add(b, ACCESS_LOGS, bill_at_load(0));
}

// How often a word stands in a template as this stack has it.
static long
count_in_template(struct bill *b, const char *path, const char *word)
{
	const struct embedded *e = embedded_find(path);
	struct buf text = {0};
	long n = 0;

	template_render(b->c, b->plan, source_of(b->c, e->path, e->data, e->len), template_kind(e->path), &text);
	for (const char *s = buf_str(&text); (s = strstr(s, word)); s += strlen(word))
		n++;
	buf_free(&text);
	return n;
}

static void
add_cdn(struct bill *b)
{
	if (!b->spec->https.cloudfront.value)
		return;
	bill_add(b, CDN_REQUESTS, bill_at_load(0));
	bill_add(b, CDN_DATA, bill_at_load(0));
}

static void
add_firewall(struct bill *b)
{
	enum { PRICED = 1000000 };

	if (!b->spec->firewall.from.given)
		return;
	bill_add(b, FIREWALL, bill_fixed(b->months));
	bill_add(b, FIREWALL_RULES, bill_fixed(count_in_template(b, "templates/modules/waf/main.tf", "\n  rule {") * b->months));
	bill_add(b, FIREWALL_REQUESTS,
		bill_at_load((int64_t)b->use.requests_per_second * 3600 * b->use.hours * (QUANTITY_ONE / PRICED)));
	bill_add(b, FIREWALL_LOGS, bill_at_load(0));
}

static void
add_logs(struct bill *b)
{
	struct amount in = logged(b), kept;
	long days = b->spec->service.log_days.value;

	for (int k = 0; k < COST_CASES; k++)
		kept.at[k] = in.at[k] * days * 24 / COST_MONTH;
	bill_add(b, LOGS, in);
	bill_add(b, LOGS_KEPT, kept);
}

// "t3" of "t3.micro"
static const char *
family_of(struct ctx *c, const char *type)
{
	return arena_strndup(c->arena, type, strcspn(type, "."));
}

static void
add_instances(struct bill *b)
{
	const struct spec_service *service = &b->spec->service;
	const struct spec_target *target = &b->spec->scaling.target;
	const char *type = service->instance_type.value;
	long targets = (target->cpu_percent.value > 0) + (target->requests_per_second_per_instance.value > 0);

	if (targets)
		bill_add(b, TARGET_ALARMS, bill_fixed(ALARMS_OF_TARGET * targets * b->months));
	if (b->plan->parked.value)
		return;
	bill_add_as(b, INSTANCES, arena_printf(b->c->arena, "%s instances", type), type, bill_each_instance(b, b->hours));
	bill_add(b, VOLUMES, bill_each_instance(b, service->disk_gb.value * b->months));
	if (!b->plan->private.value)
		bill_add(b, INSTANCE_ADDRESSES, bill_each_instance(b, b->hours));
	if (b->plan->burstable.value && strcmp(service->cpu_credits.value, "unlimited") == 0)
		bill_add_as(b, CREDITS, NULL, family_of(b->c, type),
			bill_at_load(use_surplus(b->c, &b->use, type, b->out->instances[COST_LOAD])));
	if (service->detailed_metrics.value)
		bill_add(b, METRICS, bill_each_instance(b, DETAILED_METRICS * b->months));
	if (service->log_days.value)
		add_logs(b);
}

static void
add_support(struct bill *b)
{
	const struct spec_database *db = &b->spec->database;
	struct class_facts f = {0};
	struct version_facts v;

	fact_class(b->c, db->instance_class.value, &f);
	if (fact_version(b->c, db->engine_version.value, &v) && fact_extended_support(&v))
		bill_add_as(b, SUPPORT, NULL, fact_extended_support(&v), bill_fixed((db->multi_az.value ? 2 : 1) * f.vcpus * b->hours));
}

static void
add_database(struct bill *b)
{
	const struct spec_database *db = &b->spec->database;
	const char *class = db->instance_class.value, *family = family_of(b->c, class + strlen("db."));
	bool multi = db->multi_az.value;
	struct item item = *bill_item(DATABASE);

	item.what = arena_printf(b->c->arena, "%s database%s", class, multi ? " and its standby" : "");
	item.service = multi ? "rds-mysql-multi" : "rds-mysql-single";
	item.item = class;
	bill_add_item(b, DATABASE, b->spec->region.value, &item, bill_fixed(b->hours));
	bill_add_as(b, DISK, multi ? "their disks, gp3" : "its disk, gp3", multi ? "gp3-multi" : "gp3-single",
		bill_fixed(db->storage_gb.value * b->months));
	add_support(b);
	if (db->backup_days.value)
		bill_add(b, BACKUPS, bill_at_load(use_backups(&b->use, db->backup_days.value)));
	if (b->plan->database_burstable.value)
		bill_add_as(b, DATABASE_CREDITS, NULL, family, bill_at_load(0));
	bill_add(b, DATABASE_SECRET, bill_fixed(b->months));
	bill_add(b, DATABASE_LOGS, bill_at_load(0));
	if (db->insights.value)
		bill_add(b, DATABASE_METRICS, bill_at_load(0));
}

static void
add_backup(struct bill *b)
{
	const char *copy = b->spec->backup.copy_to.value;

	if (!b->spec->backup.from.given)
		return;
	bill_add(b, VAULT, bill_at_load(0));
	if (!copy)
		return;
	bill_add_item(b, COPIES, copy, bill_item(COPIES), bill_at_load(0));
	bill_add_as(b, COPIES_SENT, NULL, copy, bill_at_load(0));
	bill_add_item(b, COPIES_KEY, copy, bill_item(COPIES_KEY), bill_fixed(b->months));
}

static void
add_alarms(struct bill *b)
{
	// CloudWatch charges an alarm by the metrics that it watches; one with an expression watches several.
	if (b->plan->watches.value)
		bill_add(b, ALARMS, bill_fixed(count_in_template(b, "templates/modules/alarms/main.tf", "metric_name") * b->months));
	if (b->spec->alarms.dashboard.value)
		bill_add(b, DASHBOARD, bill_fixed(b->months));
	if (!b->plan->notify.value)
		return;
	if (!b->spec->security.kms.value)
		bill_add(b, TOPIC_KEY, bill_fixed(b->months));
	bill_add(b, MAILS, bill_at_load(0));
}

static void
add_state(struct bill *b)
{
	if (b->spec->state.from.given)
		bill_add_item(b, STATE, b->plan->state_region.value, bill_item(STATE), bill_fixed(use_gb(STATE_BYTES) * b->out->load.hours / COST_MONTH));
}

// ---- the whole

static struct bill
bill_new(struct ctx *c, const struct plan *plan, const struct cost_load *load, struct cost *out)
{
	const struct spec *spec = plan->spec;

	*out = (struct cost){.load = *load, .loaded = load->requests_per_second >= 0 || load->data_out_gb >= 0};
	out->instances[COST_MIN] = derive_least(spec)->value;
	out->instances[COST_MAX] = derive_most(spec)->value;
	out->instances[COST_LOAD] = use_instances(plan, load);
	int64_t hours = (int64_t)load->hours * QUANTITY_ONE;
	return (struct bill){.c = c, .plan = plan, .spec = spec, .out = out, .hours = hours, .months = hours / COST_MONTH,
		.use = use_of(plan, load)};
}

struct cost
cost_of(struct ctx *c, const struct plan *plan, const struct cost_load *load)
{
	struct cost out;
	struct bill b = bill_new(c, plan, load, &out);

	if (plan->spec->security.kms.value)
		bill_add(&b, STACK_KEY, bill_fixed(b.months));
	add_network(&b);
	add_service(&b);
	add_balancer(&b);
	add_cdn(&b);
	add_firewall(&b);
	add_instances(&b);
	add_database(&b);
	add_backup(&b);
	add_alarms(&b);
	add_state(&b);
	return out;
}

struct cost
cost_of_month(struct ctx *c, const struct plan *plan)
{
	return cost_of(c, plan, &(struct cost_load){COST_MONTH, COST_NOT_GIVEN, COST_NOT_GIVEN});
}

static const char *
older(const char *a, const char *b)
{
	return strcmp(a, b) < 0 ? a : b;
}

bool
cost_instance_hour(struct ctx *c, const struct plan *plan, struct price *ret_price)
{
	enum { LEAST = MONEY_DOLLAR / 100000 };
	const struct spec_service *service = &plan->spec->service;
	const char *region = plan->spec->region.value;
	struct price instance, volume, address;
	struct buf usd = {0};

	if (!fact_price(c, "ec2", service->instance_type.value, region, &instance) || !fact_price(c, "ebs", "gp3", region, &volume) ||
		!fact_price(c, "ipv4", "public-ipv4", region, &address))
		return false;
	int64_t sum = money_parse(instance.usd) + money_parse(volume.usd) * service->disk_gb.value / COST_MONTH;
	sum += plan->private.value ? 0 : money_parse(address.usd);
	money_print_exact((sum + LEAST / 2) / LEAST * LEAST, &usd);
	*ret_price = (struct price){arena_strdup(c->arena, buf_str(&usd)), older(older(instance.as_of, volume.as_of), address.as_of), "hour"};
	buf_free(&usd);
	return true;
}

bool
cost_is_known(const struct cost_line *line, enum cost_case which)
{
	return line->as_of && (line->use == COST_FIXED || (line->use == COST_BY_LOAD && which == COST_LOAD));
}

static const char *
dollars(struct ctx *c, int64_t amount)
{
	return arena_printf(c->arena, "$%" PRId64, (amount + MONEY_DOLLAR / 2) / MONEY_DOLLAR);
}

const char *
cost_summary(struct ctx *c, const struct cost *cost)
{
	const char *word = cost->unknown ? "at least" : "about";
	const char *least = dollars(c, cost->total[COST_MIN]), *most = dollars(c, cost->total[COST_MAX]);

	if (strcmp(least, most) == 0)
		return arena_printf(c->arena, "%s %s a month", word, least);
	return arena_printf(c->arena, "%s %s to %s a month", word, least, most);
}

const struct problem cost_problems[] = {
	{ "budget-below-cost", SEV_WARNING,
	  .reason = "The stack costs more than the budget with the fewest instances and no requests, so the budget is spent each month.",
	  .fix = "Raise 'budget.monthly_usd', or make the stack cheaper: 'tfgen cost' lists what it costs.",
	  .wrong = "budget: {monthly_usd: 10}\nalarms: {email: [ops@gym.example]}",
	  .right = "budget: {monthly_usd: 500}\nalarms: {email: [ops@gym.example]}" },
	{0},
};

void
cost_check_budget(struct ctx *c, const struct plan *plan)
{
	const struct spec_budget *budget = &plan->spec->budget;

	if (!budget->from.given)
		return;
	struct cost cost = cost_of_month(c, plan);
	if (cost.total[COST_MIN] > budget->monthly_usd.value * MONEY_DOLLAR)
		diag(c, budget->monthly_usd.from.at, "budget-below-cost", "the stack costs at least %s a month, and the budget is $%ld",
			dollars(c, cost.total[COST_MIN]), budget->monthly_usd.value);
}
