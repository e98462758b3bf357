# tfgen:if plan.steps
resource "aws_cloudwatch_metric_alarm" "cpu_high" {
  alarm_name        = "${var.name}-cpu-high"
  alarm_description = "CPU is at ${var.high_cpu_percent} % or more: add instances."

  namespace   = "AWS/EC2"
  metric_name = "CPUUtilization"
  dimensions  = { AutoScalingGroupName = var.group }

  statistic           = "Average"
  period              = 60
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = var.high_cpu_percent
  evaluation_periods  = var.high_minutes
  treat_missing_data  = "notBreaching"

  alarm_actions = [var.scale_out_policy_arn]
}
# tfgen:if plan.requests_threshold

# Each request is one sample of 1, so their sum is the number of requests in a minute.
# Without any request there is no sample at all.
resource "aws_cloudwatch_metric_alarm" "requests_high" {
  alarm_name        = "${var.name}-requests-high"
  alarm_description = "There are ${var.high_requests} requests a minute or more: add instances."

  namespace   = "AWS/ApplicationELB"
  metric_name = "RequestCount"
  dimensions  = { LoadBalancer = var.load_balancer }

  statistic           = "Sum"
  period              = 60
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = var.high_requests
  evaluation_periods  = var.high_minutes
  treat_missing_data  = "notBreaching"

  alarm_actions = [var.scale_out_policy_arn]
}
# tfgen:end
# tfgen:if plan.requests_per_instance_threshold

# Every instance that is added lowers this figure. Its sum, the only statistic it has, is the number
# of requests in a minute divided by the number of instances.
resource "aws_cloudwatch_metric_alarm" "requests_per_instance_high" {
  alarm_name        = "${var.name}-requests-per-instance-high"
  alarm_description = "Each instance has ${var.high_requests_per_instance} requests a minute or more: add instances."

  namespace   = "AWS/ApplicationELB"
  metric_name = "RequestCountPerTarget"
  dimensions  = { LoadBalancer = var.load_balancer, TargetGroup = var.target_group }

  statistic           = "Sum"
  period              = 60
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = var.high_requests_per_instance
  evaluation_periods  = var.high_minutes
  treat_missing_data  = "notBreaching"

  alarm_actions = [var.scale_out_policy_arn]
}
# tfgen:end
# tfgen:if plan.requests_count

# Low CPU must not remove instances while many requests add them, so a minute with
# that many requests counts as fully busy. Otherwise the two policies would fight.
# tfgen:if plan.requests_per_instance_threshold
# So does a minute with too many requests for the instances that would remain.
# tfgen:end
resource "aws_cloudwatch_metric_alarm" "load_low" {
  alarm_name        = "${var.name}-load-low"
  alarm_description = "CPU is at ${var.low_cpu_percent} % or less, and requests are few: remove instances."

  # tfgen:if plan.requests_threshold
  # tfgen:if plan.requests_per_instance_threshold
  metric_query {
    id          = "load"
    label       = "CPU, or 100 while there are many requests"
    expression  = "IF(FILL(requests, 0) >= ${var.high_requests}, 100, IF(FILL(requests, 0) >= ${var.high_requests_per_instance} * remaining, 100, cpu))"
    return_data = true
  }
  # tfgen:else
  metric_query {
    id          = "load"
    label       = "CPU, or 100 while there are many requests"
    expression  = "IF(FILL(requests, 0) >= ${var.high_requests}, 100, cpu)"
    return_data = true
  }
  # tfgen:end
  # tfgen:else
  metric_query {
    id          = "load"
    label       = "CPU, or 100 while there are many requests"
    expression  = "IF(FILL(requests, 0) >= ${var.high_requests_per_instance} * remaining, 100, cpu)"
    return_data = true
  }
  # tfgen:end

  metric_query {
    id = "cpu"

    metric {
      namespace   = "AWS/EC2"
      metric_name = "CPUUtilization"
      dimensions  = { AutoScalingGroupName = var.group }
      stat        = "Average"
      period      = 60
    }
  }

  metric_query {
    id = "requests"

    metric {
      namespace   = "AWS/ApplicationELB"
      metric_name = "RequestCount"
      dimensions  = { LoadBalancer = var.load_balancer }
      stat        = "Sum"
      period      = 60
    }
  }
  # tfgen:if plan.requests_per_instance_threshold

  metric_query {
    id         = "remaining"
    label      = "Instances after a removal"
    expression = "IF(instances > ${var.min_size + var.scale_in_by}, instances - ${var.scale_in_by}, ${var.min_size})"
  }

  metric_query {
    id = "instances"

    metric {
      namespace   = "AWS/AutoScaling"
      metric_name = "GroupInServiceInstances"
      dimensions  = { AutoScalingGroupName = var.group }
      stat        = "Average"
      period      = 60
    }
  }
  # tfgen:end

  comparison_operator = "LessThanOrEqualToThreshold"
  threshold           = var.low_cpu_percent
  evaluation_periods  = var.low_minutes
  treat_missing_data  = "notBreaching"

  alarm_actions = [var.scale_in_policy_arn]
}
# tfgen:else

