// A function for each key. Where AWS decides, the rule's source stands beside it.

#include "read/judge.h"

#include "base/arena.h"
#include "base/ctx.h"
#include "facts/facts.h"
#include "spec/doc.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static long
number(const struct node *n)
{
	return strtol(n->text, NULL, 10);
}

// A list that is absent is empty.
static size_t
items(const struct node *list)
{
	return list ? list->n : 0;
}

static bool
has_item(const struct node *list, const char *text)
{
	for (size_t i = 0; i < items(list); i++)
		if (strcmp(list->items[i]->text, text) == 0)
			return true;
	return false;
}

// RDS keeps a database in the subnets that it uses: ModifyDBSubnetGroup fails for a group without
// one of them (SubnetAlreadyInUse).
static struct judgement
judge_zones(struct ctx *c, const struct node *before, const struct node *after)
{
	static const struct judgement
		grows = {EDIT_IN_PLACE, "subnets are added; those that exist stay, and new instances also start in the new zones"},
		shrinks = {EDIT_REFUSE, "RDS refuses to remove a subnet that the database may use: keep the zone, and add others"},
		unknown = {EDIT_REFUSE, "tfgen does not know which zones Terraform chose, and RDS refuses to remove one. List the zones of "
					"the existing subnets, then use --allow-replace"};

	(void)c;
	if (before->kind == NODE_SCALAR && after->kind == NODE_SCALAR)
		return number(after) > number(before) ? grows : shrinks;
	if (before->kind != after->kind)
		return unknown;
	for (size_t i = 0; i < before->n; i++)
		if (!has_item(after, before->items[i]->text))
			return shrinks;
	return grows;
}

static struct judgement
judge_private_subnets(struct ctx *c, const struct node *before, const struct node *after)
{
	(void)c;
	if (items(before) && items(after))
		return (struct judgement){EDIT_IN_PLACE, "the group replaces instances in other subnets"};
	return (struct judgement){EDIT_ROLL, items(after) ? "the instances are replaced by others in private subnets"
						      : "the instances are replaced by others in public subnets"};
}

static struct judgement
judge_database_subnets(struct ctx *c, const struct node *before, const struct node *after)
{
	(void)c;
	for (size_t i = 0; i < items(before); i++)
		if (!has_item(after, before->items[i]->text))
			return (struct judgement){EDIT_REFUSE, "RDS refuses to remove a subnet that the database may use: keep it, and add others"};
	return (struct judgement){EDIT_IN_PLACE, "subnets are added to those that the database may use"};
}

static struct judgement
judge_nat(struct ctx *c, const struct node *before, const struct node *after)
{
	(void)c;
	if (strcmp(before->text, "none") == 0)
		return (struct judgement){EDIT_ROLL, "the instances are replaced by others in private subnets"};
	if (strcmp(after->text, "none") == 0)
		return (struct judgement){EDIT_ROLL, "the instances are replaced by others in public subnets"};
	return (struct judgement){EDIT_IN_PLACE, "gateways are added or removed; open connections from instances to the internet are cut"};
}

static struct judgement
judge_log_days(struct ctx *c, const struct node *before, const struct node *after)
{
	(void)c;
	if (number(before) && number(after))
		return (struct judgement){EDIT_IN_PLACE, "the retention period changes; older logs are deleted"};
	return (struct judgement){EDIT_ROLL, number(after) ? "the instances are replaced by others that send their logs"
							   : "the log group with all its logs is deleted, and the instances are replaced"};
}

static struct judgement
judge_max(struct ctx *c, const struct node *before, const struct node *after)
{
	(void)c;
	if (!number(after))
		return (struct judgement){EDIT_INTERRUPT, "the stack is parked: the service is unavailable until it is started again"};
	if (!number(before))
		return (struct judgement){EDIT_RESCALE, "the stack is started again"};
	return (struct judgement){EDIT_RESCALE, "the group removes instances if it has more"};
}

// The first parts of a version as a number that compares.
static long
version_number(const char *s, int parts)
{
	long n = 0;

	for (int i = 0; i < parts; i++) {
		char *end;
		n = n * 1000 + strtol(s, &end, 10);
		s = *end == '.' ? end + 1 : "";
	}
	return n;
}

