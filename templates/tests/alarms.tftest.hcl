# tfgen:if plan.watches
variables {
  spec = {
    # tfgen:if plan.steps
    high_cpu_percent = 80 # tfgen:= scaling.out.cpu_percent
    high_minutes     = 1  # tfgen:= plan.out_periods
    low_cpu_percent  = 20 # tfgen:= scaling.in.cpu_percent
    low_minutes      = 5  # tfgen:= plan.in_periods
    # tfgen:end
    # tfgen:if plan.requests_threshold
    high_requests = 9000 # tfgen:= plan.requests_threshold
    # tfgen:end
    # tfgen:if plan.requests_per_instance_threshold
    high_requests_per_instance = 3000 # tfgen:= plan.requests_per_instance_threshold
    # tfgen:end
    # tfgen:if plan.notify
    emails = ["ops@gym.example"] # tfgen:= alarms.email
    # tfgen:end
    # tfgen:if budget
    monthly_usd = 100 # tfgen:= budget.monthly_usd
    # tfgen:end
  }
}

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }

  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:us-east-1:123456789012:alarms" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef" }
  }
}

run "main" {
  module {
    source = "./tests/main"
  }
}

run "alarms" {
  module {
    source = "./modules/alarms"
  }

  variables {
    name = run.main.arguments.alarms.name
    # tfgen:if plan.watches_group
    group = "group"
    # tfgen:end
    # tfgen:if plan.watches_balancer
    load_balancer = "app/balancer/0123456789abcdef"
    # tfgen:end
    # tfgen:if plan.watches_targets
    target_group = "targetgroup/targets/0123456789abcdef"
    # tfgen:end
    # tfgen:if plan.watched
    database = "database"
    # tfgen:if firewall
    firewall = "firewall"
    # tfgen:end
    # tfgen:end
    # tfgen:if plan.steps
    scale_out_policy_arn = "arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:0:autoScalingGroupName/group:policyName/out"
    scale_in_policy_arn  = "arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:1:autoScalingGroupName/group:policyName/in"
    high_cpu_percent     = run.main.arguments.alarms.high_cpu_percent
    # tfgen:if plan.requests_threshold
    high_requests = run.main.arguments.alarms.high_requests
    # tfgen:end
    # tfgen:if plan.requests_per_instance_threshold
    high_requests_per_instance = run.main.arguments.alarms.high_requests_per_instance
    min_size                   = run.main.arguments.alarms.min_size
    scale_in_by                = run.main.arguments.alarms.scale_in_by
    # tfgen:end
    high_minutes    = run.main.arguments.alarms.high_minutes
    low_cpu_percent = run.main.arguments.alarms.low_cpu_percent
    low_minutes     = run.main.arguments.alarms.low_minutes
    # tfgen:end
    # tfgen:if plan.notify
    # tfgen:if security.kms
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
    # tfgen:end
    # tfgen:end
    # tfgen:if budget
    monthly_usd = run.main.arguments.alarms.monthly_usd
    # tfgen:end
    # tfgen:if plan.notify
    # tfgen:if backup
    backup_vault_arn = "arn:aws:backup:us-east-1:123456789012:backup-vault:vault"
    # tfgen:end
    emails                   = run.main.arguments.alarms.emails
    database_memory_mib      = run.main.arguments.alarms.database_memory_mib
    database_storage_gb      = run.main.arguments.alarms.database_storage_gb
    database_max_connections = run.main.arguments.alarms.database_max_connections
    # tfgen:if https.domain
    certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
    # tfgen:end
    # tfgen:end
    # tfgen:if plan.watches_region
    region = run.main.arguments.alarms.region
    # tfgen:end
    # tfgen:if alarms.dashboard
    # tfgen:if firewall
    firewall_rules = ["rate-limit", "common"]
    # tfgen:end
    # tfgen:if scaling.target.cpu_percent
    target_cpu_percent = run.main.arguments.alarms.target_cpu_percent
    # tfgen:end
    # tfgen:if plan.target_requests
    target_requests = run.main.arguments.alarms.target_requests
    # tfgen:end
    # tfgen:end
  }
  # tfgen:if plan.steps

  assert {
    condition = (aws_cloudwatch_metric_alarm.cpu_high.threshold == var.spec.high_cpu_percent && aws_cloudwatch_metric_alarm.cpu_high.evaluation_periods == var.spec.high_minutes &&
    aws_cloudwatch_metric_alarm.cpu_high.period == 60 && aws_cloudwatch_metric_alarm.cpu_high.statistic == "Average")
    error_message = "High CPU does not add instances when the spec says."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.cpu_high.comparison_operator == "GreaterThanOrEqualToThreshold" && aws_cloudwatch_metric_alarm.cpu_high.alarm_actions == toset([var.scale_out_policy_arn])
    error_message = "High CPU does not add instances."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.load_low.threshold == var.spec.low_cpu_percent && aws_cloudwatch_metric_alarm.load_low.evaluation_periods == var.spec.low_minutes
    error_message = "A low load does not remove instances when the spec says."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.load_low.comparison_operator == "LessThanOrEqualToThreshold" && aws_cloudwatch_metric_alarm.load_low.alarm_actions == toset([var.scale_in_policy_arn])
    error_message = "A low load does not remove instances."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.cpu_high.treat_missing_data == "notBreaching" && aws_cloudwatch_metric_alarm.load_low.treat_missing_data == "notBreaching"
    error_message = "Missing metrics change the number of instances."
  }
  # tfgen:end
  # tfgen:if plan.requests_threshold

  assert {
    condition = (aws_cloudwatch_metric_alarm.requests_high.threshold == var.spec.high_requests && aws_cloudwatch_metric_alarm.requests_high.evaluation_periods == var.spec.high_minutes &&
    aws_cloudwatch_metric_alarm.requests_high.period == 60 && aws_cloudwatch_metric_alarm.requests_high.statistic == "Sum")
    error_message = "Requests do not add instances when the spec says."
  }

  assert {
    condition = (aws_cloudwatch_metric_alarm.requests_high.metric_name == "RequestCount" && aws_cloudwatch_metric_alarm.requests_high.dimensions == tomap({ LoadBalancer = var.load_balancer }) &&
    aws_cloudwatch_metric_alarm.requests_high.alarm_actions == toset([var.scale_out_policy_arn]))
    error_message = "Requests do not add instances."
  }

  assert {
    condition     = anytrue([for query in aws_cloudwatch_metric_alarm.load_low.metric_query : strcontains(query.expression == null ? "" : query.expression, "FILL(requests, 0) >= ${var.spec.high_requests}")])
    error_message = "Low CPU removes instances while many requests add them."
  }
  # tfgen:end
  # tfgen:if plan.requests_per_instance_threshold

  assert {
    condition = (aws_cloudwatch_metric_alarm.requests_per_instance_high.threshold == var.spec.high_requests_per_instance && aws_cloudwatch_metric_alarm.requests_per_instance_high.statistic == "Sum" &&
    aws_cloudwatch_metric_alarm.requests_per_instance_high.metric_name == "RequestCountPerTarget" && aws_cloudwatch_metric_alarm.requests_per_instance_high.alarm_actions == toset([var.scale_out_policy_arn]))
    error_message = "Requests for each instance do not add instances when the spec says."
  }
  # tfgen:end
  # tfgen:if plan.notify

  assert {
    condition     = toset([for subscription in aws_sns_topic_subscription.email : subscription.endpoint]) == toset(var.spec.emails)
    error_message = "Alarms go to other addresses than the spec's."
  }

  assert {
    # tfgen:if security.kms
    condition = aws_sns_topic.alarms.kms_master_key_id == var.kms_key_arn
    # tfgen:else
    condition = aws_sns_topic.alarms.kms_master_key_id == aws_kms_key.alarms.arn && aws_kms_key.alarms.enable_key_rotation
    # tfgen:end
    error_message = "The alarms' topic is not encrypted, or its key is never rotated."
  }

  assert {
    condition = alltrue([for alarm in [aws_cloudwatch_metric_alarm.unhealthy_instances, aws_cloudwatch_metric_alarm.server_errors, aws_cloudwatch_metric_alarm.database_cpu,
    aws_cloudwatch_metric_alarm.database_storage, aws_cloudwatch_metric_alarm.database_connections] : alarm.alarm_actions == toset([aws_sns_topic.alarms.arn])])
    error_message = "An alarm does not notify the topic."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.database_connections.threshold == floor(var.database_max_connections * 0.8)
    error_message = "The alarm on connections has another limit."
  }

  assert {
    condition     = aws_db_event_subscription.database.sns_topic == aws_sns_topic.alarms.arn && aws_db_event_subscription.database.source_ids == toset([var.database])
    error_message = "Events of the database are not sent to the topic."
  }

  assert {
    condition     = aws_cloudwatch_event_target.group.arn == aws_sns_topic.alarms.arn && jsondecode(aws_cloudwatch_event_rule.group.event_pattern).detail.AutoScalingGroupName == [var.group]
    error_message = "Failed launches of the group are not sent to the topic."
  }
  # tfgen:if backup

  assert {
    condition     = aws_cloudwatch_event_target.backup.arn == aws_sns_topic.alarms.arn && toset(flatten([for which in jsondecode(aws_cloudwatch_event_rule.backup.event_pattern).detail["$or"] : values(which)])) == toset([var.backup_vault_arn])
    error_message = "Failed backups are not sent to the topic."
  }
  # tfgen:end

  assert {
    condition     = !anytrue([for statement in data.aws_iam_policy_document.topic.statement : anytrue([for principal in statement.principals : principal.type != "Service"])])
    error_message = "Others than AWS's services can publish to the topic."
  }
  # tfgen:end
  # tfgen:if budget

  assert {
    condition     = tonumber(aws_budgets_budget.this.limit_amount) == var.spec.monthly_usd && alltrue([for notification in aws_budgets_budget.this.notification : notification.subscriber_email_addresses == toset(var.spec.emails)])
    error_message = "The budget is not the spec's, or its mails go to other addresses."
  }
  # tfgen:end
  # tfgen:if plan.notify
  # tfgen:if firewall

  assert {
    # tfgen:if firewall.mode == block
    condition = aws_cloudwatch_metric_alarm.firewall.metric_name == "BlockedRequests" && aws_cloudwatch_metric_alarm.firewall.dimensions == tomap({ WebACL = var.firewall, Region = var.region, Rule = "ALL" })
    # tfgen:else
    condition = aws_cloudwatch_metric_alarm.firewall.metric_name == "CountedRequests" && aws_cloudwatch_metric_alarm.firewall.dimensions == tomap({ WebACL = var.firewall, Region = var.region, Rule = "ALL" })
    # tfgen:end
    error_message = "The alarm looks at another firewall than the stack's."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.firewall.alarm_actions == toset([aws_sns_topic.alarms.arn])
    error_message = "No alarm reports the requests that the firewall recognizes."
  }
  # tfgen:end
  # tfgen:if https.domain

  assert {
    condition = (aws_cloudwatch_metric_alarm.certificate.metric_name == "DaysToExpiry" && aws_cloudwatch_metric_alarm.certificate.dimensions == tomap({ CertificateArn = var.certificate_arn }) &&
    aws_cloudwatch_metric_alarm.certificate.threshold == 30 && aws_cloudwatch_metric_alarm.certificate.alarm_actions == toset([aws_sns_topic.alarms.arn]))
    error_message = "No alarm says that the certificate expires soon."
  }
  # tfgen:end
  # tfgen:end
  # tfgen:if alarms.dashboard
  # tfgen:if firewall

  assert {
    condition = length(setsubtract(var.firewall_rules, flatten([
      for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : [
        for metric in widget.properties.metrics : metric[7] if metric[0] == "AWS/WAFV2" && try(metric[3] == var.firewall && metric[5] == var.region, false)
      ]
    ]))) == 0
    error_message = "The dashboard does not show each rule of the firewall."
  }
  # tfgen:end
  # tfgen:end
}
# tfgen:end
