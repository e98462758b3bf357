variable "domain" {
  description = "Name under which the service is reached."
  type        = string
}

variable "zone" {
  description = "Public Route 53 zone that contains the domain."
  type        = string
}

variable "load_balancer_dns_name" {
  description = "DNS name of the load balancer."
  type        = string
}

variable "load_balancer_zone_id" {
  description = "Route 53 zone of that name, which AWS owns."
  type        = string
}
