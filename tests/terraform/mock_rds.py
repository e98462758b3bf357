"""RDS in the mock AWS: what moto lacks, and what RDS refuses, with RDS's error codes.

The rules are in the RDS User Guide (pages "DB instance storage", "Major version upgrades for RDS for MySQL", "Working with a DB
instance in a VPC") and in the API reference (ModifyDBInstance, ModifyDBSubnetGroup). The messages are RDS's where an issue of
terraform-provider-aws quotes them; that of a smaller disk is not.
"""

import json
import re
import secrets

from moto.rds.exceptions import DBSnapshotNotFoundFault, RDSClientError
from moto.rds.models import DBInstance, DBParameterGroup, MasterUserSecret, RDSBackend

MAJORS = ["5.7", "8.0", "8.4", "9.7"]
# Which minor version RDS chooses for a major one. Any would do here.
MINORS = {"8.0": "8.0.46", "8.4": "8.4.11", "9.7": "9.7.1"}
DEFAULTS = {"mysql9.7": {"require_secure_transport": "1"}}  # of parameters that the stacks set
INSIGHTS = ("performance_insights_enabled", "performance_insights_retention_period")
WITHOUT_INSIGHTS = {f"db.{family}.{size}" for family in ("t2", "t3", "t4g") for size in ("micro", "small")}
LARGE_DISK = 400  # GiB from which a gp3 volume of MySQL has the larger baseline


def refuse(code, message):
    raise RDSClientError(code, message)


def major(version):
    return ".".join(version.split(".")[:2])


def numbers(version):
    return [int(part) for part in version.split("-")[0].split(".")]


def baseline(size):
    """IOPS and MiB a second of a gp3 volume."""
    return (12000, 500) if size >= LARGE_DISK else (3000, 125)


def remember_database_fields():
    """The certificate authority of a new database, its life cycle, its minor version and the speed of its disk.

    With moto's authority, the provider changes it and waits 80 s more.
    """
    make = DBInstance.__init__

    def make_database(self, *args, **kwargs):
        make(self, *args, **kwargs)
        self.ca_certificate_identifier = "rds-ca-rsa2048-g1"
        self.engine_lifecycle_support = kwargs.get("engine_lifecycle_support")
        self.engine_version = MINORS.get(self.engine_version, self.engine_version)
        self.iops, self.storage_throughput = baseline(self.allocated_storage)
        judge_insights(self.db_instance_class, kwargs)
        for name in INSIGHTS:
            setattr(self, name, kwargs.get(name))
        # moto has one for all, and the provider looks databases up by it
        self.dbi_resource_id = "db-" + secrets.token_hex(13).upper()

    DBInstance.__init__ = make_database


def judge_modifications():
    """Refuses what RDS refuses of ModifyDBInstance, and resolves a major version to a minor one."""
    modify = RDSBackend.modify_db_instance

    def judge_and_modify(self, db_instance_identifier, changes):
        database = self.describe_db_instances(db_instance_identifier)[0]
        judge_storage(database, changes)
        judge_version(database, changes)
        judge_family(self, database, changes)
        judge_insights(changes.get("db_instance_class", database.db_instance_class), changes)
        changes.pop("engine_lifecycle_support", None)  # accepted and ignored: terraform-provider-aws#40870
        return modify(self, db_instance_identifier, changes)

    RDSBackend.modify_db_instance = judge_and_modify


