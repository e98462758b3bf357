// What can be wrong about the instances, the service on them and how it is reached.

#include "base/arena.h"
#include "base/ctx.h"
#include "facts/data.h"
#include "base/diag.h"
#include "facts/facts.h"
#include "facts/pack.h"
#include "base/pattern.h"
#include "check/rules.h"
#include "spec/settings.h"
#include "spec/spec.h"
#include "base/suggest.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void
rule_instance_type(struct ctx *c, const struct spec *s)
{
	const struct text *type = &s->service.instance_type;
	struct table t = data_table("ec2_instance_types.csv");
	struct suggestion near = suggest_for(type->is);
	struct row row = {0};

	if (data_find(&t, type->is, NULL, &row))
		return;
	while (data_next(&t, &row))
		suggest(&near, data_cell(c, &t, &row, "type"));
	struct diag *d = diag(c, type->from.at, "unknown-instance-type", "unknown instance type '%s'", type->is);
	if (near.best)
		diag_hint(c, d, "did you mean '%s'?", near.best);
}

void
rule_instance_offered(struct ctx *c, const struct spec *s)
{
	// Small types, cheapest first: one of them is offered everywhere.
	static const char *const common[] = {"t4g.micro", "t3.micro", "c6g.medium"};
	const struct text *type = &s->service.instance_type;
	const char *letters = fact_offered(c, type->is, s->region.is);

	if (!letters || *letters)
		return;
	struct diag *d = diag(c, type->from.at, "instance-type-not-offered", "instance type '%s' is not offered in '%s'",
		type->is, s->region.is);
	for (size_t i = 0; i < sizeof common / sizeof *common; i++) {
		const char *there = fact_offered(c, common[i], s->region.is);
		if (!there || !*there)
			continue;
		diag_hint(c, d, "'%s' is offered there", common[i]);
		break;
	}
}

void
rule_instance_zones(struct ctx *c, const struct spec *s)
{
	const struct text *type = &s->service.instance_type;
	const char *letters = fact_offered(c, type->is, s->region.is);

	if (!letters || s->network.zones.count <= (long)strlen(letters))
		return;
	const struct origin *at = s->network.zones.from.given ? &s->network.zones.from : &type->from;
	struct diag *d = diag(c, at->at, "instance-type-in-few-zones",
		"the network has %ld zones, and '%s' offers '%s' in %zu", s->network.zones.count, s->region.is, type->is,
		strlen(letters));
	if (strlen(letters) >= 2)
		diag_hint(c, d, "'zones' of %zu fits", strlen(letters));
}

void
rule_old_instance_type(struct ctx *c, const struct spec *s)
{
	struct instance_facts f;

	if (fact_instance(c, s->service.instance_type.is, &f) && !f.current)
		diag(c, s->service.instance_type.from.at, "old-instance-type", "'%s' is of a previous generation",
			s->service.instance_type.is);
}

static bool
is_burstable(struct ctx *c, const struct spec *s)
{
	struct instance_facts f;

	return fact_instance(c, s->service.instance_type.is, &f) && f.burstable;
}

static bool
is_unlimited(const struct spec *s)
{
	return strcmp(s->service.cpu_credits.is, "unlimited") == 0;
}

void
rule_credits_without_burst(struct ctx *c, const struct spec *s)
{
	if (s->service.cpu_credits.from.given && !is_burstable(c, s))
		diag(c, s->service.cpu_credits.from.at, "credits-without-burst", "'%s' is not burstable and has no CPU credits",
			s->service.instance_type.is);
}

void
rule_standard_credits(struct ctx *c, const struct spec *s)
{
	if (is_burstable(c, s) && !is_unlimited(s))
		diag(c, s->service.cpu_credits.from.at, "standard-credits",
			"without credits '%s' may never reach the %ld %% CPU that adds instances", s->service.instance_type.is,
			s->scaling.out.cpu_percent.is);
}

void
rule_unlimited_credits(struct ctx *c, const struct spec *s)
{
	const struct text *at = s->service.cpu_credits.from.given ? &s->service.cpu_credits : &s->service.instance_type;

	if (is_burstable(c, s) && is_unlimited(s))
		diag(c, at->from.at, "unlimited-credits", "'%s' charges extra for sustained CPU above its baseline",
			s->service.instance_type.is);
}

void
rule_image_and_os(struct ctx *c, const struct spec *s)
{
	if (!s->service.image.is || !s->service.os.from.given)
		return;
	struct diag *d = diag(c, s->service.os.from.at, "image-and-os", "'os' has no effect beside 'image'");
	diag_also(c, d, s->service.image.from.at, "'image' is given here");
}

static bool
is_prebuilt(const struct spec *s)
{
	return strcmp(s->service.prebuilt.is, "binary") == 0;
}

void
rule_image_and_binary(struct ctx *c, const struct spec *s)
{
	if (!is_prebuilt(s) || !s->service.image.is)
		return;
	struct diag *d = diag(c, s->service.prebuilt.from.at, "image-and-binary",
		"which release '%s' holds is not known, and a program is made for one", s->service.image.is);
	diag_hint(c, d, "write source");
}

void
rule_service_binary(struct ctx *c, const struct spec *s)
{
	if (!is_prebuilt(s) || pack_find(c, s).archive)
		return;
	const char *target = pack_target(c, s);
	struct diag *d = diag(c, s->service.prebuilt.from.at, "no-service-binary", "this tfgen carries no program for %s", target);
	diag_hint(c, d, "run 'make service-binaries BINARIES=%s' where tfgen is built", target);
}

