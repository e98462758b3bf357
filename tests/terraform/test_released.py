"""A new tfgen keeps every resource of a stack that an older one made."""

import json

import pytest

from released import STACKS

pytestmark = pytest.mark.parametrize("life", STACKS, indirect=True)
# What a stack with alarms has more of: events that reach the alarms' topic, and further alarms.
MAY_COME = {
    "terraform_data",
    "aws_cloudwatch_event_rule",
    "aws_cloudwatch_event_target",
    "aws_cloudwatch_metric_alarm",
    "aws_db_event_subscription",
    "aws_lb_listener",
    "aws_sns_topic_policy",
}
# What may go: the instances' permission to read all SSM parameters, and encryption settings that repeat S3's default.
MAY_GO = {"aws_iam_role_policy_attachment", "aws_s3_bucket_server_side_encryption_configuration"}


def test_an_upgrade_replaces_and_destroys_nothing(life):
    changes = life.plans["upgrade"].changes
    assert {kind for kind, _, actions in changes if "delete" in actions} <= MAY_GO
    created = {kind for kind, _, actions in changes if actions == ("create",)}
    assert created <= MAY_COME


def test_the_upgrade_is_announced_as_what_it_is(life):
    assert life.said.returncode == 2, life.said.stderr
    said = json.loads(life.said.stdout)
    assert said["class"] == "roll"
    rolled = {kind for kind, _, actions in life.plans["upgrade"].changes if actions in (("update",), ("create",))}
    assert {"aws_launch_template", "terraform_data"} <= rolled


def test_the_upgrade_is_complete(life):
    assert life.plans["again"].changes == []
