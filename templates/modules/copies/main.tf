# The provider that main.tf passes in works in another region.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

data "aws_caller_identity" "current" {}

# Copies in another region need a key of that region. AWS Backup uses it with the permissions of its role.
data "aws_iam_policy_document" "key" {
  #checkov:skip=CKV_AWS_109:in a key's own policy, * is that key
  #checkov:skip=CKV_AWS_111:in a key's own policy, * is that key
  #checkov:skip=CKV_AWS_356:in a key's own policy, * is that key

  statement {
    sid       = "Account"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"]
    }
  }
}

resource "aws_kms_key" "this" {
  description             = "Backups of ${var.name}"
  policy                  = data.aws_iam_policy_document.key.json
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_backup_vault" "this" {
  name        = var.name
  kms_key_arn = aws_kms_key.this.arn

  # While the database is protected from deletion, so are the copies of its backups.
  force_destroy = !var.deletion_protection
}
# tfgen:if plan.locked

# As that of the vault that the copies come from.
resource "aws_backup_vault_lock_configuration" "this" {
  backup_vault_name  = aws_backup_vault.this.name
  min_retention_days = 1
  # tfgen:if backup.lock == compliance
  changeable_for_days = 3
  # tfgen:end
}
# tfgen:end
