# tfgen:if https.cloudfront
locals {
  # CloudFront reaches no load balancer in these zones:
  # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html#vpc-origins-supported-regions
  unsupported = ["use1-az3", "usw1-az2", "apne1-az3", "cac1-az3"]
}

# tfgen:end
# tfgen:if plan.zone_names
# tfgen:if https.cloudfront
# Which zone a letter stands for differs between accounts.
data "aws_availability_zones" "supported" {
  #checkov:skip=CKV_AWS_394:only the zones of the spec are looked for in the result

  exclude_zone_ids = local.unsupported
}

# tfgen:end
locals {
  zones = sort(var.zones)

  # Half of the range is for public subnets, a quarter for private ones, a quarter for the database.
  # Within each part, a zone's letter fixes its subnet, so adding a zone moves no other.
  blocks = zipmap(["public", "private", "database"], cidrsubnets(var.cidr, 1, 2, 2))
  slots  = { for zone in local.zones : zone => index(var.zone_letters, substr(zone, -1, 1)) }
}

# tfgen:else
# Local Zones are left out: load balancers and databases do not run in most of them.
data "aws_availability_zones" "available" {
  #checkov:skip=CKV_AWS_394:terraform_data.zones below keeps to the first result

  state = "available"
  # tfgen:if https.cloudfront
  exclude_zone_ids = local.unsupported
  # tfgen:end

  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

# Which zones offer an instance type differs between accounts.
data "aws_ec2_instance_type_offerings" "usable" {
  location_type = "availability-zone"

  filter {
    name   = "instance-type"
    values = [var.instance_type]
  }

  filter {
    name   = "location"
    values = data.aws_availability_zones.available.names
  }
}

# What the account offered at the first apply. Later applies keep to it: an outage, a new zone or another instance type must
# not move subnets that are in use.
resource "terraform_data" "zones" {
  input = sort(data.aws_ec2_instance_type_offerings.usable.locations)

  lifecycle {
    ignore_changes = [input]

    postcondition {
      condition     = length(self.input) >= var.zone_count
      error_message = "This account can start ${var.instance_type} in ${length(self.input)} zones of the region; the stack needs ${var.zone_count}."
    }

    postcondition {
      condition = alltrue([for zone in slice(self.input, 0, min(var.zone_count, length(self.input))) : contains(data.aws_ec2_instance_type_offerings.usable.locations, zone)])
      # tfgen:if https.cloudfront
      error_message = "This account cannot start ${var.instance_type} in every zone of the stack, or CloudFront reaches no load balancer there: ${join(", ", slice(self.input, 0, min(var.zone_count, length(self.input))))}."
      # tfgen:else
      error_message = "This account cannot start ${var.instance_type} in every zone of the stack: ${join(", ", slice(self.input, 0, min(var.zone_count, length(self.input))))}."
      # tfgen:end
    }
  }
}

locals {
  zones = slice(terraform_data.zones.input, 0, var.zone_count)

  # Half of the range is for public subnets, a quarter for private ones, a quarter for the database.
  # Within each part, a zone's letter fixes its subnet, so adding a zone moves no other.
  blocks = zipmap(["public", "private", "database"], cidrsubnets(var.cidr, 1, 2, 2))
  slots  = { for zone in local.zones : zone => index(var.zone_letters, substr(zone, -1, 1)) }
}
# tfgen:end

resource "aws_vpc" "this" {
  # tfgen:if not network.flow_logs
  #checkov:skip=CKV2_AWS_11:flow logs are charged by volume; security groups name who may connect

  # tfgen:end
  cidr_block           = var.cidr
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = { Name = var.name }
  # tfgen:if https.cloudfront
  # tfgen:if plan.zone_names

  lifecycle {
    precondition {
      condition     = length(setsubtract(var.zones, data.aws_availability_zones.supported.names)) == 0
      error_message = "CloudFront reaches no load balancer in these zones of this account: ${join(", ", setsubtract(var.zones, data.aws_availability_zones.supported.names))}."
    }
  }
  # tfgen:end
  # tfgen:end
}

# AWS gives every VPC a default group that allows traffic between its members. Managed here, it has no rules.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = var.name }
}

resource "aws_subnet" "public" {
  for_each = local.slots

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(local.blocks.public, var.zone_bits, each.value)

  # Resources that need a public address request one themselves.
  map_public_ip_on_launch = false

  tags = { Name = "${var.name}-public-${each.key}" }
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-public" }
}

resource "aws_route" "internet" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this.id
}

resource "aws_route_table_association" "public" {
  for_each = aws_subnet.public

  subnet_id      = each.value.id
  route_table_id = aws_route_table.public.id
}
# tfgen:if plan.private
# tfgen:if network.nat == single

