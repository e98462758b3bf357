variable "name" {
  description = "Name of the stack."
  type        = string
}

variable "region" {
  description = "Region the instances are in."
  type        = string
}

variable "vpc_id" {
  description = "Network of the instances."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets to start instances in, one in each zone."
  type        = list(string)
}

variable "load_balancer_security_group_id" {
  description = "Security group of the load balancer; only it can connect to the service."
  type        = string
}

variable "target_group_arn" {
  description = "Target group in which instances register."
  type        = string
}

# tfgen:if security.permissions_boundary
variable "permissions_boundary" {
  description = "Policy that limits the instances' role."
  type        = string
}

# tfgen:end
# tfgen:if security.kms
variable "kms_key_arn" {
  description = "Key that encrypts the disks, the log and the secrets."
  type        = string
}

# tfgen:end
variable "instance_type" {
  description = "EC2 instance type."
  type        = string
}
# tfgen:if plan.burstable

variable "cpu_credits" {
  description = "CPU credit mode: when credits are spent, standard slows down and unlimited costs extra."
  type        = string
}
# tfgen:end
# tfgen:if service.image

variable "image" {
  description = "Machine image to start."
  type        = string
}

variable "architecture" {
  description = "Processor architecture of the instance type; the image must have the same."
  type        = string
}
# tfgen:else

variable "image_parameter" {
  description = "Public SSM parameter that names the newest image of the operating system."
  type        = string
}
# tfgen:end

variable "disk_gb" {
  description = "Size of the root disk in GiB."
  type        = number
}

variable "bucket" {
  description = "Bucket that holds the service's archive."
  type        = string
}

variable "archive_key" {
  description = "The archive's key in the bucket."
  type        = string
}

variable "archive_version" {
  description = "Version of the archive's object."
  type        = string
}

variable "archive_arn" {
  description = "ARN of the archive."
  type        = string
}

variable "archive_sha256" {
  description = "SHA-256 of the archive; it is checked before anything in it runs."
  type        = string
}
# tfgen:if service.auth == token

variable "token_secret_arn" {
  description = "Secret that holds the API's token."
  type        = string
}
# tfgen:end

variable "database_host" {
  description = "DNS name of the database."
  type        = string
}

variable "database_name" {
  description = "The service's schema."
  type        = string
}

variable "database_secret_arn" {
  description = "Secret that holds the name and password of the service's database user."
  type        = string
}

variable "database_admin_secret_arn" {
  description = "Secret that holds the name and password of the database's administrator, who creates that user."
  type        = string
}

variable "service_port" {
  description = "Port that the service listens on."
  type        = number
}

variable "settings" {
  description = "Settings of the service, except the database's address and schema."
  type        = map(string)
}
# tfgen:if service.log_days

variable "log_days" {
  description = "Days to keep the service's logs."
  type        = number
}
# tfgen:end

variable "min_size" {
  description = "Fewest instances."
  type        = number
}

variable "max_size" {
  description = "Most instances."
  type        = number
}
# tfgen:if scaling.schedule

variable "schedule" {
  description = "Actions that change the fewest and the most instances, by name: at the times of a cron expression in a time zone."
  type = map(object({
    cron      = string
    time_zone = string
    min       = number
    max       = number
  }))
}
# tfgen:end
# tfgen:if plan.steps

variable "scale_out_by" {
  description = "Instances to add when the load is high."
  type        = number
}

variable "scale_in_by" {
  description = "Instances to remove when the load is low."
  type        = number
}

variable "cooldown" {
  description = "Seconds that a new instance warms up, and between two removals."
  type        = number
}
# tfgen:else
# tfgen:if scaling.target.cpu_percent

variable "target_cpu_percent" {
  description = "Average CPU of the group to hold, in percent."
  type        = number
}
# tfgen:end
# tfgen:if plan.target_requests

variable "target_requests" {
  description = "Requests a minute and instance to hold."
  type        = number
}

variable "request_label" {
  description = "The load balancer and the target group whose requests count, as policies name them."
  type        = string
}
# tfgen:end

variable "cooldown" {
  description = "Seconds that a new instance warms up."
  type        = number
}
# tfgen:end

variable "health_check_seconds" {
  description = "Seconds that a new instance has to become healthy."
  type        = number
}

variable "first_boot_minutes" {
  description = "Minutes that the instances of a new group may take until they answer."
  type        = number
}

variable "rollout" {
  description = "Whether an apply waits until a new version serves, the percentage of instances that stay healthy meanwhile, and the seconds that the new ones are watched afterwards."
  type = object({
    wait        = bool
    min_healthy = number
    bake        = number
  })
}
# tfgen:if service.rollout.rollback_on_5xx

variable "rollback_alarm" {
  description = "Alarm that rolls a new version back while it replaces the old one."
  type        = string
}
# tfgen:end
