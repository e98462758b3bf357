"""A mock AWS on a free port of this machine: moto's server, and what moto lacks for these stacks.

    python mock_aws.py REGION...

It is one account, so every stack under test gets a process of its own. It prints its address once it listens, and
ends when its standard input is closed: whatever becomes of the tests, it does not outlive them. What passes is noted in
the file that MOCK_AWS_LOG names, if it names one. MOCK_AWS_NETWORK is a network of the first region, as JSON.
"""

import functools
import io
import json
import os
import re
import sys
from collections import Counter
from datetime import datetime, timezone

os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"  # read when moto is imported

from moto.autoscaling.models import FakeAutoScalingGroup, FakeScalingPolicy
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import ec2_backends
from moto.ec2.models.amis import Ami
from moto.ec2.models.launch_templates import LaunchTemplate
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.models.subnets import SubnetBackend
from moto.ec2.responses.amis import AmisResponse
from moto.ec2.utils import parse_user_data
from moto.iam.access_control import PermissionResult
from moto.moto_server.threaded_moto_server import ThreadedMotoServer
from moto.moto_server.werkzeug_app import DomainDispatcherApplication
from moto.s3.models import FakeBucket, S3Backend
from moto.s3.responses import S3Response
from moto.ssm.models import Parameter, ssm_backends

import mock_backup
import mock_budgets
import mock_cdn
import mock_dns
import mock_iam
import mock_network
import mock_rds
import mock_refresh
import mock_waf

ACCOUNT = "123456789012"
IMAGES = {
    "/aws/service/debian/release/12/latest/amd64": ("ami-0000000000deb12a", "x86_64", "/dev/xvda"),
    "/aws/service/debian/release/13/latest/amd64": ("ami-0000000000deb13a", "x86_64", "/dev/xvda"),
    "/aws/service/debian/release/13/latest/arm64": ("ami-0000000000deb13b", "arm64", "/dev/xvda"),
    "/an/image": ("ami-00000000000000008", "x86_64", "/dev/xvda"),
    "/an/image/of/last/year": ("ami-0000000000000dead", "x86_64", "/dev/xvda"),
    "/an/image/with/a/large/disk": ("ami-00000000000000020", "x86_64", "/dev/xvda"),
}
DEPRECATED = {"ami-0000000000000dead"}
LARGE = {"ami-00000000000000020": 20}  # GiB; the others have 8


def size_images():
    """The size of an image's root disk, which is the same for all in moto."""
    mappings = Ami.block_device_mappings.fget

    def sized(self):
        (mapping,) = mappings(self)
        mapping["Ebs"]["VolumeSize"] = LARGE.get(self.id, 8)
        return [mapping]

    Ami.block_device_mappings = property(sized)


def hide_deprecated_images():
    """EC2 lists a deprecated image, to others than its owner, only if the request includes those."""
    describe = AmisResponse.describe_images

    def describe_images(self):
        answer = describe(self)
        if str(self._get_param("IncludeDeprecated")).lower() == "true":
            return answer
        return ActionResult({"Images": [image for image in answer.result["Images"] if image.id not in DEPRECATED]})

    AmisResponse.describe_images = describe_images


def supply_images(region):
    """The public parameters that name the newest images. The API allows no writes below /aws."""
    ec2, parameters = ec2_backends[ACCOUNT][region], ssm_backends[ACCOUNT][region]._parameters
    for name, (image, architecture, root_device) in IMAGES.items():
        ec2.amis[image] = Ami(
            ec2,
            image,
            name=name,
            architecture=architecture,
            root_device_name=root_device,
            root_device_type="ebs",
            virtualization_type="hvm",
            public=True,
            region_name=region + "a",
        )
        parameters[name] = [
            Parameter(
                account_id=ACCOUNT,
                name=name,
                value=image,
                parameter_type="String",
                description=None,
                allowed_pattern=None,
                keyid=None,
                last_modified_date=datetime.now(timezone.utc).timestamp(),
                version=1,
                data_type="text",
            )
        ]


def remember_group_fields():
    """The group's warm-up and maintenance policy, which moto accepts but does not store."""

    def remembering(handler):
        @functools.wraps(handler)
        def handle(self):
            result = handler(self)
            group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
            warmup = self._get_int_param("DefaultInstanceWarmup")
            policy = self._get_params().get("InstanceMaintenancePolicy")
            if warmup is not None:
                group.default_instance_warmup = warmup
            if policy is not None:
                group.instance_maintenance_policy = policy
            return result

        return handle

    for name in ("create_auto_scaling_group", "update_auto_scaling_group"):
        setattr(AutoScalingResponse, name, remembering(getattr(AutoScalingResponse, name)))