resource "aws_cloudwatch_metric_alarm" "load_low" {
  alarm_name        = "${var.name}-load-low"
  alarm_description = "CPU is at ${var.low_cpu_percent} % or less: remove instances."

  namespace   = "AWS/EC2"
  metric_name = "CPUUtilization"
  dimensions  = { AutoScalingGroupName = var.group }

  statistic           = "Average"
  period              = 60
  comparison_operator = "LessThanOrEqualToThreshold"
  threshold           = var.low_cpu_percent
  evaluation_periods  = var.low_minutes
  treat_missing_data  = "notBreaching"

  alarm_actions = [var.scale_in_policy_arn]
}
# tfgen:end
# tfgen:end
# tfgen:if service.rollout.rollback_on_5xx

# This alarm has no actions. An instance refresh watches it, and rolls back when it goes off. A few errors are normal, so the
# number of errors and their share of the requests both count. The load balancer reports errors of its own if instances drop
# connections. If no instance receives requests, as in a parked stack, they say nothing about a version.
resource "aws_cloudwatch_metric_alarm" "rollback" {
  alarm_name        = "${var.name}-rollback"
  alarm_description = "Ten or more requests a minute, and 5 % of them or more, end in a server error: roll a new version back."

  metric_query {
    id          = "share"
    label       = "percentage of requests that failed"
    expression  = "IF(FILL(target, 0) + FILL(balancer, 0) >= 10, 100 * (FILL(target, 0) + FILL(balancer, 0)) / requests, 0)"
    return_data = true
  }

  metric_query {
    id = "target"

    metric {
      namespace   = "AWS/ApplicationELB"
      metric_name = "HTTPCode_Target_5XX_Count"
      dimensions  = { LoadBalancer = var.load_balancer, TargetGroup = var.target_group }
      stat        = "Sum"
      period      = 60
    }
  }

  metric_query {
    id = "balancer"

    metric {
      namespace   = "AWS/ApplicationELB"
      metric_name = "HTTPCode_ELB_5XX_Count"
      dimensions  = { LoadBalancer = var.load_balancer }
      stat        = "Sum"
      period      = 60
    }
  }

  metric_query {
    id = "requests"

    metric {
      namespace   = "AWS/ApplicationELB"
      metric_name = "RequestCount"
      dimensions  = { LoadBalancer = var.load_balancer }
      stat        = "Sum"
      period      = 60
    }
  }

  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 5
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
}
# tfgen:end
# tfgen:if plan.notify

data "aws_caller_identity" "current" {}
# tfgen:if not security.kms

# CloudWatch cannot use the AWS managed key for encrypted topics, so the topic has its own key.
data "aws_iam_policy_document" "key" {
  #checkov:skip=CKV_AWS_109:in a key's own policy, * is that key
  #checkov:skip=CKV_AWS_111:in a key's own policy, * is that key
  #checkov:skip=CKV_AWS_356:in a key's own policy, * is that key

  statement {
    sid       = "Account"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"]
    }
  }

  statement {
    sid       = "Alarms"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey*"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com", "events.rds.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }

  # EventBridge says nothing about the account: conditions would refuse it.
  statement {
    sid       = "Events"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey*"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
  }
}

resource "aws_kms_key" "alarms" {
  description             = "Alarms of ${var.name}"
  policy                  = data.aws_iam_policy_document.key.json
  enable_key_rotation     = true
  deletion_window_in_days = 7
}
# tfgen:end

