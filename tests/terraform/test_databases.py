"""Edits of the database reach RDS as it accepts them."""

import base64

import pytest

from databases import AFTERWARDS, REFUSED, SNAPSHOT, STEPS
from test_life import settings_in

on_databases = pytest.mark.parametrize("life", ["databases"], indirect=True)
on_restored = pytest.mark.parametrize("life", ["restored"], indirect=True)
DATABASE = "module.rds.aws_db_instance.this"
ACCEPTED = [name for name in STEPS if name not in REFUSED]


def modified(life, name):
    """The calls of ModifyDBInstance in a step."""
    return [call for call in life.calls[name] if call.get("Action") == "ModifyDBInstance"]


@on_databases
@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted_in_place(name, life):
    assert life.errors[name] is None
    assert ("aws_db_instance", DATABASE, ("update",)) in life.plans[name].changes
    assert len(modified(life, name)) == 1
    assert life.plans["again after " + name].changes == []
    assert life.databases[name]["DBInstanceIdentifier"] == life.databases["first"]["DBInstanceIdentifier"]


@on_databases
@pytest.mark.parametrize("name", REFUSED)
def test_refused_as_RDS_does(name, life):
    assert REFUSED[name] in life.errors[name]


@on_databases
def test_a_disk_of_400_gb_gets_its_baseline(life):
    (call,) = modified(life, "larger disk")
    assert (call["AllocatedStorage"], call["Iops"], call["StorageThroughput"]) == ("400", "12000", "500")
    assert (life.databases["first"]["Iops"], life.databases["larger disk"]["Iops"]) == (3000, 12000)


@on_databases
@pytest.mark.parametrize("name, version", [("upgrade", "8.4"), ("next upgrade", "9.7")])
def test_an_upgrade_moves_the_database_to_another_parameter_group(name, version, life):
    changes = {(kind, actions) for kind, _, actions in life.plans[name].changes}
    assert changes == {("aws_db_instance", ("update",)), ("aws_db_parameter_group", ("create", "delete"))}
    (call,) = modified(life, name)
    assert (call["EngineVersion"], call["AllowMajorVersionUpgrade"]) == (version, "true")
    order = [call["Action"] for call in life.calls[name] if "DBParameterGroup" in call.get("Action", "")]
    assert order.index("CreateDBParameterGroup") < order.index("DeleteDBParameterGroup")
    assert life.databases[name]["EngineVersion"].startswith(version + ".")
    assert life.databases[name]["DBParameterGroups"] != life.databases["first"]["DBParameterGroups"]


@on_databases
def test_the_support_chosen_at_creation_stays(life):
    """8.0 is in Extended Support and 8.4 is not, but RDS enrols a database only when it creates it."""
    assert life.databases["next upgrade"]["EngineLifecycleSupport"] == "open-source-rds-extended-support"


@on_restored
def test_a_snapshot_outlives_its_stack(life):
    final = life.resources["first"][DATABASE]["final_snapshot_identifier"]
    assert {SNAPSHOT, final} <= set(life.snapshots)


@on_restored
def test_a_new_stack_begins_as_the_backup(life):
    created = [call for call in life.calls if call.get("Action") in ("CreateDBInstance", "RestoreDBInstanceFromDBSnapshot")]
    assert [call["Action"] for call in created] == ["CreateDBInstance", "RestoreDBInstanceFromDBSnapshot"]
    assert created[1]["DBSnapshotIdentifier"] == life.backup and ":snapshot:awsbackup:job-" in life.backup
    assert created[1]["DBInstanceIdentifier"].startswith("shop-staging-")
    (then,) = [call for call in life.calls if call.get("Action") == "ModifyDBInstance"]
    assert (then["ManageMasterUserPassword"], then["EngineVersion"], then["AllocatedStorage"]) == ("true", "8.4", "100")


@on_restored
def test_the_service_finds_the_schema_of_the_stack_before(life):
    for stack in ("first", "renamed"):
        (template,) = [values for address, values in life.resources[stack].items() if ".aws_launch_template." in address]
        settings = settings_in(base64.b64decode(template["user_data"]).decode())
        assert settings["db_name"] == life.resources[stack][DATABASE]["db_name"] == "gym_db"
        assert settings["db_host"] == life.resources[stack][DATABASE]["address"]


@on_restored
@pytest.mark.parametrize("name", AFTERWARDS)
def test_no_edit_of_the_key_touches_the_data(name, life):
    assert life.plans[name].changes == []


@on_restored
def test_an_unencrypted_database_is_reported_and_not_replaced(life):
    assert life.unencrypted.returncode == 1
    assert "The snapshot is not encrypted" in life.unencrypted.stderr
    assert "must be replaced" not in life.unencrypted.stdout
