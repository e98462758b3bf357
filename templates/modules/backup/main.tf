# The vault's key encrypts nothing: a snapshot of RDS has the database's key.
# https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html
resource "aws_backup_vault" "this" {
  # tfgen:if not security.kms
  #checkov:skip=CKV_AWS_166:RDS encrypts snapshots with the database's key, and never uses the vault's
  # tfgen:end
  name = var.name
  # tfgen:if security.kms
  kms_key_arn = var.kms_key_arn
  # tfgen:end

  # While the database is protected from deletion, so are its backups.
  force_destroy = !var.deletion_protection

  # Without the role, AWS Backup might keep what it should delete.
  depends_on = [aws_iam_role_policy_attachment.this]
  # tfgen:if security.kms

  # Another key is another vault, and all backups would be lost.
  lifecycle {
    ignore_changes = [kms_key_arn]
  }
  # tfgen:end
}
# tfgen:if plan.locked

# The rules decide how long a backup is kept; the lock keeps it that long, at least the day that AWS demands.
resource "aws_backup_vault_lock_configuration" "this" {
  backup_vault_name  = aws_backup_vault.this.name
  min_retention_days = 1
  # tfgen:if backup.lock == compliance

  # The least that AWS takes. After these days the lock cannot be changed or removed.
  changeable_for_days = 3
  # tfgen:end
}
# tfgen:end

data "aws_iam_policy_document" "backup" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["backup.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "this" {
  name_prefix        = "${var.name}-"
  description        = "Backups of ${var.name}"
  assume_role_policy = data.aws_iam_policy_document.backup.json
  # tfgen:if security.permissions_boundary
  permissions_boundary = var.permissions_boundary
  # tfgen:end
}

# AWS's own policy for this, which AWS extends when the service needs more.
resource "aws_iam_role_policy_attachment" "this" {
  role       = aws_iam_role.this.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"
}

# Snapshots only. With continuous backups, AWS Backup would take over RDS's own retention period and window, which the database's module
# sets. RDS starts no backup in its two windows or in the hour before them, and a job has an hour to start in, so the hour is clear of
# them: https://docs.aws.amazon.com/aws-backup/latest/devguide/plan-options-and-configuration.html
resource "aws_backup_plan" "this" {
  name = var.name

  rule {
    rule_name         = "daily"
    target_vault_name = aws_backup_vault.this.name
    schedule          = "cron(0 ${var.hour} * * ? *)"
    start_window      = 60

    lifecycle {
      delete_after = var.daily_days
    }
    # tfgen:if backup.copy_to

    copy_action {
      destination_vault_arn = var.copies_vault_arn

      lifecycle {
        delete_after = var.daily_days
      }
    }
    # tfgen:end
  }
  # tfgen:if backup.monthly_months

  # On the first day of a month both rules would begin; AWS Backup then takes one backup, which is kept as long as this rule says.
  rule {
    rule_name         = "monthly"
    target_vault_name = aws_backup_vault.this.name
    schedule          = "cron(0 ${var.hour} 1 * ? *)"
    start_window      = 60

    lifecycle {
      delete_after = var.monthly_days
    }
    # tfgen:if backup.copy_to

    copy_action {
      destination_vault_arn = var.copies_vault_arn

      lifecycle {
        delete_after = var.monthly_days
      }
    }
    # tfgen:end
  }
  # tfgen:end
}

resource "aws_backup_selection" "this" {
  name         = "database"
  plan_id      = aws_backup_plan.this.id
  iam_role_arn = aws_iam_role.this.arn
  resources    = [var.database_arn]
}
