"""The tests that a stack carries: they pass on it, and fail on a stack that breaks a promise of its spec."""

import json
import re

import pytest

from compiled import MATRIX, SHOWN, source
from harness import compile_spec, fresh

BOUNDARY = "arn:aws:iam::123456789012:policy/team"
IN_ASG = '"\n\n  kms_key_arn = module.kms.key_arn\n\n  service_port'
TESTED = [*SHOWN, *list(MATRIX)[:10]]


def run_tests(terraform, folder, *options):
    """(runs that passed, messages of the assertions that failed, all messages)"""
    output = terraform.run(folder, "test", "-json", *options, check=False).stdout
    lines = [json.loads(line) for line in output.splitlines()]
    passed = [line["test_run"]["run"] for line in lines if line["type"] == "test_run" and line["test_run"].get("status") == "pass"]
    problems = [line["diagnostic"] for line in lines if line["type"] == "diagnostic"]
    failed = [p["detail"] for p in problems if p["summary"] in ("Test assertion failed", "Resource postcondition failed")]
    return passed, failed, [p["summary"] for p in problems]


@pytest.mark.parametrize("name", TESTED)
def test_a_stack_passes_its_own_tests(name, terraform, stacks):
    terraform.init(stacks[name])
    tested = [path.name.split(".")[0] for path in (stacks[name] / "tests").glob("*.tftest.hcl")]
    assert {"alb", "asg", "rds", "alarms"} <= set(tested) and {"vpc", "network"} & set(tested)
    passed, _, problems = run_tests(terraform, stacks[name])
    assert problems == []
    assert sorted(passed) == sorted(["main"] * len(tested) + tested)


