// The names that AWS is given, and the check that AWS will take them: each row of the table below is a name that the
// templates make, with the row of limits.csv that rules it.

#include "facts/names.h"

#include "base/arena.h"
#include "base/ctx.h"
#include "facts/data.h"
#include "base/diag.h"
#include "base/hash.h"
#include "base/pattern.h"
#include "check/rules.h"
#include "spec/spec.h"

#include <string.h>

// Terraform appends 26 characters to a name_prefix.
enum { LOAD_BALANCER_MAX = 32, PREFIX_SUFFIX = 26 };

static const struct generated_name {
	const char *limit; // item of limits.csv
	const char *what;
	const char *suffix; // behind the stack's name
	bool prefix;        // Terraform makes the rest
} generated_names[] = {
	{"rds.identifier", "the database", "", false},
	{"db_subnet_group.name", "the database's subnet group", "", false},
	{"db_parameter_group.name", "the database's parameter group", "-", true},
	{"autoscaling_group.name", "the Auto Scaling group", "", false},
	{"launch_template.name", "the launch template", "-", true},
	{"security_group.name", "a security group", "-database-", true},
	{"iam.role.name", "the instances' role", "-", true},
	{"iam.instance_profile.name", "the instance profile", "-", true},
	{"secretsmanager.secret.name", "the token's secret", "-api-token-", true},
	{"s3.bucket", "the service's bucket", "-", true},
	{"logs.log_group.name", "a log group", "/slowquery", false},
	{"cloudwatch.alarm_name", "an alarm", "-database-connections", false},
	{"sns.topic.name", "the alarms' topic", "-alarms", false},
};

const char *
name_stack(struct ctx *c, const struct spec *s)
{
	return arena_printf(c->arena, "%s-%s", s->name.is, s->environment.is);
}

const char *
name_load_balancer(struct ctx *c, const struct spec *s)
{
	const char *stack = name_stack(c, s);
	char hex[HASH_HEX + 1];

	if (strlen(stack) <= LOAD_BALANCER_MAX)
		return stack;
	hash_hex(stack, strlen(stack), hex);
	return arena_printf(c->arena, "%.*s-%.6s", LOAD_BALANCER_MAX - 7, stack, hex);
}

const char *
name_target_group(struct ctx *c, const struct spec *s)
{
	const char *stack = name_stack(c, s);
	const char *fixed = arena_printf(c->arena, "%s HTTP %ld instance", stack, s->service.port.is);
	char hex[HASH_HEX + 1];

	hash_hex(fixed, strlen(fixed), hex);
	return arena_printf(c->arena, "%.*s-%.6s", LOAD_BALANCER_MAX - 7, stack, hex);
}

const char *
name_database(struct ctx *c, const struct spec *s)
{
	char *name = arena_printf(c->arena, "%s_db", s->name.is);

	for (char *at = name; *at; at++)
		*at = *at == '-' ? '_' : *at;
	return name;
}

// Why AWS would refuse name as a thing of that kind, or NULL.
static const char *
refusal(struct ctx *c, const char *limit, const char *name, size_t more)
{
	struct table t = data_table("limits.csv");
	struct row row;

	if (!data_find(&t, limit, NULL, &row))
		return arena_printf(c->arena, "no row '%s' in limits.csv", limit);
	size_t min = (size_t)data_number(c, &t, &row, "min"), max = (size_t)data_number(c, &t, &row, "max");
	size_t n = strlen(name) + more;
	const char *pattern = data_cell(c, &t, &row, "pattern_or_values");
	// What Terraform appends begins with a digit, so that a prefix may end in a hyphen.
	const char *whole = more ? arena_printf(c->arena, "%s0", name) : name;
	if (n < min || n > max)
		return arena_printf(c->arena, "it has %zu characters, and AWS allows %zu to %zu", n, min, max);
	if (*pattern == '^' && !pattern_matches(pattern, whole))
		return "AWS allows no hyphen at its end and no two in a row";
	return NULL;
}

static void
check_name(struct ctx *c, const struct spec *s, const char *limit, const char *what, const char *name, size_t more)
{
	const char *why = refusal(c, limit, name, more);

	if (why)
		diag(c, s->name.from.at, "invalid-name", "%s cannot be named '%s': %s", what, name, why);
}

void
rule_names(struct ctx *c, const struct spec *s)
{
	// limits.csv: lb.name, security_group.name, s3.bucket
	static const char *const reserved[] = {"internal-", "sg-", "sthree-", "amzn-s3-demo-"};
	const char *stack = name_stack(c, s);
	size_t before = c->diags->n;

	for (size_t i = 0; i < sizeof generated_names / sizeof *generated_names && c->diags->n == before; i++) {
		const struct generated_name *g = &generated_names[i];
		check_name(c, s, g->limit, g->what, arena_printf(c->arena, "%s%s", stack, g->suffix),
			g->prefix ? PREFIX_SUFFIX : 0);
	}
	if (c->diags->n > before)
		return;
	check_name(c, s, "rds.db_name.mysql", "the database's schema", name_database(c, s), 0);
	check_name(c, s, "lb.name", "the load balancer", name_load_balancer(c, s), 0);
	check_name(c, s, "target_group.name", "the target group", name_target_group(c, s), 0);
	for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
		if (strncmp(stack, reserved[i], strlen(reserved[i])) == 0)
			diag(c, s->name.from.at, "invalid-name", "AWS keeps names that begin with '%s' for itself", reserved[i]);
}

void
rule_shortened(struct ctx *c, const struct spec *s)
{
	const char *stack = name_stack(c, s), *cut = name_load_balancer(c, s);

	if (strcmp(stack, cut) != 0)
		diag(c, s->name.from.at, "name-shortened", "the load balancer is named '%s', as '%s' has more than %d characters",
			cut, stack, LOAD_BALANCER_MAX);
}
