// What can be wrong about the instances and the service on them.

#include "check/check.h"

#include "base/arena.h"
#include "base/ctx.h"
#include "base/diag.h"
#include "base/pattern.h"
#include "base/suggest.h"
#include "check/known.h"
#include "facts/facts.h"
#include "facts/pack.h"
#include "spec/settings.h"
#include "spec/spec.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static void
rule_instance_type(struct ctx *c, const struct spec *s)
{
	check_known(c, &s->service.instance_type, "ec2_instance_types.csv", "type", "unknown-instance-type", "instance type");
}

static void
rule_instance_offered(struct ctx *c, const struct spec *s)
{
	// Small types, cheapest first: every region offers one of them.
	static const char *const common[] = {"t4g.micro", "t3.micro", "c6g.medium"};
	const struct text *type = &s->service.instance_type;
	const char *letters;

	if (fact_offered(c, type->value, s->region.value, &letters))
		return;
	struct diag *d = diag(c, type->from.at, "instance-type-not-offered", "instance type '%s' is not offered in '%s'",
		type->value, s->region.value);
	for (size_t i = 0; i < sizeof common / sizeof *common; i++) {
		if (!fact_offered(c, common[i], s->region.value, &letters))
			continue;
		diag_hint(c, d, "'%s' is offered there", common[i]);
		break;
	}
}

static void
rule_instance_zones(struct ctx *c, const struct spec *s)
{
	const struct text *type = &s->service.instance_type;
	const char *letters;

	fact_offered(c, type->value, s->region.value, &letters);
	if (s->network.vpc_id.value || !letters || s->network.zones.count <= (long)strlen(letters))
		return;
	const struct origin *at = s->network.zones.from.given ? &s->network.zones.from : &type->from;
	struct diag *d = diag(c, at->at, "instance-type-in-few-zones",
		"the network has %ld zones, but '%s' offers '%s' in %zu of them", s->network.zones.count, s->region.value, type->value,
		strlen(letters));
	if (strlen(letters) >= 2)
		diag_hint(c, d, "'zones: %zu' fits", strlen(letters));
}

static void
rule_zones_unknown(struct ctx *c, const struct spec *s)
{
	const struct text *type = &s->service.instance_type;
	const char *letters;

	if (fact_offered(c, type->value, s->region.value, &letters) && !letters)
		diag(c, type->from.at, "offering-zones-unknown", "the zones of '%s' that offer '%s' are not known to tfgen",
			s->region.value, type->value);
}

static void
rule_legacy_instance_type(struct ctx *c, const struct spec *s)
{
	struct instance_facts f;

	if (fact_instance(c, s->service.instance_type.value, &f) && !f.current)
		diag(c, s->service.instance_type.from.at, "old-instance-type", "'%s' is of a previous generation",
			s->service.instance_type.value);
}

static bool
is_burstable(struct ctx *c, const struct spec *s)
{
	struct instance_facts f;

	return fact_instance(c, s->service.instance_type.value, &f) && f.burstable;
}

static bool
is_unlimited(const struct spec *s)
{
	return strcmp(s->service.cpu_credits.value, "unlimited") == 0;
}

static void
rule_credits_without_burst(struct ctx *c, const struct spec *s)
{
	if (s->service.cpu_credits.from.given && !is_burstable(c, s))
		diag(c, s->service.cpu_credits.from.at, "credits-without-burst", "'%s' is not burstable and has no CPU credits",
			s->service.instance_type.value);
}

static void
rule_standard_credits(struct ctx *c, const struct spec *s)
{
	const struct spec_scaling *scaling = &s->scaling;
	long percent = derive_tracks_target(s) ? scaling->target.cpu_percent.value : scaling->out.cpu_percent.value;

	if (percent && is_burstable(c, s) && !is_unlimited(s) && !derive_parked(s))
		diag(c, s->service.cpu_credits.from.at, "standard-credits",
			"when its credits are spent, '%s' may never reach the %ld %% CPU that adds instances", s->service.instance_type.value,
			percent);
}

static void
rule_unlimited_credits(struct ctx *c, const struct spec *s)
{
	const struct text *at = s->service.cpu_credits.from.given ? &s->service.cpu_credits : &s->service.instance_type;

	if (is_burstable(c, s) && is_unlimited(s) && !derive_parked(s))
		diag(c, at->from.at, "unlimited-credits", "'%s' costs extra for sustained CPU above its baseline",
			s->service.instance_type.value);
}

