"""The databases of some stacks on a mock AWS: larger disks, newer versions, what RDS refuses, and a restored one."""

import re

from harness import MockAws, Stack, compile_spec, merged
from life import REGION, Life

ONLY = "-target=module.rds"  # and what it stands on: the rest of the stack would take minutes
WITH_BOOT = (ONLY, "-target=module.asg.aws_launch_template.service")
BASE = {
    "name": "gym",
    "region": REGION,
    "network": {"zones": ["us-east-1a", "us-east-1b", "us-east-1c"]},
    "database": {"engine_version": "8.0", "storage_gb": 100, "max_storage_gb": 0, "multi_az": False},
}
STEPS = {
    "larger disk": {"database": {"storage_gb": 400}},
    "smaller disk": {"database": {"storage_gb": 399}},
    "upgrade": {"database": {"engine_version": "8.4"}},
    "next upgrade": {"database": {"engine_version": "9.7"}},
    "older version": {"database": {"engine_version": "8.0"}},
    "fewer zones": {"network": {"zones": ["us-east-1a", "us-east-1b"]}},
}
REFUSED = {
    "smaller disk": "InvalidParameterCombination: Requested storage size (399) cannot be less than the current storage size (400).",
    "fewer zones": "SubnetAlreadyInUse: Some of the subnets to be deleted are currently in use",
    "older version": "InvalidParameterCombination: Cannot upgrade mysql from 9.7.1 to 8.0.46",
}


class Databases(Life):
    def mock(self):
        return MockAws(REGION, log=self.folder / "log")

    def live(self, aws):
        self.stack, self.spec = Stack(self.terraform, aws, self.folder / "stack"), BASE
        self.errors, self.calls, self.databases = {}, {}, {}
        compile_spec(self.spec, self.stack.folder)
        self.terraform.init(self.stack.folder)
        self.plans["first"] = self.stack.plan(ONLY)
        self.stack.apply()
        self.look(aws, "first")
        for name, change in STEPS.items():
            self.edit(aws, name, change)

    def edit(self, aws, name, change):
        """An edit that is refused is undone: it must not hide what the next one does."""
        if self.stopping:
            raise RuntimeError("stopped")
        spec = merged(self.spec, change)
        compile_spec(spec, self.stack.folder, "--allow-replace")
        self.plans[name] = self.stack.plan(ONLY)
        before = len(aws.calls())
        done = self.terraform.run(
            self.stack.folder, "apply", "-input=false", "test.tfplan", endpoint=aws.endpoint, check=False
        )
        self.errors[name] = re.sub(r"[│╷╵\s]+", " ", done.stderr) if done.returncode else None
        self.calls[name] = [call.parameters for call in aws.calls(before)]
        if done.returncode == 0:
            self.spec = spec
        self.look(aws, name)

    def look(self, aws, name):
        (self.databases[name],) = aws.client("rds").describe_db_instances()["DBInstances"]
        self.plans["again after " + name] = self.stack.plan(ONLY)


SNAPSHOT = "gym-prod-move"
BEGUN = merged(BASE, {"database": {"engine_version": "8.4"}})
RENAMED = merged(BEGUN, {"name": "shop", "environment": "staging", "network": {"cidr": "10.42.0.0/16"}})
AFTERWARDS = {"with the key": SNAPSHOT, "with another": "shop-staging-final-0123456789abcdef0", "without": None}


class Restored(Life):
    """A stack takes the data of another along, by a backup of AWS Backup, and later edits of the key leave it alone."""

    def mock(self):
        return MockAws(REGION, log=self.folder / "log")

    def live(self, aws):
        # What RDS wrote after the last stack of that name was destroyed.
        aws.client("logs").create_log_group(logGroupName="/aws/rds/instance/gym-prod/error")
        first = self.begin(aws, "first", BEGUN)
        database = self.identifier(aws)
        aws.client("rds").create_db_snapshot(DBSnapshotIdentifier=SNAPSHOT, DBInstanceIdentifier=database)
        self.backup = self.back_up(aws, database)
        self.plans["destroy"] = first.plan("-destroy")
        first.apply()
        self.snapshots = [s["DBSnapshotIdentifier"] for s in aws.client("rds").describe_db_snapshots()["DBSnapshots"]]

        renamed = self.begin(aws, "renamed", merged(RENAMED, {"database": {"restore": self.backup}}))
        for name, snapshot in AFTERWARDS.items():
            compile_spec(merged(RENAMED, {"database": {"restore": snapshot} if snapshot else {}}), renamed.folder)
            self.plans[name] = renamed.plan(*WITH_BOOT)
        self.unencrypted = self.plan_with_unencrypted(renamed)
        self.calls = [call.parameters for call in aws.calls()]

    def back_up(self, aws, database):
        """The ARN of a snapshot that AWS Backup takes."""
        backup = aws.client("backup")
        backup.create_backup_vault(BackupVaultName="backups")
        arn = f"arn:aws:rds:{REGION}:123456789012:db:{database}"
        return backup.start_backup_job(BackupVaultName="backups", ResourceArn=arn, IamRoleArn="any")["RecoveryPointArn"]

    def begin(self, aws, name, spec):
        if self.stopping:
            raise RuntimeError("stopped")
        stack = Stack(self.terraform, aws, self.folder / name)
        compile_spec(spec, stack.folder)
        self.terraform.init(stack.folder)
        self.plans[name] = stack.plan(*WITH_BOOT)
        stack.apply()
        self.resources[name] = stack.resources()
        return stack

    def plan_with_unencrypted(self, stack):
        """As if the snapshot had not been encrypted."""
        state = stack.folder / "terraform.tfstate"
        text = state.read_text()
        state.write_text(text.replace('"storage_encrypted": true', '"storage_encrypted": false'))
        done = self.terraform.run(
            stack.folder, "plan", "-input=false", "-refresh=false", *WITH_BOOT, endpoint=stack.aws.endpoint, check=False
        )
        state.write_text(text)
        return done

    def identifier(self, aws):
        (database,) = aws.client("rds").describe_db_instances()["DBInstances"]
        return database["DBInstanceIdentifier"]
