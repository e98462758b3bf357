variables {
  spec = {
    min_size = 2  # tfgen:= scaling.min
    max_size = 10 # tfgen:= scaling.max
    # tfgen:if scaling.schedule
    schedule = {} # tfgen:= scaling.schedule
    # tfgen:end
    # tfgen:if plan.steps
    out = 1 # tfgen:= scaling.out.add
    in  = 1 # tfgen:= scaling.in.remove
    # tfgen:end
    # tfgen:if scaling.target.cpu_percent
    target_cpu = 50 # tfgen:= scaling.target.cpu_percent
    # tfgen:end
    # tfgen:if plan.target_requests
    target_requests = 50 # tfgen:= scaling.target.requests_per_second_per_instance
    # tfgen:end
    cooldown      = 300        # tfgen:= scaling.cooldown
    instance_type = "t3.micro" # tfgen:= service.instance_type
    disk_gb       = 8          # tfgen:= service.disk_gb
    port          = 8080       # tfgen:= service.port
    public        = true       # tfgen:= plan.public
    # tfgen:if service.log_days
    log_days = 30 # tfgen:= service.log_days
    # tfgen:end
    # tfgen:if security.permissions_boundary
    permissions_boundary = "arn:aws:iam::123456789012:policy/team-boundary" # tfgen:= security.permissions_boundary
    # tfgen:end
  }
}

mock_provider "aws" {
  mock_data "aws_ami" {
    defaults = {
      architecture = "x86_64" # tfgen:= plan.architecture
    }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }

  mock_resource "aws_iam_instance_profile" {
    defaults = { arn = "arn:aws:iam::123456789012:instance-profile/service" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/role" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:group" }
  }

  mock_resource "aws_launch_template" {
    defaults = { id = "lt-0123456789abcdef0" }
  }
}

run "main" {
  module {
    source = "./tests/main"
  }
}