// RDS upgrades in place, one major version at a time, and cannot go back (RDS User Guide, "Major
// version upgrades for RDS for MySQL"). The new parameter group counts after a reboot (RDS API
// reference, ModifyDBInstance DBParameterGroupName).
static struct judgement
judge_engine(struct ctx *c, const struct node *before, const struct node *after)
{
	static const char upgrade[] = "RDS upgrades the database: it is unavailable for minutes or longer, and the upgrade cannot be "
				      "undone. Reboot it once after the apply, for its new parameter group",
			  minor[] = "RDS changes the minor version: the database is unavailable for minutes. RDS refuses if it "
				    "already runs a newer one";
	struct version_facts old = {0}, now = {0};
	bool known = fact_version(c, before->text, &old) && fact_version(c, after->text, &now);
	long step = version_number(after->text, 2) - version_number(before->text, 2);
	bool pinned_before = known && strcmp(before->text, old.major) != 0, pinned = known && strcmp(after->text, now.major) != 0;

	if (step < 0)
		return (struct judgement){EDIT_REFUSE, "RDS cannot go back to an older version: restore a snapshot from before the upgrade "
						       "into another stack ('database.restore')"};
	const char *next = step > 0 && known ? fact_next_major(c, old.major) : NULL;
	if (next && strcmp(next, now.major) != 0)
		return (struct judgement){EDIT_REFUSE, arena_printf(c->arena, "RDS upgrades one major version at a time: first to '%s'", next)};
	if (step > 0)
		return (struct judgement){EDIT_INTERRUPT, upgrade};
	if (!pinned)
		return (struct judgement){EDIT_IN_PLACE, "RDS chooses the minor version again, and keeps it up to date"};
	if (pinned_before && version_number(after->text, 3) < version_number(before->text, 3))
		return (struct judgement){EDIT_REFUSE, "RDS cannot go back to an older minor version"};
	return (struct judgement){EDIT_INTERRUPT, minor};
}

// RDS User Guide, "Increasing DB instance storage capacity": it never shrinks, and may grow once in
// six hours.
static struct judgement
judge_storage(struct ctx *c, const struct node *before, const struct node *after)
{
	(void)c;
	if (number(after) < number(before))
		return (struct judgement){EDIT_REFUSE, "RDS can neither shrink a disk nor restore it to a smaller one: keep the size, or move the "
						       "data to another stack with a dump"};
	return (struct judgement){EDIT_IN_PLACE, "the disk grows while the database runs; for six hours RDS accepts no other size"};
}

// RDS User Guide, "Backup retention period": an outage occurs when it changes from 0 or to 0.
static struct judgement
judge_backups(struct ctx *c, const struct node *before, const struct node *after)
{
	(void)c;
	if (!number(before) || !number(after))
		return (struct judgement){EDIT_INTERRUPT, number(after) ? "RDS restarts the database to switch backups on: it is unavailable for about a minute"
									: "RDS restarts the database and deletes all automated backups"};
	return (struct judgement){EDIT_IN_PLACE, "the retention period changes; older backups are deleted"};
}

static struct judgement
judge_domain(struct ctx *c, const struct node *before, const struct node *after)
{
	(void)c;
	if (!before)
		return (struct judgement){EDIT_IN_PLACE, "HTTPS is added on port 443; port 80 redirects to it, which a client with a changing "
							 "request may not follow"};
	return (struct judgement){EDIT_REPLACE, after ? "the service gets another address: the certificate and the domain's record are replaced"
						      : "the address is lost: HTTPS ends, and for a year browsers refuse plain HTTP to that domain"};
}

static struct judgement
judge_zone(struct ctx *c, const struct node *before, const struct node *after)
{
	(void)c;
	if (!before)
		return (struct judgement){EDIT_IN_PLACE, "after 'terraform init', for the new module, the stack makes a certificate and the domain's "
							 "record; delete a record of yours with that name first"};
	return (struct judgement){EDIT_INTERRUPT, after ? "the records are deleted and made again in the other zone"
							: "the stack deletes its certificate and the domain's record: until you make one, no one "
							  "finds the service"};
}

static struct judgement
judge_certificate(struct ctx *c, const struct node *before, const struct node *after)
{
	(void)c;
	(void)before;
	return (struct judgement){EDIT_IN_PLACE, after ? "the load balancer shows this certificate to new connections"
						       : "the load balancer no longer uses the certificate"};
}

// Elastic Load Balancing API, CreateLoadBalancer: only the creation takes a scheme. CloudFront Developer Guide, Restrict access with
// VPC origins: it takes up to 15 minutes until a VPC origin is deployed.
static struct judgement
judge_cloudfront(struct ctx *c, const struct node *before, const struct node *after)
{
	bool was = before && strcmp(before->text, "true") == 0, is = after && strcmp(after->text, "true") == 0;

	(void)c;
	if (was == is)
		return (struct judgement){EDIT_IN_PLACE, "nothing changes: without the key, CloudFront is not used"};
	if (is)
		return (struct judgement){EDIT_REPLACE, "the address is lost: a private load balancer replaces the public one, and nothing answers "
							"until CloudFront serves its own name, for half an hour. Run 'terraform init' first, and "
							"apply 'load_balancer.deletion_protection: false' before if it is true"};
	return (struct judgement){EDIT_REPLACE, "the address is lost: CloudFront stops serving its name, and a public load balancer replaces the "
						"private one. If 'load_balancer.deletion_protection' is true, apply it as false before"};
}

