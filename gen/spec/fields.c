// To add a key: the struct member in spec.h, the row here, the template line that uses it, and a
// test. The rows are in the order in which a spec is read.

#include "spec/fields.h"

#include "spec/settings.h"
#include "spec/spec.h"

#include <string.h>

#define WORDS(...) (const char *const[]){__VA_ARGS__, NULL}

#define IPV4 "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
#define CIDR "^" IPV4 "(\\." IPV4 "){3}/(3[0-2]|[12]?[0-9])$"
#define REGION "^[a-z]{2}[a-z-]*[0-9]$"
#define CLOCK "([01][0-9]|2[0-3]):[0-5][0-9]"
#define DAY "(mon|tue|wed|thu|fri|sat|sun)"

// What edits do, where it is the same for several keys.
#define OTHER_STACK "this is another stack: AWS cannot rename the database or move it to another network or region"
#define ROLLED "the instances are replaced"
#define LATER "it takes effect at the next replacement of the instances"
#define SCALING "policies and alarms change"
#define BALANCER "the load balancer's settings change"
#define STATE "nothing in AWS changes; 'terraform init -migrate-state' moves the state"
#define DATABASE "the database's settings change, while it runs"

static const struct field network_fields[] = {
	{ FIELD_TEXT(struct spec_network, cidr), .pattern = CIDR,
	  .shape = "an IPv4 network such as 10.0.0.0/16", .def = "10.0.0.0/16", .example = "172.20.0.0/20",
	  .doc = "Address range of the VPC, /16 to /24. Each zone has a fixed part of it, so that adding a zone moves no other.",
	  .src = "limits.csv vpc.cidr_block",
	  .edit = EDIT_REFUSE, .effect = OTHER_STACK },
	{ FIELD_ZONES(struct spec_network, zones), .min = 2, .max = 6, .def = "2",
	  .pattern = "^[a-z]{2}(-[a-z]+)+-[0-9][a-z0-9-]*$", .shape = "a number of zones or a list of their names",
	  .example = "[us-east-1a, us-east-1c]",
	  .doc = "Number of availability zones, or their names. With a number, Terraform chooses the first zones of the account "
		 "that offer the instance type. Names fix the choice.",
	  .src = "limits.csv lb.subnets: a load balancer needs at least two",
	  .edit = EDIT_JUDGED },
	{ FIELD_CHOICE(struct spec_network, nat), .words = WORDS("none", "single", "per_zone"), .def = "none",
	  .example = "per_zone",
	  .doc = "none: instances in public subnets; only the load balancer can reach them. single, per_zone: instances in "
		 "private subnets with one NAT gateway, or one in each zone.",
	  .edit = EDIT_JUDGED },
	{0},
};

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

