variables {
  spec = {
    lock                = "none" # tfgen:= backup.lock
    deletion_protection = false  # tfgen:= database.deletion_protection
  }
}

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef" }
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

run "copies" {
  module {
    source = "./modules/copies"
  }

  variables {
    name                = run.main.arguments.copies.name
    deletion_protection = run.main.arguments.copies.deletion_protection
  }

  assert {
    condition     = aws_backup_vault.this.kms_key_arn == aws_kms_key.this.arn && aws_kms_key.this.enable_key_rotation
    error_message = "The copies are not encrypted with a key of their own that is rotated."
  }

  assert {
    condition     = aws_backup_vault.this.force_destroy == !var.spec.deletion_protection
    error_message = "Copies are not protected from deletion as the database is."
  }
  # tfgen:if plan.locked

  assert {
    condition     = aws_backup_vault_lock_configuration.this.backup_vault_name == aws_backup_vault.this.name && (aws_backup_vault_lock_configuration.this.changeable_for_days != null) == (var.spec.lock == "compliance")
    error_message = "The vault's lock is not the spec's."
  }
  # tfgen:end
}
