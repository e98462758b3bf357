"""A group whose sizes a schedule changes, on a mock AWS: what an action did is no difference, and edits still take effect."""

import pytest

from harness import MockAws, Stack, compile_spec, fresh

EVENING = {"name": "evening", "cron": "0 17 * * MON-FRI", "time_zone": "America/New_York", "min": 4, "max": 12}
NIGHT = {"name": "night", "cron": "0 1 * * *", "min": 1, "max": 2}


def spec_of(*actions, **scaling):
    return {"name": "gym", "region": "us-east-1", "scaling": scaling | {"schedule": list(actions)}}


@pytest.fixture(scope="module")
def story(terraform):
    """What the plans and the group were, step by step."""
    folder = fresh("schedule")
    (folder / "log").touch()
    with MockAws("us-east-1", log=folder / "log") as aws:
        stack, client = Stack(terraform, aws, folder / "stack"), aws.client("autoscaling")
        seen = {}

        def sizes():
            (group,) = client.describe_auto_scaling_groups()["AutoScalingGroups"]
            return group["MinSize"], group["MaxSize"]

        def step(name, spec, apply=True):
            compile_spec(spec, stack.folder)
            before = len(aws.calls())
            plan = stack.plan()
            if apply:
                stack.apply()
            calls = [call.action for call in aws.calls(before) if call.writes()]
            actions = client.describe_scheduled_actions()["ScheduledUpdateGroupActions"]
            known = {a["ScheduledActionName"]: (a["Recurrence"], a["TimeZone"], a["MinSize"], a["MaxSize"], a.get("DesiredCapacity")) for a in actions}
            seen[name] = {"changes": plan.changes, "calls": calls, "sizes": sizes(), "actions": known}

        compile_spec(spec_of(EVENING, NIGHT), stack.folder)
        terraform.init(stack.folder)
        step("first", spec_of(EVENING, NIGHT))
        (group,) = client.describe_auto_scaling_groups()["AutoScalingGroups"]
        client.update_auto_scaling_group(AutoScalingGroupName=group["AutoScalingGroupName"], MinSize=4, MaxSize=12)  # it is evening
        step("reordered", spec_of(NIGHT, EVENING), apply=False)
        step("action edited", spec_of(NIGHT, EVENING | {"cron": "30 16 * * MON-FRI"}))
        step("sizes edited", spec_of(NIGHT, EVENING | {"cron": "30 16 * * MON-FRI"}, min=3, max=9))
        step("without", {"name": "gym", "region": "us-east-1", "scaling": {"min": 2, "max": 9}})
    return seen


def test_actions_are_those_of_the_spec(story):
    assert story["first"]["actions"] == {
        "evening": ("0 17 * * MON-FRI", "America/New_York", 4, 12, None),
        "night": ("0 1 * * *", "Etc/UTC", 1, 2, None),
    }
    assert story["first"]["sizes"] == (2, 10)
    assert "UpdateAutoScalingGroup" not in story["first"]["calls"], "a new group has its sizes already"


def test_neither_order_nor_a_fired_action_is_a_difference(story):
    assert story["reordered"]["changes"] == []


def test_an_edited_action_is_replaced_and_no_other(story):
    edited = story["action edited"]
    replaced = [address for type, address, actions in edited["changes"] if type == "aws_autoscaling_schedule"]
    assert replaced == ['module.asg.aws_autoscaling_schedule.this["evening"]']
    assert edited["actions"]["evening"][0] == "30 16 * * MON-FRI"
    assert edited["calls"] == ["DeleteScheduledAction", "PutScheduledUpdateGroupAction"]
    assert edited["sizes"] == (4, 12), "the sizes of the evening stay"


def test_edited_sizes_hold_at_once(story):
    edited = story["sizes edited"]
    assert edited["sizes"] == (3, 9)
    assert set(edited["calls"]) == {"UpdateAutoScalingGroup"}


def test_without_a_schedule_the_spec_decides_again(story):
    assert story["without"]["sizes"] == (2, 9)
    assert story["without"]["actions"] == {}
