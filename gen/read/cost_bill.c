// What AWS charges for, with its price.

#include "read/cost_bill.h"

#include "base/arena.h"
#include "base/ctx.h"
#include "facts/facts.h"
#include "read/money.h"
#include "spec/spec.h"

#include <string.h>

static const struct item items[] = {
	[STACK_KEY] = {"stack-key", "kms", "aws_kms_key.this", "encryption key", "kms", "key", COST_FIXED},

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
	[FLOW_LOGS] = {"flow-logs", "vpc", "aws_flow_log.this", "flow log", "cloudwatch", "logs-vended-first-10tb", COST_BY_USE},

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
	[ACCESS_LOGS] = {"access-logs", "alb", "aws_s3_bucket.logs", "its access logs", "s3", "standard", COST_BY_USE},

	// prices.csv has no prices of CloudFront, which differ by where the callers are: https://aws.amazon.com/cloudfront/pricing/
	[CDN_REQUESTS] = {"cdn-requests", "cdn", "aws_cloudfront_distribution.this", "requests to CloudFront", "cloudfront", "requests-https",
		COST_BY_USE},
	[CDN_DATA] = {"cdn-data", "cdn", "aws_cloudfront_distribution.this", "data to the internet", "cloudfront", "out-internet-gb",
		COST_BY_USE},

	[FIREWALL] = {"firewall", "waf", "aws_wafv2_web_acl.this", "firewall", "waf", "web-acl", COST_FIXED},
	[FIREWALL_RULES] = {"firewall-rules", "waf", "aws_wafv2_web_acl.this", "its rules", "waf", "rule", COST_FIXED},
	[FIREWALL_REQUESTS] = {"firewall-requests", "waf", "aws_wafv2_web_acl.this", "requests that it checks",
		"waf", "requests-1m", COST_BY_LOAD},
	[FIREWALL_LOGS] = {"firewall-logs", "waf", "aws_wafv2_web_acl_logging_configuration.this", "its log",
		"cloudwatch", "logs-vended-first-10tb", COST_BY_USE},

	[INSTANCES] = {"instances", "asg", "aws_autoscaling_group.service", NULL, "ec2", NULL, COST_FIXED},
	[VOLUMES] = {"instance-volumes", "asg", "aws_launch_template.service", "their volumes, gp3", "ebs", "gp3", COST_FIXED},
	[INSTANCE_ADDRESSES] = {"instance-addresses", "asg", "aws_launch_template.service", "their public IPv4 addresses",
		"ipv4", "public-ipv4", COST_FIXED},
	[CREDITS] = {"instance-credits", "asg", "aws_launch_template.service", "CPU above their baseline",
		"ec2-cpu-credits", NULL, COST_BY_LOAD},
	[METRICS] = {"instance-metrics", "asg", "aws_launch_template.service", "their metrics every minute",
		"cloudwatch", "metric-custom", COST_FIXED},
	// EC2 Auto Scaling User Guide, "Create a target tracking scaling policy": the answer lists two alarms.
	[TARGET_ALARMS] = {"target-alarms", "asg", "aws_autoscaling_policy", "AWS's alarms for the targets",
		"cloudwatch", "alarm-standard", COST_FIXED},
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
	[DATABASE_METRICS] = {"database-metrics", "rds", "aws_db_instance.this", "metrics of its system, as logs",
		"cloudwatch", "logs-ingest", COST_BY_USE},

	// AWS Backup charges for a snapshot of RDS as RDS does.
	[VAULT] = {"vault", "backup", "aws_backup_vault.this", "backups in the vault", "backup", "rds-snapshot", COST_BY_USE},
	[COPIES] = {"copies", "copies", "aws_backup_vault.this", "their copies in another region",
		"backup", "rds-snapshot", COST_BY_USE},
	[COPIES_SENT] = {"copies-sent", "copies", "aws_backup_vault.this", "sending the copies there",
		"transfer-region", NULL, COST_BY_USE},
	[COPIES_KEY] = {"copies-key", "copies", "aws_kms_key.this", "encryption key of the copies", "kms", "key", COST_FIXED},

	[ALARMS] = {"alarms", "alarms", "aws_cloudwatch_metric_alarm", "alarms, by the metrics they watch",
		"cloudwatch", "alarm-standard", COST_FIXED},
	[DASHBOARD] = {"dashboard", "alarms", "aws_cloudwatch_dashboard.this", "dashboard",
		"cloudwatch", "dashboard", COST_FIXED},
	[TOPIC_KEY] = {"key", "alarms", "aws_kms_key.alarms", "encryption key", "kms", "key", COST_FIXED},
	[MAILS] = {"mails", "alarms", "aws_sns_topic_subscription.email", "mails", "sns", "email-100k", COST_BY_USE},

	[STATE] = {"state", "bootstrap", "aws_s3_bucket.state", "bucket with the state", "s3", "standard", COST_FIXED},
};

struct amount
bill_fixed(int64_t quantity)
{
	return (struct amount){{quantity, quantity, quantity}};
}

struct amount
bill_each_instance(const struct bill *b, int64_t quantity)
{
	const long *n = b->out->instances;

	return (struct amount){{n[COST_MIN] * quantity, n[COST_MAX] * quantity, n[COST_LOAD] * quantity}};
}

struct amount
bill_at_load(int64_t quantity)
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

void
bill_add_item(struct bill *b, enum what what, const char *region, const struct item *item, struct amount amount)
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

const struct item *
bill_item(enum what what)
{
	return &items[what];
}

void
bill_add(struct bill *b, enum what what, struct amount amount)
{
	bill_add_item(b, what, b->spec->region.value, &items[what], amount);
}

void
bill_add_as(struct bill *b, enum what what, const char *words, const char *price, struct amount amount)
{
	struct item item = items[what];

	item.what = words ? words : item.what;
	item.item = price;
	bill_add_item(b, what, b->spec->region.value, &item, amount);
}
