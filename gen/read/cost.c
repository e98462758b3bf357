// A function for each module adds its lines, in the order of main.tf. What AWS charges for stands in
// the templates; tests/terraform/test_cost.py counts it again in Terraform's plan.

#include "read/cost.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "base/embed.h"
#include "base/source.h"
#include "facts/facts.h"
#include "facts/pack.h"
#include "read/money.h"
#include "spec/spec.h"
#include "stack/plan.h"
#include "stack/template.h"

#include <inttypes.h>
#include <string.h>

// prices.csv, cloudwatch metric-custom: EC2's detailed monitoring is charged as 7 metrics of each instance.
enum { DETAILED_METRICS = 7 };
// app/deploy/crudd-secrets.timer: an instance reads its secrets every five minutes.
enum { SECRET_READS_HOURLY = 12 };
// Terraform's state of a stack, with room.
enum { STATE_BYTES = 1000000 };

// What AWS charges for, in the order in which it is listed. What has no words or no price here
// gets them from the spec.
enum what {
	NAT, NAT_ADDRESSES, NAT_DATA, DATA_OUT, DATA_OUT_10TB, DATA_OUT_50TB, DATA_OUT_150TB, ZONES_DATA,
	ARCHIVE, SECRETS, SECRET_CALLS,
	BALANCER, BALANCER_UNITS, BALANCER_ADDRESSES,
	INSTANCES, VOLUMES, INSTANCE_ADDRESSES, CREDITS, METRICS, LOGS, LOGS_KEPT,
	DATABASE, DISK, SUPPORT, BACKUPS, DATABASE_CREDITS, DATABASE_SECRET, DATABASE_LOGS,
	ALARMS, DASHBOARD, KEY, MAILS,
	STATE,
};

