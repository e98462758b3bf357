# Apply this once, before the stack: it creates the bucket for the stack's state.
# Its own state is a local file here; if that is lost, the bucket can be imported.
terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}

provider "aws" {
  region = "us-east-1" # tfgen:= plan.state_region
  # tfgen:if security.allowed_account
  allowed_account_ids = ["123456789012"] # tfgen:= plan.allowed_accounts
  # tfgen:end

  # Several environments share the bucket, so it has no environment in its tags.
  default_tags {
    tags = { ManagedBy = "tfgen" }
  }
}

# S3 encrypts everything by default.
resource "aws_s3_bucket" "state" {
  #checkov:skip=CKV_AWS_18:access logs need a bucket of their own
  #checkov:skip=CKV_AWS_144:versions keep earlier states
  #checkov:skip=CKV_AWS_145:encrypted with S3's own key
  #checkov:skip=CKV2_AWS_62:nothing waits for events of this bucket

  bucket = "gym-tfstate" # tfgen:= state.bucket

  # Without the state, every resource would have to be found by hand.
  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_versioning" "state" {
  bucket = aws_s3_bucket.state.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_public_access_block" "state" {
  bucket = aws_s3_bucket.state.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "state" {
  bucket = aws_s3_bucket.state.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

data "aws_iam_policy_document" "tls_only" {
  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.state.arn, "${aws_s3_bucket.state.arn}/*"]

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

resource "aws_s3_bucket_policy" "state" {
  bucket = aws_s3_bucket.state.id
  policy = data.aws_iam_policy_document.tls_only.json

  # S3 refuses concurrent changes to a bucket's access settings.
  depends_on = [aws_s3_bucket_public_access_block.state]
}

resource "aws_s3_bucket_lifecycle_configuration" "state" {
  bucket = aws_s3_bucket.state.id

  rule {
    id     = "old-states"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 90
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  # Versioning must be on before old versions exist.
  depends_on = [aws_s3_bucket_versioning.state]
}
