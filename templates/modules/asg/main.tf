resource "aws_security_group" "service" {
  name_prefix = "${var.name}-service-"
  description = "Instances of the service"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-service" }

  # A group in use cannot be deleted, so a replacement is created first.
  lifecycle {
    create_before_destroy = true
  }
}

# A new port needs a second group of instances, which takes over when its instances are healthy. Until then, the rules for the
# old port must stay.
resource "terraform_data" "port" {
  input = var.service_port
}

# Security groups filter both ends: one rule lets the load balancer send, one lets the service receive.
resource "aws_vpc_security_group_egress_rule" "load_balancer_to_service" {
  security_group_id            = var.load_balancer_security_group_id
  description                  = "Requests and health checks to the service"
  ip_protocol                  = "tcp"
  from_port                    = var.service_port
  to_port                      = var.service_port
  referenced_security_group_id = aws_security_group.service.id

  lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [terraform_data.port]
  }
}

resource "aws_vpc_security_group_ingress_rule" "service_from_load_balancer" {
  security_group_id            = aws_security_group.service.id
  description                  = "Requests and health checks from the load balancer"
  ip_protocol                  = "tcp"
  from_port                    = var.service_port
  to_port                      = var.service_port
  referenced_security_group_id = var.load_balancer_security_group_id

  lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [terraform_data.port]
  }
}

# Packages are signed and come over port 80; AWS APIs use port 443.
resource "aws_vpc_security_group_egress_rule" "service_to_internet" {
  for_each = { http = 80, https = 443 }

  security_group_id = aws_security_group.service.id
  description       = "Packages and AWS"
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
  cidr_ipv4         = "0.0.0.0/0"
}
# tfgen:if service.log_days

resource "aws_cloudwatch_log_group" "service" {
  # tfgen:if not security.kms
  #checkov:skip=CKV_AWS_158:encrypted with CloudWatch's own key

  # tfgen:end
  name              = "/${var.name}/service"
  retention_in_days = var.log_days
  # tfgen:if security.kms
  kms_key_id = var.kms_key_arn
  # tfgen:end
}
# tfgen:end

data "aws_iam_policy_document" "ec2" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "service" {
  name_prefix        = "${var.name}-"
  description        = "Instances of ${var.name}"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
  # tfgen:if security.permissions_boundary
  permissions_boundary = var.permissions_boundary
  # tfgen:end
}

