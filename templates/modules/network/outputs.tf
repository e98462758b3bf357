output "vpc_id" {
  description = "The network."
  value       = data.aws_vpc.this.id
}

# What a load balancer demands of its subnets:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#subnets-load-balancer
output "public_subnet_ids" {
  description = "Subnets that can be reached from the internet, one in each zone."
  value       = var.public_subnets

  precondition {
    condition     = length(distinct([for id in var.public_subnets : local.zones[id]])) == length(var.public_subnets)
    error_message = "Two of the public subnets are in the same zone: ${join(", ", [for id in var.public_subnets : "${id} in ${local.zones[id]}"])}."
  }

  precondition {
    condition     = alltrue([for id in var.public_subnets : contains(local.public, id)])
    error_message = "These public subnets have no route to an internet gateway: ${join(", ", setsubtract(var.public_subnets, local.public))}."
  }

  precondition {
    condition     = alltrue([for id in var.public_subnets : tonumber(split("/", data.aws_subnet.this[id].cidr_block)[1]) <= 27])
    error_message = "A public subnet is smaller than /27, too small for a load balancer: ${join(", ", [for id in var.public_subnets : "${id} is ${data.aws_subnet.this[id].cidr_block}"])}."
  }
}

output "service_subnet_ids" {
  description = "Subnets for the instances."
  value       = local.service_subnets
  # tfgen:if plan.private

  precondition {
    condition     = alltrue([for id in var.private_subnets : contains(local.outward, id)])
    error_message = "Instances reach nothing from these private subnets, which need a route to a NAT gateway, a transit gateway or an appliance: ${join(", ", setsubtract(var.private_subnets, local.outward))}."
  }

  precondition {
    condition     = length(setsubtract([for id in var.private_subnets : local.zones[id]], [for id in var.public_subnets : local.zones[id]])) == 0
    error_message = "The load balancer reaches instances only in zones where it has a public subnet, and has none in: ${join(", ", setsubtract([for id in var.private_subnets : local.zones[id]], [for id in var.public_subnets : local.zones[id]]))}."
  }
  # tfgen:end

  precondition {
    condition     = alltrue([for id in local.service_subnets : contains(data.aws_ec2_instance_type_offerings.usable.locations, local.zones[id])])
    error_message = "This account can start ${var.instance_type} only in ${join(", ", data.aws_ec2_instance_type_offerings.usable.locations)}; the instances' subnets are in ${join(", ", distinct([for id in local.service_subnets : local.zones[id]]))}."
  }
}

output "database_subnet_ids" {
  description = "Subnets for the database."
  value       = var.database_subnets

  precondition {
    condition     = length(distinct([for id in var.database_subnets : local.zones[id]])) >= 2
    error_message = "The database's subnets are all in one zone: ${local.zones[var.database_subnets[0]]}."
  }
}
