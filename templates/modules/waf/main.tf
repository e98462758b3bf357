# What AWS looks at before the load balancer passes a request on, in the order of the priorities. The rules take 977 of the 1,500 units
# of capacity (WCU) that the price of a web ACL includes: 2 for the rate, 25, 50, 700 and 200 for AWS's groups, in their order here.
# https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html
# https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
resource "aws_wafv2_web_acl" "this" {
  # tfgen:if firewall.mode == count
  #checkov:skip=CKV_AWS_192:'firewall.mode' is count in the spec

  # tfgen:end
  name        = var.name
  description = "Firewall of ${var.name}"
  scope       = "REGIONAL"

  default_action {
    allow {}
  }

  # An address is blocked until it has sent fewer requests in the last five minutes.
  rule {
    name     = "rate-limit"
    priority = 0

    # tfgen:if firewall.mode == block
    action {
      block {}
    }
    # tfgen:else
    action {
      count {}
    }
    # tfgen:end

    statement {
      rate_based_statement {
        limit                 = var.rate_limit
        evaluation_window_sec = 300
        aggregate_key_type    = "IP"
      }
    }

    visibility_config {
      metric_name                = "rate-limit"
      cloudwatch_metrics_enabled = true
      sampled_requests_enabled   = true
    }
  }

  # Addresses that AWS has seen attack others.
  rule {
    name     = "ip-reputation"
    priority = 1

    # tfgen:if firewall.mode == block
    override_action {
      none {}
    }
    # tfgen:else
    override_action {
      count {}
    }
    # tfgen:end

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesAmazonIpReputationList"
      }
    }

    visibility_config {
      metric_name                = "ip-reputation"
      cloudwatch_metrics_enabled = true
      sampled_requests_enabled   = true
    }
  }

  # VPNs, proxies, Tor and hosting providers: many who use them are customers, so these requests are counted but never blocked.
  # https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-ip-rep.html
  rule {
    name     = "anonymous-ip"
    priority = 2

    override_action {
      count {}
    }

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesAnonymousIpList"
      }
    }

    visibility_config {
      metric_name                = "anonymous-ip"
      cloudwatch_metrics_enabled = true
      sampled_requests_enabled   = true
    }
  }

  # Attacks on any web application. SizeRestrictions_BODY blocks bodies above 8,192 bytes, as far as AWS WAF reads one for a load
  # balancer; the service takes 65,536 bytes and checks every one.
  # https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
  rule {
    name     = "common"
    priority = 3

    # tfgen:if firewall.mode == block
    override_action {
      none {}
    }
    # tfgen:else
    override_action {
      count {}
    }
    # tfgen:end

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesCommonRuleSet"

        rule_action_override {
          name = "SizeRestrictions_BODY"

          action_to_use {
            count {}
          }
        }
      }
    }

    visibility_config {
      metric_name                = "common"
      cloudwatch_metrics_enabled = true
      sampled_requests_enabled   = true
    }
  }

  # Requests that exploit a known weakness, such as that of Log4j.
  rule {
    name     = "known-bad-inputs"
    priority = 4

    # tfgen:if firewall.mode == block
    override_action {
      none {}
    }
    # tfgen:else
    override_action {
      count {}
    }
    # tfgen:end

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesKnownBadInputsRuleSet"
      }
    }

    visibility_config {
      metric_name                = "known-bad-inputs"
      cloudwatch_metrics_enabled = true
      sampled_requests_enabled   = true
    }
  }

  # The names in metrics are those of the web ACL and its rules.
  visibility_config {
    metric_name                = var.name
    cloudwatch_metrics_enabled = true
    sampled_requests_enabled   = true
  }
}

# AWS demands names that begin like this, and adds the policy that lets it write there:
# https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
# https://docs.aws.amazon.com/waf/latest/APIReference/API_PutLoggingConfiguration.html
resource "aws_cloudwatch_log_group" "this" {
  # tfgen:if not security.kms
  #checkov:skip=CKV_AWS_158:encrypted with CloudWatch's own key
  #checkov:skip=CKV_AWS_338:'service.log_days' decides how long logs are kept

  # tfgen:end
  name              = "aws-waf-logs-${var.name}"
  retention_in_days = var.log_days
  # tfgen:if security.kms
  kms_key_id = var.kms_key_arn
  # tfgen:end
}

# What no rule recognizes is not logged here. The tokens of callers are not logged at all.
resource "aws_wafv2_web_acl_logging_configuration" "this" {
  resource_arn            = aws_wafv2_web_acl.this.arn
  log_destination_configs = [aws_cloudwatch_log_group.this.arn]

  redacted_fields {
    single_header {
      name = "authorization"
    }
  }

  logging_filter {
    default_behavior = "DROP"

    filter {
      behavior    = "KEEP"
      requirement = "MEETS_ANY"

      condition {
        action_condition {
          action = "BLOCK"
        }
      }

      condition {
        action_condition {
          action = "COUNT"
        }
      }

      condition {
        action_condition {
          action = "EXCLUDED_AS_COUNT"
        }
      }
    }
  }
}
