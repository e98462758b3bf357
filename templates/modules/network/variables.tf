variable "vpc_id" {
  description = "The network."
  type        = string
}

variable "public_subnets" {
  description = "Subnets of the load balancer, each in another zone."
  type        = list(string)
}
# tfgen:if plan.private

variable "private_subnets" {
  description = "Subnets of the instances."
  type        = list(string)
}
# tfgen:end

variable "database_subnets" {
  description = "Subnets of the database."
  type        = list(string)
}

variable "instance_type" {
  description = "Instance type that every zone of the instances must offer."
  type        = string
}

variable "instances" {
  description = "Most instances of the group, with those that a rollout starts beside them."
  type        = number
}
