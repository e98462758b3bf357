variable "name" {
  description = "Name of the stack."
  type        = string
}

variable "database_arn" {
  description = "The database that is backed up."
  type        = string
}

# tfgen:if security.kms
variable "kms_key_arn" {
  description = "Key of the vault."
  type        = string
}

# tfgen:end
# tfgen:if security.permissions_boundary
variable "permissions_boundary" {
  description = "Policy that limits the role of AWS Backup."
  type        = string
}

# tfgen:end
# tfgen:if backup.copy_to
variable "copies_vault_arn" {
  description = "Vault in another region, to which backups are copied."
  type        = string
}

# tfgen:end
variable "hour" {
  description = "Hour of the day, in UTC, at which a backup may start."
  type        = number
}

variable "daily_days" {
  description = "Days to keep daily backups."
  type        = number
}
# tfgen:if backup.monthly_months

variable "monthly_days" {
  description = "Days to keep monthly backups."
  type        = number
}
# tfgen:end

variable "deletion_protection" {
  description = "Whether the vault can be deleted only when no backup is left in it."
  type        = bool
}
