"""A stack, applied to the mock AWS: what its instances get, and its secrets."""

import base64
import json
import sys
import zipfile
from pathlib import Path

from harness import EXAMPLES, MockAws, Stack, Terraform, compile_spec, fresh

REGION = "us-east-1"


class Applied:
    """examples/NAME.yaml, applied. Use it in a with statement.

    outputs, resources: Terraform's; secrets: "token", "database" and "admin", as AWS holds them
    said: all that Terraform printed
    """

    def __init__(self, name, *options):
        self.name, self.options = name, options
        self.folder = fresh(f"boot-{name}-{Path(sys.argv[0]).stem}")  # two tests may run side by side
        self.stack_folder, self.log = self.folder / "stack", self.folder / "requests.log"
        self.said, self.plans = [], []

    def __enter__(self):
        self.aws = MockAws(REGION, log=self.log).__enter__()
        try:
            self.terraform = Terraform()
            self.stack = Stack(self.terraform, self.aws, self.stack_folder)
            self.compile(*self.options)
            self.terraform.init(self.stack_folder)
            self.apply()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.aws.__exit__()

    def compile(self, *options):
        compile_spec(EXAMPLES / f"{self.name}.yaml", self.stack_folder, *options)

    def apply(self):
        """Plans and applies what is compiled; policies for instances are off meanwhile."""
        self.enforce("inf")
        self.said.append(self.stack.run("plan", "-input=false", "-out=test.tfplan"))
        with zipfile.ZipFile(self.stack_folder / "test.tfplan") as plan:
            self.plans.extend(plan.read(name) for name in plan.namelist())
        self.plans.append(self.stack.run("show", "-json", "test.tfplan").encode())
        self.said.append(self.stack.run("apply", "-input=false", "test.tfplan"))
        self.look()

    def look(self):
        self.outputs, self.resources = self.stack.outputs(), self.stack.resources()
        secrets = self.aws.client("secretsmanager")
        arns = {
            "token": self.outputs["api_token_secret"],
            "database": self.resources["module.service.aws_secretsmanager_secret.database"]["arn"],
            "admin": self.outputs["database_secret"],
        }
        self.arns = arns
        self.secrets = {name: secrets.get_secret_value(SecretId=arn)["SecretString"] for name, arn in arns.items()}
        self.secrets["database"] = json.loads(self.secrets["database"])
        self.secrets["admin"] = json.loads(self.secrets["admin"])

    def change(self, *options):
        """Compiles with other options and applies the result."""
        self.compile(*options)
        self.apply()

    def enforce(self, count="0"):
        self.aws.enforce(count)

    def launch(self):
        """What EC2 reports of an instance that the group launches now."""
        self.enforce("inf")
        groups, ec2 = self.aws.client("autoscaling"), self.aws.client("ec2")
        (group,) = groups.describe_auto_scaling_groups()["AutoScalingGroups"]
        known = {i["InstanceId"] for i in group["Instances"]}
        name = group["AutoScalingGroupName"]
        groups.set_desired_capacity(AutoScalingGroupName=name, DesiredCapacity=len(known) + 1)
        (group,) = groups.describe_auto_scaling_groups()["AutoScalingGroups"]
        (new,) = {i["InstanceId"] for i in group["Instances"]} - known
        (reservation,) = ec2.describe_instances(InstanceIds=[new])["Reservations"]
        (instance,) = reservation["Instances"]
        data = ec2.describe_instance_attribute(InstanceId=new, Attribute="userData")["UserData"]["Value"]
        return Instance(self, instance, base64.b64decode(data))

    def files_of_terraform(self):
        """The state, its backups and every plan, as bytes."""
        return [path.read_bytes() for path in self.stack_folder.glob("*tfstate*")] + self.plans

    def requests(self):
        """All traffic of the mock: objects with method, path, host, target, request and answer."""
        return [json.loads(line) for line in Path(self.log).read_text(encoding="utf-8").splitlines()]


class Instance:
    """An instance that the group launched.

    user_data: bytes; facts: the facts in its metadata; role: its role's name
    credentials(): as the metadata service hands them out
    """

    def __init__(self, applied, described, user_data):
        self.applied, self.user_data = applied, user_data
        self.facts = {
            "instance_id": described["InstanceId"],
            "region": REGION,
            "zone": described["Placement"]["AvailabilityZone"],
            "image": described["ImageId"],
            "type": described["InstanceType"],
            "hostname": described["PrivateDnsName"],
            "address": described["PrivateIpAddress"],
            "mac": described["NetworkInterfaces"][0]["MacAddress"],
        }
        self.role = applied.resources["module.asg.aws_iam_role.service"]["name"]
        self.role_arn = applied.resources["module.asg.aws_iam_role.service"]["arn"]
        self.given = None

    def credentials(self):
        if not self.given:
            sts, name = self.applied.aws.client("sts"), self.facts["instance_id"]
            self.given = sts.assume_role(RoleArn=self.role_arn, RoleSessionName=name)["Credentials"]
        return {
            "AccessKeyId": self.given["AccessKeyId"],
            "SecretAccessKey": self.given["SecretAccessKey"],
            "Token": self.given["SessionToken"],
        }