static const struct field service_fields[] = {
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

static const struct field scaling_fields[] = {
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
	{ FIELD_DURATION(struct spec_scaling, cooldown), .min = 1, .max = 7200, .def = "5m", .example = "3m",
	  .doc = "How long a new instance warms up before its load counts, and the minimum time between two removals.",
	  .src = "AWS provider: aws_autoscaling_policy leaves out a cooldown of 0, and AWS then waits 300 s",
	  .edit = EDIT_IN_PLACE, .effect = SCALING },
	{0},
};

static const struct field health_check_fields[] = {
	{ FIELD_TEXT(struct spec_health_check, path), .pattern = "^/[!-~]{0,1023}$",
	  .shape = "a path that begins with /", .def = "/healthz", .example = "/",
	  .doc = "Path of the health checks; status 200 means healthy.",
	  .src = "limits.csv target_group.health_check.path",
	  .edit = EDIT_IN_PLACE, .effect = BALANCER },
	{ FIELD_DURATION(struct spec_health_check, interval), .min = 5, .max = 300, .def = "15s", .example = "30s",
	  .doc = "Time between two checks of one instance.", .src = "limits.csv target_group.health_check.interval",
	  .edit = EDIT_IN_PLACE, .effect = BALANCER },
	{ FIELD_DURATION(struct spec_health_check, timeout), .min = 2, .max = 120, .def = "5s", .example = "3s",
	  .doc = "How long one check may take.", .src = "limits.csv target_group.health_check.timeout",
	  .edit = EDIT_IN_PLACE, .effect = BALANCER },
	{ FIELD_INT(struct spec_health_check, healthy), .min = 2, .max = 10, .def = "2", .example = "3",
	  .doc = "Checks in a row that must succeed before an instance gets traffic.",
	  .src = "limits.csv target_group.health_check.healthy_threshold",
	  .edit = EDIT_IN_PLACE, .effect = BALANCER },
	{ FIELD_INT(struct spec_health_check, unhealthy), .min = 2, .max = 10, .def = "3", .example = "2",
	  .doc = "Checks in a row that must fail before an instance is replaced.",
	  .src = "limits.csv target_group.health_check.unhealthy_threshold",
	  .edit = EDIT_IN_PLACE, .effect = BALANCER },
	{0},
};

static const struct field load_balancer_fields[] = {
	{ FIELD_TEXTS(struct spec_load_balancer, allow), .max = 60, .pattern = CIDR,
	  .shape = "an IPv4 network such as 203.0.113.0/24", .def = "[\"0.0.0.0/0\"]", .example = "[203.0.113.0/24]",
	  .doc = "Networks that may connect.", .src = "limits.csv quota.rules_per_security_group",
	  .edit = EDIT_IN_PLACE, .effect = "the security group changes; open connections stay" },
	{ FIELD_DURATION(struct spec_load_balancer, idle_timeout), .min = 1, .max = 4000, .def = "60s",
	  .example = "120s", .doc = "How long an idle connection is kept. The service keeps its side open longer.",
	  .src = "limits.csv lb.idle_timeout",
	  .edit = EDIT_ROLL, .effect = "the instances are replaced, because the service keeps its side open longer" },
	{ FIELD_DURATION(struct spec_load_balancer, deregistration_delay), .min = 0, .max = 3600, .def = "30s",
	  .example = "60s", .doc = "How long a leaving instance has to finish its requests.",
	  .src = "limits.csv target_group.deregistration_delay",
	  .edit = EDIT_IN_PLACE, .effect = BALANCER },
	{ FIELD_BOOL(struct spec_load_balancer, deletion_protection), .def = "false", .example = "true",
	  .doc = "Whether AWS refuses to delete the load balancer.",
	  .edit = EDIT_IN_PLACE, .effect = BALANCER },
	{ FIELD_SECTION(struct spec_load_balancer, health_check),
	  .doc = "How the load balancer checks the health of instances." },
	{0},
};

static const struct field database_fields[] = {
	{ FIELD_TEXT(struct spec_database, restore),
	  .pattern = "^(arn:aws:rds:[a-z0-9-]+:[0-9]{12}:snapshot:)?((rds|awsbackup):)?(?!.*--)"
		     "[A-Za-z]([A-Za-z0-9-]{0,253}[A-Za-z0-9])?$",
	  .shape = "a snapshot's name or ARN", .example = "gym-prod-final-0123456789abcdef0",
	  .also = WORDS("snapshot", "snapshot_identifier", "restore_from"),
	  .doc = "Snapshot from which a new database is created, with its schema. 'storage_gb' is at least the snapshot's size, and "
		 "'engine_version' has its major version. Later edits never replace the data.",
	  .src = "AWS provider, aws_db_instance: snapshot_identifier; RDS API, RestoreDBInstanceFromDBSnapshot",
	  .edit = EDIT_IN_PLACE, .effect = "nothing changes: the key has an effect only while there is no database" },
	{ FIELD_TEXT(struct spec_database, instance_class), .pattern = "^db\\.[a-z0-9-]+\\.[a-z0-9-]+$",
	  .shape = "an RDS instance class such as db.t4g.micro", .def = "db.t4g.micro", .example = "db.m7g.large",
	  .doc = "RDS instance class. A new one takes effect on apply, with a failover or, on a single zone, minutes of "
		 "downtime.",
	  .src = "rds_classes.csv, rds_offerings.csv",
	  .edit = EDIT_INTERRUPT, .effect = "the database restarts: it is unavailable for one to two minutes with 'multi_az', for several without" },
	{ FIELD_TEXT(struct spec_database, engine_version), .pattern = "^[0-9]+\\.[0-9]+(\\.[0-9]+(-rds\\.[0-9]{8})?)?$",
	  .shape = "a MySQL version such as 8.4", .def = "8.4", .example = "8.4.10",
	  .doc = "MySQL version; with a bare major version RDS picks the minor one and keeps it up to date.",
	  .src = "rds_mysql_versions.csv",
	  .edit = EDIT_JUDGED },
	{ FIELD_INT(struct spec_database, storage_gb), .min = 20, .max = 65536, .def = "20", .example = "100",
	  .doc = "Disk size in GiB; gp3, encrypted. It can grow and never shrink.",
	  .src = "limits.csv rds.allocated_storage.gp3.mysql",
	  .edit = EDIT_JUDGED },
	{ FIELD_INT(struct spec_database, max_storage_gb), .min = 0, .max = 65536, .def = "100", .example = "500",
	  .doc = "Size in GiB up to which RDS grows the disk by itself, at least 10 % above 'storage_gb'; 0 = never.",
	  .src = "limits.csv rds.allocated_storage.gp3.mysql",
	  .edit = EDIT_IN_PLACE, .effect = DATABASE },
	{ FIELD_BOOL(struct spec_database, multi_az), .def = "true", .example = "false",
	  .doc = "Whether a standby in a second zone takes over when the first fails. Doubles the database's price.",
	  .edit = EDIT_IN_PLACE, .effect = "the standby is added or removed while the database runs; writes are slower meanwhile" },
	{ FIELD_INT(struct spec_database, backup_days), .min = 0, .max = 35, .def = "7", .example = "14",
	  .doc = "Days that daily backups are kept; 0 = no backups.", .src = "limits.csv rds.backup_retention_period",
	  .edit = EDIT_JUDGED },
	{ FIELD_BOOL(struct spec_database, deletion_protection), .def = "false", .example = "true",
	  .doc = "Whether AWS refuses to delete the database.",
	  .edit = EDIT_IN_PLACE, .effect = DATABASE },
	{ FIELD_BOOL(struct spec_database, final_snapshot), .def = "true", .example = "false",
	  .doc = "Whether destroying the database leaves a last snapshot.",
	  .edit = EDIT_IN_PLACE, .effect = "nothing changes until the database is destroyed" },
	{ FIELD_TEXT(struct spec_database, maintenance_window), .pattern = "^" DAY ":" CLOCK "-" DAY ":" CLOCK "$",
	  .shape = "a weekly window such as sun:06:00-sun:07:00", .def = "sun:06:00-sun:07:00",
	  .example = "tue:02:30-tue:03:30", .doc = "When RDS may patch, UTC; at least 30 minutes.",
	  .src = "limits.csv rds.maintenance_window",
	  .edit = EDIT_IN_PLACE, .effect = DATABASE },
	{ FIELD_TEXT(struct spec_database, backup_window), .pattern = "^" CLOCK "-" CLOCK "$",
	  .shape = "a daily window such as 04:00-05:00", .def = "04:00-05:00", .example = "23:30-00:30",
	  .doc = "When the daily backup is taken, UTC; at least 30 minutes, clear of the maintenance window.",
	  .src = "limits.csv rds.backup_window",
	  .edit = EDIT_IN_PLACE, .effect = DATABASE },
	{0},
};

static const struct field alarms_fields[] = {
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

static const struct field state_fields[] = {
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

const struct field spec_fields[] = {
	{ FIELD_TEXT(struct spec, name), .required = true, .pattern = "^(?=.{2,20}$)[a-z][a-z0-9-]*$",
	  .shape = "2 to 20 of a-z, 0-9 and -, a letter first", .example = "gym",
	  .doc = "Name of the application; every AWS name begins with it.",
	  .edit = EDIT_REFUSE, .effect = OTHER_STACK },
	{ FIELD_TEXT(struct spec, region), .required = true, .pattern = REGION,
	  .shape = "an AWS region such as us-east-1", .example = "us-east-1", .doc = "AWS region, a commercial one.",
	  .src = "regions.csv",
	  .edit = EDIT_REFUSE, .effect = OTHER_STACK },
	{ FIELD_TEXT(struct spec, environment), .pattern = "^(?=.{2,12}$)[a-z][a-z0-9-]*$",
	  .shape = "2 to 12 of a-z, 0-9 and -, a letter first", .def = "prod", .example = "staging",
	  .doc = "Name of this deployment; every AWS name contains it. --env sets it.",
	  .edit = EDIT_REFUSE, .effect = OTHER_STACK },
	{ FIELD_DICT(struct spec, tags), .max = 44,
	  .key_pattern = "^(?![aA][wW][sS]:)[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{1,128}$",
	  .pattern = "^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{0,256}$",
	  .shape = "letters, digits, spaces and _ . : / = + - @; keys up to 128 long and not beginning with aws:, values up to "
		   "256",
	  .def = "{}", .example = "{team: backend}", .doc = "Tags for every resource that can have tags.",
	  .src = "limits.csv tag.key, tag.value, tag.count",
	  .edit = EDIT_ROLL, .effect = "the tags change everywhere, and the instances are replaced to get them" },
	{ FIELD_SECTION(struct spec, network), .doc = "The VPC, and how instances reach the internet. The stack always makes a VPC of its own, in which each zone has public, "
		 "private and database subnets. To reach another VPC, give this one a range that does not overlap ('cidr') and peer the "
		 "two in a file of your own beside main.tf, with aws_vpc_peering_connection, module.vpc.vpc_id and routes on both sides." },
	{ FIELD_SECTION(struct spec, service), .doc = "The instances, and the service on them." },
	{ FIELD_SECTION(struct spec, scaling), .doc = "The number of instances, and when it changes." },
	{ FIELD_SECTION(struct spec, load_balancer),
	  .doc = "The application load balancer." },
	{ FIELD_SECTION(struct spec, database), .doc = "The MySQL database in RDS." },
	{ FIELD_SECTION(struct spec, alarms), .doc = "Alarms by mail, and the dashboard." },
	{ FIELD_SECTION(struct spec, state), .optional = true,
	  .doc = "Where Terraform keeps its state; without this section: in a local file." },
	{ FIELD_OVERLAYS(struct spec, environments), .example = "{staging: {scaling: {min: 1, max: 2}}}",
	  .doc = "Variations of the spec by name; --env chooses one, and its keys override the others." },
	{0},
};

const struct field *
field_find(const struct field *table, const char *path, size_t *ret_offset)
{
	size_t n = strcspn(path, ".");
	size_t offset = 0;

	for (const struct field *f = table; f->key; f++) {
		if (strncmp(f->key, path, n) != 0 || f->key[n])
			continue;
		if (!path[n]) {
			if (ret_offset)
				*ret_offset = f->offset;
			return f;
		}
		if (f->type != F_SECTION)
			return NULL;
		const struct field *found = field_find(f->sub, path + n + 1, ret_offset ? &offset : NULL);
		if (found && ret_offset)
			*ret_offset = f->offset + offset;
		return found;
	}
	return NULL;
}

const char *
field_type_name(enum field_type type)
{
	switch (type) {
	case F_TEXT:
		return "text";
	case F_CHOICE:
		return "one of a few words";
	case F_INT:
		return "a whole number";
	case F_DURATION:
		return "a duration such as 30s, 5m or 1h";
	case F_BOOL:
		return "true or false";
	case F_TEXTS:
		return "a list of texts";
	case F_DICT:
		return "a mapping of names to texts";
	case F_ZONES:
		return "a number of zones or a list of their names";
	case F_SECTION:
		return "a section";
	case F_OVERLAYS:
		return "a mapping of environment names to partial specs";
	}
	return "a value";
}