# The test that must fail for an edit of a file, and a part of its message.
MUTANTS = [
    ("vpc", "main.tf", 'cidr         = "10.20.0.0/16"', 'cidr         = "10.21.0.0/16"', "another range than the spec"),
    ("vpc", "main.tf", '"eu-central-1a", "eu-central-1b", "eu-central-1c"', '"eu-central-1a", "eu-central-1b"', "in each zone"),
    ("vpc", "modules/vpc/main.tf", "map_public_ip_on_launch = false", "map_public_ip_on_launch = true", "gets a public address"),
    ("vpc", "modules/vpc/main.tf", "route_table_id         = aws_route_table.public.id", 'route_table_id         = "rtb-0"', "no route to the internet"),
    ("vpc", "modules/vpc/main.tf", "route_table_id = aws_route_table.database.id", "route_table_id = aws_route_table.public.id", "the routes of others"),
    ("vpc", "modules/vpc/main.tf", "aws_nat_gateway.this[each.key].id", "values(aws_nat_gateway.this)[0].id", "NAT gateway of another"),
    ("vpc", "modules/vpc/main.tf", "subnet_id     = aws_subnet.public[each.key].id", "subnet_id     = aws_subnet.private[each.key].id", "not in a public subnet"),
    ("vpc", "modules/vpc/main.tf", "cidrsubnet(local.blocks.database, var.zone_bits, each.value)", "cidrsubnet(local.blocks.public, var.zone_bits, each.value)", "the same range"),
    ("alb", "main.tf", 'allow             = ["0.0.0.0/0"]', 'allow             = ["0.0.0.0/0", "10.0.0.0/8"]', "Others can connect"),
    ("alb", "modules/alb/main.tf", "from_port         = 80", "from_port         = 22", "more than port 80"),
    ("alb", "modules/alb/main.tf", "drop_invalid_header_fields = true", "drop_invalid_header_fields = false", "invalid headers"),
    ("alb", "modules/alb/main.tf", "internal           = false", "internal           = true", "not a public one"),
    ("alb", "main.tf", "deletion_protection  = true", "deletion_protection  = false", "deletion protection is not the spec's"),
    ("alb", "modules/alb/main.tf", 'matcher             = "200"', 'matcher             = "200-499"', "health check is not the spec's"),
    ("alb", "modules/alb/main.tf", "= var.serving_target_group_arn", "= aws_lb_target_group.this.arn", "Port 80 does not lead"),
    ("vpc", "modules/vpc/main.tf", 'traffic_type             = "ALL"', 'traffic_type             = "ACCEPT"', "leaves something out"),
    ("alb", "modules/alb/main.tf", "      days = var.log_days", "      days = 3650", "does not log requests"),
    ("alb", "modules/alb/main.tf", "    enabled = true", "    enabled = false", "does not log requests"),
    ("alb", "modules/alb/main.tf", "block_public_policy     = true", "block_public_policy     = false", "can be made public"),
    ("asg", "main.tf", "min_size             = 3", "min_size             = 1", "other limits than the spec"),
    ("asg", "main.tf", "max_size             = 12", "max_size             = 120", "other limits than the spec"),
    ("asg", "modules/asg/main.tf", 'health_check_type         = "ELB"', 'health_check_type         = "EC2"', "load balancer's health checks"),
    ("asg", "main.tf", "scale_out_by         = 2", "scale_out_by         = 1", "adds another number"),
    ("asg", "modules/asg/main.tf", "-var.scale_in_by", "var.scale_in_by", "removes another number"),
    ("asg", "modules/asg/main.tf", "encrypted             = true", "encrypted             = false", "disks are not encrypted"),
    ("asg", "modules/asg/main.tf", '"required"', '"optional"', "can read its metadata"),
    ("asg", "modules/asg/main.tf", "associate_public_ip_address = false", "associate_public_ip_address = true", "public address against the spec"),
    ("asg", "modules/asg/main.tf", "    enabled = true", "    enabled = false", "alarms are late"),
    ("asg", "modules/asg/main.tf", "{ http = 80, https = 443 }", "{ http = 80, https = 443, ssh = 22 }", "more of the internet"),
    ("asg", "modules/asg/main.tf", "resources = [var.token_secret_arn]", 'resources = ["*"]', "resources of other stacks"),
    ("asg", "modules/asg/main.tf", '["s3:GetObjectVersion"]', '["s3:*"]', "every action of a service"),
    ("asg", "modules/asg/main.tf", "[var.database_secret_arn, var.database_admin_secret_arn]", "[var.database_secret_arn, var.archive_arn]", "other secrets"),
    ("rds", "modules/rds/main.tf", "storage_encrypted     = true", "storage_encrypted     = false", "not encrypted"),
    ("rds", "modules/rds/main.tf", "publicly_accessible    = false", "publicly_accessible    = true", "The database is public"),
    ("rds", "main.tf", "multi_az         = true", "multi_az         = false", "a standby against the spec"),
    ("rds", "main.tf", "log_days            = 90", "log_days            = 3653", "another retention period"),
    ("rds", "main.tf", "backup_days         = 14", "backup_days         = 1", "Backups are kept"),
    ("rds", "main.tf", "deletion_protection = true", "deletion_protection = false", "can be deleted against the spec"),
    ("rds", "modules/rds/main.tf", 'name  = "require_secure_transport"\n    value = "1"', 'name  = "require_secure_transport"\n    value = "0"', "without TLS"),
    ("rds", "modules/rds/main.tf", "to_port                      = 3306\n  referenced_security_group_id = var", "to_port                      = 33060\n  referenced_security_group_id = var", "more than the database's port"),
    ("rds", "modules/rds/main.tf", "referenced_security_group_id = var.service_security_group_id", 'cidr_ipv4 = "10.0.0.0/8"', "can reach the database"),
    ("rds", "modules/rds/main.tf", "monitoring_interval = 60", "monitoring_interval = 0", "does not record"),
    ("alarms", "modules/alarms/main.tf", 'statistic           = "Sum"', 'statistic           = "Average"', "Requests do not add"),
    ("alarms", "modules/alarms/main.tf", 'statistic           = "Average"', 'statistic           = "Maximum"', "High CPU does not"),
    ("alarms", "main.tf", "high_requests        = 36000", "high_requests        = 600", "Requests do not add"),
    ("alarms", "main.tf", "low_minutes          = 10", "low_minutes          = 1", "does not remove instances when"),
    ("alarms", "modules/alarms/main.tf", "alarm_actions = [var.scale_in_policy_arn]", "alarm_actions = [var.scale_out_policy_arn]", "does not remove instances"),
    ("alarms", "modules/alarms/main.tf", "FILL(requests, 0) >= ${var.high_requests}", "FILL(requests, 0) >= 1000000", "while many requests"),
    ("alarms", "modules/alarms/main.tf", "kms_master_key_id = var.kms_key_arn", 'kms_master_key_id = "x"', "not encrypted"),
    ("alarms", "main.tf", '["ops@gym.example"]', '["others@gym.example"]', "other addresses"),
    ("alarms", "modules/alarms/main.tf", "sns_topic   = aws_sns_topic.alarms.arn", 'sns_topic   = "arn:aws:sns:::x"', "Events of the database"),
    ("alarms", "modules/alarms/main.tf", "AutoScalingGroupName = [var.group] }", 'AutoScalingGroupName = ["x"] }', "Failed launches"),
    ("alarms", "modules/alarms/main.tf", 'type        = "Service"\n      identifiers = ["events.amazonaws.com"]\n    }\n  }\n}\n\nresource "aws_sns_topic_policy"', 'type        = "AWS"\n      identifiers = ["*"]\n    }\n  }\n}\n\nresource "aws_sns_topic_policy"', "can publish"),
    ("kms", "modules/kms/main.tf", "enable_key_rotation     = true", "enable_key_rotation     = false", "never rotated"),
    ("kms", "modules/kms/main.tf", "kms:GrantIsForAWSResource", "kms:ViaService", "cannot attach disks"),
    ("asg", "modules/asg/main.tf", "kms_key_id            = var.kms_key_arn", 'kms_key_id            = "arn:aws:kms:us-east-1:123456789012:key/x"', "another key"),
    ("rds", "modules/rds/main.tf", "master_user_secret_kms_key_id = var.kms_key_arn", 'master_user_secret_kms_key_id = "x"', "another key"),
    ("alarms", "main.tf", "= 2000", "= 20", "budget is not"),
    ("asg", "main.tf", BOUNDARY + IN_ASG, BOUNDARY + "-of-others" + IN_ASG, "another boundary"),
]


