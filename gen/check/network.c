// What can be wrong about region, zones and addresses.

#include "check/check.h"

#include "base/cidr.h"
#include "base/ctx.h"
#include "base/diag.h"
#include "check/known.h"
#include "facts/facts.h"
#include "spec/spec.h"

#include <string.h>

static void
rule_region(struct ctx *c, const struct spec *s)
{
	check_known(c, &s->region, "regions.csv", "region", "unknown-region", "region");
}

static void
rule_state_region(struct ctx *c, const struct spec *s)
{
	if (s->state.region.value)
		check_known(c, &s->state.region, "regions.csv", "region", "unknown-state-region", "region");
}

static void
rule_copy_region(struct ctx *c, const struct spec *s)
{
	if (s->backup.copy_to.value)
		check_known(c, &s->backup.copy_to, "regions.csv", "region", "unknown-copy-region", "region");
}

static void
rule_opt_in(struct ctx *c, const struct spec *s)
{
	const struct text *regions[] = {&s->region, &s->state.region, &s->backup.copy_to};

	for (size_t i = 0; i < sizeof regions / sizeof *regions; i++)
		if (regions[i]->value && fact_opt_in(c, regions[i]->value))
			diag(c, regions[i]->from.at, "opt-in-region", "region '%s' must first be enabled for the account",
				regions[i]->value);
}

static void
rule_zone_names(struct ctx *c, const struct spec *s)
{
	const struct texts *names = &s->network.zones.names;
	const char *letters = fact_zone_letters(c, s->region.value);
	size_t n = strlen(s->region.value);

	for (size_t i = 0; i < names->n; i++) {
		const struct text *zone = &names->list[i];
		if (strncmp(zone->value, s->region.value, n) != 0 || strlen(zone->value) != n + 1) {
			struct diag *d = diag(c, zone->from.at, "zone-outside-region", "zone '%s' is not in region '%s'",
				zone->value, s->region.value);
			diag_also(c, d, s->region.from.at, "the region is given here");
		} else if (!strchr(letters, zone->value[n])) {
			diag(c, zone->from.at, "unlisted-zone", "zone '%s' is not in tfgen's list for '%s', whose zones end in %s", zone->value,
				s->region.value, letters);
		}
	}
}

static void
rule_zone_count(struct ctx *c, const struct spec *s)
{
	long there = (long)strlen(fact_zone_letters(c, s->region.value));

	if (s->network.zones.count <= there)
		return;
	struct diag *d = diag(c, s->network.zones.from.at, "too-few-zones", "region '%s' has %ld zones, not %ld",
		s->region.value, there, s->network.zones.count);
	diag_hint(c, d, "write %ld", there);
}

static void
rule_network_size(struct ctx *c, const struct spec *s)
{
	struct cidr n = cidr_parse(s->network.cidr.value);

	if (n.prefix < 16 || n.prefix > 24)
		diag(c, s->network.cidr.from.at, "network-size", "the network is a /%d, expected /16 to /24", n.prefix);
}

static void
rule_network_aligned(struct ctx *c, const struct spec *s)
{
	struct cidr n = cidr_parse(s->network.cidr.value);

	if (cidr_is_aligned(n))
		return;
	struct diag *d = diag(c, s->network.cidr.from.at, "unaligned-network", "'%s' has bits set after its prefix",
		s->network.cidr.value);
	diag_hint(c, d, "write %s", cidr_aligned(c->arena, n));
}

static void
rule_network_private(struct ctx *c, const struct spec *s)
{
	static const struct cidr private[] = {{0x0a000000, 8}, {0xac100000, 12}, {0xc0a80000, 16}};
	struct cidr n = cidr_parse(s->network.cidr.value);

	for (size_t i = 0; i < sizeof private / sizeof *private; i++)
		if (cidr_is_inside(n, private[i]))
			return;
	struct diag *d = diag(c, s->network.cidr.from.at, "public-network", "'%s' is not private address space",
		s->network.cidr.value);
	diag_hint(c, d, "private are 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16");
}

static void
rule_balancer_subnets(struct ctx *c, const struct spec *s)
{
	enum { LEAST = 27 };
	struct cidr n = cidr_parse(s->network.cidr.value);
	struct layout cut = derive_layout(fact_zone_letters(c, s->region.value));

	bool private = s->https.cloudfront.value;
	int newbits = private ? cut.private_newbits : cut.public_newbits;

	if (n.prefix + newbits <= LEAST)
		return;
	struct diag *d = diag(c, s->network.cidr.from.at, "subnets-too-small", "%s subnets would be /%d, and a load balancer needs /%d",
		private ? "private" : "public", n.prefix + newbits, LEAST);
	diag_hint(c, d, "in '%s' the network must be a /%d or larger", s->region.value, LEAST - newbits);
}

