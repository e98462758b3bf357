resource "aws_security_group" "database" {
  name_prefix = "${var.name}-database-"
  description = "Database"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-database" }

  # A group in use cannot be deleted, so a replacement is created first.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "database_from_service" {
  security_group_id            = aws_security_group.database.id
  description                  = "MySQL from the service"
  ip_protocol                  = "tcp"
  from_port                    = 3306
  to_port                      = 3306
  referenced_security_group_id = var.service_security_group_id
}

resource "aws_vpc_security_group_egress_rule" "service_to_database" {
  security_group_id            = var.service_security_group_id
  description                  = "MySQL to the database"
  ip_protocol                  = "tcp"
  from_port                    = 3306
  to_port                      = 3306
  referenced_security_group_id = aws_security_group.database.id
}

resource "aws_db_subnet_group" "this" {
  name        = var.name
  description = "Database of ${var.name}"
  subnet_ids  = var.subnet_ids
}

resource "aws_db_parameter_group" "this" {
  name_prefix = "${var.name}-"
  description = "Database of ${var.name}"
  family      = var.parameter_family

  # tfgen:if plan.tls_by_default
  # RDS reports a parameter that has its default as pending-reboot, whatever was sent.
  parameter {
    name         = "require_secure_transport"
    value        = "1"
    apply_method = "pending-reboot"
  }
  # tfgen:else
  parameter {
    name  = "require_secure_transport"
    value = "1"
  }
  # tfgen:end

  parameter {
    name  = "slow_query_log"
    value = "1"
  }

  parameter {
    name  = "long_query_time"
    value = "1"
  }

  # By default RDS keeps this log in a table, but only files are sent to CloudWatch.
  parameter {
    name  = "log_output"
    value = "FILE"
  }

  # Another family needs another group. The server must use it before the old one can be deleted.
  lifecycle {
    create_before_destroy = true
  }
}

# The last part differs for each stack. RDS may write a log after the database is deleted, and so create the log group again.
# A new stack with the same names would then fail.
locals {
  identifier = "${var.name}-${trimprefix(aws_security_group.database.id, "sg-")}"
}

# RDS would create these log groups itself, without a retention period.
resource "aws_cloudwatch_log_group" "database" {
  # tfgen:if not security.kms
  #checkov:skip=CKV_AWS_158:encrypted with CloudWatch's own key

  # tfgen:end
  for_each = toset(["error", "slowquery"])

  name              = "/aws/rds/instance/${local.identifier}/${each.value}"
  retention_in_days = var.log_days
  # tfgen:if security.kms
  kms_key_id = var.kms_key_arn
  # tfgen:end

  # The name follows the database's, which stays.
  lifecycle {
    ignore_changes = [name]
  }
}

# tfgen:if database.insights
data "aws_iam_policy_document" "rds" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["monitoring.rds.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "monitoring" {
  name_prefix        = "${var.name}-"
  description        = "Enhanced Monitoring of ${var.name}"
  assume_role_policy = data.aws_iam_policy_document.rds.json
  # tfgen:if security.permissions_boundary
  permissions_boundary = var.permissions_boundary
  # tfgen:end
}

# RDS writes what it measures into one log group of the account and region.
data "aws_iam_policy_document" "monitoring" {
  statement {
    sid       = "Group"
    actions   = ["logs:CreateLogGroup", "logs:PutRetentionPolicy"]
    resources = ["arn:aws:logs:*:*:log-group:RDS*"]
  }

  statement {
    sid       = "Streams"
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:GetLogEvents", "logs:PutLogEvents"]
    resources = ["arn:aws:logs:*:*:log-group:RDS*:log-stream:*"]
  }
}

resource "aws_iam_role_policy" "monitoring" {
  name   = "monitoring"
  role   = aws_iam_role.monitoring.id
  policy = data.aws_iam_policy_document.monitoring.json
}

