"""A stack in a network that others own: it fits or the plan says why not, and it leaves no trace there."""

import re

import pytest

from edits import ELSEWHERE
from tenancy import EDITS, MISFITS

pytestmark = pytest.mark.parametrize("life", ["tenancy"], indirect=True)
IN_PLACE = {
    "a public subnet more": {("aws_lb", ("update",))},
    "other private subnets": {("aws_autoscaling_group", ("update",)), ("terraform_data", ("delete", "create"))},
    "a database subnet more": {("aws_db_subnet_group", ("update",))},
}


@pytest.mark.parametrize("name", MISFITS)
def test_a_network_that_does_not_fit_stops_the_plan(name, life):
    _, message = MISFITS[name]
    assert re.search(message, life.misfits[name]), life.misfits[name]


def test_names_must_resolve(life):
    assert "switch its attribute enableDnsSupport on" in life.unresolved


def test_nothing_of_the_network_is_managed(life):
    kinds = {kind for kind, _, _ in life.plans["first"].changes}
    assert not kinds & {"aws_vpc", "aws_subnet", "aws_route", "aws_route_table", "aws_route_table_association", "aws_internet_gateway", "aws_vpc_endpoint", "aws_nat_gateway"}
    assert life.plans["again"].changes == []


def test_everything_is_in_its_subnets(life):
    seen, at = life.seen["first"], life.at
    assert sorted(zone["SubnetId"] for zone in seen["balancer"]["AvailabilityZones"]) == sorted(at["public"][:2])
    assert sorted(seen["group"]["VPCZoneIdentifier"].split(",")) == sorted(at["private"][:2])
    assert sorted(subnet["SubnetIdentifier"] for subnet in seen["database"]["DBSubnetGroup"]["Subnets"]) == sorted(at["database"][:2])


def test_the_owner_notices_nothing(life):
    assert life.plans["owner"].changes == []
    assert life.after == life.before


def test_every_key_is_edited(life):
    assert {f"network.{key}" for key, _ in EDITS.values()} == ELSEWHERE


@pytest.mark.parametrize("name", IN_PLACE)
def test_an_edit_in_place(name, life):
    said, failure, changes = life.edits[name]
    assert (said["class"], failure) == ("in place", None)
    assert {(kind, actions) for kind, _, actions in changes} == IN_PLACE[name]


def test_instances_move_to_public_subnets(life):
    said, failure, changes = life.edits["no private subnets"]
    assert (said["class"], failure) == ("roll", None)
    assert {("aws_launch_template", ("update",)), ("aws_autoscaling_group", ("update",))} <= {(kind, actions) for kind, _, actions in changes}


def test_rds_keeps_its_subnets(life):
    """ModifyDBSubnetGroup fails without a subnet that the database may use."""
    said, _, changes = life.edits["a database subnet less"]
    assert said["class"] == "refuse"
    assert [kind for kind, _, _ in changes] == ["aws_db_subnet_group"]


def test_another_network_is_another_stack(life):
    said, failure, _ = life.edits["another network"]
    assert said["class"] == "refuse"
    assert f"This state holds shop-prod in us-east-1 with the network {life.at['network']}, and" in failure
