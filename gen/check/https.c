// What can be wrong about HTTPS: where its certificate comes from, whose domain it is for, and what CloudFront needs.

#include "check/check.h"

#include "base/ctx.h"
#include "base/diag.h"
#include "facts/facts.h"
#include "spec/spec.h"

#include <stdbool.h>
#include <string.h>

static void
rule_plain_http(struct ctx *c, const struct spec *s)
{
	if (!s->https.from.given)
		diag(c, s->load_balancer.from.at, "plain-http", "the API is served over plain HTTP");
}

static void
rule_incomplete(struct ctx *c, const struct spec *s)
{
	const struct spec_https *h = &s->https;

	if (!h->from.given || h->cloudfront.value || (h->domain.value && (h->zone.value || h->certificate_arn.value)))
		return;
	if (h->domain.value) {
		struct diag *d = diag(c, h->domain.from.at, "incomplete-https", "nothing gives '%s' a certificate", h->domain.value);
		diag_hint(c, d, "add 'zone', a Route 53 zone of yours that contains it, or 'certificate_arn', a certificate for it");
	} else {
		struct diag *d = diag(c, h->from.at, "incomplete-https", "'https' has no 'domain'");
		diag_hint(c, d, "add the name under which users reach the service, and 'zone' or 'certificate_arn'; or 'cloudfront: true' alone");
	}
}

static void
rule_conflicting(struct ctx *c, const struct spec *s)
{
	const struct spec_https *h = &s->https;
	const struct text *others[] = {&h->domain, &h->zone, &h->certificate_arn};

	for (size_t i = 0; h->cloudfront.value && i < sizeof others / sizeof *others; i++) {
		if (!others[i]->value)
			continue;
		struct diag *d = diag(c, h->cloudfront.from.at, "conflicting-https",
			"'cloudfront' serves a name of its own with its own certificate");
		diag_also(c, d, others[i]->from.at, "a domain of yours, or its certificate, is given here");
		diag_hint(c, d, "keep 'cloudfront' alone, or remove it");
		return;
	}
	if (!h->zone.value || !h->certificate_arn.value)
		return;
	struct diag *d = diag(c, h->certificate_arn.from.at, "conflicting-https",
		"'zone' makes a certificate, and 'certificate_arn' is another one");
	diag_also(c, d, h->zone.from.at, "'zone' is given here");
	diag_hint(c, d, "keep one of the two");
}

// A name is inside a zone if it is the zone's, or ends with a dot and that.
static void
rule_domain_in_zone(struct ctx *c, const struct spec *s)
{
	const struct spec_https *h = &s->https;

	if (!h->domain.value || !h->zone.value)
		return;
	const char *domain = h->domain.value, *zone = h->zone.value;
	size_t n = strlen(domain), m = strlen(zone);
	bool inside = n > m && domain[n - m - 1] == '.' && strcmp(domain + n - m, zone) == 0;
	if (inside || strcmp(domain, zone) == 0)
		return;
	struct diag *d = diag(c, h->domain.from.at, "domain-outside-zone", "'%s' is not in the zone '%s'", domain, zone);
	diag_also(c, d, h->zone.from.at, "the zone is given here");
}

static void
rule_domain_length(struct ctx *c, const struct spec *s)
{
	enum { MOST = 64 };
	const struct spec_https *h = &s->https;

	if (h->domain.value && h->zone.value && strlen(h->domain.value) > MOST)
		diag(c, h->domain.from.at, "long-domain", "the domain has %zu characters, and a certificate's first name at most %d",
			strlen(h->domain.value), MOST);
}

// The fourth part of an ARN is its region.
static void
rule_certificate_region(struct ctx *c, const struct spec *s)
{
	static const char service[] = "arn:aws:acm:";
	const struct text *arn = &s->https.certificate_arn;

	if (!arn->value)
		return;
	const char *region = arn->value + sizeof service - 1;
	size_t n = strcspn(region, ":");
	if (strlen(s->region.value) == n && strncmp(region, s->region.value, n) == 0)
		return;
	struct diag *d = diag(c, arn->from.at, "certificate-region", "the certificate is in '%.*s', and the stack in '%s'", (int)n, region,
		s->region.value);
	diag_also(c, d, s->region.from.at, "the region is given here");
}

