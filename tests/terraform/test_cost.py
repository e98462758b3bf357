"""What `tfgen cost` says, counted again in Terraform's own plan and priced from prices.csv.

Nothing here is taken from tfgen: neither which resources cost nor how many there are.
"""

import csv
import json

import pytest

from compiled import SHOWN, source
from harness import ROOT, Stack, compile_spec, file_of, fresh, tfgen

HOURS = 730
SECRET_READS = 12 * HOURS  # the timer of app/deploy/crudd-secrets.timer
LOG_BYTES = 300

# What AWS does not charge for, or charges through another resource.
FREE = """
    aws_acm_certificate aws_acm_certificate_validation aws_autoscaling_schedule aws_backup_plan aws_backup_selection
    aws_backup_vault_lock_configuration aws_budgets_budget aws_cloudfront_vpc_origin aws_cloudwatch_event_rule
    aws_cloudwatch_event_target aws_db_event_subscription aws_db_parameter_group aws_db_subnet_group aws_default_security_group aws_iam_instance_profile
    aws_iam_role aws_iam_role_policy aws_iam_role_policy_attachment aws_internet_gateway aws_lb_listener aws_lb_target_group aws_route aws_route53_record aws_route_table
    aws_route_table_association aws_s3_bucket_lifecycle_configuration aws_s3_bucket_ownership_controls aws_s3_bucket_policy
    aws_s3_bucket_public_access_block aws_s3_bucket_versioning aws_s3_object aws_secretsmanager_secret_version
    aws_security_group aws_sns_topic aws_sns_topic_policy aws_subnet aws_vpc aws_vpc_endpoint aws_vpc_security_group_egress_rule
    aws_vpc_security_group_ingress_rule aws_wafv2_web_acl_association terraform_data
""".split()
# What it charges for, with the lines of `tfgen cost` that stand for it.
CHARGED = {
    "aws_autoscaling_group": {"instances"},
    "aws_autoscaling_policy": set(),  # but for those with a target
    "aws_backup_vault": {"vault"},  # and copies, if there is one in another region
    "aws_cloudfront_distribution": {"cdn-requests", "cdn-data"},
    "aws_cloudwatch_dashboard": {"dashboard"},
    "aws_cloudwatch_log_group": {"logs", "logs-kept", "database-logs"},
    "aws_cloudwatch_metric_alarm": {"alarms"},
    "aws_db_instance": {"database", "database-disk", "database-secret"},
    "aws_flow_log": {"flow-logs"},
    "aws_eip": {"nat-addresses"},
    "aws_kms_key": {"key"},
    "aws_launch_template": {"instance-volumes"},  # and metrics, if it has them every minute
    "aws_lb": {"load-balancer", "load-balancer-units"},  # and addresses, if the internet reaches it
    "aws_nat_gateway": {"nat", "nat-data"},
    "aws_s3_bucket": {"archive"},
    "aws_secretsmanager_secret": {"secrets", "secret-calls"},
    "aws_sns_topic_subscription": {"mails"},
    "aws_wafv2_web_acl": {"firewall", "firewall-rules", "firewall-requests"},
    "aws_wafv2_web_acl_logging_configuration": {"firewall-logs"},
}


