// What can be wrong about names and tags: whether AWS accepts each name that the templates make, by
// the row of limits.csv for its kind.

#include "check/check.h"

#include "base/arena.h"
#include "base/ctx.h"
#include "base/diag.h"
#include "base/pattern.h"
#include "base/unicode.h"
#include "facts/data.h"
#include "facts/names.h"
#include "spec/spec.h"

#include <string.h>

// What follows a name: Terraform appends 26 characters to a name_prefix; the database's identifier
// ends with the id of its security group, without "sg-".
enum { PREFIX = 26, GROUP_ID = 17 };

static const struct generated_name {
	const char *limit; // item of limits.csv
	const char *what;
	const char *suffix; // after the stack's name
	size_t more;        // characters appended to that
} generated_names[] = {
	{"rds.identifier", "the database", "-", GROUP_ID},
	{"db_subnet_group.name", "the database's subnet group", "", 0},
	{"db_parameter_group.name", "the database's parameter group", "-", PREFIX},
	{"autoscaling_group.name", "the Auto Scaling group", "-", PREFIX},
	{"launch_template.name", "the launch template", "-", PREFIX},
	{"security_group.name", "a security group", "-database-", PREFIX},
	{"iam.role.name", "the instances' role", "-", PREFIX},
	{"iam.instance_profile.name", "the instance profile", "-", PREFIX},
	{"secretsmanager.secret.name", "the token's secret", "-api-token-", PREFIX},
	{"s3.bucket", "the service's bucket", "-", PREFIX},
	{"logs.log_group.name", "a log group", "/slowquery", 0},
	{"cloudwatch.alarm_name", "an alarm", "-requests-per-instance-high", 0},
	{"sns.topic.name", "the alarms' topic", "-alarms", 0},
	{"wafv2.name", "the firewall", "", 0},
};

// Why AWS would refuse the name, or NULL. limit is its row of limits.csv; more characters will be
// appended.
static const char *
refusal(struct ctx *c, const struct table *limits, const char *limit, const char *name, size_t more)
{
	struct row row;

	if (!data_find(limits, limit, NULL, &row))
		return arena_printf(c->arena, "no row '%s' in limits.csv", limit);
	size_t min = (size_t)data_number(limits, &row, "min"), max = (size_t)data_number(limits, &row, "max");
	size_t n = strlen(name) + more;
	const char *pattern = data_cell(c, limits, &row, "pattern_or_values");
	// What is appended begins with a letter or a digit, so that a prefix may end in a hyphen.
	const char *whole = more ? arena_join(c->arena, name, "0") : name;
	if (n < min || n > max)
		return arena_printf(c->arena, "it has %zu characters, and AWS allows %zu to %zu", n, min, max);
	if (*pattern == '^' && !pattern_matches(pattern, whole))
		return "AWS allows no hyphen at the end and no two in a row";
	return NULL;
}

static void
check_name(struct ctx *c, const struct spec *s, const struct table *limits, const char *limit, const char *what, const char *name, size_t more)
{
	const char *why = refusal(c, limits, limit, name, more);

	if (why)
		diag(c, s->name.from.at, "invalid-name", "%s cannot be named '%s%s': %s", what, name, more ? "..." : "", why);
}

static void
rule_names(struct ctx *c, const struct spec *s)
{
	// limits.csv: lb.name, security_group.name, s3.bucket
	static const char *const reserved[] = {"internal-", "sg-", "sthree-", "amzn-s3-demo-"};
	struct table limits = data_table("limits.csv");
	const char *stack = name_stack(c, s);
	size_t before = c->diags->reports;

	for (size_t i = 0; i < sizeof generated_names / sizeof *generated_names && c->diags->reports == before; i++) {
		const struct generated_name *g = &generated_names[i];
		check_name(c, s, &limits, g->limit, g->what, arena_join(c->arena, stack, g->suffix), g->more);
	}
	if (c->diags->reports > before)
		return;
	check_name(c, s, &limits, "rds.db_name.mysql", "the database's schema", name_database(c, s), 0);
	check_name(c, s, &limits, "lb.name", "the load balancer", name_load_balancer(c, s), 0);
	check_name(c, s, &limits, "target_group.name", "the target group", name_target_group(c, s), 0);
	for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
		if (strncmp(stack, reserved[i], strlen(reserved[i])) == 0)
			diag(c, s->name.from.at, "invalid-name", "AWS reserves names that begin with '%s'", reserved[i]);
}

