# Run `terraform test` in the stack's directory. It needs no account.
variables {
  spec = {
    vpc_id = "vpc-0123456789abcdef0" # tfgen:= network.vpc_id
  }
}

mock_provider "aws" {
  source = "./tests/mocks"
}

run "main" {
  command = plan

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