// Terraform deletes the vault with what is in it, unless the database is protected: modules/backup.
static struct judgement
judge_daily(struct ctx *c, const struct node *before, const struct node *after)
{
	(void)c;
	if (!before)
		return (struct judgement){EDIT_IN_PLACE, "after 'terraform init', for the new module, AWS Backup takes a snapshot of the database "
							 "each day"};
	if (!after)
		return (struct judgement){EDIT_REPLACE, "the vault is deleted with all backups in it; while 'database.deletion_protection' is true, or "
							"a lock for compliance holds, the apply fails instead"};
	return (struct judgement){EDIT_IN_PLACE, "new backups are kept for the new time; those that exist expire when they would have"};
}

// A vault in another region belongs to a provider configuration that the files have only for that region.
static struct judgement
judge_copy(struct ctx *c, const struct node *before, const struct node *after)
{
	(void)after;
	if (!before)
		return (struct judgement){EDIT_IN_PLACE, "after 'terraform init', for the new module, that region gets a vault, and each new backup is copied "
							 "to it"};
	return (struct judgement){EDIT_REFUSE, arena_printf(c->arena, "Terraform no longer finds the vault in %s, where the copies are. First delete "
		"it with all copies: 'terraform destroy -target=module.copies'. Then compile with --allow-replace", before->text)};
}

// AWS Backup Developer Guide, "AWS Backup Vault Lock": immutable once the days of grace are over.
static struct judgement
judge_lock(struct ctx *c, const struct node *before, const struct node *after)
{
	(void)c;
	if (before && strcmp(before->text, "compliance") == 0)
		return (struct judgement){EDIT_REFUSE, "three days after a lock for compliance is set, AWS Backup refuses to change or remove it"};
	if (after && strcmp(after->text, "compliance") == 0)
		return (struct judgement){EDIT_IN_PLACE, "the vault is locked; for three days the lock can still be changed, then never again"};
	return (struct judgement){EDIT_IN_PLACE, after && strcmp(after->text, "none") != 0 ? "the vault is locked: no backup can be deleted before its time"
											   : "the vault is not locked: backups can be deleted"};
}

static struct judgement
judge_firewall(const struct node *before, const struct node *after, const char *effect)
{
	if (!before)
		effect = "after 'terraform init', for the new module, the firewall looks at each request";
	else if (!after)
		effect = "the firewall is removed, with its log";
	return (struct judgement){EDIT_IN_PLACE, effect};
}

static struct judgement
judge_rate_limit(struct ctx *c, const struct node *before, const struct node *after)
{
	(void)c;
	return judge_firewall(before, after, "the firewall counts requests with the new limit");
}

static struct judgement
judge_firewall_mode(struct ctx *c, const struct node *before, const struct node *after)
{
	(void)c;
	return judge_firewall(before, after, after && strcmp(after->text, "count") == 0 ? "the firewall only counts what it recognizes"
											 : "the firewall blocks what it recognizes");
}

// Without an action, the group no longer ignores its sizes.
static struct judgement
judge_schedule(struct ctx *c, const struct node *before, const struct node *after)
{
	(void)c;
	(void)before;
	if (!after->n)
		return (struct judgement){EDIT_RESCALE, "the group gets the sizes of 'scaling.min' and 'scaling.max' again"};
	return (struct judgement){EDIT_IN_PLACE, "scheduled actions come or go; the group keeps its sizes until the next of them"};
}

static const struct judge {
	const char *path;
	struct judgement (*judge)(struct ctx *c, const struct node *before, const struct node *after);
} judges[] = {
	{"network.zones", judge_zones},
	{"network.nat", judge_nat},
	{"network.private_subnets", judge_private_subnets},
	{"network.database_subnets", judge_database_subnets},
	{"service.log_days", judge_log_days},
	{"scaling.max", judge_max},
	{"https.domain", judge_domain},
	{"https.zone", judge_zone},
	{"https.certificate_arn", judge_certificate},
	{"https.cloudfront", judge_cloudfront},
	{"firewall.rate_limit", judge_rate_limit},
	{"firewall.mode", judge_firewall_mode},
	{"scaling.schedule", judge_schedule},
	{"backup.daily_days", judge_daily},
	{"backup.copy_to", judge_copy},
	{"backup.lock", judge_lock},
	{"database.engine_version", judge_engine},
	{"database.storage_gb", judge_storage},
	{"database.backup_days", judge_backups},
};

struct judgement
judge(struct ctx *c, const char *path, const struct node *before, const struct node *after)
{
	for (size_t i = 0; i < sizeof judges / sizeof *judges; i++)
		if (strcmp(judges[i].path, path) == 0)
			return judges[i].judge(c, before, after);
	return (struct judgement){EDIT_NONE, NULL};
}