// Each network needs a rule for port 80 and one for port 443.
static void
rule_networks(struct ctx *c, const struct spec *s)
{
	const struct texts *allow = &s->load_balancer.allow;
	long most = fact_quota("quota.rules_per_security_group");

	if (s->https.from.given && 2 * (long)allow->n > most)
		diag(c, allow->from.at, "too-many-networks", "%zu networks need %zu rules for ports 80 and 443, and a security group has %ld", allow->n,
			2 * allow->n, most);
}

static void
rule_cloudfront_region(struct ctx *c, const struct spec *s)
{
	if (!s->https.cloudfront.value || fact_vpc_origins(c, s->region.value))
		return;
	struct diag *d = diag(c, s->https.cloudfront.from.at, "cloudfront-region", "CloudFront reaches no private load balancer in '%s'",
		s->region.value);
	diag_also(c, d, s->region.from.at, "the region is given here");
}

static void
rule_cloudfront_networks(struct ctx *c, const struct spec *s)
{
	const struct texts *allow = &s->load_balancer.allow;

	if (!s->https.cloudfront.value || (allow->n == 1 && strcmp(allow->list[0].value, "0.0.0.0/0") == 0))
		return;
	struct diag *d = diag(c, allow->from.at, "cloudfront-networks", "the load balancer gets no requests from these networks");
	diag_also(c, d, s->https.cloudfront.from.at, "all requests come from CloudFront");
}

static void
rule_cloudfront_firewall(struct ctx *c, const struct spec *s)
{
	if (!s->https.cloudfront.value || !s->firewall.from.given)
		return;
	struct diag *d = diag(c, s->firewall.from.at, "cloudfront-firewall", "the firewall sees CloudFront's addresses, not those of the callers");
	diag_also(c, d, s->https.cloudfront.from.at, "all requests come from CloudFront");
}

static void
rule_cloudfront_existing_network(struct ctx *c, const struct spec *s)
{
	if (!s->https.cloudfront.value || !s->network.vpc_id.value)
		return;
	struct diag *d = diag(c, s->https.cloudfront.from.at, "cloudfront-existing-network",
		"CloudFront needs a network that the stack makes");
	diag_also(c, d, s->network.vpc_id.from.at, "the network is given here");
}

static void
rule_cloudfront_idle_timeout(struct ctx *c, const struct spec *s)
{
	const struct num *idle = &s->load_balancer.idle_timeout;

	if (s->https.cloudfront.value && idle->value <= CLOUDFRONT_KEEPS)
		diag(c, idle->from.at, "cloudfront-idle-timeout",
			"the load balancer closes an idle connection after %lds, and CloudFront uses it again within %ds", idle->value, CLOUDFRONT_KEEPS);
}

// For an example: ten networks of their own.
#define TEN(n)                                                                                                                          \
	"10." n ".0.0/24, 10." n ".1.0/24, 10." n ".2.0/24, 10." n ".3.0/24, 10." n ".4.0/24, 10." n ".5.0/24, 10." n ".6.0/24, "       \
	"10." n ".7.0/24, 10." n ".8.0/24, 10." n ".9.0/24"

