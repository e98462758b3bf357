# tfgen:if plan.watches
variable "name" {
  description = "Name of the stack."
  type        = string
}
# tfgen:if plan.watches_group

variable "group" {
  description = "Name of the Auto Scaling group."
  type        = string
}
# tfgen:end
# tfgen:if plan.watches_balancer

variable "load_balancer" {
  description = "The load balancer, as metrics name it."
  type        = string
}
# tfgen:end
# tfgen:if plan.watches_targets

variable "target_group" {
  description = "The target group, as metrics name it."
  type        = string
}
# tfgen:end
# tfgen:if plan.watched

variable "database" {
  description = "The database server, as metrics name it."
  type        = string
}
# tfgen:if firewall

variable "firewall" {
  description = "The firewall, as metrics name it."
  type        = string
}
# tfgen:end
# tfgen:end
# tfgen:if plan.steps

variable "scale_out_policy_arn" {
  description = "Policy that adds instances."
  type        = string
}

variable "scale_in_policy_arn" {
  description = "Policy that removes instances."
  type        = string
}

variable "high_cpu_percent" {
  description = "Average CPU of the group, in percent, that adds instances."
  type        = number
}
# tfgen:if plan.requests_threshold

variable "high_requests" {
  description = "Requests a minute over the whole load balancer that add instances."
  type        = number
}
# tfgen:end
# tfgen:if plan.requests_per_instance_threshold

variable "high_requests_per_instance" {
  description = "Requests a minute and instance that add instances."
  type        = number
}

variable "min_size" {
  description = "Fewest instances in the group."
  type        = number
}

variable "scale_in_by" {
  description = "Instances that are removed at a time."
  type        = number
}
# tfgen:end

variable "high_minutes" {
  description = "Minutes for which the load must be high."
  type        = number
}

variable "low_cpu_percent" {
  description = "Average CPU of the group, in percent, at or below which instances are removed."
  type        = number
}

variable "low_minutes" {
  description = "Minutes for which the load must be low."
  type        = number
}
# tfgen:end
# tfgen:if plan.notify

# tfgen:if security.kms
variable "kms_key_arn" {
  description = "Key that encrypts the topic."
  type        = string
}

# tfgen:end
variable "emails" {
  description = "Addresses that receive alarms by mail."
  type        = set(string)
}

# tfgen:if budget
variable "monthly_usd" {
  description = "Budget of a month in US dollars."
  type        = number
}

# tfgen:end
# tfgen:if backup
variable "backup_vault_arn" {
  description = "Vault whose backups and copies are watched."
  type        = string
}

# tfgen:end
variable "database_memory_mib" {
  description = "Memory of the database's class in MiB."
  type        = number
}

variable "database_storage_gb" {
  description = "Size of the database's disk in GiB."
  type        = number
}

variable "database_max_connections" {
  description = "Connections that the database's class accepts."
  type        = number
}
# tfgen:if https.domain

variable "certificate_arn" {
  description = "The load balancer's certificate."
  type        = string
}
# tfgen:end
# tfgen:end
# tfgen:if plan.watches_region

variable "region" {
  description = "Region of the dashboard's metrics."
  type        = string
}
# tfgen:end
# tfgen:if alarms.dashboard
# tfgen:if firewall

variable "firewall_rules" {
  description = "The firewall's rules, as metrics name them."
  type        = list(string)
}
# tfgen:end
# tfgen:if scaling.target.cpu_percent

variable "target_cpu_percent" {
  description = "Average CPU that the group holds, in percent."
  type        = number
}
# tfgen:end
# tfgen:if plan.target_requests

variable "target_requests" {
  description = "Requests a minute and instance that the group holds."
  type        = number
}
# tfgen:end
# tfgen:end
# tfgen:end
