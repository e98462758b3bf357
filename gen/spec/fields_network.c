// The keys of how traffic comes in and goes out.

#include "spec/fields.h"

#include "spec/fields_shared.h"
#include "spec/spec.h"

#define IPV4 "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
#define CIDR "^" IPV4 "(\\." IPV4 "){3}/(3[0-2]|[12]?[0-9])$"
// Eight digits in old accounts, 17 in others (EC2 User Guide, Amazon EC2 resource IDs).
#define ID "([0-9a-f]{8}|[0-9a-f]{17})$"
#define SUBNET .max = 6, .pattern = "^subnet-" ID, .shape = "a subnet's id such as subnet-0123456789abcdef0"
#define BALANCER "the load balancer's settings change"
// RFC 1035, 2.3.4: labels of 63, names of 253 characters. Some letters look like others, so names are lower case only.
#define DOMAIN "^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$"

const struct field network_fields[] = {
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
	{ FIELD_BOOL(struct spec_network, flow_logs), .def = "false", .example = "true",
	  .doc = "Whether to log who connects to whom in the network, in CloudWatch. AWS charges the logs by size, and a busy network "
		 "writes many.",
	  .src = "Amazon VPC User Guide, Publish flow logs to CloudWatch Logs",
	  .edit = EDIT_IN_PLACE, .effect = "the flow log is added or removed" },
	{ FIELD_TEXT(struct spec_network, vpc_id), .pattern = "^vpc-" ID, .shape = "a VPC's id such as vpc-0123456789abcdef0",
	  .example = "vpc-0123456789abcdef0", .also = WORDS("vpc"),
	  .doc = "VPC that exists, to put the stack into, with 'public_subnets' and 'database_subnets'. The stack changes nothing of the "
		 "network and deletes nothing of it; each plan checks that the network fits.",
	  .edit = EDIT_REFUSE, .effect = OTHER_STACK },
	{ FIELD_TEXTS(struct spec_network, public_subnets), SUBNET, .example = "[subnet-0a0a0a0a0a0a0a0a0, subnet-0b0b0b0b0b0b0b0b0]",
	  .doc = "With 'vpc_id': subnets with a route to an internet gateway, each in another zone. The load balancer is in them, and "
		 "without 'private_subnets' the instances.",
	  .src = "Elastic Load Balancing User Guide, Subnets for your load balancer; API, SetSubnets",
	  .edit = EDIT_IN_PLACE, .effect = "the load balancer moves to these subnets, and without 'private_subnets' the group replaces instances in others" },
	{ FIELD_TEXTS(struct spec_network, private_subnets), SUBNET, .example = "[subnet-0c0c0c0c0c0c0c0c0, subnet-0d0d0d0d0d0d0d0d0]",
	  .doc = "With 'vpc_id': subnets for the instances, which get no public address there. Their routes lead out through what your "
		 "network has: a NAT gateway, a transit gateway or an appliance.",
	  .edit = EDIT_JUDGED },
	{ FIELD_TEXTS(struct spec_network, database_subnets), SUBNET, .example = "[subnet-0e0e0e0e0e0e0e0e0, subnet-0f0f0f0f0f0f0f0f0]",
	  .doc = "With 'vpc_id': subnets for the database, in two zones at least. They need no route out, and may be the private ones.",
	  .src = "Amazon RDS User Guide, Working with DB subnet groups",
	  .edit = EDIT_JUDGED },
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

const struct field load_balancer_fields[] = {
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
	{ FIELD_BOOL(struct spec_load_balancer, access_logs), .def = "false", .example = "true",
	  .doc = "Whether the load balancer logs each request in a bucket of its own, which deletes the logs after 'service.log_days' days "
		 "(30 if that is 0).",
	  .src = "Elastic Load Balancing User Guide, Enable access logs for your Application Load Balancer",
	  .edit = EDIT_IN_PLACE, .effect = "the bucket is added, or removed with the logs in it" },
	{ FIELD_BOOL(struct spec_load_balancer, deletion_protection), .def = "false", .example = "true",
	  .doc = "Whether AWS refuses to delete the load balancer.",
	  .edit = EDIT_IN_PLACE, .effect = BALANCER },
	{ FIELD_SECTION(struct spec_load_balancer, health_check),
	  .doc = "How the load balancer checks the health of instances." },
	{0},
};

const struct field https_fields[] = {
	{ FIELD_TEXT(struct spec_https, domain), .pattern = DOMAIN,
	  .shape = "one name such as api.gym.example: lower case, without * or a dot at the end, other letters as xn--...",
	  .example = "api.gym.example", .also = WORDS("domain_name", "host", "hostname"),
	  .doc = "Name under which the service is reached, with 'zone' or 'certificate_arn'.",
	  .src = "RFC 1035, 2.3.4 and RFC 5891 (xn-- names)",
	  .edit = EDIT_JUDGED },
	{ FIELD_TEXT(struct spec_https, zone), .pattern = DOMAIN,
	  .shape = "a zone's name such as gym.example: lower case, without a dot at the end",
	  .example = "gym.example", .also = WORDS("hosted_zone", "zone_name"),
	  .doc = "Public Route 53 zone in the same account that contains the domain. The stack makes a certificate, proves to AWS "
		 "Certificate Manager that the domain is yours, and adds the domain's record. AWS charges for the zone, which is not part of "
		 "the stack and its cost.",
	  .src = "AWS Certificate Manager User Guide, DNS validation",
	  .edit = EDIT_JUDGED },
	{ FIELD_TEXT(struct spec_https, certificate_arn),
	  .pattern = "^arn:aws:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+$",
	  .shape = "the ARN of a certificate in AWS Certificate Manager: arn:aws:acm:REGION:ACCOUNT:certificate/ID",
	  .example = "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef",
	  .also = WORDS("certificate", "acm_certificate_arn"),
	  .doc = "Certificate that is issued, in the stack's region, instead of 'zone'. You make the domain's record where your DNS is; the "
		 "stack's README.md says how.",
	  .src = "ACM API, RequestCertificate CertificateArn",
	  .edit = EDIT_JUDGED },
	{ FIELD_BOOL(struct spec_https, cloudfront), .example = "true",
	  .doc = "Without a domain: CloudFront serves HTTPS under a name of its own, https://....cloudfront.net, and the load balancer is in "
		 "private subnets, where only CloudFront reaches it. Instead of 'domain'.",
	  .src = "Amazon CloudFront Developer Guide, Restrict access with VPC origins",
	  .edit = EDIT_JUDGED },
	{0},
};

const struct field firewall_fields[] = {
	{ FIELD_INT(struct spec_firewall, rate_limit), .min = 10, .max = 2000000000, .def = "2000", .example = "600",
	  .doc = "Requests in five minutes that one address may send. Everyone behind a company's proxy or a mobile carrier shares one.",
	  .src = "limits.csv wafv2.rate_limit; AWS WAF Developer Guide, Rate-based rule high-level settings",
	  .edit = EDIT_JUDGED },
	{ FIELD_CHOICE(struct spec_firewall, mode), .words = WORDS("block", "count"), .def = "block", .example = "count",
	  .doc = "block: the load balancer answers 403 to what a rule recognizes. count: such requests pass, and are only counted and logged, so "
		 "that you see what 'block' would refuse.",
	  .src = "AWS WAF Developer Guide, Testing and tuning your AWS WAF protections",
	  .edit = EDIT_JUDGED },
	{0},
};