# One gateway serves every zone. It is cheaper than one in each, but if its zone fails, all zones are cut off.
# It stays where it is when the stack gets another zone.
resource "terraform_data" "nat_zone" {
  input = local.zones[0]

  lifecycle {
    ignore_changes = [input]
  }
}

resource "aws_eip" "nat" {
  for_each = toset([terraform_data.nat_zone.input])

  domain = "vpc"

  tags = { Name = "${var.name}-nat-${each.key}" }

  # An address cannot be released while the internet gateway is attached.
  depends_on = [aws_internet_gateway.this]
}
# tfgen:else

resource "aws_eip" "nat" {
  for_each = local.slots

  domain = "vpc"

  tags = { Name = "${var.name}-nat-${each.key}" }

  # An address cannot be released while the internet gateway is attached.
  depends_on = [aws_internet_gateway.this]
}
# tfgen:end

resource "aws_nat_gateway" "this" {
  for_each = { for zone, address in aws_eip.nat : zone => address.id }

  allocation_id = each.value
  subnet_id     = aws_subnet.public[each.key].id

  tags = { Name = "${var.name}-${each.key}" }

  depends_on = [aws_route.internet]
}
# tfgen:end
# tfgen:if plan.private_subnets

resource "aws_subnet" "private" {
  for_each = local.slots

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(local.blocks.private, var.zone_bits, each.value)

  tags = { Name = "${var.name}-private-${each.key}" }
}

resource "aws_route_table" "private" {
  for_each = local.slots

  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-private-${each.key}" }
}
# tfgen:if network.nat == single

resource "aws_route" "nat" {
  for_each = aws_route_table.private

  route_table_id         = each.value.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this[terraform_data.nat_zone.input].id
}
# tfgen:end
# tfgen:if network.nat == per_zone

resource "aws_route" "nat" {
  for_each = aws_route_table.private

  route_table_id         = each.value.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this[each.key].id
}
# tfgen:end

resource "aws_route_table_association" "private" {
  for_each = aws_subnet.private

  subnet_id      = each.value.id
  route_table_id = aws_route_table.private[each.key].id
}
# tfgen:end

resource "aws_subnet" "database" {
  for_each = local.slots

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(local.blocks.database, var.zone_bits, each.value)

  tags = { Name = "${var.name}-database-${each.key}" }
}

# No route leads out of the network: the database only answers.
resource "aws_route_table" "database" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-database" }
}

resource "aws_route_table_association" "database" {
  for_each = aws_subnet.database

  subnet_id      = each.value.id
  route_table_id = aws_route_table.database.id
}

# Free of charge: instances reach S3 without leaving Amazon's network.
# tfgen:if plan.private
resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${var.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = values(aws_route_table.private)[*].id

  tags = { Name = "${var.name}-s3" }
}
# tfgen:else
resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${var.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [aws_route_table.public.id]

  tags = { Name = "${var.name}-s3" }
}
# tfgen:end
# tfgen:if network.flow_logs

resource "aws_cloudwatch_log_group" "flow" {
  # tfgen:if not security.kms
  #checkov:skip=CKV_AWS_158:encrypted with CloudWatch's own key

  # tfgen:end
  name              = "/${var.name}/network"
  retention_in_days = var.log_days
  # tfgen:if security.kms
  kms_key_id = var.kms_key_arn
  # tfgen:end
}

data "aws_caller_identity" "current" {}

data "aws_iam_policy_document" "flow_logs" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["vpc-flow-logs.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_iam_role" "flow" {
  name_prefix        = "${var.name}-"
  description        = "Flow log of ${var.name}"
  assume_role_policy = data.aws_iam_policy_document.flow_logs.json
  # tfgen:if security.permissions_boundary
  permissions_boundary = var.permissions_boundary
  # tfgen:end
}

data "aws_iam_policy_document" "flow" {
  statement {
    sid       = "WriteLogs"
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.flow.arn}:*"]
  }
}

resource "aws_iam_role_policy" "flow" {
  name   = "flow"
  role   = aws_iam_role.flow.id
  policy = data.aws_iam_policy_document.flow.json
}

resource "aws_flow_log" "this" {
  vpc_id                   = aws_vpc.this.id
  traffic_type             = "ALL"
  log_destination_type     = "cloud-watch-logs"
  log_destination          = aws_cloudwatch_log_group.flow.arn
  iam_role_arn             = aws_iam_role.flow.arn
  max_aggregation_interval = 600

  tags = { Name = var.name }
}
# tfgen:end