# tfgen:end
resource "aws_db_instance" "this" {
  # tfgen:if not database.insights
  #checkov:skip=CKV_AWS_118:enhanced monitoring is charged as logs; the alarms read the metrics that RDS has anyway
  # tfgen:end
  #checkov:skip=CKV_AWS_161:the service logs in with a password over TLS
  # tfgen:if database.insights
  # tfgen:if not security.kms
  #checkov:skip=CKV_AWS_354:encrypted with RDS's own key
  # tfgen:end
  # tfgen:else
  #checkov:skip=CKV_AWS_353:Database Insights is not offered for every class; slow queries are logged
  # tfgen:end

  identifier               = local.identifier
  engine                   = "mysql"
  engine_version           = var.engine_version
  engine_lifecycle_support = var.engine_support
  instance_class           = var.instance_class
  multi_az                 = var.multi_az

  # Another major version is an upgrade in place. It cannot be undone.
  allow_major_version_upgrade = true

  storage_type      = "gp3"
  storage_encrypted = true
  # tfgen:if security.kms
  kms_key_id = var.kms_key_arn
  # tfgen:end
  allocated_storage = var.storage_gb
  # tfgen:if database.max_storage_gb
  max_allocated_storage = var.max_storage_gb
  # tfgen:end
  # tfgen:if plan.large_disk

  # The baseline of disks of 400 GiB and more, at no extra cost. RDS refuses to grow a smaller disk to that size with its 3000 IOPS.
  iops               = 12000
  storage_throughput = 500
  # tfgen:end

  # tfgen:if database.restore
  # Read once, when the database is created. The schema's and the administrator's names come from the snapshot.
  snapshot_identifier = var.restore
  # tfgen:else
  db_name  = var.database_name
  username = "admin"
  # tfgen:end

  # RDS creates the password, stores it in Secrets Manager and rotates it.
  manage_master_user_password = true
  # tfgen:if security.kms
  master_user_secret_kms_key_id = var.kms_key_arn
  # tfgen:end

  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [aws_security_group.database.id]
  parameter_group_name   = aws_db_parameter_group.this.name
  publicly_accessible    = false
  ca_cert_identifier     = "rds-ca-rsa2048-g1"

  backup_retention_period = var.backup_days
  backup_window           = var.backup_window
  copy_tags_to_snapshot   = true
  deletion_protection     = var.deletion_protection
  # tfgen:if database.final_snapshot

  # The last part differs for each stack, so destroying two of them keeps two snapshots.
  final_snapshot_identifier = "${var.name}-final-${trimprefix(aws_security_group.database.id, "sg-")}"
  # tfgen:else
  skip_final_snapshot = true
  # tfgen:end

  maintenance_window = var.maintenance_window
  # tfgen:if plan.pinned_version
  # The spec pins a minor version; the next apply would undo an automatic upgrade.
  auto_minor_version_upgrade = false
  # tfgen:else
  auto_minor_version_upgrade = true
  # tfgen:end

  # Apply changes now, not in the next maintenance window.
  apply_immediately = true

  enabled_cloudwatch_logs_exports = keys(aws_cloudwatch_log_group.database)
  # tfgen:if database.insights

  # Seven days cost nothing extra.
  performance_insights_enabled          = true
  performance_insights_retention_period = 7
  # tfgen:if security.kms
  performance_insights_kms_key_id = var.kms_key_arn
  # tfgen:end

  monitoring_interval = 60
  monitoring_role_arn = aws_iam_role.monitoring.arn
  # tfgen:end

  lifecycle {
    ignore_changes = [
      # Decided when the database was created or restored. Terraform would replace it, and its data, for another value.
      db_name,
      # tfgen:if security.kms
      kms_key_id,
      master_user_secret_kms_key_id,
      performance_insights_kms_key_id,
      # tfgen:end
      snapshot_identifier,
      storage_encrypted,
      username,
      # RDS accepts another value and ignores it.
      engine_lifecycle_support,
      # Databases of tfgen 0.1.0 have the name of their stack.
      identifier,
    ]

    postcondition {
      condition     = self.storage_encrypted
      error_message = "The snapshot is not encrypted, so the database is not either. Copy the snapshot with a KMS key, and restore the copy into a new directory."
    }
  }
}
