variables {
  spec = {
    # tfgen:if not https.cloudfront
    allow = ["0.0.0.0/0"] # tfgen:= load_balancer.allow
    # tfgen:end
    service_port         = 8080       # tfgen:= service.port
    idle_timeout         = 60         # tfgen:= load_balancer.idle_timeout
    deregistration_delay = 30         # tfgen:= load_balancer.deregistration_delay
    deletion_protection  = false      # tfgen:= load_balancer.deletion_protection
    path                 = "/healthz" # tfgen:= load_balancer.health_check.path
    interval             = 15         # tfgen:= load_balancer.health_check.interval
    timeout              = 5          # tfgen:= load_balancer.health_check.timeout
    healthy              = 2          # tfgen:= load_balancer.health_check.healthy
    unhealthy            = 3          # tfgen:= load_balancer.health_check.unhealthy
    # tfgen:if load_balancer.access_logs
    log_days = 30 # tfgen:= plan.kept_log_days
    # tfgen:end
    # tfgen:if https.domain
    domain = "api.gym.example" # tfgen:= https.domain
    # tfgen:end
  }
}

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }

  mock_resource "aws_lb" {
    defaults = { arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/balancer/0123456789abcdef" }
  }

  mock_resource "aws_lb_target_group" {
    defaults = { arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/targets/0123456789abcdef" }
  }
}

run "main" {
  module {
    source = "./tests/main"
  }
}

run "alb" {
  module {
    source = "./modules/alb"
  }

  variables {
    name              = run.main.arguments.alb.name
    target_group_name = run.main.arguments.alb.target_group_name
    vpc_id            = "vpc-0"
    subnet_ids        = ["subnet-0", "subnet-1"]
    # tfgen:if not https.cloudfront
    allow = run.main.arguments.alb.allow
    # tfgen:end
    service_port             = run.main.arguments.alb.service_port
    serving_target_group_arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/serving/0123456789abcdef"
    idle_timeout             = run.main.arguments.alb.idle_timeout
    deregistration_delay     = run.main.arguments.alb.deregistration_delay
    deletion_protection      = run.main.arguments.alb.deletion_protection
    health_check             = run.main.arguments.alb.health_check
    # tfgen:if load_balancer.access_logs
    log_days = run.main.arguments.alb.log_days
    # tfgen:end
    # tfgen:if firewall
    web_acl_arn = "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/firewall/01234567-89ab-cdef-0123-456789abcdef"
    # tfgen:end
    # tfgen:if https.domain
    domain          = run.main.arguments.alb.domain
    certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
    # tfgen:end
  }

  # tfgen:if not https.cloudfront
  assert {
    condition     = toset([for rule in aws_vpc_security_group_ingress_rule.http : rule.cidr_ipv4]) == toset(var.spec.allow)
    error_message = "Others can connect than the spec allows."
  }

  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.http : rule.from_port == 80 && rule.to_port == 80 && rule.ip_protocol == "tcp"])
    error_message = "The load balancer can be reached on more than port 80."
  }

  # tfgen:end
  # tfgen:if https.cloudfront
  assert {
    condition     = aws_lb.this.drop_invalid_header_fields && aws_lb.this.internal && aws_lb.this.load_balancer_type == "application"
    error_message = "The load balancer is not a private one that drops invalid headers."
  }
  # tfgen:else
  assert {
    condition     = aws_lb.this.drop_invalid_header_fields && !aws_lb.this.internal && aws_lb.this.load_balancer_type == "application"
    error_message = "The load balancer is not a public one that drops invalid headers."
  }
  # tfgen:end

  assert {
    condition     = aws_lb.this.idle_timeout == var.spec.idle_timeout && aws_lb.this.enable_deletion_protection == var.spec.deletion_protection
    error_message = "The load balancer's idle timeout or deletion protection is not the spec's."
  }

  assert {
    condition     = aws_lb.this.security_groups == toset([aws_security_group.this.id])
    error_message = "The load balancer has other security groups."
  }

  assert {
    condition     = aws_lb_target_group.this.port == var.spec.service_port && tonumber(aws_lb_target_group.this.deregistration_delay) == var.spec.deregistration_delay
    error_message = "The target group's port or deregistration delay is not the spec's."
  }

  assert {
    condition = alltrue([for check in aws_lb_target_group.this.health_check : check.path == var.spec.path && check.matcher == "200" &&
      check.interval == var.spec.interval && check.timeout == var.spec.timeout &&
    check.healthy_threshold == var.spec.healthy && check.unhealthy_threshold == var.spec.unhealthy])
    error_message = "The health check is not the spec's."
  }

  # tfgen:if https.domain
  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.https : rule.from_port == 443 && rule.to_port == 443 && rule.ip_protocol == "tcp"]) && toset([for rule in aws_vpc_security_group_ingress_rule.https : rule.cidr_ipv4]) == toset(var.spec.allow)
    error_message = "Those whom the spec allows cannot connect to port 443, or others can."
  }

  assert {
    condition     = aws_lb_listener.https.port == 443 && aws_lb_listener.https.protocol == "HTTPS" && aws_lb_listener.https.default_action[0].target_group_arn == var.serving_target_group_arn
    error_message = "Port 443 does not lead to the group that serves."
  }

  assert {
    condition     = aws_lb_listener.https.certificate_arn == var.certificate_arn && startswith(aws_lb_listener.https.ssl_policy, "ELBSecurityPolicy-TLS13-1-2-Res-")
    error_message = "The listener has another certificate, or accepts what is older than TLS 1.2."
  }

  assert {
    condition     = aws_lb_listener.https.routing_http_response_strict_transport_security_header_value == "max-age=31536000"
    error_message = "No header asks browsers to keep to HTTPS."
  }

  assert {
    condition = aws_lb_listener.http.port == 80 && aws_lb_listener.http.default_action[0].type == "redirect" && alltrue([
      for redirect in aws_lb_listener.http.default_action[0].redirect : redirect.protocol == "HTTPS" && redirect.port == "443" &&
      redirect.host == var.spec.domain && redirect.status_code == "HTTP_301"
    ])
    error_message = "Port 80 does not redirect to the domain with HTTPS."
  }
  # tfgen:else
  assert {
    condition     = aws_lb_listener.http.port == 80 && aws_lb_listener.http.default_action[0].target_group_arn == var.serving_target_group_arn
    error_message = "Port 80 does not lead to the group that serves."
  }
  # tfgen:end

  assert {
    condition     = aws_lb_listener.check.default_action[0].target_group_arn == aws_lb_target_group.this.arn
    error_message = "The new target group has no listener, so its health is not checked."
  }
  # tfgen:if load_balancer.access_logs

  assert {
    condition     = one(aws_lb.this.access_logs).enabled && one(aws_lb.this.access_logs).bucket == aws_s3_bucket.logs.id && aws_s3_bucket_lifecycle_configuration.logs.rule[0].expiration[0].days == var.spec.log_days
    error_message = "The load balancer does not log requests, or the logs are kept for another time than the spec says."
  }

  assert {
    condition     = aws_s3_bucket_public_access_block.logs.block_public_policy && aws_s3_bucket_public_access_block.logs.restrict_public_buckets
    error_message = "The access logs can be made public."
  }
  # tfgen:end
  # tfgen:if firewall

  assert {
    condition     = aws_wafv2_web_acl_association.this.web_acl_arn == var.web_acl_arn && aws_wafv2_web_acl_association.this.resource_arn == aws_lb.this.arn
    error_message = "The firewall does not protect the load balancer."
  }
  # tfgen:end
}
