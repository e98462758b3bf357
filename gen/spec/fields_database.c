// The keys of the database, and of its backups.

#include "spec/fields.h"

#include "spec/fields_shared.h"
#include "spec/spec.h"

#define CLOCK "([01][0-9]|2[0-3]):[0-5][0-9]"
#define DAY "(mon|tue|wed|thu|fri|sat|sun)"
#define DATABASE "the database's settings change, while it runs"

const struct field database_fields[] = {
	{ FIELD_TEXT(struct spec_database, restore),
	  .pattern = "^(arn:aws:rds:[a-z0-9-]+:[0-9]{12}:snapshot:)?((rds|awsbackup):)?(?!.*--)"
		     "[A-Za-z]([A-Za-z0-9-]{0,253}[A-Za-z0-9])?$",
	  .shape = "a snapshot's name or ARN", .example = "gym-prod-final-0123456789abcdef0",
	  .also = WORDS("snapshot", "snapshot_identifier", "restore_from"),
	  .doc = "Snapshot from which a new database is created, with its schema. 'storage_gb' is at least the snapshot's size, and "
		 "'engine_version' has its major version. Later edits never replace the data.",
	  .src = "AWS provider, aws_db_instance: snapshot_identifier; RDS API, RestoreDBInstanceFromDBSnapshot",
	  .edit = EDIT_IN_PLACE, .effect = "nothing changes: the key has an effect only while there is no database" },
	{ FIELD_TEXT(struct spec_database, instance_class), .pattern = "^db\\.[a-z0-9-]+\\.[a-z0-9-]+$",
	  .shape = "an RDS instance class such as db.t4g.micro", .def = "db.t4g.micro", .example = "db.m7g.large",
	  .doc = "RDS instance class. A new one takes effect on apply, with a failover or, on a single zone, minutes of "
		 "downtime.",
	  .src = "rds_classes.csv, rds_offerings.csv",
	  .edit = EDIT_INTERRUPT, .effect = "the database restarts: it is unavailable for one to two minutes with 'multi_az', for several without" },
	{ FIELD_TEXT(struct spec_database, engine_version), .pattern = "^[0-9]+\\.[0-9]+(\\.[0-9]+(-rds\\.[0-9]{8})?)?$",
	  .shape = "a MySQL version such as 8.4", .def = "8.4", .example = "8.4.10",
	  .doc = "MySQL version; with a bare major version RDS picks the minor one and keeps it up to date.",
	  .src = "rds_mysql_versions.csv",
	  .edit = EDIT_JUDGED },
	{ FIELD_INT(struct spec_database, storage_gb), .min = 20, .max = 65536, .def = "20", .example = "100",
	  .doc = "Disk size in GiB; gp3, encrypted. It can grow and never shrink.",
	  .src = "limits.csv rds.allocated_storage.gp3.mysql",
	  .edit = EDIT_JUDGED },
	{ FIELD_INT(struct spec_database, max_storage_gb), .min = 0, .max = 65536, .def = "100", .example = "500",
	  .doc = "Size in GiB up to which RDS grows the disk by itself, at least 10 % above 'storage_gb'; 0 = never.",
	  .src = "limits.csv rds.allocated_storage.gp3.mysql",
	  .edit = EDIT_IN_PLACE, .effect = DATABASE },
	{ FIELD_BOOL(struct spec_database, multi_az), .def = "true", .example = "false",
	  .doc = "Whether a standby in a second zone takes over when the first fails. Doubles the database's price.",
	  .edit = EDIT_IN_PLACE, .effect = "the standby is added or removed while the database runs; writes are slower meanwhile" },
	{ FIELD_INT(struct spec_database, backup_days), .min = 0, .max = 35, .def = "7", .example = "14",
	  .doc = "Days that daily backups are kept; 0 = no backups.", .src = "limits.csv rds.backup_retention_period",
	  .edit = EDIT_JUDGED },
	{ FIELD_BOOL(struct spec_database, deletion_protection), .def = "false", .example = "true",
	  .doc = "Whether AWS refuses to delete the database.",
	  .edit = EDIT_IN_PLACE, .effect = DATABASE },
	{ FIELD_BOOL(struct spec_database, final_snapshot), .def = "true", .example = "false",
	  .doc = "Whether destroying the database leaves a last snapshot.",
	  .edit = EDIT_IN_PLACE, .effect = "nothing changes until the database is destroyed" },
	{ FIELD_TEXT(struct spec_database, maintenance_window), .pattern = "^" DAY ":" CLOCK "-" DAY ":" CLOCK "$",
	  .shape = "a weekly window such as sun:06:00-sun:07:00", .def = "sun:06:00-sun:07:00",
	  .example = "tue:02:30-tue:03:30", .doc = "When RDS may patch, UTC; at least 30 minutes.",
	  .src = "limits.csv rds.maintenance_window",
	  .edit = EDIT_IN_PLACE, .effect = DATABASE },
	{ FIELD_TEXT(struct spec_database, backup_window), .pattern = "^" CLOCK "-" CLOCK "$",
	  .shape = "a daily window such as 04:00-05:00", .def = "04:00-05:00", .example = "23:30-00:30",
	  .doc = "When the daily backup is taken, UTC; at least 30 minutes, clear of the maintenance window.",
	  .src = "limits.csv rds.backup_window",
	  .edit = EDIT_IN_PLACE, .effect = DATABASE },
	{ FIELD_BOOL(struct spec_database, insights), .def = "false", .example = "true",
	  .doc = "Whether RDS records which statements load the database, for 7 days (Database Insights, standard mode), and measures its "
		 "operating system every minute (Enhanced Monitoring, charged as logs).",
	  .src = "Amazon RDS User Guide, Monitoring DB load with CloudWatch Database Insights; Enhanced Monitoring",
	  .edit = EDIT_IN_PLACE, .effect = DATABASE },
	{0},
};