def judge_insights(instance_class, changes):
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DatabaseInsights.Engines.html"""
    if changes.get("enable_performance_insights") and instance_class in WITHOUT_INSIGHTS:
        refuse("InvalidParameterCombination", "Performance Insights not supported for this configuration.")
    if "enable_performance_insights" in changes:
        changes["performance_insights_enabled"] = changes.pop("enable_performance_insights")


def restore_snapshots():
    """Restores as RDS does: the version must fit the parameter group, and Secrets Manager does not keep the password yet."""
    restore = RDSBackend.restore_db_instance_from_db_snapshot

    def restore_and_judge(self, from_snapshot_id, overrides):
        snapshot = self.database_snapshots.get(re.sub("^arn:.*:snapshot:", "", from_snapshot_id))
        if snapshot is None:
            raise DBSnapshotNotFoundFault(from_snapshot_id)
        judge_family(self, snapshot.database, overrides)
        type, snapshot.snapshot_type = snapshot.snapshot_type, "manual"  # moto knows no other, nor a colon in a name after an ARN
        database = restore(self, snapshot.db_snapshot_identifier, overrides)
        snapshot.snapshot_type = type
        database.update(manage_master_user_password=False)
        return database

    RDSBackend.restore_db_instance_from_db_snapshot = restore_and_judge


def judge_storage(database, changes):
    size, iops = changes.get("allocated_storage"), changes.get("iops")
    if size is None:
        return
    if size < database.allocated_storage:
        refuse(
            "InvalidParameterCombination",
            f"Requested storage size ({size}) cannot be less than the current storage size ({database.allocated_storage}).",
        )
    least, _ = baseline(size)
    if size >= LARGE_DISK and iops is not None and iops < least:  # terraform-provider-aws#28382
        refuse("InvalidParameterCombination", f"Invalid iops value for engine name mysql and storage type gp3: {iops}")
    if size < LARGE_DISK and iops is not None:  # terraform-provider-aws#28160
        refuse(
            "InvalidParameterCombination",
            "You can't specify IOPS or storage throughput for engine mysql and a storage size less than 400.",
        )
    if size != database.allocated_storage:
        changes["iops"], changes["storage_throughput"] = baseline(size)


def judge_version(database, changes):
    wanted, runs = changes.get("engine_version"), database.engine_version
    if wanted is None:
        return
    if wanted == major(runs):  # "updates the DB instance to the default minor version if the current minor version is lower"
        wanted = max(MINORS.get(wanted, runs), runs, key=numbers)
    wanted = changes["engine_version"] = MINORS.get(wanted, wanted)
    if numbers(wanted) < numbers(runs):
        refuse("InvalidParameterCombination", f"Cannot upgrade mysql from {runs} to {wanted}")
    steps = MAJORS.index(major(wanted)) - MAJORS.index(major(runs))
    if steps > 1:
        refuse("InvalidParameterCombination", f"Cannot upgrade mysql from {runs} to {wanted}")
    if steps == 1 and not changes.get("allow_major_version_upgrade"):
        refuse(
            "InvalidParameterCombination",
            "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.",
        )


def judge_family(backend, database, changes):
    """A database runs with a parameter group of its version's family."""
    name = changes.get("db_parameter_group_name", database.db_parameter_group_name)
    group = backend.db_parameter_groups.get(name) if name else None
    family = f"mysql{major(changes.get('engine_version') or database.engine_version)}"
    if group and group.family != family:
        refuse(
            "InvalidParameterCombination",
            f"The parameter group {name} with DBParameterGroupFamily {group.family} can't be used for this instance. "
            f"Please use a Parameter Group with DBParameterGroupFamily {family}",
        )


def answer_parameters():
    """Who set a parameter, and when it counts.

    RDS reports a parameter that has its family's default as pending-reboot, and stores no other apply method alone:
    terraform-provider-aws#44280 and #36419.
    """

    def update_parameters(self, parameters):
        for new in parameters:
            name, value = new["ParameterName"], new["ParameterValue"]
            known = self.parameters[name]
            if value == DEFAULTS.get(self.family, {}).get(name):
                known.update({**new, "Source": "system", "ApplyMethod": "pending-reboot"})
            elif value != known.get("ParameterValue"):
                known.update({**new, "Source": "user"})

    DBParameterGroup.update_parameters = update_parameters


def keep_subnet_groups():
    """Modifies a database's subnet group, which moto deletes instead, but for a subnet that a database uses.

    moto does not say which subnets a database and its standby are in, so all of the group's count as used.
    """

    def modify(self, name, description, subnets):
        group = self.subnet_groups[name]
        kept = {subnet.id for subnet in subnets}
        lost = [subnet.id for subnet in group._subnets if subnet.id not in kept]
        if lost and any(database.db_subnet_group is group for database in self.databases.values()):
            refuse("SubnetAlreadyInUse", f"Some of the subnets to be deleted are currently in use: {', '.join(lost)}")
        group._subnets = subnets
        group.description = description or group.description
        return group

    RDSBackend.modify_db_subnet_group = modify


def make_passwords():
    """A separate password for each database administrator; moto has one for all."""
    MasterUserSecret._generate_secret_string = lambda self: json.dumps(
        {"username": self.resource.master_username, "password": secrets.token_urlsafe(21)}
    )


def supply_databases():
    remember_database_fields()
    judge_modifications()
    restore_snapshots()
    answer_parameters()
    keep_subnet_groups()
    make_passwords()
