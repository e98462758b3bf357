variable "name" {
  description = "Name of the stack."
  type        = string
}

variable "vpc_id" {
  description = "Network of the database."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets of the database, at least two in different zones."
  type        = list(string)
}

variable "service_security_group_id" {
  description = "Security group of the instances; only they can connect."
  type        = string
}

# tfgen:if database.insights
# tfgen:if security.permissions_boundary
variable "permissions_boundary" {
  description = "Policy that limits the role for monitoring."
  type        = string
}

# tfgen:end
# tfgen:end
# tfgen:if security.kms
variable "kms_key_arn" {
  description = "Key that encrypts the database, its logs and the administrator's secret."
  type        = string
}

# tfgen:end
variable "database_name" {
  description = "Name of the first database on the server."
  type        = string
}

variable "engine_version" {
  description = "MySQL version; without a third number AWS takes the newest minor version."
  type        = string
}

variable "parameter_family" {
  description = "Parameter group family of the version."
  type        = string
}

variable "engine_support" {
  description = "Whether the database may run under paid Extended Support when standard support ends."
  type        = string
}

variable "instance_class" {
  description = "RDS instance class."
  type        = string
}

variable "multi_az" {
  description = "Whether a standby in another zone takes over if the first one fails."
  type        = bool
}

variable "storage_gb" {
  description = "Initial disk size in GiB."
  type        = number
}
# tfgen:if database.max_storage_gb

variable "max_storage_gb" {
  description = "Disk size in GiB up to which AWS grows it automatically."
  type        = number
}
# tfgen:end

# tfgen:if database.restore
variable "restore" {
  description = "Snapshot that the database begins as."
  type        = string
}

# tfgen:end
variable "backup_days" {
  description = "Days to keep daily backups; the database can be restored to any moment in them."
  type        = number
}

variable "backup_window" {
  description = "Daily window for backups, in UTC."
  type        = string
}

variable "maintenance_window" {
  description = "Weekly window for maintenance by AWS, in UTC."
  type        = string
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the database."
  type        = bool
}

variable "log_days" {
  description = "Days to keep the database's logs."
  type        = number
}
