"""AWS Backup in the mock: what moto lacks, and what AWS refuses.

https://docs.aws.amazon.com/aws-backup/latest/devguide/API_Operations_AWS_Backup.html
"""

import json
import re
import time
import uuid
from urllib.parse import unquote

import moto.backup.urls
from moto.backup.exceptions import InvalidParameterValueException, InvalidRequestException, ResourceNotFoundException
from moto.backup.models import BackupBackend, Plan
from moto.backup.responses import BackupResponse
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.rds.models import rds_backends

ROLES = "backup.amazonaws.com"
LEAST_WINDOW = 60  # minutes in which a job starts


def body_of(response):
    return json.loads(response.body) if response.body else {}


def region_of(arn):
    return arn.split(":")[3]


def judge_vaults():
    """A vault has a key of its region, and cannot be deleted with backups in it."""
    create, delete = BackupBackend.create_backup_vault, BackupBackend.delete_backup_vault

    def create_backup_vault(self, backup_vault_name, backup_vault_tags, encryption_key_arn, creator_request_id):
        if encryption_key_arn and encryption_key_arn.rpartition("/")[2] not in kms_backends[self.account_id][self.region_name].keys:
            raise InvalidParameterValueException(f"No key {encryption_key_arn} in {self.region_name}")
        key = encryption_key_arn or f"arn:aws:kms:{self.region_name}:{self.account_id}:key/aws-backup"
        vault = create(self, backup_vault_name, backup_vault_tags, key, creator_request_id)
        vault.points = {}  # ARN -> what AWS knows of a backup
        return vault

    def delete_backup_vault(self, backup_vault_name):
        if self.describe_backup_vault(backup_vault_name).points:
            raise InvalidRequestException("Backup vault cannot be deleted because it contains recovery points.")
        delete(self, backup_vault_name)

    BackupBackend.create_backup_vault, BackupBackend.delete_backup_vault = create_backup_vault, delete_backup_vault


def judge_plan(backend, plan):
    for rule in plan["Rules"]:
        if rule["TargetBackupVaultName"] not in backend.vaults:
            raise InvalidParameterValueException(f"There is no vault {rule['TargetBackupVaultName']}")
        start, end = rule.get("StartWindowMinutes", LEAST_WINDOW), rule.get("CompletionWindowMinutes", 10080)
        if start < LEAST_WINDOW or end < start + LEAST_WINDOW:
            raise InvalidParameterValueException("A job has an hour at least to start in, and another one to end")
        if rule.get("EnableContinuousBackup"):
            raise InvalidParameterValueException("Continuous backups would take over RDS's own retention period: none here")


def judge_plans():
    """A plan's rules name vaults that exist; its selections go first; what is deleted is gone."""
    create, delete = BackupBackend.create_backup_plan, BackupBackend.delete_backup_plan

    def create_backup_plan(self, backup_plan, backup_plan_tags, creator_request_id):
        judge_plan(self, backup_plan)
        plan = create(self, backup_plan, backup_plan_tags, creator_request_id)
        plan.selections = {}
        return plan

    def delete_backup_plan(self, backup_plan_id):
        if self.get_backup_plan(backup_plan_id, None).selections:
            raise InvalidRequestException("Related backup plan selections must be deleted prior to backup plan deletion.")
        answer = delete(self, backup_plan_id)
        del self.plans[backup_plan_id]
        return answer

    BackupBackend.create_backup_plan, BackupBackend.delete_backup_plan = create_backup_plan, delete_backup_plan


def update_backup_plan(self):
    plan, new = self.backup_backend.get_backup_plan(self.uri_match["backupPlanId"], None), body_of(self)["BackupPlan"]
    judge_plan(self.backup_backend, new)
    changed = Plan(new, plan.creator_request_id, self.backup_backend)
    plan.backup_plan, plan.version_id = changed.backup_plan, changed.version_id
    return json.dumps(plan.to_dict())


