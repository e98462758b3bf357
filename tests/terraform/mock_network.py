"""A network in the mock AWS whose ids are known beforehand, so that a spec can name it; EC2 chooses ids itself."""

from unittest import mock

from moto.core import DEFAULT_ACCOUNT_ID
from moto.ec2.models import ec2_backends


def supply_network(region, network):
    """Makes a VPC with the ids of a spec's section `network`. Every subnet has a route to an internet gateway."""
    ec2 = ec2_backends[DEFAULT_ACCOUNT_ID][region]
    with mock.patch("moto.ec2.models.vpcs.random_vpc_id", return_value=network["vpc_id"]):
        vpc = ec2.create_vpc("10.77.0.0/16")
    for part, use in enumerate(("public_subnets", "private_subnets", "database_subnets")):
        for zone, subnet in enumerate(network.get(use, [])):
            with mock.patch("moto.ec2.models.subnets.random_subnet_id", return_value=subnet):
                ec2.create_subnet(vpc.id, f"10.77.{10 * part + zone}.0/24", availability_zone=region + "abc"[zone])
    gateway = ec2.create_internet_gateway()
    ec2.attach_internet_gateway(gateway.id, vpc.id)
    (table,) = ec2.describe_route_tables(filters={"vpc-id": vpc.id})
    ec2.create_route(table.id, "0.0.0.0/0", gateway_id=gateway.id)