const struct check https_checks[] = {
	{ { "plain-http", SEV_NOTE,
	    .reason = "The load balancer serves plain HTTP: everything that passes, tokens included, can be read on the way.",
	    .fix = "Add 'https' with a domain of yours, or with 'cloudfront: true' without one. Else use the API inside a VPN only.",
	    .wrong = "load_balancer: {idle_timeout: 60s}", .right = "https: {domain: api.gym.example, zone: gym.example}" },
	  rule_plain_http, ".https" },
	{ { "incomplete-https", SEV_ERROR,
	    .reason = "HTTPS needs a domain and a certificate for it, or CloudFront, which has its own.",
	    .rule = "An HTTPS listener has exactly one default certificate (Elastic Load Balancing API, CreateListener). AWS Certificate "
		    "Manager issues one for a name that a record in its DNS zone proves to be yours.",
	    .fix = "Add 'zone' if the domain is in a Route 53 zone of this account, else 'certificate_arn'. Without a domain, write "
		   "'cloudfront: true' alone.",
	    .wrong = "https: {domain: api.gym.example}", .right = "https: {domain: api.gym.example, zone: gym.example}" },
	  rule_incomplete, ".https.domain .https.zone .https.certificate_arn .https.cloudfront" },
	{ { "conflicting-https", SEV_ERROR,
	    .reason = "With 'zone', the stack makes a certificate, so another one has no use. CloudFront has a name and a certificate of its own.",
	    .rule = "An HTTPS listener has exactly one default certificate (Elastic Load Balancing API, CreateListener).",
	    .fix = "Keep 'zone' for a certificate that AWS renews, 'certificate_arn' for one of your own, or 'cloudfront' without a domain.",
	    .wrong = "https: {domain: api.gym.example, zone: gym.example, certificate_arn: "
		     "\"arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef\"}",
	    .right = "https: {domain: api.gym.example, zone: gym.example}" },
	  rule_conflicting, ".https.domain .https.zone .https.certificate_arn .https.cloudfront" },
	{ { "domain-outside-zone", SEV_ERROR,
	    .reason = "The stack adds the domain's record to the zone, which must contain the domain.",
	    .rule = "Route 53 refuses a record whose name does not end with the name of its zone.",
	    .fix = "Name a zone that the domain ends with.",
	    .wrong = "https: {domain: api.gym.example, zone: shop.example}",
	    .right = "https: {domain: api.gym.example, zone: gym.example}" },
	  rule_domain_in_zone, ".https.domain .https.zone" },
	{ { "long-domain", SEV_ERROR,
	    .reason = "AWS Certificate Manager would refuse to issue a certificate for this domain alone.",
	    .rule = "The first name in a certificate is its common name, of 64 characters at most (ACM API, RequestCertificate DomainName; "
		    "RFC 5280).",
	    .fix = "Choose a shorter domain, or give 'certificate_arn', a certificate with a shorter first name.",
	    .wrong = "https: {domain: an-address-with-a-name-that-is-far-too-long-for-it.customers.gym.example, zone: gym.example}",
	    .right = "https: {domain: api.gym.example, zone: gym.example}" },
	  rule_domain_length, ".https.domain .https.zone" },
	{ { "too-many-networks", SEV_ERROR,
	    .reason = "With HTTPS, each network of 'load_balancer.allow' needs a rule for port 443 and one for port 80.",
	    .rule = "A security group has at most 60 rules for incoming traffic (limits.csv quota.rules_per_security_group).",
	    .fix = "Join neighbouring networks into larger ones.",
	    .wrong = "https: {domain: api.gym.example, zone: gym.example}\nload_balancer: {allow: [" TEN("1") ", " TEN("2") ", " TEN("3")
		     ", 10.4.0.0/24]}",
	    .right = "https: {domain: api.gym.example, zone: gym.example}\nload_balancer: {allow: [10.0.0.0/8]}" },
	  rule_networks, ".load_balancer.allow" },
	{ { "certificate-region", SEV_ERROR,
	    .reason = "The load balancer cannot use a certificate of another region.",
	    .rule = "A certificate in AWS Certificate Manager belongs to a region and cannot be copied to another (ACM User Guide, Regions).",
	    .fix = "Request or import the certificate in the stack's region.",
	    .wrong = "region: eu-west-1\nhttps: {domain: api.gym.example, certificate_arn: "
		     "\"arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef\"}",
	    .right = "region: us-east-1\nhttps: {domain: api.gym.example, certificate_arn: "
		     "\"arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef\"}" },
	  rule_certificate_region, ".region .https.certificate_arn" },
	{ { "cloudfront-region", SEV_ERROR,
	    .reason = "CloudFront would refuse the load balancer as its origin.",
	    .rule = "CloudFront reaches private load balancers in some regions only (CloudFront Developer Guide, Supported AWS Regions for VPC "
		    "origins; regions.csv, column vpc_origins).",
	    .fix = "Choose another region, or HTTPS with a domain of yours.",
	    .wrong = "region: ap-southeast-6\nhttps: {cloudfront: true}", .right = "region: ap-southeast-2\nhttps: {cloudfront: true}" },
	  rule_cloudfront_region, ".region .https.cloudfront unknown-region" },
	{ { "cloudfront-networks", SEV_ERROR,
	    .reason = "Anyone can send requests to CloudFront, and only CloudFront reaches the load balancer: the key would have no effect.",
	    .rule = "The load balancer of a VPC origin gets its traffic from CloudFront's own network interfaces (CloudFront Developer Guide, "
		    "Restrict access with VPC origins).",
	    .fix = "Remove 'load_balancer.allow', or serve HTTPS under a domain of yours instead.",
	    .wrong = "https: {cloudfront: true}\nload_balancer: {allow: [203.0.113.0/24]}", .right = "https: {cloudfront: true}" },
	  rule_cloudfront_networks, ".https.cloudfront .load_balancer.allow" },
	{ { "cloudfront-firewall", SEV_ERROR,
	    .reason = "The limit of requests would count those of all callers as CloudFront's, and the list of bad addresses would never match.",
	    .rule = "AWS WAF at a load balancer sees the address of the proxy; the header X-Forwarded-For can be modified to bypass "
		    "inspection (AWS WAF Developer Guide, Using forwarded IP addresses in AWS WAF).",
	    .fix = "Keep 'firewall' with HTTPS under a domain of yours, or 'cloudfront' without 'firewall'.",
	    .wrong = "https: {cloudfront: true}\nfirewall: {rate_limit: 2000}",
	    .right = "https: {domain: api.gym.example, zone: gym.example}\nfirewall: {rate_limit: 2000}" },
	  rule_cloudfront_firewall, ".https.cloudfront .firewall" },
	{ { "cloudfront-existing-network", SEV_ERROR,
	    .reason = "CloudFront reaches no load balancer in some zones. A network that the stack makes has no subnets there. In a network that "
		      "exists, tfgen does not know the zones of the subnets.",
	    .rule = "CloudFront excludes some zones by their ids (CloudFront Developer Guide, Supported AWS Regions for VPC origins).",
	    .fix = "Remove 'network.vpc_id' and its subnets, or serve HTTPS under a domain of yours.",
	    .wrong = "network: {vpc_id: vpc-0123456789abcdef0, public_subnets: [subnet-0a0a0a0a0a0a0a0a0, subnet-0b0b0b0b0b0b0b0b0], "
		     "database_subnets: [subnet-0e0e0e0e0e0e0e0e0, subnet-0f0f0f0f0f0f0f0f0]}\nhttps: {cloudfront: true}",
	    .right = "https: {cloudfront: true}" },
	  rule_cloudfront_existing_network, ".https.cloudfront .network.vpc_id" },
	{ { "cloudfront-idle-timeout", SEV_ERROR,
	    .reason = "CloudFront would send some requests into connections that the load balancer is closing, and answer them with 502.",
	    .rule = "CloudFront keeps a connection to an origin for 5 seconds (CloudFront API, VpcOriginConfig OriginKeepaliveTimeout).",
	    .fix = "Raise 'load_balancer.idle_timeout'.",
	    .wrong = "https: {cloudfront: true}\nload_balancer: {idle_timeout: 5s}",
	    .right = "https: {cloudfront: true}\nload_balancer: {idle_timeout: 60s}" },
	  rule_cloudfront_idle_timeout, ".https.cloudfront .load_balancer.idle_timeout" },
	{ .problem = {0} },
};
