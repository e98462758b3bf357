"""CloudFront's module with the network and the load balancer, applied in the mock by the roles for CI: what AWS gets, that an edit changes
it in place while it is in use, that the roles may do what they must and no more, and that nothing of it remains."""

import json

import pytest

from harness import MockAws, Stack, compile_spec, fresh, merged
from mock_cdn import GROUP
from roles import ASKED, Role, refused

REGION = "us-east-1"
SPEC = {"name": "gym", "region": REGION, "https": {"cloudfront": True}, "state": {"bucket": "gym-tfstate"}}
EDITED = {"tags": {"team": "backend"}, "service": {"settings": {"request_seconds": 12}}}
ALONE = "-target=module.cdn"
NOT_WAITED_FOR = """resource "aws_cloudfront_distribution" "this" {
  wait_for_deployment = false
}
"""  # the provider waits for half a minute at least, three times
ESCAPES = [
    ("delete_distribution", {"Id": "EOTHER", "IfMatch": "E0"}),
    ("delete_vpc_origin", {"Id": "vo_other", "IfMatch": "E0"}),
    ("get_distribution", {"Id": "EOTHER"}),
    ("tag_resource", {"Resource": "arn:aws:cloudfront::123456789012:distribution/EOTHER", "Tags": {"Items": []}}),
]
KINDS = {"aws_cloudfront_distribution", "aws_cloudfront_vpc_origin"}


def roles_of(terraform, aws, stack):
    """The roles that plan and apply, from bootstrap/ci."""
    folder = stack.folder / "bootstrap/ci"
    terraform.init(folder)
    terraform.run(folder, "apply", "-auto-approve", "-input=false", "-var", ASKED["github"], endpoint=aws.endpoint)
    outputs = json.loads(terraform.run(folder, "output", "-json").stdout)
    return [Role(aws, outputs[name]["value"]) for name in ("plan_role", "apply_role")]


def described(aws):
    """The distribution, its VPC origin and the tags of that; nothing if there are none."""
    cdn = aws.client("cloudfront")
    found = cdn.list_distributions()["DistributionList"].get("Items", [])
    if not found:
        return ()
    config = cdn.get_distribution(Id=found[0]["Id"])["Distribution"]["DistributionConfig"]
    origin = cdn.get_vpc_origin(Id=config["Origins"]["Items"][0]["VpcOriginConfig"]["VpcOriginId"])["VpcOrigin"]
    tags = cdn.list_tags_for_resource(Resource=origin["Arn"])["Tags"]["Items"]
    return config, origin, {tag["Key"]: tag["Value"] for tag in tags}


@pytest.fixture(scope="module")
def steps(terraform):
    """step -> plan, distribution, VPC origin and its tags"""
    folder = fresh("cdn")
    with MockAws(REGION, log=folder / "requests.log") as aws:
        stack = Stack(terraform, aws, compile_spec(SPEC, folder / "stack"))
        (stack.folder / "modules/cdn/wait_override.tf").write_text(NOT_WAITED_FOR)
        terraform.init(stack.folder)
        planner, applier = roles_of(terraform, aws, stack)
        seen = {}

        def step(name, role, *options):
            aws.enforce()
            stack.terraform, before = role.terraform, len(aws.calls())
            plan = stack.plan(*options)
            if role is applier:
                stack.apply()
            aws.enforce("inf")
            seen[name], seen[f"calls of {name}"] = (plan, *described(aws)), aws.calls(before)

        step("first", applier, ALONE)
        compile_spec(merged(SPEC, EDITED), stack.folder)
        step("edit", applier, ALONE)
        step("again", planner, ALONE, "-refresh=false", "-lock=false")
        (seen["balancer"],) = aws.client("elbv2").describe_load_balancers()["LoadBalancers"]
        seen["groups"] = aws.client("ec2").describe_security_groups()["SecurityGroups"]
        aws.enforce()
        seen["escaped"] = [method for method, call in ESCAPES for role in (planner, applier) if not role.is_refused("cloudfront", method, **call)]
        step("destroy", applier, "-destroy", ALONE)
        seen["groups after"] = aws.client("ec2").describe_security_groups()["SecurityGroups"]
        yield seen


def test_requests_pass_to_the_load_balancer_alone(steps):
    _, config, origin, _ = steps["first"]
    endpoint = origin["VpcOriginEndpointConfig"]
    assert endpoint["Arn"] == steps["balancer"]["LoadBalancerArn"]
    assert (endpoint["OriginProtocolPolicy"], endpoint["HTTPPort"]) == ("http-only", 80)
    assert config["Origins"]["Items"][0]["DomainName"] == steps["balancer"]["DNSName"]
    assert config["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https"
    assert set(config["DefaultCacheBehavior"]["AllowedMethods"]["Items"]) == {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}


def test_only_cloudfront_reaches_the_load_balancer(steps):
    assert steps["balancer"]["Scheme"] == "internal"
    by_id = {group["GroupId"]: group for group in steps["groups"]}
    (balancer,) = steps["balancer"]["SecurityGroups"]
    (rule,) = by_id[balancer]["IpPermissions"]
    assert (rule["FromPort"], rule["ToPort"], rule["IpRanges"], rule["Ipv6Ranges"], rule["PrefixListIds"]) == (80, 80, [], [], [])
    assert [by_id[pair["GroupId"]]["GroupName"] for pair in rule["UserIdGroupPairs"]] == [GROUP]


def test_an_edit_changes_it_in_place(steps):
    plan, config, _, tags = steps["edit"]
    assert {(type, actions) for type, _, actions in plan.changes if type in KINDS} == {(type, ("update",)) for type in KINDS}
    assert steps["first"][1]["Origins"]["Items"][0]["VpcOriginConfig"]["OriginReadTimeout"] == 20
    assert config["Origins"]["Items"][0]["VpcOriginConfig"]["OriginReadTimeout"] == 22
    assert tags["team"] == "backend"
    assert steps["again"][0].changes == []


def test_nothing_remains(steps):
    assert len(steps["destroy"]) == 1
    assert GROUP not in {group["GroupName"] for group in steps["groups after"]}


@pytest.mark.parametrize("step", ["first", "edit", "again", "destroy"])
def test_the_roles_may_do_what_they_must(step, steps):
    calls = steps[f"calls of {step}"]
    assert refused(calls) == set()
    assert sum(len(call.checks) for call in calls) > (3 if step == "again" else 30)


def test_the_roles_reach_nothing_of_others(steps):
    assert steps["escaped"] == []


def test_zones_that_cloudfront_does_not_reach_are_refused(terraform):
    spec = merged(SPEC, {"network": {"zones": ["us-east-1a", "us-east-1e"]}, "service": {"instance_type": "t2.micro"}})
    with MockAws(REGION) as aws:
        stack = Stack(terraform, aws, compile_spec(spec, fresh("cdn-zones") / "stack"))
        terraform.init(stack.folder)
        done = terraform.run(stack.folder, "plan", "-input=false", "-target=module.vpc", endpoint=aws.endpoint, check=False)
    assert done.returncode == 1
    assert "CloudFront reaches no load balancer in these zones of this account: us-east-1e." in " ".join(done.stderr.replace("│", " ").split())