data "aws_iam_policy_document" "service" {
  #checkov:skip=CKV_AWS_111:the actions of Session Manager apply to no resource
  #checkov:skip=CKV_AWS_356:the actions of Session Manager apply to no resource

  statement {
    sid       = "FetchService"
    actions   = ["s3:GetObjectVersion"]
    resources = [var.archive_arn]
  }

  # Only root uses the administrator's secret, to create the service's own database user; the service cannot use the role.
  statement {
    sid       = "ReadDatabaseSecrets"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.database_secret_arn, var.database_admin_secret_arn]
  }
  # tfgen:if service.auth == token

  statement {
    sid       = "ReadToken"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.token_secret_arn]
  }
  # tfgen:end
  # tfgen:if service.log_days

  statement {
    sid       = "WriteLogs"
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.service.arn}:*"]
  }
  # tfgen:end

  # tfgen:if security.kms
  # Secrets Manager decrypts a secret for its reader.
  statement {
    sid       = "DecryptSecrets"
    actions   = ["kms:Decrypt"]
    resources = [var.kms_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["secretsmanager.${var.region}.amazonaws.com"]
    }
  }

  # tfgen:end
  # Session Manager opens a shell without open ports or keys. AWS's managed policy also allows reading every SSM parameter.
  statement {
    sid = "OpenShell"
    actions = [
      "ssm:UpdateInstanceInformation",
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
    ]
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "service" {
  name   = "service"
  role   = aws_iam_role.service.id
  policy = data.aws_iam_policy_document.service.json
}

resource "aws_iam_instance_profile" "service" {
  name_prefix = "${var.name}-"
  role        = aws_iam_role.service.name
}
# tfgen:if service.image

# AWS deprecates an image two years after its publication. It is then listed only on request, but still starts.
data "aws_ami" "service" {
  include_deprecated = true

  filter {
    name   = "image-id"
    values = [var.image]
  }

  lifecycle {
    postcondition {
      condition     = self.architecture == var.architecture
      error_message = "The image ${var.image} is for ${self.architecture}, but ${var.instance_type} is ${var.architecture}."
    }

    postcondition {
      condition     = alltrue([for d in self.block_device_mappings : tonumber(d.ebs.volume_size) <= var.disk_gb if d.device_name == self.root_device_name && contains(keys(d.ebs), "volume_size")])
      error_message = "The root disk of the image ${var.image} is larger than ${var.disk_gb} GiB: raise service.disk_gb."
    }
  }
}
# tfgen:else

# A newer image creates a new version of the launch template, and the apply replaces the instances.
data "aws_ssm_parameter" "image" {
  name = var.image_parameter
}

data "aws_ami" "service" {
  filter {
    name   = "image-id"
    values = [data.aws_ssm_parameter.image.insecure_value]
  }
}
# tfgen:end

resource "aws_launch_template" "service" {
  # tfgen:if not plan.private
  #checkov:skip=CKV_AWS_88:instances reach packages and AWS through this address; only the load balancer reaches them

  # tfgen:end
  name_prefix            = "${var.name}-"
  description            = "Instances of ${var.name}"
  image_id               = data.aws_ami.service.id
  instance_type          = var.instance_type
  update_default_version = true

  user_data = base64encode(templatefile("${path.module}/boot.sh.tftpl", {
    region = var.region
    bucket = var.bucket
    key    = var.archive_key
    object = var.archive_version
    sha256 = var.archive_sha256
    config = base64encode(jsonencode(merge(var.settings, { db_host = var.database_host, db_name = var.database_name })))

    database_secret = var.database_secret_arn
    admin_secret    = var.database_admin_secret_arn
    # tfgen:if service.auth == token
    token_secret = var.token_secret_arn
    # tfgen:end
    # tfgen:if service.log_days
    log_group = aws_cloudwatch_log_group.service.name
    # tfgen:end
  }))

  iam_instance_profile {
    arn = aws_iam_instance_profile.service.arn
  }

  # tfgen:if plan.private
  network_interfaces {
    associate_public_ip_address = false
    delete_on_termination       = true
    security_groups             = [aws_security_group.service.id]
  }
  # tfgen:else
  # Instances reach packages and AWS through the public address. No one can connect to it:
  # the security group allows the load balancer only.
  network_interfaces {
    associate_public_ip_address = true
    delete_on_termination       = true
    security_groups             = [aws_security_group.service.id]
  }
  # tfgen:end

  # Version 2 of the metadata service only, and only for the instance itself.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  # tfgen:if service.detailed_metrics
  # The scaling alarms need one-minute metrics; by default EC2 sends them every five minutes.
  monitoring {
    enabled = true
  }
  # tfgen:end
  # tfgen:if plan.burstable

  credit_specification {
    cpu_credits = var.cpu_credits
  }
  # tfgen:end

  block_device_mappings {
    device_name = data.aws_ami.service.root_device_name

    ebs {
      volume_type = "gp3"
      volume_size = var.disk_gb
      encrypted   = true
      # tfgen:if security.kms
      kms_key_id = var.kms_key_arn
      # tfgen:end
      delete_on_termination = true
    }
  }

  # The group tags its instances, but not their volumes and network interfaces.
  dynamic "tag_specifications" {
    for_each = toset(["volume", "network-interface"])

    content {
      resource_type = tag_specifications.value
      tags          = merge(data.aws_default_tags.stack.tags, { Name = var.name })
    }
  }
}

# The provider's default tags do not reach instances, because the group creates them.
data "aws_default_tags" "stack" {}

resource "aws_autoscaling_group" "service" {
  name_prefix         = "${var.name}-"
  min_size            = var.min_size
  max_size            = var.max_size
  vpc_zone_identifier = var.subnet_ids
  target_group_arns   = [var.target_group_arn]

  # Use the load balancer's health checks: replace an instance that runs but does not answer.
  health_check_type         = "ELB"
  health_check_grace_period = var.health_check_seconds
  default_instance_warmup   = var.cooldown

  launch_template {
    id      = aws_launch_template.service.id
    version = aws_launch_template.service.latest_version
  }

  # A new group is complete when its instances answer. Later changes of the group do not wait.
  min_elb_capacity          = var.min_size
  wait_for_capacity_timeout = "${var.first_boot_minutes}m"

  # Start the replacement first when the group itself replaces an instance, too.
  instance_maintenance_policy {
    min_healthy_percentage = 100
    max_healthy_percentage = 110
  }

  enabled_metrics = ["GroupDesiredCapacity", "GroupInServiceInstances", "GroupMaxSize", "GroupMinSize", "GroupPendingInstances"]

  dynamic "tag" {
    for_each = merge(data.aws_default_tags.stack.tags, { Name = var.name })

    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }

  # The scaling policies decide how many instances run. The rollout below decides which version of the template they use.
  # Groups from earlier versions of tfgen keep their name.
  # tfgen:if scaling.schedule
  # A scheduled action changes the sizes of the group itself: the next plan must not take that for a difference.
  # tfgen:end
  lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [terraform_data.port]
    # tfgen:if scaling.schedule
    ignore_changes = [desired_capacity, launch_template, max_size, min_size, name, name_prefix]
    # tfgen:else
    ignore_changes = [desired_capacity, launch_template, name, name_prefix]
    # tfgen:end
  }

  # An instance that boots before it has these permissions never becomes ready.
  depends_on = [
    aws_iam_role_policy.service,
    aws_vpc_security_group_egress_rule.load_balancer_to_service,
    aws_vpc_security_group_egress_rule.service_to_internet,
    aws_vpc_security_group_ingress_rule.service_from_load_balancer,
  ]
}
# tfgen:if scaling.schedule

