// The keys of the instances: what runs on them, and how many there are.

#include "spec/fields.h"

#include "spec/fields_shared.h"
#include "spec/settings.h"
#include "spec/spec.h"

#define ROLLED "the instances are replaced"
#define LATER "it takes effect at the next replacement of the instances"
#define SCALING "policies and alarms change"
#define SCHEDULE "the scheduled action changes; the group keeps its sizes until the next one"

static const struct field rollout_fields[] = {
	{ FIELD_BOOL(struct spec_rollout, wait), .def = "true", .example = "false",
	  .doc = "Whether an apply waits until the new version is in service, and fails if it is not. true and false both need the AWS "
		 "CLI.",
	  .edit = EDIT_IN_PLACE, .effect = LATER },
	{ FIELD_INT(struct spec_rollout, min_healthy), .min = 0, .max = 100, .def = "100", .example = "90",
	  .doc = "Percentage of the instances that stay in service during a replacement. 100: each new one starts before an old one "
		 "goes.",
	  .src = "EC2 Auto Scaling API, RefreshPreferences MinHealthyPercentage",
	  .edit = EDIT_IN_PLACE, .effect = LATER },
	{ FIELD_DURATION(struct spec_rollout, bake), .min = 0, .max = 172800, .def = "5m", .example = "15m",
	  .doc = "How long the new instances must work, after the last one was started, before the new version counts as successful.",
	  .src = "EC2 Auto Scaling API, RefreshPreferences BakeTime",
	  .edit = EDIT_IN_PLACE, .effect = LATER },
	{ FIELD_BOOL(struct spec_rollout, rollback_on_5xx), .def = "true", .example = "false",
	  .doc = "Whether server errors, ten a minute and 5 % of the requests or more, roll a new version back.",
	  .edit = EDIT_IN_PLACE, .effect = "an alarm is added or removed, for the next replacement" },
	{0},
};

const struct field service_fields[] = {
	{ FIELD_TEXT(struct spec_service, instance_type), .pattern = "^[a-z0-9-]+\\.[a-z0-9-]+$",
	  .shape = "an EC2 instance type such as t3.micro", .def = "t3.micro", .example = "t4g.small",
	  .doc = "EC2 instance type. The image and the packages follow from its architecture.",
	  .src = "ec2_instance_types.csv, ec2_offerings.csv",
	  .edit = EDIT_ROLL, .effect = ROLLED },
	{ FIELD_CHOICE(struct spec_service, cpu_credits), .words = WORDS("standard", "unlimited"),
	  .def = "unlimited", .example = "standard",
	  .doc = "What happens when a burstable type (t2, t3, t3a, t4g) has spent its CPU credits: unlimited stays at full speed "
		 "and costs extra, standard falls back to a fraction of a core.",
	  .edit = EDIT_ROLL, .effect = ROLLED },
	{ FIELD_CHOICE(struct spec_service, os), .words = WORDS("debian-12", "debian-13", "ubuntu-24.04"),
	  .def = "debian-13", .example = "ubuntu-24.04",
	  .doc = "Operating system. Terraform uses the newest image of that release; a newer one replaces the instances at the "
		 "next apply. 'image' fixes one image instead.",
	  .edit = EDIT_ROLL, .effect = ROLLED },
	{ FIELD_TEXT(struct spec_service, image), .pattern = "^ami-([0-9a-f]{8}|[0-9a-f]{17})$",
	  .shape = "an image id such as ami-0123456789abcdef0", .example = "ami-0123456789abcdef0",
	  .doc = "A fixed image instead of the newest one of 'os'. It must have the architecture of the instance type and contain "
		 "Debian or Ubuntu.",
	  .edit = EDIT_ROLL, .effect = ROLLED },
	{ FIELD_CHOICE(struct spec_service, auth), .words = WORDS("token", "none"), .def = "token",
	  .example = "none",
	  .doc = "token: API calls need a bearer token, which the stack creates in Secrets Manager. none: anyone who can connect may call.",
	  .edit = EDIT_ROLL, .effect = "the instances are replaced; until the last one is, some require a token and some do not" },
	{ FIELD_INT(struct spec_service, disk_gb), .min = 8, .max = 16384, .def = "8", .example = "20",
	  .doc = "Size of an instance's root volume in GiB; gp3, encrypted.",
	  .edit = EDIT_ROLL, .effect = ROLLED },
	{ FIELD_INT(struct spec_service, port), .min = 1024, .max = 65535, .def = "8080", .example = "9000",
	  .doc = "Port that the service listens on. It runs without privileges, so ports below 1024 are not possible.",
	  .src = "limits.csv port",
	  .edit = EDIT_ROLL, .effect = "a second group on the new port starts beside the old one with 'scaling.min' instances, and "
				       "takes over when they are healthy" },
	{ FIELD_INT(struct spec_service, database_connections), .min = SETTING_MIN_db_connections,
	  .max = SETTING_MAX_db_connections, .def = "4", .example = "8",
	  .doc = "Database connections that each instance keeps open. Ten instances with four each, and two more during a "
		 "refresh, fit the smallest database.",
	  .src = "the service's setting db_connections",
	  .edit = EDIT_ROLL, .effect = ROLLED },
	{ FIELD_INT(struct spec_service, log_days),
	  .words = WORDS("0", "1", "3", "5", "7", "14", "30", "60", "90", "120", "150", "180", "365", "400", "545", "731", "1096",
		  "1827", "2192", "2557", "2922", "3288", "3653"),
	  .min = 0, .max = 3653, .def = "30", .example = "365",
	  .doc = "Days to keep the service's logs in CloudWatch; 0: do not send them there.",
	  .src = "limits.csv logs.retention_in_days",
	  .edit = EDIT_JUDGED },
	{ FIELD_CHOICE(struct spec_service, prebuilt), .words = WORDS("source", "binary"), .def = "source", .example = "binary",
	  .doc = "source: every instance builds the service when it boots. binary: it fetches a program that this tfgen contains for "
		 "its release and architecture, which boots in a fraction of the time.",
	  .edit = EDIT_ROLL, .effect = ROLLED },
	{ FIELD_BOOL(struct spec_service, detailed_metrics), .def = "true", .example = "false",
	  .doc = "Whether EC2 measures the instances every minute, which AWS charges as 7 metrics of each, or every five minutes. A group "
		 "that changes its size by CPU needs every minute.",
	  .src = "Amazon EC2 User Guide, Manage detailed monitoring for your EC2 instances; prices.csv cloudwatch metric-custom",
	  .edit = EDIT_ROLL, .effect = ROLLED },
	{ FIELD_DICT(struct spec_service, settings), .max = 50, .key_pattern = "^[a-z][a-z0-9_]*$",
	  .shape = "setting names made of a-z, 0-9 and _", .def = "{}", .example = "{title: City Gym}",
	  .doc = "Settings of the service itself; 'crudd --help' lists them.",
	  .edit = EDIT_ROLL, .effect = ROLLED },
	{ FIELD_SECTION(struct spec_service, rollout), .doc = "How a new version of the service replaces the old one." },
	{0},
};

