"""AWS Backup's modules alone, applied in the mock: what AWS gets, that edits change it in place, that a lock and the database's
protection keep the backups, and that nothing remains. test_databases.py restores a backup."""

import pytest
from botocore.exceptions import ClientError

from harness import MockAws, Stack, compile_spec, fresh, merged

REGION, COPIES = "us-east-1", "us-west-1"
SPEC = {
    "name": "gym",
    "region": REGION,
    "database": {"backup_window": "22:00-23:00", "maintenance_window": "sat:23:30-sun:00:30"},
    "backup": {"copy_to": COPIES},
}
EDITED = {"backup": {"daily_days": 14, "monthly_months": 0, "lock": "governance"}}
PROTECTED = {"database": {"deletion_protection": True}, "backup": {"lock": "none"}}
ALONE = ("-target=module.backup", "-target=module.copies")
OVERRIDE = 'module "backup" {{\n  database_arn = "{}"\n}}\n'  # a database that is there: to create one takes a minute


def rules_of(backup):
    (plan,) = backup.list_backup_plans()["BackupPlansList"]
    rules = backup.get_backup_plan(BackupPlanId=plan["BackupPlanId"])["BackupPlan"]["Rules"]
    return {rule["RuleName"]: rule for rule in rules}


class Backups:
    """steps: name -> (changes of the plan, rules by their names, vaults by their regions)"""

    def __init__(self, terraform, aws, folder):
        self.terraform, self.aws, self.spec, self.steps = terraform, aws, SPEC, {}
        self.stack = Stack(terraform, aws, folder / "stack")
        self.backup = aws.client("backup")
        self.database = aws.client("rds").create_db_instance(
            DBInstanceIdentifier="gym", Engine="mysql", DBInstanceClass="db.t4g.micro", AllocatedStorage=20
        )["DBInstance"]["DBInstanceArn"]

    def step(self, name, edit):
        self.spec = merged(self.spec, edit)
        compile_spec(self.spec, self.stack.folder)
        if not self.steps:
            (self.stack.folder / "backup_override.tf").write_text(OVERRIDE.format(self.database))
            self.terraform.init(self.stack.folder)
        plan = self.stack.plan(*ALONE)
        self.stack.apply()
        self.steps[name] = plan.changes, rules_of(self.backup), self.vaults()

    def vaults(self):
        clients = {region: self.aws.client("backup", region) for region in (REGION, COPIES)}
        names = {region: [v["BackupVaultName"] for v in client.list_backup_vaults()["BackupVaultList"]] for region, client in clients.items()}
        return {region: [clients[region].describe_backup_vault(BackupVaultName=name) for name in found] for region, found in names.items()}

    def take(self):
        """A backup, as a job of the plan takes it."""
        (plan,) = self.backup.list_backup_plans()["BackupPlansList"]
        self.selected = self.stack.resources()["module.backup.aws_backup_selection.this"]
        assert self.selected["plan_id"] == plan["BackupPlanId"]
        assert self.selected["resources"] == [self.database]
        job = self.backup.start_backup_job(BackupVaultName="gym-prod", ResourceArn=self.database, IamRoleArn=self.selected["iam_role_arn"])
        self.point = job["RecoveryPointArn"]
        with pytest.raises(ClientError) as refused:
            self.backup.delete_recovery_point(BackupVaultName="gym-prod", RecoveryPointArn=self.point)
        self.refused = str(refused.value)

    def destroy(self):
        return self.terraform.run(
            self.stack.folder, "destroy", "-auto-approve", "-input=false", *ALONE, endpoint=self.aws.endpoint, check=False
        )

    def snapshots(self):
        return [s["DBSnapshotArn"] for s in self.aws.client("rds").describe_db_snapshots(SnapshotType="awsbackup")["DBSnapshots"]]


@pytest.fixture(scope="module")
def backups(terraform):
    with MockAws(REGION, COPIES) as aws:
        seen = Backups(terraform, aws, fresh("backup"))
        seen.step("first", {})
        seen.step("edit", EDITED)
        seen.take()
        seen.step("protected", PROTECTED)
        seen.kept = seen.destroy(), seen.snapshots()
        seen.step("unprotected", {"database": {"deletion_protection": False}})
        seen.destroyed = seen.destroy(), seen.snapshots(), seen.vaults(), seen.backup.list_backup_plans()["BackupPlansList"]
        yield seen


def kept(rule):
    (copy,) = rule["CopyActions"]
    assert copy["DestinationBackupVaultArn"] == f"arn:aws:backup:{COPIES}:123456789012:backup-vault:gym-prod"
    assert copy["Lifecycle"]["DeleteAfterDays"] == rule["Lifecycle"]["DeleteAfterDays"]
    assert "MoveToColdStorageAfterDays" not in rule["Lifecycle"]
    return rule["Lifecycle"]["DeleteAfterDays"]


def test_backups_and_copies_are_kept_as_the_spec_says(backups):
    rules = backups.steps["first"][1]
    assert {name: kept(rule) for name, rule in rules.items()} == {"daily": 35, "monthly": 372}


def test_backups_start_clear_of_the_windows(backups):
    """22:00 to 23:00 and, on Saturday, 23:30 to 00:30: jobs start from 1:00 on, within an hour."""
    rules = backups.steps["first"][1]
    assert {name: rule["ScheduleExpression"] for name, rule in rules.items()} == {"daily": "cron(0 1 * * ? *)", "monthly": "cron(0 1 1 * ? *)"}
    assert {rule["StartWindowMinutes"] for rule in rules.values()} == {60}


def test_RDS_keeps_its_own_retention_period(backups):
    assert not any(rule.get("EnableContinuousBackup") for rule in backups.steps["first"][1].values())


def test_the_copies_have_a_key_of_their_region(backups):
    (copies,) = backups.steps["first"][2][COPIES]
    assert copies["EncryptionKeyArn"].startswith(f"arn:aws:kms:{COPIES}:")
    key = backups.stack.aws.client("kms", COPIES).describe_key(KeyId=copies["EncryptionKeyArn"])["KeyMetadata"]
    assert key["Description"] == "Backups of gym-prod"


def test_an_edit_changes_the_plan_in_place(backups):
    changes, rules, vaults = backups.steps["edit"]
    assert sorted(changes) == [
        ("aws_backup_plan", "module.backup.aws_backup_plan.this", ("update",)),
        ("aws_backup_vault_lock_configuration", "module.backup.aws_backup_vault_lock_configuration.this", ("create",)),
        ("aws_backup_vault_lock_configuration", "module.copies.aws_backup_vault_lock_configuration.this", ("create",)),
    ]
    assert {name: kept(rule) for name, rule in rules.items()} == {"daily": 14}
    assert [(vault["Locked"], "LockDate" in vault) for (vault,) in vaults.values()] == [(True, False)] * 2


def test_the_role_is_one_of_AWS_Backup(backups):
    name = backups.selected["iam_role_arn"].rpartition("/")[2]
    assert name.startswith("gym-prod-")


def test_a_lock_keeps_a_backup(backups):
    assert "is locked" in backups.refused


def test_what_protects_the_database_protects_its_backups(backups):
    done, snapshots = backups.kept
    assert done.returncode == 1 and "contains recovery points" in done.stderr
    assert snapshots == [backups.point]


def test_without_protection_nothing_remains(backups):
    done, snapshots, vaults, plans = backups.destroyed
    assert done.returncode == 0, done.stderr
    assert (snapshots, vaults, plans) == ([], {REGION: [], COPIES: []}, [])