HTTPS_MUTANTS = [
    ("alb", "modules/alb/main.tf", "from_port         = 443", "from_port         = 442", "cannot connect to port 443"),
    ("alb", "modules/alb/main.tf", "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", "ELBSecurityPolicy-2016-08", "older than TLS 1.2"),
    ("alb", "modules/alb/main.tf", '"max-age=31536000"', '"max-age=0"', "to keep to HTTPS"),
    ("alb", "modules/alb/main.tf", "target_group_arn = var.serving_target_group_arn", "target_group_arn = aws_lb_target_group.this.arn", "Port 443 does not lead"),
    ("alb", "modules/alb/main.tf", 'status_code = "HTTP_301"', 'status_code = "HTTP_302"', "does not redirect"),
    ("alb", "main.tf", 'domain          = "api.gym.example"', 'domain          = "www.gym.example"', "does not redirect to the domain"),
    ("dns", "main.tf", 'domain                 = "api.gym.example"', 'domain                 = "www.gym.example"', "not for the domain"),
    ("dns", "main.tf", '"gym.example"', '"shop.example"', "another zone"),
    ("dns", "modules/dns/main.tf", "private_zone = false", "private_zone = true", "another zone"),
    ("dns", "modules/dns/main.tf", 'validation_method = "DNS"', 'validation_method = "EMAIL"', "not validated by DNS"),
    ("dns", "modules/dns/main.tf", ").resource_record_name", ").resource_record_value", "not the one that ACM asks for"),
    ("dns", "modules/dns/main.tf", "= var.load_balancer_dns_name", "= var.zone", "does not lead to the load balancer"),
    ("alarms", "modules/alarms/main.tf", "threshold           = 30", "threshold           = 3", "expires soon"),
]
FIREWALL_MUTANTS = [
    ("waf", "main.tf", "rate_limit = 2000", "rate_limit = 20000", "limit for each address is not the spec's"),
    ("waf", "modules/waf/main.tf", "evaluation_window_sec = 300", "evaluation_window_sec = 60", "limit for each address is not the spec's"),
    ("waf", "modules/waf/main.tf", 'aggregate_key_type    = "IP"', 'aggregate_key_type    = "FORWARDED_IP"\n        forwarded_ip_config {\n          header_name       = "X-Forwarded-For"\n          fallback_behavior = "MATCH"\n        }', "limit for each address is not the spec's"),
    ("waf", "modules/waf/main.tf", "block {}", "count {}", "against the spec"),
    ("waf", "modules/waf/main.tf", "none {}", "count {}", "against the spec"),
    ("waf", "modules/waf/main.tf", "override_action {\n      count {}", "override_action {\n      none {}", "against the spec"),
    ("waf", "modules/waf/main.tf", "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesLinuxRuleSet", "group of AWS's rules is missing"),
    ("waf", "modules/waf/main.tf", 'metric_name                = "common"', 'metric_name                = "core"', "Metrics have other names"),
    ("waf", "modules/waf/main.tf", "cloudwatch_metrics_enabled = true", "cloudwatch_metrics_enabled = false", "Metrics have other names"),
    ("waf", "main.tf", "log_days   = 30", "log_days   = 3653", "does not log"),
    ("waf", "modules/waf/main.tf", 'name = "authorization"', 'name = "cookie"', "tokens of callers"),
    ("alb", "modules/alb/main.tf", "= var.web_acl_arn", '= replace(var.web_acl_arn, "firewall", "other")', "does not protect"),
    ("alarms", "modules/alarms/main.tf", '"BlockedRequests"\n', '"AllowedRequests"\n', "another firewall"),
    ("alarms", "modules/alarms/main.tf", 'Rule = "ALL" }', 'Rule = "x" }', "another firewall"),
    ("alarms", "modules/alarms/main.tf", "setproduct(var.firewall_rules, ", 'setproduct(["common"], ', "does not show each rule"),
]
CDN = "modules/cdn/main.tf"
CDN_MUTANTS = [
    ("alb", "modules/alb/main.tf", "internal           = true", "internal           = false", "not a private one"),
    ("vpc", "modules/vpc/main.tf", '"use1-az3", ', "", "zone that CloudFront does not reach"),
    ("vpc", "modules/vpc/main.tf", "route_table_id = aws_route_table.private[each.key].id", "route_table_id = aws_route_table.public.id", "not private ones"),
    ("cdn", CDN, "http_port              = 80", "http_port              = 8080", "does not reach the load balancer's port 80"),
    ("cdn", CDN, '"http-only"', '"match-viewer"', "does not reach the load balancer's port 80"),
    ("cdn", CDN, "domain_name = var.load_balancer_dns_name", 'domain_name = "other.example"', "elsewhere than to the load balancer"),
    ("cdn", CDN, "origin_keepalive_timeout = 5", "origin_keepalive_timeout = 60", "elsewhere than to the load balancer"),
    ("cdn", "main.tf", "answer_seconds                  = 20", "answer_seconds                  = 2", "elsewhere than to the load balancer"),
    ("cdn", CDN, '"redirect-to-https"', '"allow-all"', "plain HTTP"),
    ("cdn", CDN, '"PATCH", ', "", "refuses a method"),
    ("cdn", CDN, "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "658327ea-f89d-4fab-a63d-7e88639e58f6", "caches answers"),
    ("cdn", CDN, "216adef6-5c7f-47e4-b989-5492eafa07d3", "59781a5b-3903-41f3-afcb-af62929ccde1", "caches answers"),
    ("cdn", CDN, "67f7725c-6f97-4210-82d7-5512b31e9d03", "60669652-455b-4ae9-85a4-c4c02393f86c", "keep to HTTPS"),
    ("cdn", CDN, "referenced_security_group_id = data.aws_security_group.cloudfront.id", 'cidr_ipv4                    = "0.0.0.0/0"', "Others than CloudFront"),
]
SCALED_MUTANTS = [
    ("asg", "main.tf", "target_cpu_percent   = 50", "target_cpu_percent   = 90", "CPU is not held"),
    ("asg", "modules/asg/main.tf", '"ASGAverageCPUUtilization"', '"ASGAverageNetworkIn"', "CPU is not held"),
    ("asg", "main.tf", "target_requests      = 3000", "target_requests      = 50", "which a minute has 60 times"),
    ("asg", "main.tf", 'cron = "0 22 * * *"', 'cron = "0 10 * * *"', "at other times"),
    ("asg", "modules/asg/main.tf", "max_size               = each.value.max", "max_size               = each.value.min", "sets other sizes"),
    ("asg", "modules/asg/main.tf", "desired_capacity = -1", "desired_capacity = 0", "removes instances"),
    ("asg", "modules/asg/main.tf", "= var.request_label", '= "app/other/0/targetgroup/other/0"', "another target group"),
]
BACKUP_MUTANTS = [
    ("backup", "main.tf", "daily_days          = 35", "daily_days          = 3", "kept for another time"),
    ("backup", "main.tf", "hour                = 7", "hour                = 4", "at another hour"),
    ("backup", "modules/backup/main.tf", "cron(0 ${var.hour} 1 * ? *)", "cron(0 ${var.hour} * * ? *)", "at another hour"),
    ("backup", "modules/backup/main.tf", "start_window      = 60", "start_window      = 480", "within an hour"),
    ("backup", "modules/backup/main.tf", "start_window      = 60", "start_window      = 60\n    enable_continuous_backup = true", "within an hour"),
    ("backup", "modules/backup/main.tf", "destination_vault_arn = var.copies_vault_arn", "destination_vault_arn = aws_backup_vault.this.arn", "not copied to the other region"),
    ("backup", "modules/backup/main.tf", "delete_after = var.monthly_days\n      }", "delete_after = 1\n      }", "not copied to the other region"),
    ("copies", "modules/copies/main.tf", "enable_key_rotation     = true", "enable_key_rotation     = false", "that is rotated"),
    ("backup", "modules/backup/main.tf", "resources    = [var.database_arn]", 'resources    = ["*"]', "not for the database"),
    ("backup", "modules/backup/main.tf", '"backup.amazonaws.com"', '"ec2.amazonaws.com"', "Others than AWS Backup"),
    ("backup", "modules/backup/main.tf", "service-role/AWSBackupServiceRolePolicyForBackup", "AdministratorAccess", "do something else"),
    ("backup", "modules/backup/main.tf", "!var.deletion_protection", "true", "protected from deletion as"),
    ("copies", "modules/copies/main.tf", "!var.deletion_protection", "true", "protected from deletion as"),
    ("copies", "modules/copies/main.tf", "min_retention_days = 1", "min_retention_days = 1\n  changeable_for_days = 3", "lock is not the spec's"),
    ("backup", "modules/backup/main.tf", "min_retention_days = 1", "min_retention_days = 1\n  changeable_for_days = 3", "lock is not the spec's"),
    ("backup", "modules/backup/main.tf", "kms_key_arn = var.kms_key_arn", 'kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/x"', "another key than the stack's"),
    ("backup", "main.tf", BOUNDARY + '"\n\n  hour', BOUNDARY + '-of-others"\n\n  hour', "role has another boundary"),
    ("alarms", "modules/alarms/main.tf", "sourceBackupVaultArn = [var.backup_vault_arn]", 'sourceBackupVaultArn = ["x"]', "Failed backups"),
]
CASES = [("production", *mutant) for mutant in MUTANTS + BACKUP_MUTANTS] + [("https-zone", *mutant) for mutant in HTTPS_MUTANTS + FIREWALL_MUTANTS] + [("targets", *mutant) for mutant in SCALED_MUTANTS] + [("cloudfront", *mutant) for mutant in CDN_MUTANTS]


@pytest.fixture(scope="module")
def mutable(terraform):
    """The stacks that are edited, by name."""
    more = ["--set", "network.flow_logs=true", "--set", "load_balancer.access_logs=true", "--set", "database.insights=true"]
    more += ["--set", "backup.copy_to=us-west-2", "--set", "backup.lock=governance"]
    more += ["--set", "security.kms=true", "--set", "budget.monthly_usd=2000", "--set", f"security.permissions_boundary={BOUNDARY}"]
    folders = {}
    for name, options in (("production", more), ("https-zone", ["--set", "firewall.mode=block"]), ("targets", []), ("cloudfront", [])):
        folders[name] = compile_spec(source(name)[0], fresh(f"mutants-{name}") / name, *options)
        terraform.init(folders[name])
    return folders


# A postcondition stops a run before its assertions.
STOPS = {"storage_encrypted     = true"}


def batches():
    """The mutants of a stack and a test in as few runs as possible: no two of a batch break the same promise or the same text."""
    found = []
    for stack, test, *mutant in CASES:
        for batch in found:
            together = not any(message == mutant[3] or good == mutant[1] or good in STOPS for _, good, _, message in batch["mutants"])
            if batch["of"] == (stack, test) and together and mutant[1] not in STOPS:
                batch["mutants"].append(mutant)
                break
        else:
            found.append({"of": (stack, test), "mutants": [mutant]})
    return found


BATCHES = batches()


@pytest.mark.parametrize("batch", BATCHES, ids=["-".join(batch["of"]) + f"-{i}" for i, batch in enumerate(BATCHES)])
def test_broken_promises_fail(batch, terraform, mutable):
    stack, test = batch["of"]
    folder = mutable[stack]
    texts = {path: path.read_text() for path in {folder / file for file, *_ in batch["mutants"]}}
    try:
        for file, good, bad, _ in batch["mutants"]:
            text = (folder / file).read_text()
            assert good in text, f"{file} has no {good!r}"
            (folder / file).write_text(text.replace(good, bad, 1))
        _, failed, problems = run_tests(terraform, folder, f"-filter=tests/{test}.tftest.hcl")
    finally:
        for path, text in texts.items():
            path.write_text(text)
    unnoticed = [message for *_, message in batch["mutants"] if not any(message in detail for detail in failed)]
    assert not unnoticed, (failed, problems)