static const struct field out_fields[] = {
	{ FIELD_INT(struct spec_out, cpu_percent), .min = 1, .max = 100, .def = "80", .example = "60",
	  .doc = "Average CPU of the group, in percent, at or above which instances are added.",
	  .edit = EDIT_IN_PLACE, .effect = SCALING },
	{ FIELD_INT(struct spec_out, requests_per_second), .min = 0, .max = 10000000, .def = "150", .example = "500",
	  .doc = "Requests per second over the whole load balancer at or above which instances are added; 0 = never for requests. "
		 "The figure does not fall when instances are added. It is off, too, if only requests_per_second_per_instance is given.",
	  .edit = EDIT_IN_PLACE, .effect = SCALING },
	{ FIELD_INT(struct spec_out, requests_per_second_per_instance), .min = 1, .max = 1000000, .example = "50",
	  .doc = "Requests per second and instance at or above which instances are added, until each has fewer. Beside "
		 "requests_per_second, either adds them; alone, it replaces that key's default.",
	  .src = "AWS/ApplicationELB RequestCountPerTarget",
	  .edit = EDIT_IN_PLACE, .effect = SCALING },
	{ KEYED("for", num, F_DURATION, struct spec_out, lasting), .min = 60, .max = 86400, .step = 60, .def = "1m",
	  .example = "2m", .doc = "How long a threshold must be reached, in whole minutes: metrics come once a minute.",
	  .src = "limits.csv cloudwatch.alarm_period",
	  .edit = EDIT_IN_PLACE, .effect = SCALING },
	{ FIELD_INT(struct spec_out, add), .min = 1, .max = 100, .def = "1", .example = "2",
	  .doc = "Number of instances to add each time.",
	  .edit = EDIT_IN_PLACE, .effect = SCALING },
	{0},
};

static const struct field in_fields[] = {
	{ FIELD_INT(struct spec_in, cpu_percent), .min = 1, .max = 99, .def = "20", .example = "30",
	  .doc = "Average CPU of the group, in percent, at or below which instances are removed.",
	  .edit = EDIT_IN_PLACE, .effect = SCALING },
	{ KEYED("for", num, F_DURATION, struct spec_in, lasting), .min = 60, .max = 86400, .step = 60, .def = "5m",
	  .example = "10m", .doc = "How long CPU must stay that low, in whole minutes.",
	  .src = "limits.csv cloudwatch.alarm_period",
	  .edit = EDIT_IN_PLACE, .effect = SCALING },
	{ FIELD_INT(struct spec_in, remove), .min = 1, .max = 100, .def = "1", .example = "2",
	  .doc = "Number of instances to remove each time, once per 'cooldown'.",
	  .edit = EDIT_IN_PLACE, .effect = SCALING },
	{0},
};

