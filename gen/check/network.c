// What can be wrong about region, zones and addresses.

#include "base/arena.h"
#include "base/ctx.h"
#include "facts/data.h"
#include "base/diag.h"
#include "facts/facts.h"
#include "check/rules.h"
#include "spec/spec.h"
#include "base/suggest.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct cidr {
	uint32_t address;
	int prefix;
};

// The text has the form of a CIDR already.
static struct cidr
parse_cidr(const char *text)
{
	struct cidr n = {0};
	char *end;

	for (int i = 0; i < 4; i++) {
		n.address = n.address << 8 | (uint32_t)strtoul(text, &end, 10);
		text = end + 1;
	}
	n.prefix = (int)strtol(text, NULL, 10);
	return n;
}

static uint32_t
mask_of(int prefix)
{
	return prefix ? UINT32_MAX << (32 - prefix) : 0;
}

static const char *
aligned(struct ctx *c, struct cidr n)
{
	uint32_t a = n.address & mask_of(n.prefix);

	return arena_printf(c->arena, "%u.%u.%u.%u/%d", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255, n.prefix);
}

void
rule_region(struct ctx *c, const struct spec *s)
{
	struct table t = data_table("regions.csv");
	struct row row = {0};
	struct suggestion near = suggest_for(s->region.is);

	if (data_find(&t, s->region.is, NULL, &row))
		return;
	while (data_next(&t, &row))
		suggest(&near, data_cell(c, &t, &row, "region"));
	struct diag *d = diag(c, s->region.from.at, "unknown-region", "unknown region '%s'", s->region.is);
	if (near.best)
		diag_hint(c, d, "did you mean '%s'?", near.best);
}

void
rule_opt_in(struct ctx *c, const struct spec *s)
{
	if (fact_opt_in(c, s->region.is))
		diag(c, s->region.from.at, "opt-in-region", "region '%s' must be enabled for the account first", s->region.is);
}

void
rule_zone_names(struct ctx *c, const struct spec *s)
{
	const struct texts *names = &s->network.zones.names;
	const char *letters = fact_zone_letters(c, s->region.is);
	size_t n = strlen(s->region.is);

	for (size_t i = 0; i < names->n; i++) {
		const struct text *zone = &names->list[i];
		if (strncmp(zone->is, s->region.is, n) != 0 || strlen(zone->is) != n + 1) {
			struct diag *d = diag(c, zone->from.at, "zone-outside-region", "zone '%s' is not one of region '%s'",
				zone->is, s->region.is);
			diag_also(c, d, s->region.from.at, "the region is given here");
		} else if (!strchr(letters, zone->is[n])) {
			diag(c, zone->from.at, "unlisted-zone", "zone '%s' is not in the list of '%s', whose zones end in %s", zone->is,
				s->region.is, letters);
		}
	}
}

void
rule_zone_count(struct ctx *c, const struct spec *s)
{
	long there = (long)strlen(fact_zone_letters(c, s->region.is));

	if (s->network.zones.count <= there)
		return;
	struct diag *d = diag(c, s->network.zones.from.at, "too-few-zones", "region '%s' has %ld zones, not %ld",
		s->region.is, there, s->network.zones.count);
	diag_hint(c, d, "write %ld", there);
}

void
rule_network_size(struct ctx *c, const struct spec *s)
{
	struct cidr n = parse_cidr(s->network.cidr.is);

	if (n.prefix < 16 || n.prefix > 24)
		diag(c, s->network.cidr.from.at, "network-size", "the network is a /%d, expected /16 to /24", n.prefix);
}

void
rule_network_aligned(struct ctx *c, const struct spec *s)
{
	struct cidr n = parse_cidr(s->network.cidr.is);

	if (!(n.address & ~mask_of(n.prefix)))
		return;
	struct diag *d = diag(c, s->network.cidr.from.at, "unaligned-network",
		"'%s' has address bits behind its prefix", s->network.cidr.is);
	diag_hint(c, d, "write %s", aligned(c, n));
}