static void
rule_shortened(struct ctx *c, const struct spec *s)
{
	const char *stack = name_stack(c, s), *cut = name_load_balancer(c, s);

	if (strcmp(stack, cut) != 0)
		diag(c, s->name.from.at, "name-shortened", "the load balancer is named '%s': '%s' has more than %d characters",
			cut, stack, NAME_LOAD_BALANCER_MAX);
}

static void
rule_tags(struct ctx *c, const struct spec *s)
{
	static const char *const ours[] = {"Name", "Stack", "Environment", "ManagedBy"};

	for (size_t i = 0; i < s->tags.n; i++)
		for (size_t k = 0; k < sizeof ours / sizeof *ours; k++)
			if (unicode_is_same_caseless(s->tags.list[i].key.value, ours[k]))
				diag(c, s->tags.list[i].key.from.at, "reserved-tag", "the stack sets the tag '%s' itself",
					s->tags.list[i].key.value);
}

// Keys that are the same to the letter are a duplicate key of the YAML.
static void
rule_tags_case(struct ctx *c, const struct spec *s)
{
	for (size_t i = 1; i < s->tags.n; i++) {
		const struct text *key = &s->tags.list[i].key;
		for (size_t k = 0; k < i; k++) {
			const struct text *first = &s->tags.list[k].key;
			if (!unicode_is_same_caseless(key->value, first->value))
				continue;
			struct diag *d = diag(c, key->from.at, "repeated-tag", "tags '%s' and '%s' differ only in case", first->value,
				key->value);
			diag_also(c, d, first->from.at, "first given here");
			diag_hint(c, d, "keep one of the two");
			break;
		}
	}
}

static void
rule_empty_tags(struct ctx *c, const struct spec *s)
{
	for (size_t i = 0; i < s->tags.n; i++)
		if (!*s->tags.list[i].text.value)
			diag(c, s->tags.list[i].key.from.at, "empty-tag", "tag '%s' has no value", s->tags.list[i].key.value);
}

const struct check name_checks[] = {
	{ { "invalid-name", SEV_ERROR,
	    .reason = "AWS would refuse a name that is made from 'name' and 'environment'.",
	    .rule = "Each kind of resource has its own limits for names (limits.csv); a database, for instance, allows no two hyphens "
		    "in a row.",
	    .fix = "Choose a 'name' of letters, digits and single hyphens.",
	    .wrong = "name: my--app", .right = "name: my-app" },
	  rule_names, ".name .environment" },
	{ { "name-shortened", SEV_NOTE,
	    .reason = "The name of the load balancer is cut and ends in a hash, so it is harder to recognise in the console.",
	    .rule = "Names of load balancers and target groups have at most 32 characters (limits.csv lb.name).",
	    .fix = "Nothing is wrong. A shorter 'name' or 'environment' is kept whole.",
	    .wrong = "name: a-name-of-20-letters\nenvironment: acceptance-2", .right = "name: gym\nenvironment: acceptance-2" },
	  rule_shortened, ".name .environment invalid-name" },
	{ { "reserved-tag", SEV_ERROR,
	    .reason = "The stack sets this tag itself.",
	    .rule = "AWS accepts a tag key once for each resource. IAM compares keys without case.",
	    .fix = "Choose another key. Name, Stack, Environment and ManagedBy are taken.",
	    .wrong = "tags: {stack: mine}", .right = "tags: {team: backend}" },
	  rule_tags, NULL },
	{ { "repeated-tag", SEV_ERROR,
	    .reason = "Two keys of 'tags' differ only in the case of their letters, so 'terraform apply' would fail at the first role.",
	    .rule = "IAM compares the keys of tags without case and refuses a role with both: \"Duplicate tag keys found. Please note "
		    "that Tag keys are case insensitive.\" (seen in aws/aws-cdk#26253). Other services accept both.",
	    .fix = "Remove one of the two.",
	    .wrong = "tags: {owner: team-a, Owner: team-a}", .right = "tags: {owner: team-a}" },
	  rule_tags_case, NULL },
	{ { "empty-tag", SEV_WARNING,
	    .reason = "Some resources would not have this tag.",
	    .rule = "The AWS provider (seen with 5.100) leaves tags with an empty value away from some kinds of resources.",
	    .fix = "Give the tag a value, such as \"yes\".",
	    .wrong = "tags: {temporary: \"\"}", .right = "tags: {temporary: \"yes\"}" },
	  rule_empty_tags, ".tags" },
	{ .problem = {0} },
};