def add_group_metrics():
    """EnableMetricsCollection starts to collect the metrics that it names, beside those collected before; moto drops those."""
    enable = FakeAutoScalingGroup.enable_metrics_collection

    def add(self, metrics):
        enable(self, list(dict.fromkeys([*self.metrics, *metrics])))

    FakeAutoScalingGroup.enable_metrics_collection = add


def check_request_labels():
    """A label names a target group that is attached to the group (EC2 Auto Scaling API, PredefinedMetricSpecification)."""
    put = AutoScalingResponse.put_scaling_policy

    def put_policy(self):
        tracking = self._get_params().get("TargetTrackingConfiguration") or {}
        label = (tracking.get("PredefinedMetricSpecification") or {}).get("ResourceLabel")
        group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
        attached = [arn.rpartition(":")[2] for arn in group.target_group_arns]
        if label and not any(re.fullmatch(rf"app/[^/]+/[0-9a-f]+/{re.escape(end)}", label) for end in attached):
            raise ServiceException("ValidationError", f"The resource label {label} is not of an attached target group.")
        return put(self)

    AutoScalingResponse.put_scaling_policy = put_policy


def check_scheduled_actions():
    """AWS refuses a start that is past, and the time of another action; it adds the start that follows from the cron expression.

    EC2 Auto Scaling API, PutScheduledUpdateGroupAction; User Guide, scheduled scaling, limitations. The start here is always past, as
    the one that Terraform's state holds is after a while.
    """
    put = AutoScalingResponse.put_scheduled_update_group_action

    def put_action(self):
        name, group = self._get_param("ScheduledActionName"), self._get_param("AutoScalingGroupName")
        when = self._get_param("Recurrence"), self._get_param("TimeZone")
        if self._get_param("StartTime"):
            raise ServiceException("ValidationError", "Given start time is in the past")
        if self._get_int_param("MinSize") > self._get_int_param("MaxSize"):
            raise ServiceException("ValidationError", "Min bound, which is more than max bound.")
        backend = self.autoscaling_backend
        for action in backend.scheduled_actions.values():
            if action.scheduled_action_name != name and (action.recurrence, action.time_zone) == when:
                raise ServiceException("AlreadyExists", f"A scheduled action with this start time already exists in {group}.")
        answer = put(self)
        backend.scheduled_actions[name].start_time = "2020-01-01T00:00:00Z"
        return answer

    AutoScalingResponse.put_scheduled_update_group_action = put_action


def remember_policy_fields():
    """Policies are enabled, and not predictive unless set so."""
    make = FakeScalingPolicy.__init__

    def make_policy(self, *args, **kwargs):
        make(self, *args, **kwargs)
        self.enabled = True
        self.predictive_scaling_configuration = self.predictive_scaling_configuration or None

    FakeScalingPolicy.__init__ = make_policy


def correct_templates():
    """A launch template's own tags are not part of its data: otherwise every plan would create a new version.

    And moto cannot launch from a second version, whose boot script it does not take for base64.
    """
    create = LaunchTemplate.create_version

    def create_version(self, data, description):
        tags = [spec for spec in data.get("TagSpecifications", []) if spec["ResourceType"] != "launch-template"]
        boot = data.get("UserData")
        boot = parse_user_data(boot) if isinstance(boot, str) else boot
        return create(self, {**data, "TagSpecifications": tags, "UserData": boot}, description)

    LaunchTemplate.create_version = create_version


def spread_instances():
    """Launches each instance into the subnet with the fewest; moto puts all into one."""
    launch = FakeAutoScalingGroup.replace_autoscaling_group_instances

    def launch_evenly(self, count, tags):
        subnets, zones = self.vpc_zone_identifier, self.availability_zones
        for _ in range(count):
            held = Counter(state.instance.subnet_id for state in self.instance_states)
            self.vpc_zone_identifier = min(subnets.split(","), key=lambda subnet: held[subnet])
            self.availability_zones = [
                self.autoscaling_backend.ec2_backend.get_subnet(self.vpc_zone_identifier).availability_zone
            ]
            launch(self, 1, tags)
        self.vpc_zone_identifier, self.availability_zones = subnets, zones

    FakeAutoScalingGroup.replace_autoscaling_group_instances = launch_evenly


