"""The plans of stacks that are not applied here, and the address ranges in them."""

import ipaddress
import itertools
import re

import pytest

from compiled import EXAMPLE_STACKS, source
from harness import Stack, compile_spec, fresh


@pytest.fixture
def planned(request, terraform, aws):
    number = itertools.count(1)

    def plan(spec, *options):
        folder = fresh(f"plan/{re.sub('[^a-z-]+', '-', request.node.name)}-{next(number)}")
        stack = Stack(terraform, aws, compile_spec(spec, folder, *options))
        terraform.init(stack.folder)
        return stack.plan()

    return plan


@pytest.mark.parametrize("name", EXAMPLE_STACKS)
def test_example_can_be_planned(name, planned):
    spec, options = source(name)
    changes = planned(spec, *options).changes
    assert len(changes) > 50
    assert {actions for _, _, actions in changes} == {("create",)}


def test_addresses_never_move(planned):
    """Adding a zone or a NAT gateway, or naming the zones, moves no existing subnet."""
    most = planned(spec_of(zones=3, nat="per_zone")).resources()
    ranges = subnets(most)
    assert (len(ranges), count(most, "aws_nat_gateway"), count(most, "aws_route.nat")) == (9, 3, 3)
    for one in ranges:
        assert ranges[one].subnet_of(ipaddress.ip_network("10.0.0.0/16"))
        assert not any(ranges[one].overlaps(ranges[other]) for other in ranges if other != one)

    single = planned(spec_of(zones=2, nat="single")).resources()
    assert (len(subnets(single)), count(single, "aws_nat_gateway"), count(single, "aws_route.nat")) == (6, 1, 2)
    assert subnets(single).items() <= ranges.items()

    named = planned(spec_of(zones=["us-east-1c", "us-east-1a"], nat="none")).resources()
    assert (len(subnets(named)), count(named, "aws_nat_gateway")) == (4, 0)
    assert subnets(named).items() <= ranges.items()


@pytest.mark.parametrize("nat", ["none", "single", "per_zone"])
def test_every_subnet_of_instances_has_a_route_out(nat, planned):
    """Instances install packages from the internet."""
    resources = planned(spec_of(zones=2, nat=nat)).resources()
    kind, way = ("public", "aws_route.internet") if nat == "none" else ("private", "aws_route.nat")
    assert count(resources, f"aws_route_table_association.{kind}[") == count(resources, f"aws_subnet.{kind}[") == 2
    ways = [values for address, values in resources.items() if f".{way}" in address]
    assert len(ways) == count(resources, f"aws_route_table.{kind}")
    assert {values["destination_cidr_block"] for values in ways} == {"0.0.0.0/0"}


def spec_of(**network):
    return {"name": "gym", "region": "us-east-1", "network": network}


def subnets(resources):
    """address in Terraform -> address range"""
    return {
        address: ipaddress.ip_network(values["cidr_block"])
        for address, values in resources.items()
        if ".aws_subnet." in address
    }


def count(resources, name):
    return sum(f".{name}" in address for address in resources)


def test_too_few_zones_are_reported_clearly(terraform, aws):
    """The account may have fewer zones than the region, which a compiler cannot know."""
    stack = Stack(terraform, aws, compile_spec(spec_of(zones=2), fresh("plan/too-few")))
    main = stack.folder / "main.tf"
    main.write_text(main.read_text().replace('"t3.micro"', '"t3.micro-of-tomorrow"', 1))
    terraform.init(stack.folder)
    done = terraform.run(stack.folder, "plan", "-input=false", endpoint=aws.endpoint, check=False)
    assert done.returncode == 1
    output = " ".join(done.stderr.replace("│", " ").split())
    assert "can start t3.micro-of-tomorrow in 0 zones of the region; the stack needs 2." in output
