"""The firewall's module alone, applied in the mock: what AWS gets, that an edit changes it in place, and that nothing of it remains."""

import pytest

from harness import MockAws, Stack, compile_spec, fresh, merged

REGION = "us-east-1"
SPEC = {"name": "gym", "region": REGION, "firewall": {"mode": "count"}}
EDITED = {"firewall": {"mode": "block", "rate_limit": 600}}
ALONE = "-target=module.waf"


@pytest.fixture(scope="module")
def steps(terraform):
    """step -> (plan, rules by their names)"""
    with MockAws(REGION) as aws:
        stack = Stack(terraform, aws, compile_spec(SPEC, fresh("firewall") / "stack"))
        terraform.init(stack.folder)
        seen = {}
        for step, edit in (("first", {}), ("edit", EDITED)):
            compile_spec(merged(SPEC, edit), stack.folder)
            plan = stack.plan(ALONE)
            stack.apply()
            waf = aws.client("wafv2")
            (acl,) = waf.list_web_acls(Scope="REGIONAL")["WebACLs"]
            rules = waf.get_web_acl(Scope="REGIONAL", Name=acl["Name"], Id=acl["Id"])["WebACL"]["Rules"]
            log = waf.get_logging_configuration(ResourceArn=acl["ARN"])["LoggingConfiguration"]
            seen[step] = plan, {rule["Name"]: rule for rule in rules}, log
        seen["again"] = stack.plan(ALONE)
        stack.plan("-destroy", ALONE)
        stack.apply()
        seen["after"] = waf.list_web_acls(Scope="REGIONAL")["WebACLs"], aws.client("logs").describe_log_groups()["logGroups"]
        yield seen


def blocks(rules):
    return {name for name, rule in rules.items() if "Block" in rule.get("Action", {}) or "None" in rule.get("OverrideAction", {})}


def test_mode_decides_whether_rules_block(steps):
    assert blocks(steps["first"][1]) == set()
    assert blocks(steps["edit"][1]) == {"rate-limit", "ip-reputation", "common", "known-bad-inputs"}  # never anonymous-ip


def test_an_edit_changes_the_firewall_in_place(steps):
    assert steps["edit"][0].changes == [("aws_wafv2_web_acl", "module.waf.aws_wafv2_web_acl.this", ("update",))]
    assert steps["edit"][1]["rate-limit"]["Statement"]["RateBasedStatement"]["Limit"] == 600
    assert steps["again"].changes == []


def test_the_log_has_no_token(steps):
    assert steps["first"][2]["RedactedFields"] == [{"SingleHeader": {"Name": "authorization"}}]


def test_nothing_remains(steps):
    assert steps["after"] == ([], [])
