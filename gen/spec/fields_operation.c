// The keys of what watches and keeps a stack.

#include "spec/fields.h"

#include "spec/fields_shared.h"
#include "spec/spec.h"

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
