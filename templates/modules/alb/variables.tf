variable "name" {
  description = "Name of the load balancer."
  type        = string
}

variable "target_group_name" {
  description = "Name of the target group; it changes when the group must be replaced."
  type        = string
}

variable "vpc_id" {
  description = "Network of the instances."
  type        = string
}

variable "subnet_ids" {
  # tfgen:if https.cloudfront
  description = "Private subnets, at least two in different zones."
  # tfgen:else
  description = "Public subnets, at least two in different zones."
  # tfgen:end
  type = list(string)
}

# tfgen:if not https.cloudfront
variable "allow" {
  description = "Address ranges that may connect."
  type        = set(string)
}

# tfgen:end
variable "service_port" {
  description = "Port that the service listens on."
  type        = number
}

# tfgen:if https.domain
variable "domain" {
  description = "Name under which the service is reached."
  type        = string
}

variable "certificate_arn" {
  description = "Certificate for the domain."
  type        = string
}

# tfgen:end
variable "serving_target_group_arn" {
  description = "Target group that gets the traffic, once its instances are healthy."
  type        = string
}

variable "idle_timeout" {
  description = "Seconds after which an idle connection is closed."
  type        = number
}

variable "deregistration_delay" {
  description = "Seconds that a leaving instance has to finish its requests."
  type        = number
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the load balancer."
  type        = bool
}

variable "health_check" {
  description = "Path to check, interval and timeout in seconds, and how many results in a row decide."
  type = object({
    path      = string
    interval  = number
    timeout   = number
    healthy   = number
    unhealthy = number
  })
}
# tfgen:if load_balancer.access_logs

variable "log_days" {
  description = "Days to keep the access logs."
  type        = number
}
# tfgen:end
# tfgen:if firewall

variable "web_acl_arn" {
  description = "Web ACL of the firewall in front of the load balancer."
  type        = string
}
# tfgen:end