run "asg" {
  module {
    source = "./modules/asg"
  }

  # Its script would wait for a group that is not there.
  override_resource {
    target = terraform_data.rollout
  }

  variables {
    name                            = run.main.arguments.asg.name
    region                          = run.main.arguments.asg.region
    vpc_id                          = "vpc-0"
    subnet_ids                      = ["subnet-0", "subnet-1"]
    load_balancer_security_group_id = "sg-0"
    target_group_arn                = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/new/0123456789abcdef"
    instance_type                   = run.main.arguments.asg.instance_type
    # tfgen:if plan.burstable
    cpu_credits = run.main.arguments.asg.cpu_credits
    # tfgen:end
    # tfgen:if service.image
    image        = run.main.arguments.asg.image
    architecture = run.main.arguments.asg.architecture
    # tfgen:else
    image_parameter = run.main.arguments.asg.image_parameter
    # tfgen:end
    disk_gb         = run.main.arguments.asg.disk_gb
    bucket          = "bucket"
    archive_key     = "crudd.tar.gz"
    archive_version = "1"
    archive_arn     = "arn:aws:s3:::bucket/crudd.tar.gz"
    archive_sha256  = run.main.arguments.asg.archive_sha256
    # tfgen:if service.auth == token
    token_secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:token"
    # tfgen:end
    # tfgen:if security.kms
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
    # tfgen:end
    # tfgen:if security.permissions_boundary
    permissions_boundary = run.main.arguments.asg.permissions_boundary
    # tfgen:end
    database_host             = "database.example"
    database_name             = "gym_db"
    database_secret_arn       = "arn:aws:secretsmanager:us-east-1:123456789012:secret:database"
    database_admin_secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:admin"
    service_port              = run.main.arguments.asg.service_port
    settings                  = {}
    # tfgen:if service.log_days
    log_days = run.main.arguments.asg.log_days
    # tfgen:end
    min_size = run.main.arguments.asg.min_size
    max_size = run.main.arguments.asg.max_size
    # tfgen:if scaling.schedule
    schedule = run.main.arguments.asg.schedule
    # tfgen:end
    # tfgen:if plan.steps
    scale_out_by = run.main.arguments.asg.scale_out_by
    scale_in_by  = run.main.arguments.asg.scale_in_by
    # tfgen:end
    # tfgen:if scaling.target.cpu_percent
    target_cpu_percent = run.main.arguments.asg.target_cpu_percent
    # tfgen:end
    # tfgen:if plan.target_requests
    target_requests = run.main.arguments.asg.target_requests
    request_label   = "app/balancer/0123456789abcdef/targetgroup/targets/0123456789abcdef"
    # tfgen:end
    cooldown             = run.main.arguments.asg.cooldown
    health_check_seconds = run.main.arguments.asg.health_check_seconds
    first_boot_minutes   = run.main.arguments.asg.first_boot_minutes
    rollout              = run.main.arguments.asg.rollout
    # tfgen:if service.rollout.rollback_on_5xx
    rollback_alarm = "rollback"
    # tfgen:end
  }

  assert {
    condition     = aws_autoscaling_group.service.min_size == var.spec.min_size && aws_autoscaling_group.service.max_size == var.spec.max_size
    error_message = "The group has other limits than the spec."
  }

  assert {
    condition     = aws_autoscaling_group.service.health_check_type == "ELB" && aws_autoscaling_group.service.target_group_arns == toset([var.target_group_arn])
    error_message = "The group does not use the load balancer's health checks."
  }

  assert {
    condition     = length(aws_autoscaling_group.service.vpc_zone_identifier) == 2
    error_message = "The group does not use every zone."
  }
  # tfgen:if scaling.schedule

  assert {
    condition = ({ for name, action in aws_autoscaling_schedule.this : name => [action.recurrence, action.time_zone, tostring(action.min_size), tostring(action.max_size)] } ==
    { for name, action in var.spec.schedule : name => [action.cron, action.time_zone, tostring(action.min), tostring(action.max)] })
    error_message = "The schedule sets other sizes than the spec, or at other times."
  }

  assert {
    condition     = alltrue([for action in aws_autoscaling_schedule.this : action.desired_capacity == -1])
    error_message = "The schedule removes instances that the load needs."
  }
  # tfgen:end
  # tfgen:if plan.steps

  assert {
    condition     = aws_autoscaling_policy.out.policy_type == "StepScaling" && one(aws_autoscaling_policy.out.step_adjustment).scaling_adjustment == var.spec.out && tonumber(one(aws_autoscaling_policy.out.step_adjustment).metric_interval_lower_bound) == 0
    error_message = "The policy that adds instances adds another number."
  }

  assert {
    condition     = aws_autoscaling_policy.in.policy_type == "SimpleScaling" && aws_autoscaling_policy.in.scaling_adjustment == -var.spec.in && aws_autoscaling_policy.in.cooldown == var.spec.cooldown
    error_message = "The policy that removes instances removes another number, or does not wait between two removals."
  }

  assert {
    condition     = aws_autoscaling_policy.out.estimated_instance_warmup == var.spec.cooldown
    error_message = "New instances have another time to warm up than the spec."
  }
  # tfgen:end
  # tfgen:if scaling.target.cpu_percent

  assert {
    condition = (aws_autoscaling_policy.cpu.policy_type == "TargetTrackingScaling" && aws_autoscaling_policy.cpu.estimated_instance_warmup == var.spec.cooldown &&
      one(aws_autoscaling_policy.cpu.target_tracking_configuration).target_value == var.spec.target_cpu &&
    one(one(aws_autoscaling_policy.cpu.target_tracking_configuration).predefined_metric_specification).predefined_metric_type == "ASGAverageCPUUtilization")
    error_message = "CPU is not held at the spec's target."
  }
  # tfgen:end
  # tfgen:if plan.target_requests

  assert {
    condition = (aws_autoscaling_policy.requests.policy_type == "TargetTrackingScaling" && aws_autoscaling_policy.requests.estimated_instance_warmup == var.spec.cooldown &&
    one(aws_autoscaling_policy.requests.target_tracking_configuration).target_value == 60 * var.spec.target_requests)
    error_message = "The requests of an instance are not held at the spec's target, which a minute has 60 times."
  }

  assert {
    condition = (one(one(aws_autoscaling_policy.requests.target_tracking_configuration).predefined_metric_specification).predefined_metric_type == "ALBRequestCountPerTarget" &&
    one(one(aws_autoscaling_policy.requests.target_tracking_configuration).predefined_metric_specification).resource_label == var.request_label)
    error_message = "The target counts the requests of another target group."
  }
  # tfgen:end

  assert {
    condition     = aws_launch_template.service.instance_type == var.spec.instance_type
    error_message = "The instances are of another type than in the spec."
  }

  assert {
    condition     = alltrue([for device in aws_launch_template.service.block_device_mappings : tobool(device.ebs[0].encrypted) && device.ebs[0].volume_size == var.spec.disk_gb])
    error_message = "The instances' disks are not encrypted, or have another size."
  }

  assert {
    condition     = one(aws_launch_template.service.metadata_options).http_tokens == "required" && one(aws_launch_template.service.metadata_options).http_put_response_hop_limit == 1
    error_message = "Others than the instance itself can read its metadata."
  }

  # tfgen:if service.detailed_metrics
  assert {
    condition     = one(aws_launch_template.service.monitoring).enabled
    error_message = "Without one-minute metrics the alarms are late."
  }

  # tfgen:end
  assert {
    condition     = alltrue([for interface in aws_launch_template.service.network_interfaces : tobool(interface.associate_public_ip_address) == var.spec.public && interface.security_groups == toset([aws_security_group.service.id])])
    error_message = "The instances have a public address against the spec, or other security groups."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.service_from_load_balancer.cidr_ipv4 == null && aws_vpc_security_group_ingress_rule.service_from_load_balancer.referenced_security_group_id == var.load_balancer_security_group_id
    error_message = "Others than the load balancer can reach the instances."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.service_from_load_balancer.from_port == var.spec.port && aws_vpc_security_group_ingress_rule.service_from_load_balancer.to_port == var.spec.port
    error_message = "The load balancer can reach more than the service's port."
  }

  assert {
    condition     = toset([for rule in aws_vpc_security_group_egress_rule.service_to_internet : rule.to_port]) == toset([80, 443]) && alltrue([for rule in aws_vpc_security_group_egress_rule.service_to_internet : rule.from_port == rule.to_port])
    error_message = "The instances can reach more of the internet than ports 80 and 443."
  }

  assert {
    condition     = alltrue([for statement in data.aws_iam_policy_document.service.statement : statement.sid == "OpenShell" || !contains(statement.resources, "*")])
    error_message = "The instances' role reaches resources of other stacks."
  }

  assert {
    condition     = !anytrue(flatten([for statement in data.aws_iam_policy_document.service.statement : [for action in statement.actions : endswith(action, "*")]]))
    error_message = "The instances' role has every action of a service."
  }

  assert {
    # tfgen:if service.auth == token
    condition = toset(flatten([for statement in data.aws_iam_policy_document.service.statement : statement.resources if contains(statement.actions, "secretsmanager:GetSecretValue")])) == toset([var.database_secret_arn, var.database_admin_secret_arn, var.token_secret_arn])
    # tfgen:else
    condition = toset(flatten([for statement in data.aws_iam_policy_document.service.statement : statement.resources if contains(statement.actions, "secretsmanager:GetSecretValue")])) == toset([var.database_secret_arn, var.database_admin_secret_arn])
    # tfgen:end
    error_message = "The instances' role reads other secrets than the stack's."
  }
  # tfgen:if service.log_days

  assert {
    condition     = aws_cloudwatch_log_group.service.retention_in_days == var.spec.log_days
    error_message = "The service's logs are kept for another time than the spec says."
  }
  # tfgen:end
  # tfgen:if security.permissions_boundary

  assert {
    condition     = aws_iam_role.service.permissions_boundary == var.spec.permissions_boundary
    error_message = "The instances' role has another boundary than the spec."
  }
  # tfgen:end
  # tfgen:if security.kms

  assert {
    condition     = alltrue([for device in aws_launch_template.service.block_device_mappings : device.ebs[0].kms_key_id == var.kms_key_arn])
    error_message = "The instances' disks are encrypted with another key."
  }
  # tfgen:end
}
