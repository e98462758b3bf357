// What can be wrong about what watches a stack, and what a company requires of it.

#include "check/check.h"

#include "base/diag.h"
#include "spec/spec.h"

#include <string.h>

static void
rule_boundary_account(struct ctx *c, const struct spec *s)
{
	static const char arn[] = "arn:aws:iam::";
	const struct text *boundary = &s->security.permissions_boundary, *account = &s->security.allowed_account;

	if (!boundary->value || !account->value)
		return;
	const char *owner = boundary->value + strlen(arn);
	size_t n = strcspn(owner, ":");
	if (strncmp(owner, "aws:", 4) == 0 || strncmp(owner, account->value, n) == 0)
		return;
	struct diag *d = diag(c, boundary->from.at, "boundary-of-another-account",
		"the boundary is a policy of account %.*s, but the stack belongs to %s", (int)n, owner, account->value);
	diag_also(c, d, account->from.at, "'allowed_account' is given here");
}

static void
rule_budget_mail(struct ctx *c, const struct spec *s)
{
	// AWS Cost Management API, NotificationWithSubscribers
	enum { ADDRESSES = 10 };
	const struct texts *email = &s->alarms.email;

	if (!s->budget.from.given)
		return;
	if (!email->n) {
		struct diag *d = diag(c, s->budget.from.at, "budget-without-mail", "the budget has no address to send mails to");
		diag_hint(c, d, "name one in 'alarms.email'");
	} else if (email->n > ADDRESSES) {
		struct diag *d = diag(c, email->list[ADDRESSES].from.at, "budget-addresses",
			"a budget sends mails to %d addresses at most, and 'alarms.email' has %zu", ADDRESSES, email->n);
		diag_hint(c, d, "give a mailing list as one address");
	}
}

const struct check operation_checks[] = {
	{ { "boundary-of-another-account", SEV_ERROR,
	    .reason = "A role can have a boundary of its own account, or one of AWS's own policies, only.",
	    .rule = "IAM refuses a permissions boundary of another account (IAM API, CreateRole: PermissionsBoundary).",
	    .fix = "Create the policy in the stack's account and name that one.",
	    .wrong = "security: {permissions_boundary: 'arn:aws:iam::111122223333:policy/team', allowed_account: '123456789012'}",
	    .right = "security: {permissions_boundary: 'arn:aws:iam::123456789012:policy/team', allowed_account: '123456789012'}" },
	  rule_boundary_account, ".security.permissions_boundary .security.allowed_account" },
	{ { "budget-without-mail", SEV_ERROR,
	    .reason = "A budget only sends mails, and the spec names no address.",
	    .rule = "A notification of a budget has one subscriber or more (AWS Cost Management API, NotificationWithSubscribers).",
	    .fix = "Add 'alarms.email'.",
	    .wrong = "budget: {monthly_usd: 100}", .right = "budget: {monthly_usd: 100}\nalarms: {email: [ops@gym.example]}" },
	  rule_budget_mail, ".alarms.email .budget" },
	{ { "budget-addresses", SEV_ERROR,
	    .reason = "The mails of a budget go to the addresses of 'alarms.email', and there are more than AWS takes.",
	    .rule = "A notification of a budget has up to ten addresses (AWS Cost Management API, NotificationWithSubscribers).",
	    .fix = "Give a mailing list as one address, or leave 'budget' out.",
	    .wrong = "budget: {monthly_usd: 100}\nalarms: {email: [a@gym.example, b@gym.example, c@gym.example, d@gym.example, e@gym.example, "
		     "f@gym.example, g@gym.example, h@gym.example, i@gym.example, j@gym.example, k@gym.example]}",
	    .right = "budget: {monthly_usd: 100}\nalarms: {email: [team@gym.example]}" },
	  NULL, NULL },
	{ .problem = {0} },
};
