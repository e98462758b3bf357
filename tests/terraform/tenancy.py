"""A stack in the network of another, on a mock AWS: what does not fit, its life, its edits, and what the owner of the network sees."""

import copy
import json
import re

import yaml

from harness import MockAws, Plan, Stack, compile_spec, tfgen
from inventory import inventory
from life import REGION, Life

OWNER = {"name": "gym", "region": REGION, "network": {"zones": ["us-east-1a", "us-east-1b", "us-east-1c"], "nat": "single"}}
NETWORK = "-target=module.vpc"


def without(network, key):
    return {name: value for name, value in network.items() if name != key}


# What does not fit -> (network -> the network as the spec has it, what the plan says). at: see sites().
MISFITS = {
    "another network": (lambda n, at: n | {"vpc_id": at["another network"]}, r"The subnet subnet-\w+ is in the network vpc-\w+, not in vpc-"),
    "no gateway": (lambda n, at: n | {"public_subnets": at["database"][:2]}, "public subnets have no route to an internet gateway: subnet-"),
    "one public zone": (lambda n, at: n | {"public_subnets": [at["public"][0], at["small"]]}, "Two of the public subnets are in the same zone: subnet-"),
    "small": (lambda n, at: n | {"public_subnets": [at["small"], at["public"][1]]}, r"smaller than /27, too small for a load balancer: subnet-\w+ is 10.0.224.0/28"),
    "no way out": (lambda n, at: n | {"private_subnets": at["database"][:2]}, "Instances reach nothing from these private subnets"),
    "public": (lambda n, at: n | {"private_subnets": at["public"][2:]}, "Instances reach nothing from these private subnets"),
    "other zones": (lambda n, at: n | {"private_subnets": at["private"]}, "has none in: us-east-1c"),
    "few addresses": (lambda n, at: n | {"private_subnets": [at["tight"]]}, "had 11 free addresses without the stack, and the group may have 14 instances"),
    "one database zone": (lambda n, at: n | {"database_subnets": [at["database"][0], at["private"][0]]}, "The database's subnets are all in one zone: us-east-1a"),
}
# Edits of the applied stack: the key, and network -> its new value.
EDITS = {
    "a public subnet more": ("public_subnets", lambda n, at: at["public"]),
    "other private subnets": ("private_subnets", lambda n, at: at["private"][1:2]),
    "no private subnets": ("private_subnets", lambda n, at: None),
    "a database subnet more": ("database_subnets", lambda n, at: at["database"]),
    "a database subnet less": ("database_subnets", lambda n, at: at["database"][1:]),
    "another network": ("vpc_id", lambda n, at: at["another network"]),
}


class Tenancy(Life):
    def live(self, aws):
        owner = Stack(self.terraform, aws, compile_spec(OWNER, self.folder / "owner"))
        self.terraform.init(owner.folder)
        owner.plan(NETWORK)
        owner.apply()
        self.at = sites(aws)
        self.before = inventory(aws)

        stack = Stack(self.terraform, aws, self.folder / "tenant")
        network = {"vpc_id": self.at["network"]} | {f"{use}_subnets": self.at[use][:2] for use in ("public", "private", "database")}
        self.spec = {"name": "shop", "region": REGION, "network": network, "scaling": {"min": 2, "max": 12}, "database": {"final_snapshot": False}}
        compile_spec(self.spec, stack.folder)
        self.terraform.init(stack.folder)
        self.misfits = {name: self.misfit(stack, name, *MISFITS[name]) for name in MISFITS}
        self.unresolved = self.plan_without_names(stack)
        compile_spec(self.spec, stack.folder)
        self.step(stack, "first")
        self.plans["again"] = stack.plan()
        self.edits = {name: self.edit(stack, *EDITS[name]) for name in EDITS}
        compile_spec(self.spec, stack.folder, "--allow-replace")
        self.plans["owner"] = owner.plan(NETWORK)
        self.plans["destroy"] = stack.plan("-destroy")
        stack.apply()
        self.after = inventory(aws)

    def mock(self):
        return MockAws(REGION)

    def misfit(self, stack, name, change, _):
        return self.failure_of(stack, self.spec | {"network": change(self.spec["network"], self.at)})

    def failure_of(self, stack, spec):
        if self.stopping:
            raise RuntimeError("stopped")
        compile_spec(spec, stack.folder, "--allow-replace")
        done = self.terraform.run(
            stack.folder, "plan", "-input=false", "-refresh=false", "-out=test.tfplan", endpoint=stack.aws.endpoint, check=False
        )
        return re.sub(r"[│╷╵\s]+", " ", done.stderr) if done.returncode else None

    def plan_without_names(self, stack):
        ec2 = stack.aws.client("ec2")
        ec2.modify_vpc_attribute(VpcId=self.at["network"], EnableDnsSupport={"Value": False})
        failure = self.failure_of(stack, self.spec)
        ec2.modify_vpc_attribute(VpcId=self.at["network"], EnableDnsSupport={"Value": True})
        return failure

    def edit(self, stack, key, change):
        """(what tfgen says, why the plan fails or None, what it would change)"""
        edited = copy.deepcopy(self.spec)
        value = change(self.spec["network"], self.at)
        edited["network"] = without(edited["network"], key) | ({key: value} if value else {})
        base, path = self.folder / "base.yaml", self.folder / "edited.yaml"
        base.write_text(yaml.safe_dump(self.spec))
        path.write_text(yaml.safe_dump(edited))
        said = json.loads(tfgen("diff", "--format", "json", base, path).stdout)
        failure = self.failure_of(stack, edited)
        return said, failure, [] if failure else Plan(stack.run("show", "-json", "test.tfplan")).changes


def sites(aws):
    """The owner's network and subnets by what they are for, in the order of their zones; two small ones; another network."""
    ec2 = aws.client("ec2")
    found = {"public": [], "private": [], "database": []}
    for subnet in sorted(ec2.describe_subnets(Filters=[{"Name": "tag:Stack", "Values": ["gym-prod"]}])["Subnets"], key=lambda s: s["AvailabilityZone"]):
        (name,) = [tag["Value"] for tag in subnet["Tags"] if tag["Key"] == "Name"]
        found[name.removeprefix("gym-prod-").split("-")[0]].append(subnet["SubnetId"])
        found["network"] = subnet["VpcId"]
    for name, cidr, like in (("small", "10.0.224.0/28", "public"), ("tight", "10.0.224.16/28", "private")):
        made = ec2.create_subnet(VpcId=found["network"], CidrBlock=cidr, AvailabilityZone="us-east-1a")["Subnet"]["SubnetId"]
        (table,) = ec2.describe_route_tables(Filters=[{"Name": "association.subnet-id", "Values": found[like][:1]}])["RouteTables"]
        ec2.associate_route_table(SubnetId=made, RouteTableId=table["RouteTableId"])
        found[name] = made
    found["another network"] = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    return found
