mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef" }
  }
}

run "main" {
  module {
    source = "./tests/main"
  }
}

run "kms" {
  module {
    source = "./modules/kms"
  }

  variables {
    name   = run.main.arguments.kms.name
    region = run.main.arguments.kms.region
  }

  assert {
    condition     = aws_kms_key.this.enable_key_rotation
    error_message = "The key is never rotated."
  }

  assert {
    condition     = alltrue([for statement in data.aws_iam_policy_document.key.statement : length(statement.condition) > 0 if anytrue([for principal in statement.principals : contains(principal.identifiers, "*")])])
    error_message = "Everyone can use the key."
  }

  assert {
    condition     = anytrue([for statement in data.aws_iam_policy_document.key.statement : contains(statement.actions, "kms:CreateGrant") && anytrue([for condition in statement.condition : condition.variable == "kms:GrantIsForAWSResource"])])
    error_message = "The group cannot attach disks, or may give the key to others than AWS's services."
  }
}