# The group ignores its sizes, so when those of the spec change, this sets them. They hold until the next scheduled action.
resource "terraform_data" "size" {
  triggers_replace = [var.min_size, var.max_size]

  provisioner "local-exec" {
    command = "[ \"$CURRENT\" = \"$MIN $MAX\" ] || aws autoscaling update-auto-scaling-group --region \"$REGION\" --auto-scaling-group-name \"$GROUP\" --min-size \"$MIN\" --max-size \"$MAX\""

    environment = {
      REGION  = var.region
      GROUP   = aws_autoscaling_group.service.name
      CURRENT = "${aws_autoscaling_group.service.min_size} ${aws_autoscaling_group.service.max_size}"
      MIN     = var.min_size
      MAX     = var.max_size
    }
  }
}

resource "terraform_data" "action" {
  for_each = var.schedule

  input = each.value
}

# The provider would send the start that AWS computed for an action again when the action changes: AWS refuses it if it is past, and
# otherwise delays the change until then. So a changed action is replaced.
resource "aws_autoscaling_schedule" "this" {
  for_each = var.schedule

  scheduled_action_name  = each.key
  autoscaling_group_name = aws_autoscaling_group.service.name
  recurrence             = each.value.cron
  time_zone              = each.value.time_zone
  min_size               = each.value.min
  max_size               = each.value.max

  # -1 leaves it out: AWS moves the number of instances into the new bounds, and no further.
  desired_capacity = -1

  lifecycle {
    replace_triggered_by = [terraform_data.action[each.key]]
  }
}
# tfgen:end

# When the template has a new version, this replaces the instances: it starts new ones, waits until they are healthy and removes
# the old ones. If that fails, AWS rolls back to the version that the group names. Terraform's own instance_refresh cannot do
# this: it saves the new version in the group first, so AWS would roll back to the version that failed, and it does not wait.
# The two percentages may differ by 100 at most.
resource "terraform_data" "rollout" {
  triggers_replace = [aws_launch_template.service.latest_version]

  provisioner "local-exec" {
    interpreter = ["/bin/sh"]
    command     = "${path.module}/rollout.sh"

    environment = {
      REGION   = var.region
      GROUP    = aws_autoscaling_group.service.name
      TEMPLATE = aws_launch_template.service.id
      NEW      = aws_launch_template.service.latest_version
      CURRENT  = aws_autoscaling_group.service.launch_template[0].version
      WAIT     = var.rollout.wait
      PREFERENCES = jsonencode({
        AutoRollback         = true
        SkipMatching         = true
        MinHealthyPercentage = var.rollout.min_healthy
        MaxHealthyPercentage = min(110, 100 + var.rollout.min_healthy)
        BakeTime             = var.rollout.bake
        # tfgen:if service.rollout.rollback_on_5xx
        AlarmSpecification = { Alarms = [var.rollback_alarm] }
        # tfgen:end
      })
    }
  }
}
# tfgen:if plan.steps

# Reacts at once. While new instances warm up, an alarm that is still on adds no more.
resource "aws_autoscaling_policy" "out" {
  name                      = "${var.name}-scale-out"
  autoscaling_group_name    = aws_autoscaling_group.service.name
  policy_type               = "StepScaling"
  adjustment_type           = "ChangeInCapacity"
  estimated_instance_warmup = var.cooldown

  step_adjustment {
    metric_interval_lower_bound = 0
    scaling_adjustment          = var.scale_out_by
  }
}

# Simple, not step: a step policy would remove instances every minute while the alarm is on,
# but a simple policy waits for its cooldown between two removals.
resource "aws_autoscaling_policy" "in" {
  name                   = "${var.name}-scale-in"
  autoscaling_group_name = aws_autoscaling_group.service.name
  policy_type            = "SimpleScaling"
  adjustment_type        = "ChangeInCapacity"
  scaling_adjustment     = -var.scale_in_by
  cooldown               = var.cooldown
}
# tfgen:else
# tfgen:if scaling.target.cpu_percent

# AWS creates the alarms of a target, and computes how many instances the load needs.
resource "aws_autoscaling_policy" "cpu" {
  name                      = "${var.name}-cpu"
  autoscaling_group_name    = aws_autoscaling_group.service.name
  policy_type               = "TargetTrackingScaling"
  estimated_instance_warmup = var.cooldown

  target_tracking_configuration {
    target_value = var.target_cpu_percent

    predefined_metric_specification {
      predefined_metric_type = "ASGAverageCPUUtilization"
    }
  }
}
# tfgen:end
# tfgen:if plan.target_requests

# The target is the number of requests that an instance has in a minute.
resource "aws_autoscaling_policy" "requests" {
  name                      = "${var.name}-requests"
  autoscaling_group_name    = aws_autoscaling_group.service.name
  policy_type               = "TargetTrackingScaling"
  estimated_instance_warmup = var.cooldown

  target_tracking_configuration {
    target_value = var.target_requests

    predefined_metric_specification {
      predefined_metric_type = "ALBRequestCountPerTarget"
      resource_label         = var.request_label
    }
  }
}
# tfgen:end
# tfgen:end