resource "aws_sns_topic" "alarms" {
  name = "${var.name}-alarms"
  # tfgen:if security.kms
  kms_master_key_id = var.kms_key_arn
  # tfgen:else
  kms_master_key_id = aws_kms_key.alarms.arn
  # tfgen:end
}

data "aws_iam_policy_document" "topic" {
  statement {
    sid       = "Alarms"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alarms.arn]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com", "events.rds.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }

  # A topic's policy cannot have conditions for EventBridge:
  # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
  statement {
    sid       = "Events"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alarms.arn]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
  }
}

resource "aws_sns_topic_policy" "alarms" {
  arn    = aws_sns_topic.alarms.arn
  policy = data.aws_iam_policy_document.topic.json
}

# SNS sends each address a mail first; no alarms arrive until it is confirmed.
resource "aws_sns_topic_subscription" "email" {
  for_each = var.emails

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.value
}

# No metric shows these: an instance that could not be started, and a new version that was taken back.
resource "aws_cloudwatch_event_rule" "group" {
  name        = "${var.name}-group"
  description = "Failed launches and rollouts of ${var.name}"

  event_pattern = jsonencode({
    source = ["aws.autoscaling"]
    detail-type = [
      "EC2 Auto Scaling Instance Refresh Failed",
      "EC2 Auto Scaling Instance Refresh Rollback Failed",
      "EC2 Auto Scaling Instance Refresh Rollback Started",
      "EC2 Instance Launch Unsuccessful",
    ]
    detail = { AutoScalingGroupName = [var.group] }
  })
}

resource "aws_cloudwatch_event_target" "group" {
  rule = aws_cloudwatch_event_rule.group.name
  arn  = aws_sns_topic.alarms.arn

  input_transformer {
    input_paths    = { what = "$.detail-type", group = "$.detail.AutoScalingGroupName", why = "$.detail.StatusMessage" }
    input_template = "\"<what>: <group>. <why>\""
  }
}

# tfgen:if backup
# A backup that fails or does not start in time, and a copy that fails. The vault is its own, or the one that it is copied from.
# https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html
resource "aws_cloudwatch_event_rule" "backup" {
  name        = "${var.name}-backup"
  description = "Failed backups of ${var.name}"

  event_pattern = jsonencode({
    source      = ["aws.backup"]
    detail-type = ["Backup Job State Change", "Copy Job State Change"]
    detail = {
      state = ["ABORTED", "EXPIRED", "FAILED"]
      "$or" = [
        { backupVaultArn = [var.backup_vault_arn] },
        { sourceBackupVaultArn = [var.backup_vault_arn] },
      ]
    }
  })
}

resource "aws_cloudwatch_event_target" "backup" {
  rule = aws_cloudwatch_event_rule.backup.name
  arn  = aws_sns_topic.alarms.arn

  input_transformer {
    input_paths    = { what = "$.detail-type", state = "$.detail.state", database = "$.detail.resourceArn", why = "$.detail.statusMessage" }
    input_template = "\"<what>: <state>, <database>. <why>\""
  }
}

# tfgen:end
resource "aws_db_event_subscription" "database" {
  name        = "${var.name}-database"
  sns_topic   = aws_sns_topic.alarms.arn
  source_type = "db-instance"
  source_ids  = [var.database]

  event_categories = ["availability", "configuration change", "failover", "failure", "low storage", "maintenance", "notification", "recovery"]

  # RDS sends a message to the topic first.
  depends_on = [aws_sns_topic_policy.alarms]
}
# tfgen:if budget

# AWS Budgets sends these mails itself, so the addresses need not confirm them. It learns costs hours later.
resource "aws_budgets_budget" "this" {
  name         = var.name
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = var.monthly_usd
  limit_unit   = "USD"
  # tfgen:if budget.scope == stack

  # Costs have tags only from the day on which the tag is activated for cost allocation.
  cost_filter {
    name   = "TagKeyValue"
    values = [format("user:Stack$%s", var.name)]
  }
  # tfgen:end

  notification {
    notification_type          = "FORECASTED"
    comparison_operator        = "GREATER_THAN"
    threshold                  = 80
    threshold_type             = "PERCENTAGE"
    subscriber_email_addresses = var.emails
  }

  notification {
    notification_type          = "ACTUAL"
    comparison_operator        = "GREATER_THAN"
    threshold                  = 100
    threshold_type             = "PERCENTAGE"
    subscriber_email_addresses = var.emails
  }
}
# tfgen:end
# tfgen:if https.domain

