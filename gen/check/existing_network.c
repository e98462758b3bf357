// What can be wrong about a network that exists: what the stack cannot decide there, and which subnets it needs. Each plan
// checks the network itself, in modules/network.

#include "check/check.h"

#include "base/ctx.h"
#include "base/diag.h"
#include "spec/spec.h"

#include <string.h>

enum { LISTS = 3 };

// A list of subnets and its key.
struct subnets {
	const char *key;
	const struct texts *list;
	bool needed; // with 'vpc_id'
};

static void
lists_of(const struct spec *s, struct subnets ret_lists[LISTS])
{
	const struct spec_network *n = &s->network;

	ret_lists[0] = (struct subnets){"public_subnets", &n->public_subnets, true};
	ret_lists[1] = (struct subnets){"private_subnets", &n->private_subnets, false};
	ret_lists[2] = (struct subnets){"database_subnets", &n->database_subnets, true};
}

static void
rule_conflicting(struct ctx *c, const struct spec *s)
{
	const struct spec_network *n = &s->network;
	const struct {
		const char *key;
		const struct origin *from;
	} made[] = {{"cidr", &n->cidr.from}, {"zones", &n->zones.from}, {"nat", &n->nat.from}, {"flow_logs", &n->flow_logs.from}};

	for (size_t i = 0; n->vpc_id.value && i < sizeof made / sizeof *made; i++) {
		if (!made[i].from->given)
			continue;
		struct diag *d = diag(c, made[i].from->at, "conflicting-network", "'%s' is for a network that the stack makes, and '%s' exists",
			made[i].key, n->vpc_id.value);
		diag_also(c, d, n->vpc_id.from.at, "the network is given here");
		diag_hint(c, d, "remove '%s'", made[i].key);
	}
}

static void
rule_incomplete(struct ctx *c, const struct spec *s)
{
	const struct spec_network *n = &s->network;
	struct subnets lists[LISTS];

	lists_of(s, lists);
	for (size_t i = 0; i < LISTS; i++) {
		if (n->vpc_id.value && lists[i].needed && !lists[i].list->n) {
			struct diag *d = diag(c, n->vpc_id.from.at, "incomplete-network", "'%s' is missing", lists[i].key);
			diag_hint(c, d, "'aws ec2 describe-subnets --region %s --filters Name=vpc-id,Values=%s' lists the subnets", s->region.value,
				n->vpc_id.value);
		} else if (!n->vpc_id.value && lists[i].list->n) {
			struct diag *d = diag(c, lists[i].list->from.at, "incomplete-network", "'%s' is given, and 'vpc_id' is not", lists[i].key);
			diag_hint(c, d, "add the id of the VPC that has these subnets");
		}
	}
}

static void
rule_few(struct ctx *c, const struct spec *s)
{
	struct subnets lists[LISTS];

	lists_of(s, lists);
	for (size_t i = 0; i < LISTS; i++)
		if (lists[i].needed && lists[i].list->n == 1)
			diag(c, lists[i].list->from.at, "single-subnet", "'%s' has one subnet, and needs two in different zones", lists[i].key);
}

static const struct text *
find(const struct texts *list, const struct text *subnet)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->list[i].value, subnet->value) == 0)
			return &list->list[i];
	return NULL;
}

static void
rule_public_private(struct ctx *c, const struct spec *s)
{
	const struct texts *private = &s->network.private_subnets, *public = &s->network.public_subnets;

	for (size_t i = 0; i < private->n; i++) {
		const struct text *subnet = &private->list[i], *same = find(public, subnet);

		if (!same)
			continue;
		struct diag *d = diag(c, subnet->from.at, "public-private-subnet", "'%s' is given as private and as public", subnet->value);
		diag_also(c, d, same->from.at, "it is public here");
	}
}

static void
rule_public_database(struct ctx *c, const struct spec *s)
{
	const struct texts *database = &s->network.database_subnets, *public = &s->network.public_subnets;

	for (size_t i = 0; i < database->n; i++)
		if (find(public, &database->list[i]))
			diag(c, database->list[i].from.at, "public-database-subnet", "'%s' has a route to the internet, and the database needs none",
				database->list[i].value);
}

