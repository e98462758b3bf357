"""The class that tfgen names for an edit is what Terraform plans: for every key of the spec, on an applied stack."""

import pytest

from edits import ALONG, CASES, EDITS, ELSEWHERE, IDENTITY, keys_of_the_spec

ROLLS = {"aws_launch_template", "terraform_data.rollout"}
# What may be deleted without anyone noticing.
QUIET = {
    "aws_backup_vault_lock_configuration",
    "aws_autoscaling_policy",  # another one takes its place
    "aws_budgets_budget",
    "aws_cloudwatch_dashboard",
    "aws_cloudwatch_event_rule",
    "aws_cloudwatch_event_target",
    "aws_cloudwatch_log_group",
    "aws_cloudwatch_metric_alarm",
    "aws_db_event_subscription",
    "aws_eip",
    "aws_iam_role_policy_attachment",
    "aws_kms_key",
    "aws_nat_gateway",
    "aws_sns_topic",
    "aws_sns_topic_policy",
    "aws_sns_topic_subscription",
    "aws_vpc_security_group_ingress_rule",
    "terraform_data",  # a memory that is needed no longer; the rollout has a kind of its own
}
# What serves a name.
NAMES = {"aws_acm_certificate", "aws_acm_certificate_validation", "aws_lb_listener", "aws_route53_record"}
LISTS = {"scaling.schedule"}  # of sections, each of which is a change of its own
# Changes of the database that restart it.
RESTARTS = {"instance_class", "engine_version", "backup_retention_period"}


def test_no_key_is_left_out():
    assert set(EDITS) | ELSEWHERE == keys_of_the_spec()


def kind(change):
    return "terraform_data.rollout" if change["address"].endswith("terraform_data.rollout") else change["type"]


def kinds(changes, action):
    return {kind(change) for change in changes if action in change["change"]["actions"]}


def changed_arguments(changes, type):
    for change in changes:
        if change["type"] == type and change["change"]["actions"] == ["update"]:
            before, after = change["change"]["before"], change["change"]["after"]
            yield from (name for name in after if before.get(name) != after[name])


def is_rolled(changes):
    """New versions of the template are rolled out, or a second group starts beside the first."""
    if kinds(changes, "update") & {"aws_launch_template"}:
        replaced = [c["change"]["actions"] for c in changes if c["type"] == "aws_autoscaling_group" and "delete" in c["change"]["actions"]]
        return "terraform_data.rollout" in kinds(changes, "create") and all(actions == ["create", "delete"] for actions in replaced)
    return False


def is_unnamed(changes):
    """The domain's record is deleted, and made again at best."""
    return [c for c in changes if c["address"] == "module.dns.aws_route53_record.service" and "delete" in c["change"]["actions"]]


def is_another_address(key, changes):
    """The record of the old name is deleted, and nothing that is not about names."""
    deleted = kinds(changes, "delete") - QUIET
    return key == "https.domain" and is_unnamed(changes) and deleted <= NAMES


def is_moved_behind_cloudfront(key, changes):
    """Another load balancer takes the place of the first, and CloudFront is new: beside what served the old name, nothing else goes."""
    replaced = {"aws_lb", "aws_wafv2_web_acl", "aws_wafv2_web_acl_association", "aws_wafv2_web_acl_logging_configuration"}
    created = kinds(changes, "create") >= {"aws_lb", "aws_cloudfront_vpc_origin", "aws_cloudfront_distribution"}
    return key == "https.cloudfront" and created and kinds(changes, "delete") - QUIET - NAMES == replaced


def leaves(keys):
    return sum(map(leaves, keys.values())) if isinstance(keys, dict) else 1


@pytest.mark.parametrize("life", ["edits"], indirect=True)
@pytest.mark.parametrize("key, number", CASES)
def test_the_plan_is_what_the_class_says(key, number, life):
    found = life.cases[key, number]
    said, changes = found["said"], found["changes"]
    keys = [change["key"] for change in said["changes"]]
    assert key in keys or (key in LISTS and keys[0].startswith(key + ".")), said
    assert len(said["changes"]) == 1 + leaves(ALONG.get((key, number), {})), said
    claim = said["class"]
    assert found["refused"] == (claim in ("replace", "refuse"))
    if claim == "refuse":
        assert proof_of_refusal(key, found), found["error"]
        return
    assert found["error"] is None
    deleted, updated = kinds(changes, "delete"), kinds(changes, "update")
    restarts = set(changed_arguments(changes, "aws_db_instance")) & RESTARTS
    if claim == "replace":
        assert is_another_address(key, changes) or is_moved_behind_cloudfront(key, changes)
        return
    keeps = {c["type"] for c in changes if "delete" in c["change"]["actions"]} & {"aws_db_instance", "aws_lb", "aws_vpc", "aws_s3_bucket"}
    assert not keeps
    if claim == "in place":
        assert deleted <= QUIET and not (updated | deleted) & ROLLS
        assert not (key.startswith("database.") and restarts - {"backup_retention_period", "engine_version"})
    elif claim == "rescale":
        assert "aws_autoscaling_group" in updated and not deleted and not updated & ROLLS
    elif claim == "roll":
        assert is_rolled(changes) and set(changed_arguments(changes, "aws_db_instance")) <= {"tags", "tags_all"}
    elif claim == "interrupt":
        parked = [c["change"]["after"]["max_size"] for c in changes if c["type"] == "aws_autoscaling_group"] == [0]
        assert (restarts and not deleted) or (key == "scaling.max" and parked) or (key.startswith("https.") and is_unnamed(changes))
    else:
        pytest.fail(f"no proof for '{claim}'")


@pytest.mark.parametrize("life", ["edits"], indirect=True)
@pytest.mark.parametrize("key", IDENTITY)
def test_another_stack_is_refused_before_anything_is_touched(key, life):
    done = life.applies[key]
    assert done["status"] == 1
    assert done["calls"] > 20, "the stack was looked at"
    assert done["writes"] == []


def proof_of_refusal(key, found):
    """The plan fails, or asks AWS for what AWS's documents say it refuses, or leaves out what the spec says."""
    if key in IDENTITY:
        return "This state holds gym-prod in us-east-1 with the network 10.0.0.0/16" in found["error"]
    if key == "network.zones":  # ModifyDBSubnetGroup without a subnet that the database may use
        lost = [c["change"]["before"]["availability_zone"] for c in found["changes"] if c["type"] == "aws_subnet" and "delete" in c["change"]["actions"]]
        return set(lost) == {"us-east-1b"}
    if key == "backup.copy_to" and found["error"]:  # without a region, there is no provider configuration for the copies
        return "].copy is required, but it has been removed" in found["error"]
    if key == "backup.copy_to":  # the state's vault is looked for in the new region: the one with the copies is left behind
        return not [c for c in found["changes"] if c["type"] == "aws_backup_vault"]
    if key == "database.storage_gb":  # the provider takes a larger disk for one that RDS has grown; test_databases.py has the other case
        return not [c for c in found["changes"] if c["type"] == "aws_db_instance"]
    if key == "database.engine_version":  # ModifyDBInstance with an older version
        (database,) = [c["change"] for c in found["changes"] if c["type"] == "aws_db_instance"]
        return database["actions"] == ["update"] and database["after"]["engine_version"] == "8.0"
    return False
