"""The mock is as strict about certificates as AWS: a stack that gets them wrong must fail here too."""

import pytest
from botocore.exceptions import ClientError

from compiled import HTTPS
from harness import MockAws

REGION = "us-east-1"


@pytest.fixture(scope="module")
def account():
    """An account with a zone, a load balancer and a certificate that is not proven yet."""
    with MockAws(REGION) as aws:
        ec2, elb = aws.client("ec2"), aws.client("elbv2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{i}.0/24", AvailabilityZone=REGION + zone)["Subnet"]["SubnetId"]
            for i, zone in enumerate("ab")
        ]
        aws.balancer = elb.create_load_balancer(Name="test", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
        aws.zone = aws.host_zone(HTTPS["zone"])
        aws.certificate = request(aws)
        yield aws


def request(aws, region=REGION):
    return aws.client("acm", region).request_certificate(DomainName=HTTPS["domain"], ValidationMethod="DNS")["CertificateArn"]


def described(aws):
    return aws.client("acm").describe_certificate(CertificateArn=aws.certificate)["Certificate"]


def listen(aws, protocol, *certificates):
    answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}
    return aws.client("elbv2").create_listener(
        LoadBalancerArn=aws.balancer,
        Protocol=protocol,
        Port=443,
        DefaultActions=[answer],
        Certificates=[{"CertificateArn": arn} for arn in certificates],
    )["Listeners"][0]["ListenerArn"]


def refused(call, *arguments):
    with pytest.raises(ClientError) as error:
        call(*arguments)
    return error.value.response["Error"]["Code"]


def test_a_listener_needs_an_issued_certificate_of_its_region(account):
    assert described(account)["Status"] == "PENDING_VALIDATION"
    assert refused(listen, account, "HTTPS", account.certificate) == "UnsupportedCertificate"
    assert refused(listen, account, "HTTPS", request(account, "us-west-1")) == "CertificateNotFound"
    assert refused(listen, account, "HTTPS") == "ValidationError"
    assert refused(listen, account, "HTTP", account.certificate) == "ValidationError"


def test_a_certificate_is_issued_once_its_record_exists_and_kept_while_it_is_used(account):
    (option,) = described(account)["DomainValidationOptions"]
    wanted = option["ResourceRecord"]
    for value, status in (("_other.acm-validations.aws.", "PENDING_VALIDATION"), (wanted["Value"], "ISSUED")):
        record = {"Name": wanted["Name"], "Type": wanted["Type"], "TTL": 300, "ResourceRecords": [{"Value": value}]}
        changes = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
        account.client("route53").change_resource_record_sets(HostedZoneId=account.zone, ChangeBatch=changes)
        assert described(account)["Status"] == status
    listener = listen(account, "HTTPS", account.certificate)
    acm = account.client("acm")
    assert refused(lambda: acm.delete_certificate(CertificateArn=account.certificate)) == "ResourceInUseException"
    account.client("elbv2").delete_listener(ListenerArn=listener)
    acm.delete_certificate(CertificateArn=account.certificate)
