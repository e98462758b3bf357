# A network that others own: nothing here changes it. What does not fit stops the plan.
data "aws_vpc" "this" {
  id = var.vpc_id

  lifecycle {
    postcondition {
      condition     = self.enable_dns_support
      error_message = "The network ${self.id} resolves no names: switch its attribute enableDnsSupport on. Instances find AWS and the database by name."
    }
  }
}

locals {
  # tfgen:if plan.private
  service_subnets = var.private_subnets
  # tfgen:else
  service_subnets = var.public_subnets
  # tfgen:end
}

data "aws_subnet" "this" {
  for_each = toset(concat(var.public_subnets, local.service_subnets, var.database_subnets))

  id = each.key

  lifecycle {
    postcondition {
      condition     = self.vpc_id == var.vpc_id
      error_message = "The subnet ${self.id} is in the network ${self.vpc_id}, not in ${var.vpc_id}."
    }
  }
}

# A subnet without a route table of its own has the network's main table.
data "aws_route_tables" "main" {
  vpc_id = var.vpc_id

  filter {
    name   = "association.main"
    values = ["true"]
  }
}

data "aws_route_tables" "own" {
  for_each = data.aws_subnet.this

  vpc_id = var.vpc_id

  filter {
    name   = "association.subnet-id"
    values = [each.key]
  }
}

locals {
  zones  = { for id, subnet in data.aws_subnet.this : id => subnet.availability_zone }
  tables = { for id, own in data.aws_route_tables.own : id => one(coalescelist(own.ids, data.aws_route_tables.main.ids)) }
}

data "aws_route_table" "this" {
  for_each = toset(values(local.tables))

  route_table_id = each.key
}

locals {
  # A subnet's routes to the internet: one, or none.
  routes = { for id, table in local.tables : id => [for route in data.aws_route_table.this[table].routes : route if route.cidr_block == "0.0.0.0/0"] }

  public = [for id, routes in local.routes : id if anytrue([for route in routes : startswith(route.gateway_id, "igw-")])]
  # tfgen:if plan.private
  outward = [for id, routes in local.routes : id if length(routes) > 0 && !contains(local.public, id)]
  # tfgen:end
}

data "aws_ec2_instance_type_offerings" "usable" {
  location_type = "availability-zone"

  filter {
    name   = "instance-type"
    values = [var.instance_type]
  }

  filter {
    name   = "location"
    values = distinct([for id in local.service_subnets : local.zones[id]])
  }
}

# How many addresses were free before the stack had instances there.
resource "terraform_data" "addresses" {
  input            = sum([for id in local.service_subnets : data.aws_subnet.this[id].available_ip_address_count])
  triggers_replace = sort(local.service_subnets)

  lifecycle {
    ignore_changes = [input]

    postcondition {
      condition     = self.input >= var.instances
      error_message = "The subnets of the instances had ${self.input} free addresses without the stack, and the group may have ${var.instances} instances."
    }
  }
}
