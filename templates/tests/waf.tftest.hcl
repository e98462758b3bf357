variables {
  spec = {
    rate_limit = 2000    # tfgen:= firewall.rate_limit
    mode       = "block" # tfgen:= firewall.mode
    log_days   = 30      # tfgen:= plan.kept_log_days
  }
}

mock_provider "aws" {
  mock_resource "aws_wafv2_web_acl" {
    defaults = { arn = "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/firewall/01234567-89ab-cdef-0123-456789abcdef" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:group" }
  }
}

run "main" {
  module {
    source = "./tests/main"
  }
}

run "waf" {
  module {
    source = "./modules/waf"
  }

  variables {
    name       = run.main.arguments.waf.name
    rate_limit = run.main.arguments.waf.rate_limit
    log_days   = run.main.arguments.waf.log_days
    # tfgen:if security.kms
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
    # tfgen:end
  }

  assert {
    condition = one([for rule in aws_wafv2_web_acl.this.rule : [
      for statement in rule.statement[0].rate_based_statement : [rule.priority, statement.limit, statement.evaluation_window_sec, statement.aggregate_key_type]
    ] if length(rule.statement[0].rate_based_statement) > 0]) == [[0, var.spec.rate_limit, 300, "IP"]]
    error_message = "The limit for each address is not the spec's, or is not the first rule."
  }

  assert {
    condition = alltrue([
      for rule in aws_wafv2_web_acl.this.rule : length(rule.action) == 0 ?
      (length(rule.override_action[0].count) > 0) == (var.spec.mode == "count" || rule.name == "anonymous-ip") :
      (length(rule.action[0].count) > 0) == (var.spec.mode == "count")
    ])
    error_message = "A rule blocks or counts against the spec."
  }

  assert {
    condition = toset(flatten([for rule in aws_wafv2_web_acl.this.rule : rule.statement[0].managed_rule_group_statement[*].name])) == toset([
      "AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesAnonymousIpList", "AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet",
    ])
    error_message = "A group of AWS's rules is missing."
  }

  assert {
    condition     = alltrue([for rule in aws_wafv2_web_acl.this.rule : one(rule.visibility_config).cloudwatch_metrics_enabled && one(rule.visibility_config).metric_name == rule.name]) && one(aws_wafv2_web_acl.this.visibility_config).metric_name == var.name
    error_message = "Metrics have other names than the dashboard and the alarm look for."
  }

  assert {
    condition     = aws_wafv2_web_acl_logging_configuration.this.log_destination_configs == toset([aws_cloudwatch_log_group.this.arn]) && startswith(aws_cloudwatch_log_group.this.name, "aws-waf-logs-") && aws_cloudwatch_log_group.this.retention_in_days == var.spec.log_days
    error_message = "The firewall does not log, or the log is kept for another time than the spec says."
  }

  assert {
    condition     = anytrue([for field in aws_wafv2_web_acl_logging_configuration.this.redacted_fields : one(field.single_header).name == "authorization"])
    error_message = "The tokens of callers are in the log."
  }
}