static const struct field target_fields[] = {
	{ FIELD_INT(struct spec_target, cpu_percent), .min = 1, .max = 99, .example = "50",
	  .doc = "Average CPU of the group, in percent, that AWS holds by adding and removing instances.",
	  .src = "EC2 Auto Scaling API, PredefinedMetricSpecification ASGAverageCPUUtilization",
	  .edit = EDIT_IN_PLACE, .effect = SCALING },
	{ FIELD_INT(struct spec_target, requests_per_second_per_instance), .min = 1, .max = 1000000, .example = "50",
	  .doc = "Requests per second and instance that AWS holds in the same way. With both targets, the one that needs more "
		 "instances decides.",
	  .src = "EC2 Auto Scaling API, PredefinedMetricSpecification ALBRequestCountPerTarget",
	  .edit = EDIT_IN_PLACE, .effect = SCALING },
	{0},
};

static const struct field schedule_fields[] = {
	{ FIELD_TEXT(struct spec_schedule, name), .required = true, .pattern = "^[a-z][a-z0-9-]{0,31}$",
	  .shape = "up to 32 of a-z, 0-9 and -, a letter first", .example = "evening", .doc = "Name of the action.",
	  .edit = EDIT_IN_PLACE, .effect = SCHEDULE },
	{ FIELD_TEXT(struct spec_schedule, cron), .required = true, .pattern = "^[0-9A-Za-z*,/-]+([ \\t]+[0-9A-Za-z*,/-]+){4}$",
	  .shape = "five fields: minute, hour, day of the month, month, day of the week", .example = "\"0 17 * * MON-FRI\"",
	  .doc = "When it happens. If both the day of the month and the day of the week are given, either is enough.",
	  .src = "limits.csv autoscaling_schedule.recurrence; crontab(5)",
	  .edit = EDIT_IN_PLACE, .effect = SCHEDULE },
	{ FIELD_TEXT(struct spec_schedule, time_zone), .pattern = "^[A-Za-z0-9_+/-]{1,40}$", .shape = "an IANA time zone such as Europe/Madrid",
	  .def = "Etc/UTC", .example = "America/New_York",
	  .doc = "Time zone of the cron expression. Where the clock changes in spring and autumn, the action moves with it.",
	  .src = "time_zones.csv",
	  .edit = EDIT_IN_PLACE, .effect = SCHEDULE },
	{ FIELD_INT(struct spec_schedule, min), .required = true, .min = 0, .max = 1000, .example = "4",
	  .doc = "Fewest instances from then on. With 0 here and in 'max', no instance runs until the next action, and the alarm for a "
		 "service without healthy instances goes off.",
	  .src = "limits.csv autoscaling_group.size",
	  .edit = EDIT_IN_PLACE, .effect = SCHEDULE },
	{ FIELD_INT(struct spec_schedule, max), .required = true, .min = 0, .max = 1000, .example = "12",
	  .doc = "Most instances from then on.", .src = "limits.csv autoscaling_group.size",
	  .edit = EDIT_IN_PLACE, .effect = SCHEDULE },
	{0},
};

const struct field scaling_fields[] = {
	{ FIELD_INT(struct spec_scaling, min), .min = 0, .max = 1000, .def = "2", .example = "3",
	  .doc = "Fewest instances in the group. With 0 here and in 'max' the stack is parked: no instance runs, everything else stays.",
	  .src = "limits.csv autoscaling_group.size",
	  .edit = EDIT_RESCALE, .effect = "the group starts instances until it has as many" },
	{ FIELD_INT(struct spec_scaling, max), .min = 0, .max = 1000, .def = "10", .example = "20",
	  .doc = "Most instances in the group; 0, with 'min', parks the stack.", .src = "limits.csv autoscaling_group.size",
	  .edit = EDIT_JUDGED },
	{ FIELD_SECTION(struct spec_scaling, out),
	  .doc = "When to add instances: as soon as one of its thresholds is reached." },
	{ FIELD_SECTION(struct spec_scaling, in),
	  .doc = "When to remove instances: while CPU stays low and requests are below the thresholds of 'out'." },
	{ FIELD_SECTION(struct spec_scaling, target), .optional = true,
	  .doc = "Target tracking, instead of 'out' and 'in': AWS computes how many instances hold a figure near its target. It "
		 "adds them as soon as the figure is above the target, and removes them slowly." },
	{ FIELD_SECTIONS(struct spec_scaling, schedule), .max = 125, .def = "[]",
	  .example = "[{name: evening, cron: \"0 17 * * MON-FRI\", time_zone: America/New_York, min: 4, max: 12}]",
	  .doc = "Sizes of the group that begin at a time. 'min' and 'max' above hold until the first of them.",
	  .src = "limits.csv quota.scheduled_actions_per_asg",
	  .edit = EDIT_JUDGED },
	{ FIELD_DURATION(struct spec_scaling, cooldown), .min = 1, .max = 7200, .def = "5m", .example = "3m",
	  .doc = "How long a new instance warms up before its load counts. Without 'target', it is also the minimum time between "
		 "two removals.",
	  .src = "AWS provider: aws_autoscaling_policy leaves out a cooldown of 0, and AWS then waits 300 s",
	  .edit = EDIT_IN_PLACE, .effect = SCALING },
	{0},
};