static const struct item {
	const char *id, *module, *resource, *what;
	const char *service, *item; // in prices.csv
	enum cost_use use;
} items[] = {
	[NAT] = {"nat", "vpc", "aws_nat_gateway.this", "NAT gateways", "nat", "nat-hour", COST_FIXED},
	[NAT_ADDRESSES] = {"nat-addresses", "vpc", "aws_eip.nat", "their public IPv4 addresses",
		"ipv4", "public-ipv4", COST_FIXED},
	[NAT_DATA] = {"nat-data", "vpc", "aws_nat_gateway.this", "logs through NAT", "nat", "nat-gb", COST_FIXED},
	[DATA_OUT] = {"data-out", "vpc", "aws_internet_gateway.this", "data to the internet",
		"transfer", "out-internet-first-10TB", COST_BY_LOAD},
	[DATA_OUT_10TB] = {"data-out-10tb", "vpc", "aws_internet_gateway.this", "over 10 TB of it",
		"transfer", "out-internet-next-40TB", COST_BY_LOAD},
	[DATA_OUT_50TB] = {"data-out-50tb", "vpc", "aws_internet_gateway.this", "over 50 TB of it",
		"transfer", "out-internet-next-100TB", COST_BY_LOAD},
	[DATA_OUT_150TB] = {"data-out-150tb", "vpc", "aws_internet_gateway.this", "over 150 TB of it",
		"transfer", "out-internet-over-150TB", COST_BY_LOAD},
	[ZONES_DATA] = {"zones-data", "vpc", "aws_subnet.database", "data between zones",
		"transfer", "intra-region-gb", COST_BY_LOAD},

	[ARCHIVE] = {"archive", "service", "aws_s3_bucket.this", "bucket with the service's archive",
		"s3", "standard", COST_FIXED},
	[SECRETS] = {"secrets", "service", "aws_secretsmanager_secret", "secrets", "secretsmanager", "secret", COST_FIXED},
	[SECRET_CALLS] = {"secret-calls", "service", "aws_secretsmanager_secret", "reading the secrets",
		"secretsmanager", "api-10k", COST_FIXED},

	[BALANCER] = {"load-balancer", "alb", "aws_lb.this", "load balancer", "elb", "alb-hour", COST_FIXED},
	[BALANCER_UNITS] = {"load-balancer-units", "alb", "aws_lb.this", "its capacity units (LCU)",
		"elb", "alb-lcu", COST_BY_LOAD},
	[BALANCER_ADDRESSES] = {"load-balancer-addresses", "alb", "aws_lb.this", "its public IPv4 addresses",
		"ipv4", "public-ipv4", COST_FIXED},

	[INSTANCES] = {"instances", "asg", "aws_autoscaling_group.service", NULL, "ec2", NULL, COST_FIXED},
	[VOLUMES] = {"instance-volumes", "asg", "aws_launch_template.service", "their volumes, gp3", "ebs", "gp3", COST_FIXED},
	[INSTANCE_ADDRESSES] = {"instance-addresses", "asg", "aws_launch_template.service", "their public IPv4 addresses",
		"ipv4", "public-ipv4", COST_FIXED},
	[CREDITS] = {"instance-credits", "asg", "aws_launch_template.service", "CPU above their baseline",
		"ec2-cpu-credits", NULL, COST_BY_LOAD},
	[METRICS] = {"instance-metrics", "asg", "aws_launch_template.service", "their metrics every minute",
		"cloudwatch", "metric-custom", COST_FIXED},
	[LOGS] = {"logs", "asg", "aws_cloudwatch_log_group.service", "the service's log",
		"cloudwatch", "logs-ingest", COST_FIXED},
	[LOGS_KEPT] = {"logs-kept", "asg", "aws_cloudwatch_log_group.service", "keeping the log",
		"cloudwatch", "logs-store", COST_FIXED},

	[DATABASE] = {"database", "rds", "aws_db_instance.this", NULL, NULL, NULL, COST_FIXED},
	[DISK] = {"database-disk", "rds", "aws_db_instance.this", NULL, "rds-storage", NULL, COST_FIXED},
	[SUPPORT] = {"extended-support", "rds", "aws_db_instance.this", "Extended Support of its version",
		"rds-extended-support", NULL, COST_FIXED},
	[BACKUPS] = {"backups", "rds", "aws_db_instance.this", "backups larger than the disk",
		"rds-storage", "backup-over-free", COST_BY_LOAD},
	[DATABASE_CREDITS] = {"database-credits", "rds", "aws_db_instance.this", "CPU above its baseline",
		"rds-cpu-credits", NULL, COST_BY_USE},
	// RDS User Guide, "Password management with Amazon RDS and AWS Secrets Manager": the account is charged for the secret.
	[DATABASE_SECRET] = {"database-secret", "rds", "aws_db_instance.this", "the administrator's secret",
		"secretsmanager", "secret", COST_FIXED},
	[DATABASE_LOGS] = {"database-logs", "rds", "aws_cloudwatch_log_group.database", "its logs",
		"cloudwatch", "logs-ingest", COST_BY_USE},

	[ALARMS] = {"alarms", "alarms", "aws_cloudwatch_metric_alarm", "alarms, by the metrics they watch",
		"cloudwatch", "alarm-standard", COST_FIXED},
	[DASHBOARD] = {"dashboard", "alarms", "aws_cloudwatch_dashboard.this", "dashboard",
		"cloudwatch", "dashboard", COST_FIXED},
	[KEY] = {"key", "alarms", "aws_kms_key.alarms", "encryption key", "kms", "key", COST_FIXED},
	[MAILS] = {"mails", "alarms", "aws_sns_topic_subscription.email", "mails", "sns", "email-100k", COST_BY_USE},

	[STATE] = {"state", "bootstrap", "aws_s3_bucket.state", "bucket with the state", "s3", "standard", COST_FIXED},
};

struct bill {
	struct ctx *c;
	const struct plan *plan;
	const struct spec *spec;
	struct cost *out;
	size_t cap;
	int64_t hours, months; // the period, as quantities
	struct use use;
};

// A quantity in each case.
struct amount {
	int64_t at[COST_CASES];
};

static struct amount
fixed(int64_t quantity)
{
	return (struct amount){{quantity, quantity, quantity}};
}

static struct amount
each_instance(const struct bill *b, int64_t quantity)
{
	const long *n = b->out->instances;

	return (struct amount){{n[COST_MIN] * quantity, n[COST_MAX] * quantity, n[COST_LOAD] * quantity}};
}