def remember_rule_descriptions():
    """Keeps the description of a rule that names a group, which moto loses."""
    SecurityGroupRule.description = property(
        lambda rule: ((rule.ip_range or {}).get("Description") or (rule.source_group or {}).get("Description"))
    )


def admit_plain_http():
    """The mock serves plain HTTP, which the buckets' policies refuse: they are stored but not enforced."""
    FakeBucket.get_permission = lambda self, action, resource: PermissionResult.NEUTRAL


def encrypt_buckets():
    """S3 encrypts every bucket with its own keys if no one says otherwise."""
    encryption = {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": "false"}}
    get = S3Backend.get_bucket_encryption
    S3Backend.get_bucket_encryption = lambda self, bucket_name: get(self, bucket_name) or encryption


def remember_kept_versions():
    """How many versions of an object outlive their time, which moto loses."""
    put, get = S3Backend.put_bucket_lifecycle, S3Response.get_bucket_lifecycle

    def put_lifecycle(self, bucket_name, rules):
        put(self, bucket_name, rules)
        listed = rules if isinstance(rules, list) else [rules]
        for kept, rule in zip(self.get_bucket(bucket_name).rules, listed, strict=True):
            kept.newer_versions = (rule.get("NoncurrentVersionExpiration") or {}).get("NewerNoncurrentVersions")

    def get_lifecycle(self):
        rules, serialize = self.backend.get_bucket_lifecycle(self.bucket_name) or [], self.serialized

        def complete(answer):
            for kept, rule in zip(rules, answer.result["Rules"] if rules else [], strict=True):
                if kept.newer_versions:
                    rule["NoncurrentVersionExpiration"]["NewerNoncurrentVersions"] = kept.newer_versions
            return serialize(answer)

        self.serialized = complete
        return get(self)

    S3Backend.put_bucket_lifecycle = put_lifecycle
    S3Response.get_bucket_lifecycle = get_lifecycle


def keep_used_subnets():
    """Refuses to delete a subnet in which an instance runs."""
    delete = SubnetBackend.delete_subnet

    def delete_unused(self, subnet_id):
        for instance in self.all_instances():
            if instance.subnet_id == subnet_id and instance.state not in ("terminated", "shutting-down"):
                raise EC2ClientError("DependencyViolation", f"The subnet '{subnet_id}' has dependencies and cannot be deleted.")
        return delete(self, subnet_id)

    SubnetBackend.delete_subnet = delete_unused


def note_requests(path):
    """Logs every request and its answer, a JSON object on each line."""
    handle = DomainDispatcherApplication.__call__

    def noting(self, environ, start_response):
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        environ["wsgi.input"] = io.BytesIO(body)
        mock_iam.noted.checks = []
        answer = b"".join(handle(self, environ, start_response))
        entry = {
            "method": environ["REQUEST_METHOD"],
            "path": environ.get("RAW_URI") or environ["PATH_INFO"],
            "host": environ.get("HTTP_HOST", ""),
            "target": environ.get("HTTP_X_AMZ_TARGET", ""),
            "request": body.decode("latin-1"),
            "answer": answer.decode("latin-1"),
            "checks": mock_iam.noted.checks,
        }
        with open(path, "a", encoding="utf-8") as log:
            log.write(json.dumps(entry) + "\n")
        return [answer]

    DomainDispatcherApplication.__call__ = noting


def main():
    if os.environ.get("MOCK_AWS_LOG"):
        note_requests(os.environ["MOCK_AWS_LOG"])
    size_images()
    hide_deprecated_images()
    remember_group_fields()
    add_group_metrics()
    mock_refresh.supply_instance_refresh()
    remember_policy_fields()
    check_request_labels()
    check_scheduled_actions()
    correct_templates()
    mock_refresh.remember_versions()
    mock_refresh.judge_health()
    spread_instances()
    remember_rule_descriptions()
    mock_backup.supply_backups()
    mock_budgets.supply_budgets()
    mock_rds.supply_databases()
    mock_dns.supply_certificates()
    mock_waf.supply_firewalls()
    mock_cdn.supply_cdn()
    admit_plain_http()
    mock_iam.judge_as_iam()
    keep_used_subnets()
    remember_kept_versions()
    encrypt_buckets()
    for region in sys.argv[1:]:
        supply_images(region)
    if os.environ.get("MOCK_AWS_NETWORK"):
        mock_network.supply_network(sys.argv[1], json.loads(os.environ["MOCK_AWS_NETWORK"]))
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    print("http://%s:%d" % server.get_host_and_port(), flush=True)
    sys.stdin.read()


main()