const struct field backup_fields[] = {
	{ FIELD_INT(struct spec_backup, daily_days), .min = 1, .max = 36500, .def = "35", .example = "90",
	  .doc = "Days that AWS Backup keeps each day's snapshot. RDS's own backups, which 'database.backup_days' keeps, also restore any moment "
		 "between two of them.",
	  .src = "AWS Backup Developer Guide, Backup plan options and configuration: 1 day to 100 years",
	  .edit = EDIT_JUDGED },
	{ FIELD_INT(struct spec_backup, monthly_months), .min = 0, .max = 1177, .def = "12", .example = "84",
	  .doc = "Months of 31 days that AWS Backup keeps the snapshot of each month's first day; 0 = only as long as the daily ones.",
	  .src = "AWS Backup Developer Guide, Backup plan options and configuration: 100 years at most",
	  .edit = EDIT_IN_PLACE, .effect = "new backups are kept for the new time; those that exist expire when they would have" },
	{ FIELD_TEXT(struct spec_backup, copy_to), .pattern = REGION, .shape = "an AWS region such as us-east-1", .example = "us-west-2",
	  .doc = "Another region, to which each of these snapshots is copied and where it is kept for the same time. Without it, a failure of the "
		 "whole region takes the backups with it.",
	  .src = "regions.csv",
	  .edit = EDIT_JUDGED },
	{ FIELD_CHOICE(struct spec_backup, lock), .words = WORDS("none", "governance", "compliance"), .def = "none", .example = "governance",
	  .doc = "Who can delete a backup before its time. governance: only users who may also remove the lock. compliance: neither you nor AWS; "
		 "three days after the lock is set, it can no longer be removed.",
	  .src = "AWS Backup Developer Guide, AWS Backup Vault Lock; AWS Backup API, PutBackupVaultLockConfiguration",
	  .edit = EDIT_JUDGED },
	{0},
};