static void
rule_image_and_os(struct ctx *c, const struct spec *s)
{
	if (!s->service.image.value || !s->service.os.from.given)
		return;
	struct diag *d = diag(c, s->service.os.from.at, "image-and-os", "'os' has no effect beside 'image'");
	diag_also(c, d, s->service.image.from.at, "'image' is given here");
}

static bool
is_prebuilt(const struct spec *s)
{
	return strcmp(s->service.prebuilt.value, "binary") == 0;
}

static void
rule_image_and_binary(struct ctx *c, const struct spec *s)
{
	if (!is_prebuilt(s) || !s->service.image.value)
		return;
	struct diag *d = diag(c, s->service.prebuilt.from.at, "image-and-binary",
		"a program is built for one release, and the release of '%s' is unknown", s->service.image.value);
	diag_hint(c, d, "write 'prebuilt: source'");
}

static void
rule_service_binary(struct ctx *c, const struct spec *s)
{
	if (!is_prebuilt(s) || pack_find(c, s).archive)
		return;
	const char *target = pack_target(c, s);
	struct diag *d = diag(c, s->service.prebuilt.from.at, "no-service-binary", "this tfgen carries no program for %s", target);
	diag_hint(c, d, "run 'make service-binaries BINARIES=%s' in tfgen's source tree", target);
}

static void
rule_open_api(struct ctx *c, const struct spec *s)
{
	if (strcmp(s->service.auth.value, "none") == 0)
		diag(c, s->service.auth.from.at, "open-api", "the API is open to anyone who can connect");
}

static void
rule_admin_port(struct ctx *c, const struct spec *s)
{
	long admin = strtol(setting_row(SETTING_admin_port)->def, NULL, 10);

	if (s->service.port.value != admin)
		return;
	struct diag *d = diag(c, s->service.port.from.at, "admin-port", "port %ld is the one for the service's own metrics", admin);
	diag_hint(c, d, "write another one, such as 'port: 8080'");
}

// ---- settings of the service, checked against its own table

static void
check_setting_value(struct ctx *c, const struct setting *row, const struct text *value)
{
	long n = (long)strlen(value->value);
	char *end;

	if (row->type == SETTING_BOOL && strcmp(value->value, "true") != 0 && strcmp(value->value, "false") != 0)
		diag(c, value->from.at, "invalid-setting", "setting '%s' is '%s', expected true or false", row->name, value->value);
	if (row->type == SETTING_TEXT && (n < row->min || n > row->max))
		diag(c, value->from.at, "invalid-setting", "setting '%s' is %ld bytes long, expected %ld to %ld", row->name, n,
			row->min, row->max);
	if (row->type != SETTING_INT)
		return;
	errno = 0;
	n = strtol(value->value, &end, 10);
	if (errno || *end || !pattern_matches("^[0-9]+$", value->value) || n < row->min || n > row->max)
		diag(c, value->from.at, "invalid-setting", "setting '%s' is '%s', expected a number from %ld to %ld", row->name,
			value->value, row->min, row->max);
}

static void
rule_settings(struct ctx *c, const struct spec *s)
{
	for (size_t i = 0; i < s->service.settings.n; i++) {
		const struct entry *e = &s->service.settings.list[i];
		struct suggestion near = suggest_for(e->key.value);
		const struct setting *row = setting_find(e->key.value, &near);
		if (row && row->owner == OWNER_STACK) {
			diag(c, e->key.from.at, "stack-setting", "the stack fills in the setting '%s' itself", e->key.value);
		} else if (row) {
			check_setting_value(c, row, &e->text);
		} else {
			struct diag *d = diag(c, e->key.from.at, "unknown-setting", "the service has no setting '%s'", e->key.value);
			if (near.best)
				diag_hint(c, d, "did you mean '%s'?", near.best);
		}
	}
}

// A leaving instance finishes its requests in three stages: the load balancer deregisters it,
// systemd stops the service, systemd kills it. Each stage must last as long as a request may take.
static void
rule_outlasting_requests(struct ctx *c, const struct spec *s)
{
	long request = derive_request_seconds(s), most = setting_row(SETTING_drain_seconds)->max - DRAIN_MARGIN;

	if (request > most)
		diag(c, s->service.settings.from.at, "outlasting-requests",
			"with these settings a request may take %lds, but a stopping service has %lds", request, most);
}