def selections(self):
    return self.backup_backend.get_backup_plan(self.uri_match["backupPlanId"], None).selections


def create_backup_selection(self):
    selection = body_of(self)["BackupSelection"]
    roles = iam_backends[self.current_account]["aws"].roles.values()
    role = next((role for role in roles if role.arn == selection["IamRoleArn"]), None)
    if role is None or ROLES not in json.dumps(role.assume_role_policy_document):
        raise InvalidParameterValueException(f"IAM Role {selection['IamRoleArn']} cannot be assumed by AWS Backup")
    id = str(uuid.uuid4())
    selections(self)[id] = selection
    return json.dumps({"SelectionId": id, "BackupPlanId": self.uri_match["backupPlanId"], "CreationDate": time.time()})


def get_backup_selection(self):
    id = self.uri_match["selectionId"]
    if id not in selections(self):
        raise ResourceNotFoundException("Cannot find the backup selection")
    return json.dumps({"SelectionId": id, "BackupPlanId": self.uri_match["backupPlanId"], "BackupSelection": selections(self)[id]})


def delete_backup_selection(self):
    del selections(self)[self.uri_match["selectionId"]]
    return "{}"


def start_backup_job(self):
    """Takes a snapshot at once, and copies it to no other region."""
    asked, job = body_of(self), str(uuid.uuid4())
    vault = self.backup_backend.describe_backup_vault(asked["BackupVaultName"])
    database, rds = asked["ResourceArn"].rpartition(":")[2], rds_backends[self.current_account][self.region]
    snapshot = rds.create_db_snapshot(database, f"awsbackup:job-{job}", snapshot_type="awsbackup")
    arn = snapshot.db_snapshot_arn
    vault.points[arn] = {
        "RecoveryPointArn": arn,
        "BackupVaultName": vault.backup_vault_name,
        "ResourceArn": asked["ResourceArn"],
        "ResourceType": "RDS",
        "Status": "COMPLETED",
        "CreationDate": time.time(),
    }
    return json.dumps({"BackupJobId": job, "RecoveryPointArn": arn, "CreationDate": time.time()})


def list_tags(self):
    return json.dumps({"Tags": self.backup_backend.list_tags(unquote(self.uri_match["resourceArn"]))})


def list_recovery_points_by_backup_vault(self):
    vault = self.backup_backend.describe_backup_vault(self.uri_match["backupVaultName"])
    return json.dumps({"RecoveryPoints": list(vault.points.values())})


def describe_recovery_point(self):
    vault, arn = self.backup_backend.describe_backup_vault(self.uri_match["backupVaultName"]), self.uri_match["recoveryPointArn"]
    if arn not in vault.points:
        raise ResourceNotFoundException("Cannot find Recovery point.")
    return json.dumps(vault.points[arn])


def delete_recovery_point(self):
    """With its snapshot; never in a locked vault."""
    vault, arn = self.backup_backend.describe_backup_vault(self.uri_match["backupVaultName"]), self.uri_match["recoveryPointArn"]
    if vault.locked:
        raise InvalidRequestException(f"Recovery point cannot be deleted: vault {vault.backup_vault_name} is locked")
    del vault.points[arn]
    del rds_backends[self.current_account][region_of(arn)].database_snapshots[re.sub("^arn:.*:snapshot:", "", arn)]
    return "{}"


def supply_backups():
    judge_vaults()
    judge_plans()
    calls = [update_backup_plan, create_backup_selection, get_backup_selection, delete_backup_selection, start_backup_job]
    for call in (*calls, list_tags, list_recovery_points_by_backup_vault, describe_recovery_point, delete_recovery_point):
        setattr(BackupResponse, call.__name__, call)
    for path in ("backup-jobs", "backup-vaults/(?P<name>[^/]+)/recovery-points/?", "backup-vaults/(?P<name>[^/]+)/recovery-points/(?P<arn>.+)"):
        moto.backup.urls.url_paths["{0}/" + path + "$"] = BackupResponse.dispatch