static void
rule_group_fits_subnets(struct ctx *c, const struct spec *s)
{
	// The load balancer may use eight addresses of a public subnet, with CloudFront of a private one, and AWS keeps five of every
	// subnet.
	enum { KEPT = 5, LOAD_BALANCER = 8 };
	bool private = derive_private(s);
	struct cidr n = cidr_parse(s->network.cidr.value);
	struct layout cut = derive_layout(fact_zone_letters(c, s->region.value));
	int prefix = n.prefix + (private ? cut.private_newbits : cut.public_newbits);
	long each = (1L << (32 - prefix)) - KEPT - (private == s->https.cloudfront.value ? LOAD_BALANCER : 0);
	long room = each * s->network.zones.count;
	const struct num *most = derive_most(s);
	long need = derive_peak(s);

	if (s->network.vpc_id.value || need <= room)
		return;
	struct diag *d = diag(c, most->from.at, "group-exceeds-subnets",
		"%ld instances (%ld during a refresh) do not fit into %ld /%d subnets with room for %ld", most->value, need,
		s->network.zones.count, prefix, room);
	diag_also(c, d, s->network.cidr.from.at, "the network is given here");
}

static void
rule_nat_cost(struct ctx *c, const struct spec *s)
{
	long gateways = strcmp(s->network.nat.value, "per_zone") == 0 ? s->network.zones.count : 1;
	struct price hour, gb;

	if (strcmp(s->network.nat.value, "none") == 0)
		return;
	struct diag *d = diag(c, s->network.nat.from.at, "nat-cost", "%ld NAT gateway%s, charged by the hour and the gigabyte%s",
		gateways, gateways == 1 ? "" : "s",
		gateways == 1 ? "; if its zone fails, no instance reaches the internet" : "");
	if (fact_price(c, "nat", "nat-hour", s->region.value, &hour) && fact_price(c, "nat", "nat-gb", s->region.value, &gb))
		diag_hint(c, d, "in %s $%s an hour each and $%s a GB (%s)", s->region.value, hour.usd, gb.usd, hour.as_of);
	else
		diag_hint(c, d, "in %s: no price known", s->region.value);
}

// Every NAT gateway needs an Elastic IP address of its own.
static void
rule_address_quota(struct ctx *c, const struct spec *s)
{
	long there = fact_quota("quota.elastic_ips_per_region"), taken = s->network.zones.count;

	if (strcmp(s->network.nat.value, "per_zone") != 0)
		return;
	if (taken <= there) {
		diag(c, s->network.nat.from.at, "nat-addresses", "the NAT gateways take %ld of the %ld Elastic IP addresses of a new account",
			taken, there);
		return;
	}
	struct diag *d = diag(c, s->network.nat.from.at, "address-quota",
		"%ld NAT gateways need %ld Elastic IP addresses, and a new account has %ld in a region", taken, taken, there);
	diag_hint(c, d, "raise the quota before 'terraform apply', or write 'zones: %ld'", there);
}

static void
rule_address_cost(struct ctx *c, const struct spec *s)
{
	struct price p;

	if (derive_private(s) || derive_parked(s))
		return;
	struct diag *d = diag(c, s->network.nat.from.at, "public-address-cost",
		"without NAT, each instance has a public IPv4 address, charged by the hour");
	if (fact_price(c, "ipv4", "public-ipv4", s->region.value, &p))
		diag_hint(c, d, "in %s $%s an hour each (%s)", s->region.value, p.usd, p.as_of);
	else
		diag_hint(c, d, "in %s: no price known", s->region.value);
}