@pytest.fixture(scope="module")
def prices():
    with open(ROOT / "gen/facts/prices.csv", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {(row["service"], row["item"], row["region"]): float(row["usd"]) for row in rows}


@pytest.fixture(params=SHOWN)
def planned(request, terraform, aws):
    """An example: its resources in Terraform's plan, and its cost as tfgen prints it."""
    spec, options = source(request.param)
    stack = Stack(terraform, aws, compile_spec(spec, fresh(f"cost/{request.param}") / request.param, *options))
    terraform.init(stack.folder)
    printed = tfgen("cost", "--format", "json", *options, file_of(spec, stack.folder))
    assert printed.returncode == 0, printed.stderr
    return stack.plan().resources(), json.loads(printed.stdout)


def kinds_of(resources):
    return {address.split("[")[0].split(".")[-2] for address in resources}


def test_counted_again(planned, prices):
    resources, cost = planned
    for case in ("min", "max"):
        ours = Recount(resources, prices, cost["region"], case).total()
        assert cost["total"][case] == pytest.approx(ours, abs=0.01), case  # the two buckets cost less
    assert cost["complete"] == ("aws_cloudfront_distribution" not in kinds_of(resources)), "prices.csv has none of CloudFront"


def test_every_resource_is_counted_or_free(planned):
    resources, cost = planned
    kinds = kinds_of(resources)
    assert kinds <= CHARGED.keys() | set(FREE), "is it free?"
    lines = {line["id"].removeprefix("stack-") for line in cost["lines"]}  # the key is the stack's, or that of its topic
    for kind in kinds & CHARGED.keys():
        assert CHARGED[kind] <= lines, kind
    (template,) = (values for address, values in resources.items() if address.endswith(".aws_launch_template.service"))
    assert ("instance-metrics" in lines) == bool(template["monitoring"])
    (balancer,) = (values for address, values in resources.items() if address.endswith(".aws_lb.this"))
    assert ("load-balancer-addresses" in lines) == (not balancer["internal"])
    assert {"copies", "copies-sent"} <= lines or "module.copies.aws_backup_vault.this" not in resources


class Recount:
    def __init__(self, resources, prices, region, case):
        self.resources, self.prices, self.region = resources, prices, region
        sizes = [self.the("aws_autoscaling_group.service"), *self.all("aws_autoscaling_schedule.")]
        self.n = {"min": min, "max": max}[case](size[f"{case}_size"] for size in sizes)

    def all(self, name):
        """Every instance of a resource, whatever module it is in."""
        return [values for address, values in self.resources.items() if f".{name}" in address.split("[")[0] + "."]

    def the(self, name):
        (one,) = self.all(name)
        return one

    def price(self, service, item):
        return self.prices.get((service, item, self.region)) or self.prices[service, item, "global"]

    def total(self):
        return self.network() + self.firewall() + self.instances() + self.database() + self.watch()

    def nodes(self):
        """Of the load balancer: one in each of its subnets, which exist or are made."""
        return len(self.the("aws_lb.this").get("subnets") or self.all("aws_subnet.public"))

    def network(self):
        balancer = self.the("aws_lb.this")
        addresses = len(self.all("aws_eip.")) + (0 if balancer["internal"] else self.nodes())
        gateways = len(self.all("aws_nat_gateway."))
        return (
            HOURS * self.price("elb", "alb-hour") * len(self.all("aws_lb.this."))
            + HOURS * self.price("ipv4", "public-ipv4") * addresses
            + HOURS * self.price("nat", "nat-hour") * gateways
            + (self.logged() * self.price("nat", "nat-gb") if gateways else 0)
        )

    def firewall(self):
        return sum(self.price("waf", "web-acl") + len(acl["rule"]) * self.price("waf", "rule") for acl in self.all("aws_wafv2_web_acl."))

    def logged(self):
        """GB of log for the health checks: every node of the load balancer checks every instance."""
        (check,) = self.the("aws_lb_target_group.this")["health_check"]
        checks = HOURS * 3600 / check["interval"] * self.nodes() * self.n
        return checks * LOG_BYTES / 1e9 if self.all("aws_cloudwatch_log_group.service") else 0

    def instances(self):
        template = self.the("aws_launch_template.service")
        (network,), (disk,), monitoring = template["network_interfaces"], template["block_device_mappings"], template["monitoring"]
        (ebs,) = disk["ebs"]
        each = HOURS * self.price("ec2", template["instance_type"]) + ebs["volume_size"] * self.price("ebs", ebs["volume_type"])
        if network["associate_public_ip_address"] == "true":
            each += HOURS * self.price("ipv4", "public-ipv4")
        if monitoring and monitoring[0]["enabled"]:
            each += 7 * self.price("cloudwatch", "metric-custom")
        own_secrets = len(self.all("aws_secretsmanager_secret."))
        each += own_secrets * SECRET_READS / 10_000 * self.price("secretsmanager", "api-10k")
        days = sum(group["retention_in_days"] for group in self.all("aws_cloudwatch_log_group.service"))
        logs = self.price("cloudwatch", "logs-ingest") + days / (HOURS / 24) * self.price("cloudwatch", "logs-store")
        return self.n * each + self.logged() * logs

    def database(self):
        database = self.the("aws_db_instance.this")
        zones = "multi" if database["multi_az"] else "single"
        assert database["engine"] == "mysql" and database["manage_master_user_password"]
        return (
            HOURS * self.price(f"rds-mysql-{zones}", database["instance_class"])
            + database["allocated_storage"] * self.price("rds-storage", f"{database['storage_type']}-{zones}")
            + (1 + len(self.all("aws_secretsmanager_secret."))) * self.price("secretsmanager", "secret")
        )

    def watch(self):
        alarms = self.all("aws_cloudwatch_metric_alarm.")
        metrics = sum(1 if alarm["metric_name"] else sum(len(query["metric"]) for query in alarm["metric_query"]) for alarm in alarms)
        targets = sum(len(policy["target_tracking_configuration"]) for policy in self.all("aws_autoscaling_policy."))
        return (
            (metrics + 2 * targets) * self.price("cloudwatch", "alarm-standard")
            + len(self.all("aws_cloudwatch_dashboard.")) * self.price("cloudwatch", "dashboard")
            + len(self.all("aws_kms_key.")) * self.price("kms", "key")
        )
