# Run `terraform test` in the stack's directory. It needs no account.
variables {
  spec = {
    vpc_id = "vpc-0123456789abcdef0" # tfgen:= network.vpc_id
  }
}

mock_provider "aws" {
  mock_data "aws_ec2_instance_type_offerings" {
    defaults = { locations = ["zone-a", "zone-b", "zone-c", "zone-d"] }
  }

  mock_data "aws_vpc" {
    defaults = { enable_dns_support = true }
  }

  mock_data "aws_subnet" {
    defaults = {
      vpc_id                     = "vpc-0123456789abcdef0" # tfgen:= network.vpc_id
      availability_zone          = "zone-a"
      cidr_block                 = "10.0.0.0/24"
      available_ip_address_count = 200
    }
  }

  mock_data "aws_route_tables" {
    defaults = { ids = ["rtb-0123456789abcdef0"] }
  }
}

run "main" {
  module {
    source = "./tests/main"
  }
}

# Here every subnet is in the same zone, and no table has a route.
run "network" {
  command = plan

  module {
    source = "./modules/network"
  }

  variables {
    vpc_id         = run.main.arguments.vpc.vpc_id
    public_subnets = run.main.arguments.vpc.public_subnets
    # tfgen:if plan.private
    private_subnets = run.main.arguments.vpc.private_subnets
    # tfgen:end
    database_subnets = run.main.arguments.vpc.database_subnets
    instance_type    = run.main.arguments.vpc.instance_type
    instances        = run.main.arguments.vpc.instances
  }
  # tfgen:if plan.private

  expect_failures = [output.public_subnet_ids, output.service_subnet_ids, output.database_subnet_ids]
  # tfgen:else

  expect_failures = [output.public_subnet_ids, output.database_subnet_ids]
  # tfgen:end

  assert {
    condition     = data.aws_vpc.this.id == var.spec.vpc_id
    error_message = "The network is another one than the spec's."
  }
}
