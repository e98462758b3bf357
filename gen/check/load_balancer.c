// What can be wrong about how the service is reached.

#include "check/check.h"

#include "base/cidr.h"
#include "base/ctx.h"
#include "base/diag.h"
#include "facts/facts.h"
#include "spec/spec.h"

#include <inttypes.h>
#include <string.h>

static void
rule_short_deregistration(struct ctx *c, const struct spec *s)
{
	const struct num *delay = &s->load_balancer.deregistration_delay;
	long request = derive_request_seconds(s);

	if (delay->value < request)
		diag(c, delay->from.at, "short-deregistration",
			"the load balancer cuts off a leaving instance's requests after %lds, but one may take %lds", delay->value, request);
}

static void
rule_health_path(struct ctx *c, const struct spec *s)
{
	const struct text *path = &s->load_balancer.health_check.path;

	if (strcmp(path->value, "/healthz") == 0 || strcmp(path->value, "/") == 0)
		return;
	struct diag *d = diag(c, path->from.at, "unserved-health-path", "the service does not answer on '%s' without a token",
		path->value);
	diag_hint(c, d, "write 'path: /healthz'");
}

static void
rule_health_timeout(struct ctx *c, const struct spec *s)
{
	const struct spec_health_check *h = &s->load_balancer.health_check;

	if (h->timeout.value < h->interval.value)
		return;
	const struct num *wrong = h->timeout.from.given ? &h->timeout : &h->interval;
	struct diag *d = diag(c, wrong->from.at, "health-timeout",
		"a health check times out after %lds, but the next one begins after %lds", h->timeout.value, h->interval.value);
	if (h->timeout.from.given && h->interval.from.given)
		diag_also(c, d, h->interval.from.at, "'interval' is given here");
}

static void
rule_slow_to_healthy(struct ctx *c, const struct spec *s)
{
	const struct spec_health_check *h = &s->load_balancer.health_check;
	long seconds = h->interval.value * h->healthy.value;

	if (seconds > 300)
		diag(c, h->interval.from.given ? h->interval.from.at : h->healthy.from.at, "slow-to-healthy",
			"a new instance gets its first request after %lds: %ld checks, %lds apart", seconds, h->healthy.value,
			h->interval.value);
}

static void
rule_allow_aligned(struct ctx *c, const struct spec *s)
{
	const struct texts *allow = &s->load_balancer.allow;

	for (size_t i = 0; i < allow->n; i++) {
		struct cidr n = cidr_parse(allow->list[i].value);
		if (cidr_is_aligned(n))
			continue;
		struct diag *d = diag(c, allow->list[i].from.at, "unaligned-source", "'%s' has bits set after its prefix",
			allow->list[i].value);
		diag_hint(c, d, "write %s", cidr_aligned(c->arena, n));
	}
}

// Everything that the allowed addresses can send, and what adds instances, both in the five minutes of the limit.
static void
rule_rate_limit(struct ctx *c, const struct spec *s)
{
	enum { WINDOW = 300 };
	const struct num *limit = &s->firewall.rate_limit;
	const struct texts *allow = &s->load_balancer.allow;
	const uint64_t all = UINT64_C(1) << 32;
	uint64_t addresses = 0, needed = (uint64_t)derive_total_requests(s) * WINDOW;

	if (!s->firewall.from.given || strcmp(s->firewall.mode.value, "count") == 0)
		return;
	for (size_t i = 0; i < allow->n && addresses < all; i++)
		addresses += all >> cidr_parse(allow->list[i].value).prefix;
	if (addresses < all && addresses * (uint64_t)limit->value < needed)
		diag(c, limit->from.at, "rate-limit-below-scaling",
			"the firewall lets the allowed addresses send %" PRIu64 " requests in five minutes, but %" PRIu64 " add instances",
			addresses * (uint64_t)limit->value, needed);
}