const struct check network_checks[] = {
	{ { "unknown-region", SEV_ERROR,
	    .reason = "tfgen knows no commercial AWS region of this name.",
	    .rule = "Regions are named like us-east-1 (regions.csv). China and GovCloud are partitions of their own and are not "
		    "supported.",
	    .fix = "Write the code of a region, not its city: eu-central-1, not frankfurt.",
	    .wrong = "region: us-east1", .right = "region: us-east-1" },
	  rule_region, ".region" },
	{ { "unknown-state-region", SEV_ERROR,
	    .reason = "tfgen knows no commercial AWS region of this name, where the bucket for the state would be.",
	    .rule = "Regions are named like us-east-1 (regions.csv).",
	    .fix = "Write the code of the bucket's region, or leave 'state.region' out if it is the stack's.",
	    .wrong = "state: {bucket: gym-tfstate-4711, region: eu-west-9}",
	    .right = "state: {bucket: gym-tfstate-4711, region: eu-west-1}" },
	  rule_state_region, ".state.region" },
	{ { "unknown-copy-region", SEV_ERROR,
	    .reason = "tfgen knows no commercial AWS region of this name, to which backups would be copied.",
	    .rule = "Regions are named like us-east-1 (regions.csv).",
	    .fix = "Write the code of the region that is to have the copies.",
	    .wrong = "backup: {copy_to: us-west-9}", .right = "backup: {copy_to: us-west-2}" },
	  rule_copy_region, ".backup.copy_to" },
	{ { "opt-in-region", SEV_NOTE,
	    .reason = "This region is switched off in a new AWS account. Until it is enabled, every call to it fails.",
	    .rule = "AWS regions introduced after March 2019 are off by default (regions.csv, column opt_in).",
	    .fix = "Enable it once for the account: Account settings, AWS Regions. It takes minutes to hours.",
	    .wrong = "region: eu-south-2", .right = "region: eu-west-1" },
	  rule_opt_in, ".region .state.region .backup.copy_to unknown-region unknown-state-region unknown-copy-region" },
	{ { "zone-outside-region", SEV_ERROR,
	    .reason = "The availability zone belongs to another region, or is a Local Zone.",
	    .rule = "A zone's name is its region's name and one letter. Most Local Zones lack services that the stack needs.",
	    .fix = "Name zones of 'region', or write a number and let Terraform choose.",
	    .wrong = "network: {zones: [us-west-2a, us-west-2b]}", .right = "network: {zones: [us-east-1a, us-east-1b]}" },
	  rule_zone_names, ".region .network.zones unknown-region" },
	{ { "unlisted-zone", SEV_WARNING,
	    .reason = "tfgen's table of the region's zones does not have this one. It may exist in your account all the same.",
	    .rule = "AWS maps letters to zones for each account by itself (regions.csv, column az_letters, shows one account's).",
	    .fix = "Compare with 'aws ec2 describe-availability-zones'.",
	    .wrong = "region: ap-northeast-1\nnetwork: {zones: [ap-northeast-1a, ap-northeast-1b]}",
	    .right = "region: ap-northeast-1\nnetwork: {zones: [ap-northeast-1a, ap-northeast-1c]}" },
	  NULL, NULL },
	{ { "too-few-zones", SEV_ERROR,
	    .reason = "The region has fewer availability zones than the network asks for.",
	    .rule = "See regions.csv, column az_letters.",
	    .fix = "Lower 'network.zones'. Two zones survive the loss of one.",
	    .wrong = "region: eu-central-1\nnetwork: {zones: 4}", .right = "region: eu-central-1\nnetwork: {zones: 3}" },
	  rule_zone_count, ".region .network.zones unknown-region" },
	{ { "network-size", SEV_ERROR,
	    .reason = "The network is too large for a VPC, or too small to be cut into the stack's subnets.",
	    .rule = "A VPC is a /16 at most (limits.csv vpc.cidr_block). The stack needs a /24 or larger.",
	    .fix = "Use a prefix from /16 to /24. /16 is the usual choice.",
	    .wrong = "network: {cidr: 10.0.0.0/8}", .right = "network: {cidr: 10.0.0.0/16}" },
	  rule_network_size, ".network.cidr" },
	{ { "unaligned-network", SEV_ERROR,
	    .reason = "The address has bits set after its prefix, so it names a host, not a network.",
	    .rule = "The AWS provider refuses 10.0.1.5/24; EC2 itself would silently make it 10.0.1.0/24 (EC2 API, CreateVpc).",
	    .fix = "Write the network's first address.",
	    .wrong = "network: {cidr: 10.0.1.5/24}", .right = "network: {cidr: 10.0.0.0/20}" },
	  rule_network_aligned, ".network.cidr" },
	{ { "public-network", SEV_WARNING,
	    .reason = "These are public addresses. Instances could not reach their real owners on the internet.",
	    .rule = "RFC 1918 sets 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16 aside for private networks.",
	    .fix = "Use a network in one of those three.",
	    .wrong = "network: {cidr: 8.8.0.0/16}", .right = "network: {cidr: 172.20.0.0/16}" },
	  rule_network_private, ".network.cidr unaligned-network" },
	{ { "subnets-too-small", SEV_ERROR,
	    .reason = "The network is too small to give every zone of the region a subnet that a load balancer accepts. Zones "
		      "that are not used keep their share, so that adding one moves no other.",
	    .rule = "An Application Load Balancer needs subnets of /27 or larger, with eight free addresses.",
	    .fix = "Use a larger network: a smaller number after the slash.",
	    .wrong = "region: us-east-1\nnetwork: {cidr: 10.0.0.0/24}", .right = "region: us-east-1\nnetwork: {cidr: 10.0.0.0/23}" },
	  rule_balancer_subnets, ".region .network.cidr .https.cloudfront unknown-region network-size" },
	{ { "group-exceeds-subnets", SEV_ERROR,
	    .reason = "The subnets have too few addresses for 'scaling.max' instances, and a tenth more during an instance refresh.",
	    .rule = "AWS keeps five addresses of every subnet (limits.csv subnet.reserved_addresses); the load balancer may use eight "
		    "more of a public one, or of a private one with 'https.cloudfront'.",
	    .fix = "Use a larger 'network.cidr', more zones or a smaller 'scaling.max'.",
	    .wrong = "network: {cidr: 10.0.0.0/23}\nscaling: {max: 40}\ndatabase: {instance_class: db.m7g.large}",
	    .right = "network: {cidr: 10.0.0.0/16}\nscaling: {max: 40}\ndatabase: {instance_class: db.m7g.large}" },
	  rule_group_fits_subnets,
	  ".region .network.cidr .network.zones .network.nat .https.cloudfront .scaling.max .scaling.schedule unknown-region network-size subnets-too-small" },
	{ { "nat-cost", SEV_NOTE,
	    .reason = "NAT gateways are often the largest line of a small stack's bill. A single one is cheaper, but if its zone "
		      "fails, no instance can fetch anything from the internet.",
	    .rule = "AWS charges each NAT gateway by the hour and by the gigabyte (prices.csv nat).",
	    .fix = "Use 'network.nat: none' where instances may have public addresses: only the load balancer can reach them.",
	    .wrong = "network: {nat: single}", .right = "network: {nat: none}" },
	  rule_nat_cost, ".region .network.zones unknown-region" },
	{ { "address-quota", SEV_WARNING,
	    .reason = "One NAT gateway in each zone needs more Elastic IP addresses than an account has by default, so 'terraform "
		      "apply' would fail half-way.",
	    .rule = "An account may have five Elastic IP addresses in a region until its quota is raised (limits.csv "
		    "quota.elastic_ips_per_region). Each NAT gateway takes one.",
	    .fix = "Raise the quota \"EC2-VPC Elastic IPs\" in Service Quotas, use fewer zones or 'network.nat: single'.",
	    .wrong = "region: us-east-1\nnetwork: {zones: 6, nat: per_zone}\nservice: {instance_type: t2.micro}",
	    .right = "region: us-east-1\nnetwork: {zones: 3, nat: per_zone}" },
	  rule_address_quota, ".region .network.nat .network.zones unknown-region too-few-zones" },
	{ { "nat-addresses", SEV_NOTE,
	    .reason = "Each NAT gateway takes one of the account's Elastic IP addresses, which all stacks of the region share.",
	    .rule = "An account may have five Elastic IP addresses in a region until its quota is raised (limits.csv "
		    "quota.elastic_ips_per_region).",
	    .fix = "Nothing is wrong. Before a second such stack, raise the quota \"EC2-VPC Elastic IPs\" in Service Quotas.",
	    .wrong = "network: {nat: per_zone}", .right = "network: {nat: single}" },
	  NULL, NULL },
	{ { "public-address-cost", SEV_NOTE,
	    .reason = "Without NAT, each instance has a public IPv4 address. The load balancer has one in each zone.",
	    .rule = "AWS charges every public IPv4 address by the hour (prices.csv ipv4).",
	    .fix = "Nothing is wrong. With many instances, 'network.nat: single' may cost less.",
	    .wrong = "network: {nat: none}", .right = "network: {nat: single}" },
	  rule_address_cost, ".region .network.nat unknown-region" },
	{ .problem = {0} },
};