# ACM renews what it issued before that; an imported certificate is yours to replace. AWS announces the end of a public certificate as
# early (https://docs.aws.amazon.com/acm/latest/userguide/supported-events.html). After the end ACM reports no days any more, and the
# alarm keeps its state.
resource "aws_cloudwatch_metric_alarm" "certificate" {
  alarm_name        = "${var.name}-certificate"
  alarm_description = "The certificate expires in 30 days or less and has not been renewed."

  namespace   = "AWS/CertificateManager"
  metric_name = "DaysToExpiry"
  dimensions  = { CertificateArn = var.certificate_arn }

  statistic           = "Minimum"
  period              = 86400
  comparison_operator = "LessThanOrEqualToThreshold"
  threshold           = 30
  evaluation_periods  = 1
  treat_missing_data  = "ignore"

  alarm_actions = [aws_sns_topic.alarms.arn]
  ok_actions    = [aws_sns_topic.alarms.arn]
}
# tfgen:end
# tfgen:if not plan.parked

# A working load balancer reports these metrics every minute, so missing data is a problem too.
resource "aws_cloudwatch_metric_alarm" "no_healthy_instance" {
  alarm_name        = "${var.name}-no-healthy-instance"
  alarm_description = "No instance is healthy: the service is down."

  namespace   = "AWS/ApplicationELB"
  metric_name = "HealthyHostCount"
  dimensions  = { LoadBalancer = var.load_balancer, TargetGroup = var.target_group }

  statistic           = "Maximum"
  period              = 60
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  evaluation_periods  = 3
  treat_missing_data  = "breaching"

  alarm_actions = [aws_sns_topic.alarms.arn]
  ok_actions    = [aws_sns_topic.alarms.arn]
}
# tfgen:end

