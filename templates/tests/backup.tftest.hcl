variables {
  spec = {
    daily_days = 35 # tfgen:= backup.daily_days
    # tfgen:if backup.monthly_months
    monthly_days = 372 # tfgen:= plan.monthly_days
    # tfgen:end
    # tfgen:if security.permissions_boundary
    permissions_boundary = "arn:aws:iam::123456789012:policy/team-boundary" # tfgen:= security.permissions_boundary
    # tfgen:end
    lock                = "none" # tfgen:= backup.lock
    hour                = 7      # tfgen:= plan.backup_hour
    deletion_protection = false  # tfgen:= database.deletion_protection
  }
}

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/role" }
  }

  mock_resource "aws_backup_vault" {
    defaults = { arn = "arn:aws:backup:us-east-1:123456789012:backup-vault:vault" }
  }
}

run "main" {
  module {
    source = "./tests/main"
  }
}

run "backup" {
  module {
    source = "./modules/backup"
  }

  variables {
    name         = run.main.arguments.backup.name
    database_arn = "arn:aws:rds:us-east-1:123456789012:db:database"
    # tfgen:if security.kms
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
    # tfgen:end
    # tfgen:if security.permissions_boundary
    permissions_boundary = run.main.arguments.backup.permissions_boundary
    # tfgen:end
    # tfgen:if backup.copy_to
    copies_vault_arn = "arn:aws:backup:us-west-2:123456789012:backup-vault:copies"
    # tfgen:end
    hour       = run.main.arguments.backup.hour
    daily_days = run.main.arguments.backup.daily_days
    # tfgen:if backup.monthly_months
    monthly_days = run.main.arguments.backup.monthly_days
    # tfgen:end
    deletion_protection = run.main.arguments.backup.deletion_protection
  }

  assert {
    condition = { for rule in aws_backup_plan.this.rule : rule.rule_name => rule.lifecycle[0].delete_after } == {
      daily = var.spec.daily_days
      # tfgen:if backup.monthly_months
      monthly = var.spec.monthly_days
      # tfgen:end
    }
    error_message = "Backups are kept for another time than the spec says."
  }

  assert {
    condition = { for rule in aws_backup_plan.this.rule : rule.rule_name => rule.schedule } == {
      daily = "cron(0 ${var.spec.hour} * * ? *)"
      # tfgen:if backup.monthly_months
      monthly = "cron(0 ${var.spec.hour} 1 * ? *)"
      # tfgen:end
    }
    error_message = "Backups start at another hour, at which RDS may refuse them."
  }

  assert {
    condition     = alltrue([for rule in aws_backup_plan.this.rule : rule.enable_continuous_backup != true && rule.start_window == 60 && rule.target_vault_name == aws_backup_vault.this.name])
    error_message = "Backups are not snapshots in the stack's vault that start within an hour."
  }
  # tfgen:if backup.copy_to

  assert {
    condition     = alltrue([for rule in aws_backup_plan.this.rule : [for copy in rule.copy_action : [copy.destination_vault_arn, copy.lifecycle[0].delete_after]] == [[var.copies_vault_arn, rule.lifecycle[0].delete_after]]])
    error_message = "Backups are not copied to the other region, or the copies are kept for another time."
  }
  # tfgen:else

  assert {
    condition     = alltrue([for rule in aws_backup_plan.this.rule : length(rule.copy_action) == 0])
    error_message = "Backups are copied against the spec."
  }
  # tfgen:end

  assert {
    condition     = aws_backup_selection.this.resources == toset([var.database_arn]) && aws_backup_selection.this.plan_id == aws_backup_plan.this.id && aws_backup_selection.this.iam_role_arn == aws_iam_role.this.arn
    error_message = "The plan is not for the database."
  }

  assert {
    condition     = toset(flatten(data.aws_iam_policy_document.backup.statement[*].principals[*].identifiers)) == toset(["backup.amazonaws.com"])
    error_message = "Others than AWS Backup can take the role."
  }

  assert {
    condition     = endswith(aws_iam_role_policy_attachment.this.policy_arn, "/AWSBackupServiceRolePolicyForBackup") && aws_iam_role_policy_attachment.this.role == aws_iam_role.this.name
    error_message = "The role may do something else than take backups."
  }

  assert {
    condition     = aws_backup_vault.this.force_destroy == !var.spec.deletion_protection
    error_message = "Backups are not protected from deletion as the database is."
  }
  # tfgen:if plan.locked

  assert {
    condition     = aws_backup_vault_lock_configuration.this.backup_vault_name == aws_backup_vault.this.name && (aws_backup_vault_lock_configuration.this.changeable_for_days != null) == (var.spec.lock == "compliance")
    error_message = "The vault's lock is not the spec's."
  }
  # tfgen:end
  # tfgen:if security.kms

  assert {
    condition     = aws_backup_vault.this.kms_key_arn == var.kms_key_arn
    error_message = "The vault has another key than the stack's."
  }
  # tfgen:end
  # tfgen:if security.permissions_boundary

  assert {
    condition     = aws_iam_role.this.permissions_boundary == var.spec.permissions_boundary
    error_message = "The role has another boundary than the spec says."
  }
  # tfgen:end
}
