variable "name" {
  description = "Name of the VPC origin."
  type        = string
}

variable "vpc_id" {
  description = "Network of the load balancer."
  type        = string
}

variable "load_balancer_arn" {
  description = "The private load balancer to which CloudFront passes requests."
  type        = string
}

variable "load_balancer_dns_name" {
  description = "DNS name of the load balancer."
  type        = string
}

variable "load_balancer_security_group_id" {
  description = "Security group of the load balancer."
  type        = string
}

variable "answer_seconds" {
  description = "Seconds that CloudFront waits for an answer."
  type        = number
}