const struct check service_checks[] = {
	{ { "unknown-instance-type", SEV_ERROR,
	    .reason = "EC2 has no such instance type, as far as tfgen's table knows.",
	    .rule = "A type is named <family>.<size> (ec2_instance_types.csv).",
	    .fix = "Choose a type that exists, such as t3.micro, t4g.small or c7g.large.",
	    .wrong = "service: {instance_type: t3.mirco}", .right = "service: {instance_type: t3.micro}" },
	  rule_instance_type, ".service.instance_type" },
	{ { "instance-type-not-offered", SEV_ERROR,
	    .reason = "EC2 does not offer this instance type in this region, so no instance would start.",
	    .rule = "Which types a region offers differs from region to region (ec2_offerings.csv).",
	    .fix = "Choose a type that the region offers, or another region.",
	    .wrong = "region: me-central-1\nservice: {instance_type: t3.micro}",
	    .right = "region: us-east-1\nservice: {instance_type: t3.micro}" },
	  rule_instance_offered, ".region .service.instance_type unknown-region unknown-instance-type" },
	{ { "instance-type-in-few-zones", SEV_ERROR,
	    .reason = "EC2 offers this instance type in fewer zones of the region than the network has. Instances could not start in "
		      "the other zones.",
	    .rule = "Which types a zone offers differs from zone to zone: us-east-1e, for example, has no t3 (ec2_offerings.csv).",
	    .fix = "Lower 'network.zones', or choose another instance type.",
	    .wrong = "region: us-east-1\nnetwork: {zones: 6}\nservice: {instance_type: t3.micro}",
	    .right = "region: us-east-1\nnetwork: {zones: 5}\nservice: {instance_type: t3.micro}" },
	  rule_instance_zones,
	  ".region .service.instance_type .network.zones unknown-region unknown-instance-type instance-type-not-offered "
	  "too-few-zones zone-outside-region" },
	{ { "offering-zones-unknown", SEV_NOTE,
	    .reason = "tfgen knows that the region offers the instance type, but not in which zones. A zone without it is found when "
		      "Terraform plans.",
	    .rule = "For some regions no list of offerings by zone was found (ec2_offerings.csv, cells with *).",
	    .fix = "'aws ec2 describe-instance-type-offerings --location-type availability-zone' lists the zones. Name zones of "
		   "that list in 'network.zones'.",
	    .wrong = "region: mx-central-1", .right = "region: us-east-1" },
	  rule_zones_unknown,
	  ".region .service.instance_type unknown-region unknown-instance-type" },
	{ { "old-instance-type", SEV_WARNING,
	    .reason = "The type is of a previous generation: more expensive, slower and often unavailable.",
	    .rule = "AWS lists these types as previous generation (ec2_instance_types.csv, column current_gen).",
	    .fix = "Choose a current type of the same family: m7g instead of m4, c7g instead of c4.",
	    .wrong = "service: {instance_type: m3.medium}", .right = "service: {instance_type: m7g.medium}" },
	  rule_legacy_instance_type, ".service.instance_type unknown-instance-type instance-type-not-offered" },
	{ { "credits-without-burst", SEV_ERROR,
	    .reason = "This instance type has no CPU credits.",
	    .rule = "Only burstable types (t2, t3, t3a, t4g) have a credit mode; EC2 refuses it for others.",
	    .fix = "Remove 'cpu_credits', or choose a burstable type.",
	    .wrong = "service: {instance_type: c7g.large, cpu_credits: unlimited}", .right = "service: {instance_type: c7g.large}" },
	  rule_credits_without_burst, ".service.instance_type .service.cpu_credits unknown-instance-type" },
	{ { "standard-credits", SEV_WARNING,
	    .reason = "When its credits are spent, a burstable instance in standard mode is held near its baseline, a fraction of a "
		      "core. CPU then never reaches the threshold that adds instances, and may look low enough to remove some in the "
		      "middle of an overload.",
	    .rule = "The baseline of a t3.micro is 10 % of each vCPU (EC2 User Guide, standard mode of burstable instances).",
	    .fix = "Use 'cpu_credits: unlimited', or a type that is not burstable.",
	    .wrong = "service: {cpu_credits: standard}", .right = "service: {instance_type: c7g.large}" },
	  rule_standard_credits,
	  ".service.instance_type .service.cpu_credits unknown-instance-type credits-without-burst" },
	{ { "unlimited-credits", SEV_NOTE,
	    .reason = "Sustained CPU above the baseline costs extra.",
	    .rule = "In unlimited mode, EC2 charges CPU beyond the earned credits by the vCPU-hour.",
	    .fix = "Nothing is wrong. Under constant load, a type that is not burstable costs less.",
	    .wrong = "service: {instance_type: t3.micro}", .right = "service: {instance_type: c7g.large}" },
	  rule_unlimited_credits, ".service.instance_type .service.cpu_credits unknown-instance-type" },
	{ { "image-and-os", SEV_ERROR,
	    .reason = "'image' fixes the image that 'os' would find, so only one of them can hold.",
	    .fix = "Remove one of the two.",
	    .wrong = "service: {os: debian-12, image: ami-0123456789abcdef0}",
	    .right = "service: {image: ami-0123456789abcdef0}" },
	  rule_image_and_os, NULL },
	{ { "image-and-binary", SEV_ERROR,
	    .reason = "A program runs on the release it was built for, and tfgen cannot know which release an image holds.",
	    .fix = "Use 'prebuilt: source' with 'image', or remove 'image'.",
	    .wrong = "service: {prebuilt: binary, image: ami-0123456789abcdef0}",
	    .right = "service: {prebuilt: source, image: ami-0123456789abcdef0}" },
	  rule_image_and_binary, NULL },
	{ { "no-service-binary", SEV_ERROR,
	    .reason = "'prebuilt: binary' packs a program for the release and architecture of the instances. This tfgen was built "
		      "without that program.",
	    .fix = "Run 'make service-binaries' in tfgen's source tree, which builds the program and a tfgen that carries it; or use "
		   "'prebuilt: source'." },
	  rule_service_binary,
	  ".service.prebuilt .service.os .service.instance_type unknown-instance-type image-and-binary image-and-os" },
	{ { "open-api", SEV_WARNING,
	    .reason = "Without a token, anyone who can connect can read and change all data.",
	    .fix = "Use 'auth: token', or limit 'load_balancer.allow' to networks that you trust.",
	    .wrong = "service: {auth: none}", .right = "service: {auth: token}" },
	  rule_open_api, ".service.auth" },
	{ { "admin-port", SEV_ERROR,
	    .reason = "The service listens on this port too, on the instance itself, for metrics and health. It cannot open one port "
		      "twice, so no instance would start.",
	    .fix = "Use another 'service.port'.",
	    .wrong = "service: {port: 8081}", .right = "service: {port: 8080}" },
	  rule_admin_port, ".service.port" },
	{ { "unknown-setting", SEV_ERROR,
	    .reason = "The service has no such setting, and would refuse to start.",
	    .fix = "'crudd --help' lists the settings.",
	    .wrong = "service: {settings: {titel: City Gym}}", .right = "service: {settings: {title: City Gym}}" },
	  rule_settings, NULL },
	{ { "stack-setting", SEV_ERROR,
	    .reason = "The stack fills in this setting of the service itself.",
	    .fix = "Use the spec's own key if there is one: 'service.port', 'service.database_connections', "
		   "'load_balancer.idle_timeout'.",
	    .wrong = "service: {settings: {port: 9000}}", .right = "service: {port: 9000}" },
	  NULL, NULL },
	{ { "invalid-setting", SEV_ERROR,
	    .reason = "The service would refuse this value, and not start.",
	    .fix = "'crudd --help' lists the settings with their ranges.",
	    .wrong = "service: {settings: {log_requests: maybe}}", .right = "service: {settings: {log_requests: false}}" },
	  NULL, NULL },
	{ { "outlasting-requests", SEV_ERROR,
	    .reason = "A stopping service finishes the requests in flight, and systemd kills it if that takes too long. With "
		      "these settings a request may take longer than that.",
	    .rule = "A request may take the time to arrive ('request_seconds'), to wait in the queue ('queue_ms'), to start its "
		    "statements ('db_timeout') and to finish the last one ('db_timeout' again).",
	    .fix = "Lower those settings.",
	    .wrong = "service: {settings: {request_seconds: 60}}", .right = "service: {settings: {request_seconds: 12}}" },
	  rule_outlasting_requests, ".service.settings unknown-setting invalid-setting stack-setting" },
	{ .problem = {0} },
};
