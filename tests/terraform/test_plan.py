"""The plans of stacks that are not applied here, and the address ranges in them."""

import ipaddress
import itertools
import re

import pytest

from compiled import EXAMPLE_STACKS, source
from harness import Stack, compile_spec, fresh, tfgen


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


def test_files_of_the_users_own_are_part_of_the_plan(terraform, aws):
    """What tfgen has no key for: an override, and a peering with another network, as 'tfgen explain network' says."""
    spec = spec_of(cidr="10.30.0.0/16")
    stack = Stack(terraform, aws, compile_spec(spec, fresh("plan/own-files")))
    own = {
        "override.tf": 'module "alb" {\n  idle_timeout = 77\n}\n',
        "peering.tf": 'resource "aws_vpc_peering_connection" "office" {\n'
        '  vpc_id      = module.vpc.vpc_id\n  peer_vpc_id = "vpc-0123456789abcdef0"\n}\n',
    }
    for name, text in own.items():
        (stack.folder / name).write_text(text)
    compile_spec(spec | {"scaling": {"min": 3}}, stack.folder)
    terraform.init(stack.folder)
    planned = stack.plan().resources()
    assert planned["module.alb.aws_lb.this"]["idle_timeout"] == 77
    assert planned["aws_vpc_peering_connection.office"]["peer_vpc_id"] == "vpc-0123456789abcdef0"
    assert planned["module.asg.aws_autoscaling_group.service"]["min_size"] == 3
    assert {name: (stack.folder / name).read_text() for name in own} == own
    assert tfgen("--check", stack.folder.with_suffix(".yaml"), "-o", stack.folder).returncode == 0


def test_an_image_must_fit_the_disk(planned):
    """The image of the mock is 20 GiB large."""
    fits = planned(service_of(image="ami-00000000000000020", disk_gb=20))
    assert fits.resources()["module.asg.aws_launch_template.service"]["image_id"] == "ami-00000000000000020"
    with pytest.raises(AssertionError, match="root disk of the image ami-00000000000000020 is larger than 8"):
        planned(service_of(image="ami-00000000000000020"))


def test_a_pinned_image_may_be_deprecated(planned):
    """Two years after its publication, EC2 lists an image no longer."""
    stays = planned(service_of(image="ami-0000000000000dead"))
    assert stays.resources()["module.asg.aws_launch_template.service"]["image_id"] == "ami-0000000000000dead"


def service_of(**service):
    return {"name": "gym", "region": "us-east-1", "service": service}


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
