"""The life of one stack on a mock AWS: applied, planned again, edited five times through its spec, destroyed.

It takes minutes, mostly of waiting, so it runs once, in a thread, and records what it sees; the
tests look at the records.
"""

import base64
import json
import threading
import traceback
import zipfile

import pytest
import yaml

from compiled import HTTPS
from harness import EXAMPLES, MockAws, Stack, compile_spec, merged
from inventory import inventory

REGION = "us-east-1"
AWKWARD = 'Ana\'s "Gym" \\ ${not.a.value} %{ if true } $$ 100 % größer 健身房\nsecond line\ttab'
EDITS = {
    "scaling": {
        "scaling": {
            "min": 3,
            "max": 11,
            "out": {"cpu_percent": 70, "requests_per_second": 200, "for": "2m"},
            "in": {"cpu_percent": 25, "for": "4m"},
        }
    },
    "service": {"service": {"instance_type": "t3.small", "settings": {"title": AWKWARD}}},
    "alarms": {"alarms": {"email": ["ops@gym.example", "ana@gym.example"]}},
    "zones": {"network": {"zones": 3}},
    "database": {"database": {"storage_gb": 30, "backup_days": 14}},
    "https": {"https": HTTPS},
}


class Life(threading.Thread):
    def __init__(self, name, terraform, folder, at_once):
        """at_once: a semaphore for the lives that may run at the same time."""
        super().__init__(name=name, daemon=True)
        self.terraform, self.folder, self.at_once = terraform, folder, at_once
        self.failure, self.reported = None, False
        self.stopping = False
        self.plans = {}  # what Terraform planned: "first", "again", the edits, "again after" each, "destroy"
        self.resources = {}  # the state after "first" and after each edit
        self.seen = {}  # what was in AWS after each of these
        self.secrets = {}  # "token": its value; "files": the bytes of every state and plan

    def run(self):
        try:
            with self.at_once, self.mock() as aws:
                if self.stopping:
                    raise RuntimeError("stopped")
                self.live(aws)
        except BaseException as failure:  # finished() reports it
            self.failure = failure

    def mock(self):
        return MockAws(REGION)

    def live(self, aws):
        stack = Stack(self.terraform, aws, self.folder / "stack")
        spec = yaml.safe_load((EXAMPLES / f"{self.name}.yaml").read_text())
        zone = aws.host_zone(HTTPS["zone"])
        self.before = inventory(aws)

        compile_spec(spec, stack.folder)
        self.terraform.init(stack.folder)
        self.step(stack, "first")
        self.outputs = stack.outputs()
        self.plans["again"] = stack.plan()
        self.plans["other zones offered"] = self.plan_with_other_zones(stack)
        token = aws.client("secretsmanager").get_secret_value(SecretId=self.outputs["api_token_secret"])
        self.secrets["token"] = token["SecretString"]
        self.secrets["files"] = [self.plans["first"].text.encode(), *files_of_state(stack.folder)]

        for edit, change in EDITS.items():
            spec = merged(spec, change)
            compile_spec(spec, stack.folder)
            if edit == "https":  # the only one with a module that was not there before
                self.terraform.init(stack.folder)
            self.step(stack, edit)
        self.plans["again after the edits"] = stack.plan()
        self.url = stack.outputs()["url"]
        self.records = aws.client("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
        self.listeners = listeners(aws)

        self.plans["destroy"] = stack.plan("-destroy")
        stack.apply()
        self.after = inventory(aws)

    def plan_with_other_zones(self, stack):
        """As if the account offered zones now that come before those of the first apply."""
        override = stack.folder / "modules/vpc/zones_override.tf"
        override.write_text(f'resource "terraform_data" "zones" {{\n  input = {json.dumps([REGION + z for z in "fed"])}\n}}\n')
        plan = stack.plan()
        override.unlink()
        return plan

    def step(self, stack, name):
        if self.stopping:
            raise RuntimeError("stopped")
        self.plans[name] = stack.plan()
        stack.apply()
        self.resources[name] = stack.resources()
        self.seen[name] = look(stack.aws)

    def finished(self):
        self.join()
        if isinstance(self.failure, pytest.skip.Exception):
            raise self.failure
        if self.failure:
            output = traceback.format_exception(self.failure) if not self.reported else ["as reported before"]
            self.reported = True
            pytest.fail(f"the life of {self.name} ended early: {''.join(output)}", pytrace=False)
        return self


def files_of_state(folder):
    """The state and the last plan, which is an archive of several files."""
    yield from (path.read_bytes() for path in folder.glob("terraform.tfstate*"))
    with zipfile.ZipFile(folder / "test.tfplan") as plan:
        yield from (plan.read(name) for name in plan.namelist())


def look(aws):
    """What the tests need to know of AWS at this moment."""
    ec2, s3 = aws.client("ec2"), aws.client("s3")
    groups = aws.client("autoscaling")
    (group,) = groups.describe_auto_scaling_groups()["AutoScalingGroups"]
    template = ec2.describe_launch_template_versions(
        LaunchTemplateId=group["LaunchTemplate"]["LaunchTemplateId"], Versions=["$Latest"]
    )["LaunchTemplateVersions"][0]
    (database,) = aws.client("rds").describe_db_instances()["DBInstances"]
    (balancer,) = aws.client("elbv2").describe_load_balancers()["LoadBalancers"]
    vpc = balancer["VpcId"]
    inside = [{"Name": "vpc-id", "Values": [vpc]}]
    return {
        "group": group,
        "template": template,
        "boot": base64.b64decode(template["LaunchTemplateData"]["UserData"]).decode(),
        "refreshes": groups.describe_instance_refreshes(AutoScalingGroupName=group["AutoScalingGroupName"])[
            "InstanceRefreshes"
        ],
        "topics": topics(aws.client("sns")),
        "policies": groups.describe_policies()["ScalingPolicies"],
        "database": database,
        "balancer": balancer,
        "subnets": {subnet["SubnetId"]: subnet for subnet in ec2.describe_subnets(Filters=inside)["Subnets"]},
        "security groups": ec2.describe_security_groups(Filters=inside)["SecurityGroups"],
        "buckets": {bucket["Name"]: look_at_bucket(s3, bucket["Name"]) for bucket in s3.list_buckets()["Buckets"]},
    }


def listeners(aws):
    """Those of the load balancer by their port, with their attributes."""
    elb = aws.client("elbv2")
    (balancer,) = elb.describe_load_balancers()["LoadBalancers"]
    found = elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    for listener in found:
        attributes = elb.describe_listener_attributes(ListenerArn=listener["ListenerArn"])["Attributes"]
        listener["Attributes"] = {attribute["Key"]: attribute["Value"] for attribute in attributes}
    return {listener["Port"]: listener for listener in found}


def topics(sns):
    return [
        {
            "key": sns.get_topic_attributes(TopicArn=topic["TopicArn"])["Attributes"].get("KmsMasterKeyId"),
            "subscribers": sorted(
                subscription["Endpoint"]
                for subscription in sns.list_subscriptions_by_topic(TopicArn=topic["TopicArn"])["Subscriptions"]
            ),
        }
        for topic in sns.list_topics()["Topics"]
    ]


def look_at_bucket(s3, name):
    return {
        "blocked": s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"],
        "encrypted": s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"],
        "policy": json.loads(s3.get_bucket_policy(Bucket=name)["Policy"]),
        "grants": s3.get_bucket_acl(Bucket=name)["Grants"],
        "lifecycle": s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"],
        "keys": [entry["Key"] for entry in s3.list_objects_v2(Bucket=name).get("Contents", [])],
    }
