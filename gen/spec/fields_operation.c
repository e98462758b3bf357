// The keys of what watches and keeps a stack.

#include "spec/fields.h"

#include "spec/fields_shared.h"
#include "spec/spec.h"

#define BUDGET "the budget changes"
#define STATE "nothing in AWS changes; 'terraform init -migrate-state' moves the state"

const struct field alarms_fields[] = {
	{ FIELD_TEXTS(struct spec_alarms, email), .max = 20, .pattern = "^[^@\\s\"<>]+@[^@\\s\"<>]+\\.[^@\\s\"<>]+$",
	  .shape = "an e-mail address", .def = "[]", .example = "[ops@gym.example]",
	  .doc = "Addresses that receive alarms by mail. Each must confirm once. Without any, only the alarms that scale the group "
		 "exist.",
	  .edit = EDIT_IN_PLACE, .effect = "alarms and subscriptions change; a new address gets a mail to confirm" },
	{ FIELD_BOOL(struct spec_alarms, dashboard), .def = "true", .example = "false",
	  .doc = "Whether to create a CloudWatch dashboard for the stack.",
	  .edit = EDIT_IN_PLACE, .effect = "the dashboard is added or removed" },
	{0},
};

const struct field security_fields[] = {
	{ FIELD_BOOL(struct spec_security, kms), .def = "false", .example = "true",
	  .doc = "Whether a key of the stack's own encrypts the disks, the database, secrets, logs and alarms, so that the account decides who "
		 "may use it. Without it, AWS's own keys do.",
	  .src = "AWS KMS Developer Guide, AWS KMS keys: customer managed keys",
	  .edit = EDIT_ROLL, .effect = "after 'terraform init', for the new module, the instances are replaced; a database that exists keeps the key that it has" },
	{ FIELD_TEXT(struct spec_security, permissions_boundary),
	  .pattern = "^arn:aws:iam::(aws|[0-9]{12}):policy(/[!-.0-~]+)*/[A-Za-z0-9_+=,.@-]{1,128}$",
	  .shape = "the ARN of an IAM policy", .example = "arn:aws:iam::123456789012:policy/team-boundary",
	  .doc = "IAM policy that limits every role of the stack, whatever the role's own policies allow. It must allow what those "
		 "policies do, or no instance becomes healthy.",
	  .src = "IAM User Guide, Permissions boundaries for IAM entities; IAM API, CreateRole",
	  .edit = EDIT_IN_PLACE, .effect = "the roles' boundary changes at once" },
	{ FIELD_TEXT(struct spec_security, allowed_account), .pattern = "^[0-9]{12}$", .shape = "an AWS account's 12 digits",
	  .example = "\"123456789012\"",
	  .doc = "AWS account that the stack belongs to. Terraform stops when the credentials are those of another account.",
	  .src = "AWS provider: allowed_account_ids",
	  .edit = EDIT_IN_PLACE, .effect = "nothing in AWS changes; Terraform refuses other accounts" },
	{0},
};

const struct field budget_fields[] = {
	{ FIELD_INT(struct spec_budget, monthly_usd), .required = true, .min = 1, .max = 1000000, .example = "100",
	  .doc = "US dollars a month. AWS sends a mail to each address of 'alarms.email' when it forecasts 80 % of this for the month, "
		 "and when all of it is spent. Nothing is stopped.",
	  .src = "AWS Cost Management User Guide, Best practices for AWS Budgets: costs arrive up to three times a day",
	  .edit = EDIT_IN_PLACE, .effect = BUDGET },
	{ FIELD_CHOICE(struct spec_budget, scope), .words = WORDS("account", "stack"), .def = "account", .example = "stack",
	  .doc = "account: all costs of the AWS account count. stack: those of what bears this stack's tag count, once 'Stack' is "
		 "activated as a cost allocation tag in the Billing console; before that, nothing does.",
	  .src = "AWS Billing User Guide, Activating user-defined cost allocation tags",
	  .edit = EDIT_IN_PLACE, .effect = BUDGET },
	{0},
};

const struct field state_fields[] = {
	{ FIELD_TEXT(struct spec_state, bucket), .required = true,
	  .pattern = "^(?!xn--|sthree-|amzn-s3-demo-)(?!.*(-s3alias|--ol-s3)$)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$",
	  .shape = "an S3 bucket name: 3 to 63 of a-z, 0-9 and -", .example = "gym-tfstate-4711",
	  .doc = "S3 bucket for Terraform's state, which a team shares, with locking. Its name must be unique in all of AWS; "
		 "bootstrap/ creates it.",
	  .src = "limits.csv s3.bucket",
	  .edit = EDIT_IN_PLACE, .effect = STATE },
	{ FIELD_TEXT(struct spec_state, region), .pattern = REGION, .shape = "an AWS region such as us-east-1",
	  .example = "eu-central-1",
	  .doc = "Region of that bucket; without it, the stack's own. Environments in several regions can share one bucket.",
	  .src = "regions.csv",
	  .edit = EDIT_IN_PLACE, .effect = STATE },
	{0},
};