void
rule_open_api(struct ctx *c, const struct spec *s)
{
	if (strcmp(s->service.auth.is, "none") == 0)
		diag(c, s->service.auth.from.at, "open-api", "the API is open to everybody who can connect");
}

// ---- settings of the service, checked against its own table

static void
check_setting_value(struct ctx *c, const struct setting_row *row, const struct text *value)
{
	long n = (long)strlen(value->is);
	char *end;

	if (row->type == BOOL && strcmp(value->is, "true") != 0 && strcmp(value->is, "false") != 0)
		diag(c, value->from.at, "invalid-setting", "setting '%s' is '%s', expected true or false", row->name, value->is);
	if (row->type == TEXT && (n < row->min || n > row->max))
		diag(c, value->from.at, "invalid-setting", "setting '%s' is %ld bytes long, expected %ld to %ld", row->name, n,
			row->min, row->max);
	if (row->type != INT)
		return;
	errno = 0;
	n = strtol(value->is, &end, 10);
	if (errno || *end || !pattern_matches("^-?[0-9]+$", value->is) || n < row->min || n > row->max)
		diag(c, value->from.at, "invalid-setting", "setting '%s' is '%s', expected a number from %ld to %ld", row->name,
			value->is, row->min, row->max);
}

void
rule_settings(struct ctx *c, const struct spec *s)
{
	for (size_t i = 0; i < s->service.settings.n; i++) {
		const struct entry *e = &s->service.settings.list[i];
		struct suggestion near = suggest_for(e->key.is);
		const struct setting_row *row = setting_find(e->key.is, &near);
		if (row && row->owner == STACK) {
			diag(c, e->key.from.at, "stack-setting", "setting '%s' is filled in by the stack", e->key.is);
		} else if (row) {
			check_setting_value(c, row, &e->value);
		} else {
			struct diag *d = diag(c, e->key.from.at, "unknown-setting", "the service has no setting '%s'", e->key.is);
			if (near.best)
				diag_hint(c, d, "did you mean '%s'?", near.best);
		}
	}
}

// A stopping instance finishes its requests in three stages, each of which must last as long as a request may: the load balancer lets go
// of it, it is told to stop, it is killed.
void
rule_outlasting_requests(struct ctx *c, const struct spec *s)
{
	long request = derive_request_seconds(s), most = setting_find("drain_seconds", NULL)->max - DRAIN_MARGIN;

	if (request > most)
		diag(c, s->service.settings.from.at, "outlasting-requests",
			"with these settings a request may take %lds, and a service that stops has %lds for it", request, most);
}

void
rule_short_deregistration(struct ctx *c, const struct spec *s)
{
	const struct num *delay = &s->load_balancer.deregistration_delay;
	long request = derive_request_seconds(s);

	if (delay->is < request)
		diag(c, delay->from.at, "short-deregistration",
			"the load balancer cuts off requests to a leaving instance after %lds, and one may take %lds", delay->is, request);
}

// ---- how it is reached

void
rule_plain_http(struct ctx *c, const struct spec *s)
{
	diag(c, s->load_balancer.from.at, "plain-http", "the API is served over plain HTTP");
}

void
rule_health_path(struct ctx *c, const struct spec *s)
{
	const struct text *path = &s->load_balancer.health_check.path;

	if (strcmp(path->is, "/healthz") == 0 || strcmp(path->is, "/") == 0)
		return;
	struct diag *d = diag(c, path->from.at, "unserved-health-path", "the service does not answer on '%s' without a token",
		path->is);
	diag_hint(c, d, "write /healthz");
}

void
rule_health_timeout(struct ctx *c, const struct spec *s)
{
	const struct spec_health_check *h = &s->load_balancer.health_check;

	if (h->timeout.is < h->interval.is)
		return;
	const struct num *wrong = h->timeout.from.given ? &h->timeout : &h->interval;
	struct diag *d = diag(c, wrong->from.at, "health-timeout",
		"a health check times out after %lds, not before the next one at %lds", h->timeout.is, h->interval.is);
	if (h->timeout.from.given && h->interval.from.given)
		diag_also(c, d, h->interval.from.at, "'interval' is given here");
}

void
rule_slow_to_healthy(struct ctx *c, const struct spec *s)
{
	const struct spec_health_check *h = &s->load_balancer.health_check;
	long seconds = h->interval.is * h->healthy.is;

	if (seconds > 300)
		diag(c, h->interval.from.given ? h->interval.from.at : h->healthy.from.at, "slow-to-healthy",
			"an instance waits %lds for its first request: %ld checks, %lds apart", seconds, h->healthy.is,
			h->interval.is);
}

void
rule_tags(struct ctx *c, const struct spec *s)
{
	static const char *const ours[] = {"Name", "Stack", "Environment", "ManagedBy"};

	for (size_t i = 0; i < s->tags.n; i++)
		for (size_t k = 0; k < sizeof ours / sizeof *ours; k++)
			if (strcasecmp(s->tags.list[i].key.is, ours[k]) == 0)
				diag(c, s->tags.list[i].key.from.at, "reserved-tag", "tag '%s' is set by the stack",
					s->tags.list[i].key.is);
}

void
rule_empty_tags(struct ctx *c, const struct spec *s)
{
	for (size_t i = 0; i < s->tags.n; i++)
		if (!*s->tags.list[i].value.is)
			diag(c, s->tags.list[i].key.from.at, "empty-tag", "tag '%s' has no value", s->tags.list[i].key.is);
}
