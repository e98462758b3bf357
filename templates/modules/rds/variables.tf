variable "name" {
  description = "Name of the stack and of the database server."
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
  description = "Security group of the instances, which alone may connect."
  type        = string
}

variable "database_name" {
  description = "Name of the first database on the server."
  type        = string
}

variable "engine_version" {
  description = "MySQL version; without a third number AWS picks the newest of the line."
  type        = string
}

variable "parameter_family" {
  description = "Family of parameters that goes with the version."
  type        = string
}

variable "engine_support" {
  description = "Whether AWS may go on to paid Extended Support when the version is out of standard support."
  type        = string
}

variable "instance_class" {
  description = "RDS instance class."
  type        = string
}

variable "multi_az" {
  description = "Whether a standby in another zone takes over when the first fails."
  type        = bool
}

variable "storage_gb" {
  description = "Disk size in GiB to begin with."
  type        = number
}
# tfgen:if database.max_storage_gb

variable "max_storage_gb" {
  description = "Disk size in GiB up to which AWS enlarges it by itself."
  type        = number
}
# tfgen:end

variable "backup_days" {
  description = "Days to keep daily backups; any moment in between can be restored."
  type        = number
}

variable "backup_window" {
  description = "When backups are made, in UTC."
  type        = string
}

variable "maintenance_window" {
  description = "When AWS may update the server, in UTC."
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