#define VPC "vpc_id: vpc-0123456789abcdef0"
#define PUBLIC "public_subnets: [subnet-0a0a0a0a0a0a0a0a0, subnet-0b0b0b0b0b0b0b0b0]"
#define DATABASE "database_subnets: [subnet-0e0e0e0e0e0e0e0e0, subnet-0f0f0f0f0f0f0f0f0]"

const struct check existing_network_checks[] = {
	{ { "conflicting-network", SEV_ERROR,
	    .reason = "A network that exists has its addresses, zones, routes and logs. The stack changes none of them.",
	    .rule = "The subnets decide about zones and routes (EC2 API, Subnet and RouteTable).",
	    .fix = "Remove the key, or remove 'vpc_id' and the lists of subnets: the stack then makes a network.",
	    .wrong = "network: {" VPC ", " PUBLIC ", " DATABASE ", nat: single}", .right = "network: {" VPC ", " PUBLIC ", " DATABASE "}" },
	  rule_conflicting, ".network.vpc_id" },
	{ { "incomplete-network", SEV_ERROR,
	    .reason = "A VPC can have many subnets, so the spec names those for the load balancer and for the database.",
	    .rule = "A load balancer and a database are created in subnets that the request names (Elastic Load Balancing API, "
		    "CreateLoadBalancer; RDS API, CreateDBSubnetGroup).",
	    .fix = "Give 'vpc_id', 'public_subnets' and 'database_subnets' together.",
	    .wrong = "network: {" VPC ", " PUBLIC "}", .right = "network: {" VPC ", " PUBLIC ", " DATABASE "}" },
	  rule_incomplete, ".region .network.vpc_id .network.public_subnets .network.private_subnets .network.database_subnets" },
	{ { "single-subnet", SEV_ERROR,
	    .reason = "A load balancer and a database need subnets in two availability zones.",
	    .rule = "AWS creates neither in fewer zones (limits.csv lb.subnets; RDS API, CreateDBSubnetGroup: "
		    "DBSubnetGroupDoesNotCoverEnoughAZs).",
	    .fix = "Add a subnet of another zone.",
	    .wrong = "network: {" VPC ", public_subnets: [subnet-0a0a0a0a0a0a0a0a0], " DATABASE "}",
	    .right = "network: {" VPC ", " PUBLIC ", " DATABASE "}" },
	  rule_few, ".network.public_subnets .network.database_subnets" },
	{ { "public-private-subnet", SEV_ERROR,
	    .reason = "A subnet has one route to the internet: through an internet gateway, for which an instance needs a public address, or "
		      "through a NAT gateway or similar, which has one.",
	    .rule = "A subnet is public or private by its route table (Amazon VPC User Guide, Subnet types).",
	    .fix = "Remove it from one list. For instances in the public subnets, leave 'private_subnets' out.",
	    .wrong = "network: {" VPC ", " PUBLIC ", private_subnets: [subnet-0a0a0a0a0a0a0a0a0], " DATABASE "}",
	    .right = "network: {" VPC ", " PUBLIC ", " DATABASE "}" },
	  rule_public_private, ".network.public_subnets .network.private_subnets" },
	{ { "public-database-subnet", SEV_WARNING,
	    .reason = "The database gets no public address and admits the service only, but a route to the internet is one safeguard less.",
	    .rule = "DB instances belong into subnets without a route to an internet gateway (AWS Security Hub, control RDS.46).",
	    .fix = "Use subnets without a route to an internet gateway.",
	    .wrong = "network: {" VPC ", " PUBLIC ", database_subnets: [subnet-0a0a0a0a0a0a0a0a0, subnet-0b0b0b0b0b0b0b0b0]}",
	    .right = "network: {" VPC ", " PUBLIC ", " DATABASE "}" },
	  rule_public_database, ".network.public_subnets .network.database_subnets" },
	{ .problem = {0} },
};
