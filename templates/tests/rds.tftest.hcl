variables {
  spec = {
    instance_class      = "db.t4g.micro" # tfgen:= database.instance_class
    engine_version      = "8.4"          # tfgen:= database.engine_version
    storage_gb          = 20             # tfgen:= database.storage_gb
    multi_az            = true           # tfgen:= database.multi_az
    backup_days         = 7              # tfgen:= database.backup_days
    deletion_protection = false          # tfgen:= database.deletion_protection
    final_snapshot      = true           # tfgen:= database.final_snapshot
    log_days            = 30             # tfgen:= plan.kept_log_days
    # tfgen:if database.max_storage_gb
    max_storage_gb = 100 # tfgen:= database.max_storage_gb
    # tfgen:end
  }
}

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }

  # A part of the database's name.
  mock_resource "aws_security_group" {
    defaults = { id = "sg-0123456789abcdef0" }
  }

  mock_resource "aws_db_instance" {
    defaults = {
      master_user_secret = [{ kms_key_id = "", secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:admin", secret_status = "active" }]
    }
  }

  # tfgen:if database.insights
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/role" }
  }

  # tfgen:end
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:group" }
  }
}

run "main" {
  module {
    source = "./tests/main"
  }
}

run "rds" {
  module {
    source = "./modules/rds"
  }

  variables {
    name                      = run.main.arguments.rds.name
    vpc_id                    = "vpc-0"
    subnet_ids                = ["subnet-0", "subnet-1"]
    service_security_group_id = "sg-0"
    database_name             = run.main.arguments.rds.database_name
    engine_version            = run.main.arguments.rds.engine_version
    parameter_family          = run.main.arguments.rds.parameter_family
    engine_support            = run.main.arguments.rds.engine_support
    instance_class            = run.main.arguments.rds.instance_class
    multi_az                  = run.main.arguments.rds.multi_az
    storage_gb                = run.main.arguments.rds.storage_gb
    # tfgen:if database.max_storage_gb
    max_storage_gb = run.main.arguments.rds.max_storage_gb
    # tfgen:end
    # tfgen:if database.restore
    restore = run.main.arguments.rds.restore
    # tfgen:end
    # tfgen:if security.kms
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
    # tfgen:end
    # tfgen:if database.insights
    # tfgen:if security.permissions_boundary
    permissions_boundary = run.main.arguments.rds.permissions_boundary
    # tfgen:end
    # tfgen:end
    backup_days         = run.main.arguments.rds.backup_days
    backup_window       = run.main.arguments.rds.backup_window
    maintenance_window  = run.main.arguments.rds.maintenance_window
    deletion_protection = run.main.arguments.rds.deletion_protection
    log_days            = run.main.arguments.rds.log_days
  }

  assert {
    condition     = aws_db_instance.this.storage_encrypted && !aws_db_instance.this.publicly_accessible
    error_message = "The database is public, or its disk is not encrypted."
  }

  assert {
    condition     = aws_db_instance.this.manage_master_user_password && aws_db_instance.this.password == null
    error_message = "The administrator's password is in the state."
  }

  assert {
    condition     = aws_db_instance.this.instance_class == var.spec.instance_class && aws_db_instance.this.engine_version == var.spec.engine_version && aws_db_instance.this.engine == "mysql"
    error_message = "The database has another class or version than the spec."
  }

  assert {
    condition     = aws_db_instance.this.multi_az == var.spec.multi_az
    error_message = "The database has a standby against the spec, or none."
  }

  assert {
    condition     = aws_db_instance.this.allocated_storage == var.spec.storage_gb && aws_db_instance.this.storage_type == "gp3"
    error_message = "The database's disk has another size or type."
  }
  # tfgen:if database.max_storage_gb

  assert {
    condition     = aws_db_instance.this.max_allocated_storage == var.spec.max_storage_gb
    error_message = "The database's disk grows to another size than the spec says."
  }
  # tfgen:end

  assert {
    condition     = aws_db_instance.this.backup_retention_period == var.spec.backup_days && aws_db_instance.this.copy_tags_to_snapshot
    error_message = "Backups are kept for another time than the spec says, or lose their tags."
  }

  assert {
    condition     = aws_db_instance.this.deletion_protection == var.spec.deletion_protection && coalesce(aws_db_instance.this.skip_final_snapshot, false) == !var.spec.final_snapshot
    error_message = "The database can be deleted against the spec, or without a snapshot."
  }

  assert {
    condition     = anytrue([for parameter in aws_db_parameter_group.this.parameter : parameter.name == "require_secure_transport" && parameter.value == "1"]) && aws_db_instance.this.parameter_group_name == aws_db_parameter_group.this.name
    error_message = "The database accepts connections without TLS."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.database_from_service.cidr_ipv4 == null && aws_vpc_security_group_ingress_rule.database_from_service.referenced_security_group_id == var.service_security_group_id
    error_message = "Others than the service can reach the database."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.database_from_service.from_port == 3306 && aws_vpc_security_group_ingress_rule.database_from_service.to_port == 3306
    error_message = "The service can reach more than the database's port."
  }

  assert {
    condition     = aws_db_instance.this.vpc_security_group_ids == toset([aws_security_group.database.id])
    error_message = "The database has other security groups."
  }

  assert {
    condition     = aws_db_instance.this.enabled_cloudwatch_logs_exports == toset(["error", "slowquery"])
    error_message = "The database's logs are not in CloudWatch."
  }

  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.database : group.retention_in_days == var.spec.log_days])
    error_message = "The database's logs have another retention period than the spec."
  }
  # tfgen:if database.insights

  assert {
    condition     = aws_db_instance.this.performance_insights_enabled && aws_db_instance.this.monitoring_interval == 60 && aws_db_instance.this.monitoring_role_arn == aws_iam_role.monitoring.arn
    error_message = "The database does not record what loads it."
  }
  # tfgen:end
  # tfgen:if security.kms

  assert {
    condition     = aws_db_instance.this.kms_key_id == var.kms_key_arn && aws_db_instance.this.master_user_secret_kms_key_id == var.kms_key_arn
    error_message = "The database or its secret is encrypted with another key."
  }
  # tfgen:end
}