static struct amount
at_load(int64_t quantity)
{
	return (struct amount){{0, 0, quantity}};
}

// The first and last of the dates are those of the whole.
static void
note_date(struct cost *cost, const char *date)
{
	if (!cost->oldest || strcmp(date, cost->oldest) < 0)
		cost->oldest = date;
	if (!cost->newest || strcmp(date, cost->newest) > 0)
		cost->newest = date;
}

// Adds a line with its price in a region.
static void
add_item(struct bill *b, enum what what, const char *region, const struct item *item, struct amount amount)
{
	struct cost *out = b->out;
	struct cost_line line = {
		.order = what, .id = item->id, .module = item->module, .resource = item->resource, .what = item->what, .use = item->use};
	struct price p;

	if (fact_price(b->c, item->service, item->item, region, &p)) {
		line.price = money_parse(p.usd);
		line.unit = p.unit;
		line.as_of = p.as_of;
		note_date(out, p.as_of);
	}
	for (int k = 0; k < COST_CASES; k++) {
		line.quantity[k] = amount.at[k];
		line.usd[k] = money_times(line.price, amount.at[k]);
		out->total[k] += line.usd[k];
	}
	out->unknown += !line.as_of;
	out->list = arena_grow(b->c->arena, out->list, out->n, &b->cap, sizeof *out->list);
	out->list[out->n++] = line;
}

static void
add(struct bill *b, enum what what, struct amount amount)
{
	add_item(b, what, b->spec->region.value, &items[what], amount);
}

// Adds an item that has another price; words may be NULL if it has its own.
static void
add_as(struct bill *b, enum what what, const char *words, const char *price, struct amount amount)
{
	struct item item = items[what];

	item.what = words ? words : item.what;
	item.item = price;
	add_item(b, what, b->spec->region.value, &item, amount);
}

// ---- the modules

// GB of log that the instances send: for the health checks, and at a load for its requests.
static struct amount
logged(const struct bill *b)
{
	struct amount gb = each_instance(b, b->use.check_log);

	gb.at[COST_LOAD] += b->use.request_log;
	return gb;
}

static void
add_network(struct bill *b)
{
	const char *nat = b->spec->network.nat.value;
	long zones = b->plan->zone_count.value, gateways = strcmp(nat, "per_zone") == 0 ? zones : 1;

	if (b->plan->private.value) {
		add(b, NAT, fixed(gateways * b->hours));
		add(b, NAT_ADDRESSES, fixed(gateways * b->hours));
	}
	if (b->plan->private.value && b->spec->service.log_days.value && !b->plan->parked.value)
		add(b, NAT_DATA, logged(b));
	for (int step = 0; step < USE_STEPS; step++) {
		int64_t gb = use_of_step(&b->use, step);
		if (step == 0 || gb)
			add(b, (enum what)(DATA_OUT + step), at_load(gb));
	}
	add(b, ZONES_DATA, at_load(b->use.data_out / zones * (zones - 1)));
}

static void
add_service(struct bill *b)
{
	enum { PRICED = 10000 };
	long tokens = strcmp(b->spec->service.auth.value, "token") == 0;
	struct pack pack = pack_find(b->c, b->spec);
	int64_t bytes = pack.archive ? (int64_t)pack.archive->len : 0, calls = SECRET_READS_HOURLY * (1 + tokens) * b->out->load.hours;

	add(b, ARCHIVE, fixed(use_gb(bytes) * b->out->load.hours / COST_MONTH));
	add(b, SECRETS, fixed((1 + tokens) * b->months));
	if (!b->plan->parked.value)
		add(b, SECRET_CALLS, each_instance(b, calls * (QUANTITY_ONE / PRICED)));
}

static void
add_balancer(struct bill *b)
{
	add(b, BALANCER, fixed(b->hours));
	add(b, BALANCER_UNITS, at_load(b->use.balancer_units));
	// A load balancer has a node in each of its subnets, and more of them under a high load.
	add(b, BALANCER_ADDRESSES, fixed(b->plan->zone_count.value * b->hours));
}