resource "aws_cloudwatch_metric_alarm" "unhealthy_instances" {
  alarm_name        = "${var.name}-unhealthy-instances"
  alarm_description = "An instance has been unhealthy for ten minutes, longer than a replacement takes."

  namespace   = "AWS/ApplicationELB"
  metric_name = "UnHealthyHostCount"
  dimensions  = { LoadBalancer = var.load_balancer, TargetGroup = var.target_group }

  statistic           = "Maximum"
  period              = 60
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 10
  treat_missing_data  = "notBreaching"

  alarm_actions = [aws_sns_topic.alarms.arn]
  ok_actions    = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "server_errors" {
  alarm_name        = "${var.name}-server-errors"
  alarm_description = "The service answered ten or more requests a minute with a server error."

  namespace   = "AWS/ApplicationELB"
  metric_name = "HTTPCode_Target_5XX_Count"
  dimensions  = { LoadBalancer = var.load_balancer, TargetGroup = var.target_group }

  statistic           = "Sum"
  period              = 60
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 10
  evaluation_periods  = 3
  treat_missing_data  = "notBreaching"

  alarm_actions = [aws_sns_topic.alarms.arn]
  ok_actions    = [aws_sns_topic.alarms.arn]
}
# tfgen:if not plan.parked

resource "aws_cloudwatch_metric_alarm" "load_balancer_errors" {
  alarm_name        = "${var.name}-load-balancer-errors"
  alarm_description = "The load balancer got no answer from the service for ten or more requests a minute."

  namespace   = "AWS/ApplicationELB"
  metric_name = "HTTPCode_ELB_5XX_Count"
  dimensions  = { LoadBalancer = var.load_balancer }

  statistic           = "Sum"
  period              = 60
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 10
  evaluation_periods  = 3
  treat_missing_data  = "notBreaching"

  alarm_actions = [aws_sns_topic.alarms.arn]
  ok_actions    = [aws_sns_topic.alarms.arn]
}
# tfgen:end
# tfgen:if firewall

# Programs that look for weaknesses visit every address, so a few such requests are normal. Without any, AWS WAF reports nothing.
# https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html
resource "aws_cloudwatch_metric_alarm" "firewall" {
  alarm_name = "${var.name}-firewall"
  # tfgen:if firewall.mode == block
  alarm_description = "For five minutes, the firewall has blocked 100 requests a minute or more: an attack, or a client that it takes for one."
  # tfgen:else
  alarm_description = "For five minutes, the firewall has recognized 100 requests a minute or more, and let them pass: 'firewall.mode' is count."
  # tfgen:end

  namespace = "AWS/WAFV2"
  # tfgen:if firewall.mode == block
  metric_name = "BlockedRequests"
  # tfgen:else
  metric_name = "CountedRequests"
  # tfgen:end
  dimensions = { WebACL = var.firewall, Region = var.region, Rule = "ALL" }

  statistic           = "Sum"
  period              = 60
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 100
  evaluation_periods  = 5
  treat_missing_data  = "notBreaching"

  alarm_actions = [aws_sns_topic.alarms.arn]
  ok_actions    = [aws_sns_topic.alarms.arn]
}
# tfgen:end

resource "aws_cloudwatch_metric_alarm" "slow" {
  alarm_name        = "${var.name}-slow"
  alarm_description = "For five minutes, one request in a hundred has taken a second or longer."

  namespace   = "AWS/ApplicationELB"
  metric_name = "TargetResponseTime"
  dimensions  = { LoadBalancer = var.load_balancer, TargetGroup = var.target_group }

  extended_statistic  = "p99"
  period              = 60
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  evaluation_periods  = 5
  treat_missing_data  = "notBreaching"

  # With few requests, a percentile says nothing.
  evaluate_low_sample_count_percentiles = "ignore"

  alarm_actions = [aws_sns_topic.alarms.arn]
  ok_actions    = [aws_sns_topic.alarms.arn]
}
# tfgen:if plan.scales

resource "aws_cloudwatch_metric_alarm" "group_at_max" {
  alarm_name        = "${var.name}-group-at-max"
  alarm_description = "The group has had its most instances for 15 minutes, so it cannot grow: raise 'scaling.max'."

  metric_query {
    id    = "left"
    label = "instances that the group may still start"
    # tfgen:if scaling.schedule
    expression = "IF(most > least, most - instances, 1)"
    # tfgen:else
    expression = "most - instances"
    # tfgen:end
    return_data = true
  }
  # tfgen:if scaling.schedule

  # A scheduled action may give the group one size for a while.
  metric_query {
    id = "least"

    metric {
      namespace   = "AWS/AutoScaling"
      metric_name = "GroupMinSize"
      dimensions  = { AutoScalingGroupName = var.group }
      stat        = "Maximum"
      period      = 300
    }
  }
  # tfgen:end

  metric_query {
    id = "most"

    metric {
      namespace   = "AWS/AutoScaling"
      metric_name = "GroupMaxSize"
      dimensions  = { AutoScalingGroupName = var.group }
      stat        = "Maximum"
      period      = 300
    }
  }

  metric_query {
    id = "instances"

    metric {
      namespace   = "AWS/AutoScaling"
      metric_name = "GroupInServiceInstances"
      dimensions  = { AutoScalingGroupName = var.group }
      stat        = "Minimum"
      period      = 300
    }
  }

  comparison_operator = "LessThanOrEqualToThreshold"
  threshold           = 0
  evaluation_periods  = 3
  treat_missing_data  = "notBreaching"

  alarm_actions = [aws_sns_topic.alarms.arn]
  ok_actions    = [aws_sns_topic.alarms.arn]
}
# tfgen:end
# tfgen:if plan.watches_credits

# A new instance has no credits and spends some to boot, so an hour must pass.
resource "aws_cloudwatch_metric_alarm" "credits" {
  alarm_name = "${var.name}-credits"
  # tfgen:if service.cpu_credits == unlimited
  alarm_description = "The instances have had no CPU credits for an hour: what they use above their baseline costs extra."
  # tfgen:else
  alarm_description = "The instances have had no CPU credits for an hour: they run at their baseline only."
  # tfgen:end

  namespace   = "AWS/EC2"
  metric_name = "CPUCreditBalance"
  dimensions  = { AutoScalingGroupName = var.group }

  statistic           = "Average"
  period              = 300
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  evaluation_periods  = 12
  treat_missing_data  = "missing"

  alarm_actions = [aws_sns_topic.alarms.arn]
  ok_actions    = [aws_sns_topic.alarms.arn]
}
# tfgen:end
# tfgen:if plan.database_burstable

# RDS always lets these classes run above their baseline, and charges for it.
resource "aws_cloudwatch_metric_alarm" "database_credits" {
  alarm_name        = "${var.name}-database-credits"
  alarm_description = "The database has had no CPU credits for an hour: what it uses above its baseline costs extra. A larger class may cost less."

  namespace   = "AWS/RDS"
  metric_name = "CPUCreditBalance"
  dimensions  = { DBInstanceIdentifier = var.database }

  statistic           = "Average"
  period              = 300
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  evaluation_periods  = 12
  treat_missing_data  = "missing"

  alarm_actions = [aws_sns_topic.alarms.arn]
  ok_actions    = [aws_sns_topic.alarms.arn]
}
# tfgen:end

resource "aws_cloudwatch_metric_alarm" "database_memory" {
  alarm_name        = "${var.name}-database-memory"
  alarm_description = "Less than 5 % of the database's memory is free: it needs a larger class, or fewer connections."

  namespace   = "AWS/RDS"
  metric_name = "FreeableMemory"
  dimensions  = { DBInstanceIdentifier = var.database }

  statistic           = "Average"
  period              = 300
  comparison_operator = "LessThanThreshold"
  threshold           = var.database_memory_mib * pow(1024, 2) * 0.05
  evaluation_periods  = 3
  treat_missing_data  = "missing"

  alarm_actions = [aws_sns_topic.alarms.arn]
  ok_actions    = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "database_cpu" {
  alarm_name        = "${var.name}-database-cpu"
  alarm_description = "The database's CPU has been at 90 % or more for 15 minutes: it needs a larger class."

  namespace   = "AWS/RDS"
  metric_name = "CPUUtilization"
  dimensions  = { DBInstanceIdentifier = var.database }

  statistic           = "Average"
  period              = 300
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 90
  evaluation_periods  = 3
  treat_missing_data  = "missing"

  alarm_actions = [aws_sns_topic.alarms.arn]
  ok_actions    = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "database_storage" {
  alarm_name        = "${var.name}-database-storage"
  alarm_description = "Less than 5 % of the database's disk is free."

  namespace   = "AWS/RDS"
  metric_name = "FreeStorageSpace"
  dimensions  = { DBInstanceIdentifier = var.database }

  statistic           = "Minimum"
  period              = 300
  comparison_operator = "LessThanThreshold"
  # tfgen:if database.max_storage_gb
  # RDS grows the disk when less than 10 % of it is free, so this alarm means that it could not.
  # tfgen:end
  threshold          = var.database_storage_gb * pow(1024, 3) * 0.05
  evaluation_periods = 3
  treat_missing_data = "missing"

  alarm_actions = [aws_sns_topic.alarms.arn]
  ok_actions    = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "database_connections" {
  alarm_name        = "${var.name}-database-connections"
  alarm_description = "More than 80 % of the database's connections are in use."

  namespace   = "AWS/RDS"
  metric_name = "DatabaseConnections"
  dimensions  = { DBInstanceIdentifier = var.database }

  statistic           = "Maximum"
  period              = 60
  comparison_operator = "GreaterThanThreshold"
  threshold           = floor(var.database_max_connections * 0.8)
  evaluation_periods  = 3
  treat_missing_data  = "missing"

  alarm_actions = [aws_sns_topic.alarms.arn]
  ok_actions    = [aws_sns_topic.alarms.arn]
}
# tfgen:end
# tfgen:if alarms.dashboard

locals {
  widgets = [
    {
      title   = "Requests a minute"
      stat    = "Sum"
      metrics = [["AWS/ApplicationELB", "RequestCount", "LoadBalancer", var.load_balancer]]
      # tfgen:if plan.requests_threshold
      line = { label = "instances are added", value = var.high_requests }
      # tfgen:end
    },
    # tfgen:if plan.requests_per_instance_threshold
    {
      title   = "Requests a minute of each instance"
      stat    = "Sum"
      metrics = [["AWS/ApplicationELB", "RequestCountPerTarget", "TargetGroup", var.target_group, "LoadBalancer", var.load_balancer]]
      line    = { label = "instances are added", value = var.high_requests_per_instance }
    },
    # tfgen:end
    # tfgen:if plan.target_requests
    {
      title   = "Requests a minute of each instance"
      stat    = "Sum"
      metrics = [["AWS/ApplicationELB", "RequestCountPerTarget", "TargetGroup", var.target_group, "LoadBalancer", var.load_balancer]]
      line    = { label = "target", value = var.target_requests }
    },
    # tfgen:end
    {
      title   = "CPU of the instances, percent"
      stat    = "Average"
      metrics = [["AWS/EC2", "CPUUtilization", "AutoScalingGroupName", var.group]]
      # tfgen:if plan.steps
      line = { label = "instances are added", value = var.high_cpu_percent }
      # tfgen:end
      # tfgen:if scaling.target.cpu_percent
      line = { label = "target", value = var.target_cpu_percent }
      # tfgen:end
    },
    {
      title = "Instances"
      stat  = "Average"
      metrics = [
        ["AWS/AutoScaling", "GroupDesiredCapacity", "AutoScalingGroupName", var.group],
        ["AWS/AutoScaling", "GroupInServiceInstances", "AutoScalingGroupName", var.group],
        ["AWS/ApplicationELB", "HealthyHostCount", "TargetGroup", var.target_group, "LoadBalancer", var.load_balancer],
      ]
    },
    {
      title   = "Time to answer, slowest of a hundred, seconds"
      stat    = "p99"
      metrics = [["AWS/ApplicationELB", "TargetResponseTime", "LoadBalancer", var.load_balancer]]
    },
    {
      title = "Errors a minute"
      stat  = "Sum"
      metrics = [
        ["AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "LoadBalancer", var.load_balancer],
        ["AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", "LoadBalancer", var.load_balancer],
        ["AWS/ApplicationELB", "HTTPCode_Target_4XX_Count", "LoadBalancer", var.load_balancer],
      ]
    },
    # tfgen:if firewall
    {
      title = "Requests a minute that the firewall lets pass, and blocks"
      stat  = "Sum"
      metrics = [
        for metric in ["AllowedRequests", "BlockedRequests"] : ["AWS/WAFV2", metric, "WebACL", var.firewall, "Region", var.region, "Rule", "ALL"]
      ]
    },
    {
      title = "Requests a minute that the firewall recognizes, by rule"
      stat  = "Sum"
      metrics = [
        for pair in setproduct(var.firewall_rules, ["BlockedRequests", "CountedRequests"]) : ["AWS/WAFV2", pair[1], "WebACL", var.firewall, "Region", var.region, "Rule", pair[0]]
      ]
    },
    # tfgen:end
    {
      title   = "CPU of the database, percent"
      stat    = "Average"
      metrics = [["AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", var.database]]
    },
    # tfgen:if database.insights
    {
      title   = "Statements that the database works on at once"
      stat    = "Average"
      metrics = [["AWS/RDS", "DBLoad", "DBInstanceIdentifier", var.database], ["AWS/RDS", "DBLoadCPU", "DBInstanceIdentifier", var.database]]
    },
    # tfgen:end
    {
      title   = "Connections to the database"
      stat    = "Maximum"
      metrics = [["AWS/RDS", "DatabaseConnections", "DBInstanceIdentifier", var.database]]
    },
    {
      title   = "Free disk of the database, bytes"
      stat    = "Minimum"
      metrics = [["AWS/RDS", "FreeStorageSpace", "DBInstanceIdentifier", var.database]]
    },
  ]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name

  dashboard_body = jsonencode({
    widgets = [
      for index, widget in local.widgets : {
        type   = "metric"
        x      = index % 2 * 12
        y      = floor(index / 2) * 6
        width  = 12
        height = 6

        properties = {
          title       = widget.title
          region      = var.region
          view        = "timeSeries"
          period      = 60
          stat        = widget.stat
          metrics     = widget.metrics
          annotations = { horizontal = try([widget.line], []) }
        }
      }
    ]
  })
}
# tfgen:end
