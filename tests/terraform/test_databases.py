"""Edits of the database reach RDS as it accepts them."""

import pytest

from databases import REFUSED, STEPS

pytestmark = pytest.mark.parametrize("life", ["databases"], indirect=True)
ACCEPTED = [name for name in STEPS if name not in REFUSED]


def modified(life, name):
    """The calls of ModifyDBInstance in a step."""
    return [call for call in life.calls[name] if call.get("Action") == "ModifyDBInstance"]


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted_in_place(name, life):
    assert life.errors[name] is None
    assert ("aws_db_instance", "module.rds.aws_db_instance.this", ("update",)) in life.plans[name].changes
    assert len(modified(life, name)) == 1
    assert life.plans["again after " + name].changes == []
    assert life.databases[name]["DBInstanceIdentifier"] == life.databases["first"]["DBInstanceIdentifier"]


@pytest.mark.parametrize("name", REFUSED)
def test_refused_as_RDS_does(name, life):
    assert REFUSED[name] in life.errors[name]


def test_a_disk_of_400_gb_gets_its_baseline(life):
    (call,) = modified(life, "larger disk")
    assert (call["AllocatedStorage"], call["Iops"], call["StorageThroughput"]) == ("400", "12000", "500")
    assert (life.databases["first"]["Iops"], life.databases["larger disk"]["Iops"]) == (3000, 12000)


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


def test_the_support_chosen_at_creation_stays(life):
    """8.0 is in Extended Support and 8.4 is not, but RDS enrols a database only when it creates it."""
    assert life.databases["next upgrade"]["EngineLifecycleSupport"] == "open-source-rds-extended-support"