const struct check load_balancer_checks[] = {
	{ { "unaligned-source", SEV_ERROR,
	    .reason = "The address has bits set after its prefix, so it names a host, not a network.",
	    .rule = "The AWS provider refuses 203.0.113.7/24: the network is 203.0.113.0/24, the host 203.0.113.7/32.",
	    .fix = "Write the network's first address, or /32 for a single host.",
	    .wrong = "load_balancer: {allow: [203.0.113.7/24]}", .right = "load_balancer: {allow: [203.0.113.7/32]}" },
	  rule_allow_aligned, NULL },
	{ { "short-deregistration", SEV_ERROR,
	    .reason = "When an instance leaves the group, the load balancer waits this long for its requests, then closes the "
		      "connections. A request may take longer, so a scale-in or a new version could lose one.",
	    .rule = "A target is deregistered after its deregistration delay, whether or not it still answers (limits.csv "
		    "target_group.deregistration_delay).",
	    .fix = "Raise 'load_balancer.deregistration_delay', or lower the service's 'request_seconds', 'queue_ms' or "
		   "'db_timeout'.",
	    .wrong = "load_balancer: {deregistration_delay: 5s}", .right = "load_balancer: {deregistration_delay: 60s}" },
	  rule_short_deregistration,
	  ".service.settings .load_balancer.deregistration_delay unknown-setting invalid-setting stack-setting "
	  "outlasting-requests" },
	{ { "unserved-health-path", SEV_ERROR,
	    .reason = "The service does not answer 200 on this path without a token, so no instance would ever be healthy.",
	    .rule = "A target is healthy when its path answers with the expected status; the load balancer sends no token.",
	    .fix = "Use /healthz, which needs no database, or /.",
	    .wrong = "load_balancer: {health_check: {path: /health}}", .right = "load_balancer: {health_check: {path: /healthz}}" },
	  rule_health_path, ".load_balancer.health_check.path" },
	{ { "health-timeout", SEV_ERROR,
	    .reason = "A health check must time out before the next one begins.",
	    .rule = "Elastic Load Balancing refuses a timeout that is not below the interval (limits.csv "
		    "target_group.health_check.timeout).",
	    .fix = "Lower 'timeout' or raise 'interval'.",
	    .wrong = "load_balancer: {health_check: {interval: 5s, timeout: 5s}}",
	    .right = "load_balancer: {health_check: {interval: 10s, timeout: 5s}}" },
	  rule_health_timeout, ".load_balancer.health_check.interval .load_balancer.health_check.timeout" },
	{ { "slow-to-healthy", SEV_WARNING,
	    .reason = "An instance gets its first request only after several successful checks; here that takes over five minutes.",
	    .rule = "A new target gets traffic after 'healthy' successful checks in a row, 'interval' apart.",
	    .fix = "Lower 'interval' or 'healthy'.",
	    .wrong = "load_balancer: {health_check: {interval: 60s, healthy: 10}}",
	    .right = "load_balancer: {health_check: {interval: 15s, healthy: 2}}" },
	  rule_slow_to_healthy, ".load_balancer.health_check.interval .load_balancer.health_check.healthy" },
	{ { "rate-limit-below-scaling", SEV_WARNING,
	    .reason = "The few addresses that may connect are blocked before they send as many requests as add instances.",
	    .rule = "A rate-based rule of AWS WAF limits each address by itself (AWS WAF Developer Guide, Using rate-based rule statements).",
	    .fix = "Raise 'firewall.rate_limit' to what a proxy among these addresses sends in five minutes, or write 'mode: count'.",
	    .wrong = "load_balancer: {allow: [203.0.113.7/32]}\nfirewall: {rate_limit: 2000}",
	    .right = "load_balancer: {allow: [203.0.113.7/32]}\nfirewall: {rate_limit: 90000}" },
	  rule_rate_limit,
	  ".load_balancer.allow .firewall.rate_limit .firewall.mode .scaling.out.requests_per_second unaligned-source" },
	{ .problem = {0} },
};
