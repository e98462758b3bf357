"""A new version of the service replaces the old one, or the old one stays: what a stack on a mock AWS showed."""

import pytest

pytestmark = pytest.mark.parametrize("life", ["rollouts"], indirect=True)


def named(outcome):
    (group,) = outcome["groups"]
    return group["LaunchTemplate"]["Version"]


def order(outcome, *wanted):
    """The calls among the wanted ones, in their order, repeats left out."""
    calls = [call.action for call in outcome["calls"] if call.action in wanted]
    return [action for i, action in enumerate(calls) if i == 0 or calls[i - 1] != action]


def test_a_first_apply_needs_no_refresh_and_waits_for_the_instances(life):
    outcome = life.outcomes["first"]
    calls = [call.action for call in outcome["calls"]]
    assert "StartInstanceRefresh" not in calls
    assert "DescribeTargetHealth" in calls[calls.index("CreateAutoScalingGroup") :]
    assert calls.index("CreateListener") < calls.index("CreateAutoScalingGroup")
    assert (named(outcome), outcome["versions"]) == ("1", ["1", "1"])


def test_a_good_version_replaces_the_instances_and_then_the_group_names_it(life):
    outcome = life.outcomes["good"]
    assert outcome["status"] == 0, outcome["output"]
    assert (named(outcome), outcome["versions"]) == ("2", ["2", "2"])
    assert order(outcome, "CreateLaunchTemplateVersion", "StartInstanceRefresh", "UpdateAutoScalingGroup") == [
        "CreateLaunchTemplateVersion",
        "StartInstanceRefresh",
    ]
    assert "rollout: from version 1 to 2" in outcome["output"]
    assert "rollout: Baking, 100 %" in outcome["output"]


def test_a_version_that_never_gets_healthy_ends_red_and_the_old_one_serves(life):
    outcome = life.outcomes["broken"]
    assert outcome["status"] == 1
    assert (named(outcome), outcome["versions"]) == ("2", ["2", "2"])
    assert "UpdateAutoScalingGroup" not in [call.action for call in outcome["calls"]]
    assert "version 3 failed, and the instances have version 2 again: The new instances did not become healthy." in outcome["output"]


def test_the_next_good_version_goes_through(life):
    outcome = life.outcomes["next good"]
    assert outcome["status"] == 0, outcome["output"]
    assert (named(outcome), outcome["versions"]) == ("4", ["4", "4"])


def test_an_alarm_while_the_new_instances_are_watched_returns_to_the_old_version(life):
    outcome = life.outcomes["alarm"]
    assert outcome["status"] == 1
    assert (named(outcome), outcome["versions"]) == ("4", ["4", "4"])
    assert "rollout: Baking, 100 %" in outcome["output"]
    assert "gym-prod-rollback went into the ALARM state" in outcome["output"]


def test_an_interrupted_apply_goes_on_with_the_same_refresh(life):
    interrupted, resumed = life.outcomes["interrupted"], life.outcomes["resumed"]
    assert interrupted["status"] == 1
    assert named(interrupted) == "4"
    assert resumed["status"] == 0, resumed["output"]
    assert (named(resumed), resumed["versions"]) == ("6", ["6", "6"])
    assert "StartInstanceRefresh" not in [call.action for call in resumed["calls"]]
    assert life.plans["again"].changes == []


def test_another_port_serves_beside_the_old_one_until_it_is_healthy(life):
    """The rollout that the interruption left behind is not in its way: the new group has the newest version at once."""
    outcome = life.outcomes["port"]
    assert outcome["status"] == 0, outcome["output"]
    (group,) = outcome["groups"]
    assert outcome["versions"] == [group["LaunchTemplate"]["Version"]] * 2
    calls = outcome["calls"]
    actions = [call.action for call in calls]
    created = actions.index("CreateAutoScalingGroup")
    checks, serves = [i for i, call in enumerate(calls) if call.action == "ModifyListener"]
    healthy = max(i for i, action in enumerate(actions) if action == "DescribeTargetHealth" and i < serves)
    deleted = actions.index("DeleteAutoScalingGroup")
    assert actions.index("CreateTargetGroup") < checks < created < healthy < serves < deleted < actions.index("DeleteTargetGroup")
    assert (calls[checks].parameters["Port"], calls[serves].parameters["Port"]) == ("9000", "80")
    for action in ("RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress"):
        assert actions.index(action) > deleted
    assert "StartInstanceRefresh" not in actions


def test_what_old_instances_use_goes_after_them(life):
    """The secret of the token, and the subnets of the instances with their way out."""
    for step, goes in {"no token": ["DeleteSecret"], "public": ["DeleteRoute", "DeleteSubnet", "DeleteNatGateway"]}.items():
        outcome = life.outcomes[step]
        assert outcome["status"] == 0, outcome["output"]
        calls = [call.action for call in outcome["calls"]]
        refreshed = max(i for i, action in enumerate(calls) if action == "DescribeInstanceRefreshes")
        assert "StartInstanceRefresh" in calls[:refreshed]
        for action in goes:
            assert calls.index(action) > refreshed, (step, action)