static void
add_logs(struct bill *b)
{
	struct amount in = logged(b), kept;
	long days = b->spec->service.log_days.value;

	for (int k = 0; k < COST_CASES; k++)
		kept.at[k] = in.at[k] * days * 24 / COST_MONTH;
	add(b, LOGS, in);
	add(b, LOGS_KEPT, kept);
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
	const char *type = service->instance_type.value;

	if (b->plan->parked.value)
		return;
	add_as(b, INSTANCES, arena_printf(b->c->arena, "%s instances", type), type, each_instance(b, b->hours));
	add(b, VOLUMES, each_instance(b, service->disk_gb.value * b->months));
	if (!b->plan->private.value)
		add(b, INSTANCE_ADDRESSES, each_instance(b, b->hours));
	if (b->plan->burstable.value && strcmp(service->cpu_credits.value, "unlimited") == 0)
		add_as(b, CREDITS, NULL, family_of(b->c, type),
			at_load(use_surplus(b->c, &b->use, type, b->out->instances[COST_LOAD])));
	add(b, METRICS, each_instance(b, DETAILED_METRICS * b->months));
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
		add_as(b, SUPPORT, NULL, fact_extended_support(&v), fixed((db->multi_az.value ? 2 : 1) * f.vcpus * b->hours));
}

static void
add_database(struct bill *b)
{
	const struct spec_database *db = &b->spec->database;
	const char *class = db->instance_class.value, *family = family_of(b->c, class + strlen("db."));
	bool multi = db->multi_az.value;
	struct item item = items[DATABASE];

	item.what = arena_printf(b->c->arena, "%s database%s", class, multi ? " and its standby" : "");
	item.service = multi ? "rds-mysql-multi" : "rds-mysql-single";
	item.item = class;
	add_item(b, DATABASE, b->spec->region.value, &item, fixed(b->hours));
	add_as(b, DISK, multi ? "their disks, gp3" : "its disk, gp3", multi ? "gp3-multi" : "gp3-single",
		fixed(db->storage_gb.value * b->months));
	add_support(b);
	if (db->backup_days.value)
		add(b, BACKUPS, at_load(use_backups(&b->use, db->backup_days.value)));
	if (*family == 't')
		add_as(b, DATABASE_CREDITS, NULL, family, at_load(0));
	add(b, DATABASE_SECRET, fixed(b->months));
	add(b, DATABASE_LOGS, at_load(0));
}

// CloudWatch charges an alarm by the metrics that it watches; one with an expression watches several. The module's template has a
// metric_name for each.
static long
alarm_metrics(struct bill *b)
{
	static const char key[] = "metric_name";
	const struct embedded *e = embedded_find("templates/modules/alarms/main.tf");
	struct buf text = {0};
	long n = 0;

	template_render(b->c, b->plan, source_of(b->c, e->path, e->data, e->len), template_kind(e->path), &text);
	for (const char *s = buf_str(&text); (s = strstr(s, key)); s += strlen(key))
		n++;
	buf_free(&text);
	return n;
}

static void
add_alarms(struct bill *b)
{
	add(b, ALARMS, fixed(alarm_metrics(b) * b->months));
	if (b->spec->alarms.dashboard.value)
		add(b, DASHBOARD, fixed(b->months));
	if (!b->plan->notify.value)
		return;
	add(b, KEY, fixed(b->months));
	add(b, MAILS, at_load(0));
}

static void
add_state(struct bill *b)
{
	if (b->spec->state.from.given)
		add_item(b, STATE, b->plan->state_region.value, &items[STATE], fixed(use_gb(STATE_BYTES) * b->out->load.hours / COST_MONTH));
}

// ---- the whole

static struct bill
bill_new(struct ctx *c, const struct plan *plan, const struct cost_load *load, struct cost *out)
{
	const struct spec *spec = plan->spec;

	*out = (struct cost){.load = *load, .loaded = load->requests_per_second >= 0 || load->data_out_gb >= 0};
	out->instances[COST_MIN] = spec->scaling.min.value;
	out->instances[COST_MAX] = spec->scaling.max.value;
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

	add_network(&b);
	add_service(&b);
	add_balancer(&b);
	add_instances(&b);
	add_database(&b);
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
