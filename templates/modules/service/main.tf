# Bucket names are unique across all of AWS, so this one ends at random. S3 encrypts everything by default.
resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_18:access logs need a bucket of their own; only instances read this one
  #checkov:skip=CKV_AWS_144:the archive is in this directory too
  #checkov:skip=CKV_AWS_145:encrypted with S3's own key
  #checkov:skip=CKV2_AWS_62:nothing waits for events of this bucket

  bucket_prefix = "${var.name}-"

  # The bucket holds nothing but copies of the archive in this directory.
  force_destroy = true
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = aws_s3_bucket.this.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

data "aws_iam_policy_document" "tls_only" {
  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.this.arn, "${aws_s3_bucket.this.arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = data.aws_iam_policy_document.tls_only.json

  # S3 refuses concurrent changes to a bucket's access settings.
  depends_on = [aws_s3_bucket_public_access_block.this]
}

# An instance fetches the object version that its launch template names. So an older template still boots: during an instance refresh,
# and after a rollback.
resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    id     = "old-versions"
    status = "Enabled"

    filter {}

    # A rollback needs the archive of the previous version, however old it is.
    noncurrent_version_expiration {
      noncurrent_days           = 30
      newer_noncurrent_versions = 5
    }
  }

  rule {
    id     = "abandoned-uploads"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  # Versioning must be on before old versions exist.
  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_object" "service" {
  bucket = aws_s3_bucket.this.id
  key    = "crudd.tar.gz"
  source = "${path.root}/${var.archive}"

  # An object can have ten tags at most; a stack can have more.
  override_provider {
    default_tags {
      tags = {}
    }
  }

  # Upload only after the bucket is private and versioned.
  depends_on = [
    aws_s3_bucket_public_access_block.this,
    aws_s3_bucket_versioning.this,
  ]
}

resource "aws_secretsmanager_secret" "database" {
  # tfgen:if not security.kms
  #checkov:skip=CKV_AWS_149:encrypted with Secrets Manager's own key
  # tfgen:end
  #checkov:skip=CKV2_AWS_57:a higher secret_string_wo_version below rotates it

  name_prefix = "${var.name}-database-"
  description = "The service's own user in the database."
  # tfgen:if security.kms
  kms_key_id = var.kms_key_arn
  # tfgen:end

  # Delete at once when destroyed, so that the name is free for the next stack.
  recovery_window_in_days = 0
}

# Ephemeral and write-only: the password is in the secret, never in the state or in a plan.
ephemeral "aws_secretsmanager_random_password" "database" {
  password_length     = 40
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret_version" "database" {
  secret_id = aws_secretsmanager_secret.database.id
  secret_string_wo = jsonencode({
    username = "crudd"
    password = ephemeral.aws_secretsmanager_random_password.database.random_password
  })

  # Raise this number for a new password; the instances set it for the database user within minutes.
  secret_string_wo_version = 1
}
# tfgen:if service.auth == token

resource "aws_secretsmanager_secret" "token" {
  # tfgen:if not security.kms
  #checkov:skip=CKV_AWS_149:encrypted with Secrets Manager's own key
  # tfgen:end
  #checkov:skip=CKV2_AWS_57:callers hold the token, so they must agree to a new one

  name_prefix = "${var.name}-api-token-"
  description = "Token that callers of the API send as bearer."
  # tfgen:if security.kms
  kms_key_id = var.kms_key_arn
  # tfgen:end

  recovery_window_in_days = 0

  # If the spec no longer needs a token, the secret is deleted after the instances that read it are gone.
  lifecycle {
    create_before_destroy = true
  }
}

ephemeral "aws_secretsmanager_random_password" "token" {
  password_length     = 48
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret_version" "token" {
  secret_id        = aws_secretsmanager_secret.token.id
  secret_string_wo = ephemeral.aws_secretsmanager_random_password.token.random_password

  # Raise this number for a new token.
  secret_string_wo_version = 1
}
# tfgen:end