void
rule_allow_aligned(struct ctx *c, const struct spec *s)
{
	const struct texts *allow = &s->load_balancer.allow;

	for (size_t i = 0; i < allow->n; i++) {
		struct cidr n = parse_cidr(allow->list[i].is);
		if (!(n.address & ~mask_of(n.prefix)))
			continue;
		struct diag *d = diag(c, allow->list[i].from.at, "unaligned-source", "'%s' has address bits behind its prefix",
			allow->list[i].is);
		diag_hint(c, d, "write %s", aligned(c, n));
	}
}

void
rule_network_private(struct ctx *c, const struct spec *s)
{
	static const struct cidr private[] = {{0x0a000000, 8}, {0xac100000, 12}, {0xc0a80000, 16}};
	struct cidr n = parse_cidr(s->network.cidr.is);

	for (size_t i = 0; i < sizeof private / sizeof *private; i++)
		if (n.prefix >= private[i].prefix && (n.address & mask_of(private[i].prefix)) == private[i].address)
			return;
	struct diag *d = diag(c, s->network.cidr.from.at, "public-network", "'%s' is not private address space",
		s->network.cidr.is);
	diag_hint(c, d, "networks in 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16 are");
}

void
rule_public_subnets(struct ctx *c, const struct spec *s)
{
	enum { LEAST = 27 };
	struct cidr n = parse_cidr(s->network.cidr.is);
	struct layout cut = derive_layout(fact_zone_letters(c, s->region.is));

	if (n.prefix + cut.public_newbits <= LEAST)
		return;
	struct diag *d = diag(c, s->network.cidr.from.at, "subnets-too-small",
		"public subnets would be /%d, and a load balancer wants /%d", n.prefix + cut.public_newbits, LEAST);
	diag_hint(c, d, "in '%s' the network must be a /%d or larger", s->region.is, LEAST - cut.public_newbits);
}

void
rule_group_fits_subnets(struct ctx *c, const struct spec *s)
{
	// The load balancer may take eight addresses of a public subnet, and AWS keeps five of any.
	enum { KEPT = 5, LOAD_BALANCER = 8 };
	bool private = strcmp(s->network.nat.is, "none") != 0;
	struct cidr n = parse_cidr(s->network.cidr.is);
	struct layout cut = derive_layout(fact_zone_letters(c, s->region.is));
	int prefix = n.prefix + (private ? cut.private_newbits : cut.public_newbits);
	long each = (1L << (32 - prefix)) - KEPT - (private ? 0 : LOAD_BALANCER);
	long room = each * s->network.zones.count;
	long want = s->scaling.max.is + (s->scaling.max.is + 9) / 10; // a refresh runs a tenth more

	if (want <= room)
		return;
	struct diag *d = diag(c, s->scaling.max.from.at, "group-exceeds-subnets",
		"%ld instances, %ld during a refresh, do not fit %ld /%d subnets with room for %ld", s->scaling.max.is, want,
		s->network.zones.count, prefix, room);
	diag_also(c, d, s->network.cidr.from.at, "the network is given here");
}

void
rule_nat_cost(struct ctx *c, const struct spec *s)
{
	long gateways = strcmp(s->network.nat.is, "per_zone") == 0 ? s->network.zones.count : 1;
	struct price hour, gb;

	if (strcmp(s->network.nat.is, "none") == 0)
		return;
	struct diag *d = diag(c, s->network.nat.from.at, "nat-cost", "%ld NAT gateway%s, charged by the hour and the gigabyte%s",
		gateways, gateways == 1 ? "" : "s",
		gateways == 1 ? "; if its zone fails, no instance reaches the internet" : "");
	if (fact_price(c, "nat", "nat-hour", "us-east-1", &hour) && fact_price(c, "nat", "nat-gb", "us-east-1", &gb))
		diag_hint(c, d, "in us-east-1 $%s an hour each and $%s a GB (%s)", hour.usd, gb.usd, hour.as_of);
}

void
rule_address_cost(struct ctx *c, const struct spec *s)
{
	struct price p;

	if (strcmp(s->network.nat.is, "none") != 0)
		return;
	struct diag *d = diag(c, s->network.nat.from.at, "public-address-cost",
		"without NAT each instance has a public IPv4 address of its own, charged by the hour");
	if (fact_price(c, "ipv4", "public-ipv4", "us-east-1", &p))
		diag_hint(c, d, "$%s an hour each in every region (%s)", p.usd, p.as_of);
}
