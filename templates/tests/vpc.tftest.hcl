# Run `terraform test` in the stack's directory. It needs no account.
variables {
  spec = {
    zone_count = 2             # tfgen:= plan.zone_count
    cidr       = "10.0.0.0/16" # tfgen:= network.cidr
  }
}

mock_provider "aws" {
  # tfgen:if plan.zone_names
  mock_data "aws_availability_zones" {
    defaults = {
      names = ["us-east-1a", "us-east-1b"] # tfgen:= plan.zone_names
    }
  }
  # tfgen:else
  mock_data "aws_availability_zones" {
    defaults = { names = ["zone-a", "zone-b", "zone-c", "zone-d"] }
  }

  mock_data "aws_ec2_instance_type_offerings" {
    defaults = { locations = ["zone-a", "zone-b", "zone-c", "zone-d"] }
  }
  # tfgen:end
  # tfgen:if network.flow_logs

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/role" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:group" }
  }
  # tfgen:end
}

run "main" {
  module {
    source = "./tests/main"
  }
}

run "vpc" {
  module {
    source = "./modules/vpc"
  }

  variables {
    name = run.main.arguments.vpc.name
    cidr = run.main.arguments.vpc.cidr
    # tfgen:if plan.zone_names
    zones = run.main.arguments.vpc.zones
    # tfgen:else
    zone_count    = run.main.arguments.vpc.zone_count
    instance_type = run.main.arguments.vpc.instance_type
    # tfgen:end
    zone_letters = run.main.arguments.vpc.zone_letters
    zone_bits    = run.main.arguments.vpc.zone_bits
    region       = run.main.arguments.vpc.region
    # tfgen:if network.flow_logs
    log_days = run.main.arguments.vpc.log_days
    # tfgen:if security.kms
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
    # tfgen:end
    # tfgen:if security.permissions_boundary
    permissions_boundary = run.main.arguments.vpc.permissions_boundary
    # tfgen:end
    # tfgen:end
  }

  assert {
    condition     = aws_vpc.this.cidr_block == var.spec.cidr
    error_message = "The network has another range than the spec."
  }

  assert {
    condition     = length(aws_subnet.public) == var.spec.zone_count && length(aws_subnet.database) == var.spec.zone_count
    error_message = "There is not one public subnet and one for the database in each zone."
  }

  assert {
    condition     = alltrue([for subnet in aws_subnet.public : !subnet.map_public_ip_on_launch])
    error_message = "Whatever starts in a public subnet gets a public address."
  }

  assert {
    condition     = length(distinct([for subnet in concat(values(aws_subnet.public), values(aws_subnet.database)) : subnet.cidr_block])) == 2 * var.spec.zone_count
    error_message = "Two subnets have the same range."
  }

  assert {
    condition     = aws_route.internet.route_table_id == aws_route_table.public.id && aws_route.internet.gateway_id == aws_internet_gateway.this.id
    error_message = "The public subnets have no route to the internet."
  }

  assert {
    condition     = alltrue([for association in aws_route_table_association.database : association.route_table_id == aws_route_table.database.id])
    error_message = "The database's subnets use the routes of others."
  }

  assert {
    condition     = aws_default_security_group.this.vpc_id == aws_vpc.this.id && length(aws_default_security_group.this.ingress) == 0
    error_message = "The network's default security group allows traffic."
  }
  # tfgen:if https.cloudfront

  assert {
    condition     = output.private_subnet_ids == values(aws_subnet.private)[*].id && length(aws_subnet.private) == var.spec.zone_count && alltrue([for zone, association in aws_route_table_association.private : association.subnet_id == aws_subnet.private[zone].id && association.route_table_id == aws_route_table.private[zone].id])
    error_message = "The load balancer's subnets are not private ones in each zone."
  }
  # tfgen:if plan.zone_names

  assert {
    condition     = data.aws_availability_zones.supported.exclude_zone_ids == toset(["use1-az3", "usw1-az2", "apne1-az3", "cac1-az3"])
    error_message = "The stack can be in a zone that CloudFront does not reach."
  }
  # tfgen:else

  assert {
    condition     = data.aws_availability_zones.available.exclude_zone_ids == toset(["use1-az3", "usw1-az2", "apne1-az3", "cac1-az3"])
    error_message = "The stack can be in a zone that CloudFront does not reach."
  }
  # tfgen:end
  # tfgen:end
  # tfgen:if plan.private

  assert {
    condition     = alltrue([for zone, route in aws_route.nat : route.route_table_id == aws_route_table.private[zone].id && startswith(route.destination_cidr_block, "0.0.0.0/0")])
    error_message = "A private subnet has no route to a NAT gateway."
  }

  assert {
    condition     = alltrue([for zone, gateway in aws_nat_gateway.this : gateway.subnet_id == aws_subnet.public[zone].id])
    error_message = "A NAT gateway is not in a public subnet."
  }
  # tfgen:if network.nat == per_zone

  assert {
    condition     = length(aws_nat_gateway.this) == var.spec.zone_count && alltrue([for zone, route in aws_route.nat : route.nat_gateway_id == aws_nat_gateway.this[zone].id])
    error_message = "A zone depends on the NAT gateway of another."
  }
  # tfgen:else

  assert {
    condition     = length(aws_nat_gateway.this) == 1
    error_message = "There is more than one NAT gateway."
  }
  # tfgen:end
  # tfgen:end
  # tfgen:if network.flow_logs

  assert {
    condition     = aws_flow_log.this.vpc_id == aws_vpc.this.id && aws_flow_log.this.traffic_type == "ALL" && aws_flow_log.this.log_destination == aws_cloudwatch_log_group.flow.arn
    error_message = "The flow log leaves something out."
  }
  # tfgen:end
}
