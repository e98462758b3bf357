resource "aws_security_group" "this" {
  name_prefix = "${var.name}-alb-"
  description = "Load balancer"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-alb" }

  # A group in use cannot be deleted, so a replacement is created first.
  lifecycle {
    create_before_destroy = true
  }
}

# tfgen:if not https.cloudfront
resource "aws_vpc_security_group_ingress_rule" "http" {
  for_each = var.allow

  security_group_id = aws_security_group.this.id
  description       = "HTTP from ${each.value}"
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
  cidr_ipv4         = each.value
}

# tfgen:end
# tfgen:if https.domain
resource "aws_vpc_security_group_ingress_rule" "https" {
  for_each = var.allow

  security_group_id = aws_security_group.this.id
  description       = "HTTPS from ${each.value}"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = each.value
}

# tfgen:end
resource "aws_lb" "this" {
  # tfgen:if not load_balancer.access_logs
  #checkov:skip=CKV_AWS_91:access logs need a bucket of their own; the service logs each request
  # tfgen:end
  # tfgen:if https.domain
  #checkov:skip=CKV2_AWS_20:port 80 redirects; the listener that does not is for health checks, and no one can connect to it
  # tfgen:else
  # tfgen:if https.cloudfront
  #checkov:skip=CKV2_AWS_20:CloudFront redirects; from there requests stay in AWS's network
  # tfgen:else
  #checkov:skip=CKV2_AWS_20:plain HTTP: a certificate needs a domain
  # tfgen:end
  # tfgen:end
  # tfgen:if firewall
  #checkov:skip=CKV2_AWS_76:the web ACL has both groups of rules; it is in modules/waf, where this check does not look
  # tfgen:else
  #checkov:skip=CKV2_AWS_28:no firewall; the service limits what each caller can send
  # tfgen:end

  name               = var.name
  load_balancer_type = "application"
  # tfgen:if https.cloudfront
  internal = true
  # tfgen:else
  internal = false
  # tfgen:end
  security_groups = [aws_security_group.this.id]
  subnets         = var.subnet_ids

  idle_timeout               = var.idle_timeout
  drop_invalid_header_fields = true
  enable_deletion_protection = var.deletion_protection
  # tfgen:if load_balancer.access_logs

  access_logs {
    enabled = true
    bucket  = aws_s3_bucket.logs.id
  }

  # The load balancer tries to write at once, and AWS refuses the setting if it cannot.
  depends_on = [aws_s3_bucket_policy.logs]
  # tfgen:end
}

# tfgen:if firewall
# Health checks do not pass through the firewall: the load balancer sends them itself.
resource "aws_wafv2_web_acl_association" "this" {
  resource_arn = aws_lb.this.arn
  web_acl_arn  = var.web_acl_arn
}

# tfgen:end
resource "aws_lb_target_group" "this" {
  # tfgen:if https.domain
  #checkov:skip=CKV_AWS_378:TLS ends at the load balancer; from there requests stay in the network
  # tfgen:else
  # tfgen:if https.cloudfront
  #checkov:skip=CKV_AWS_378:TLS ends at CloudFront; from there requests stay in AWS's network
  # tfgen:else
  #checkov:skip=CKV_AWS_378:plain HTTP: a certificate needs a domain
  # tfgen:end
  # tfgen:end

  name                 = var.target_group_name
  vpc_id               = var.vpc_id
  port                 = var.service_port
  protocol             = "HTTP"
  deregistration_delay = var.deregistration_delay

  health_check {
    path                = var.health_check.path
    matcher             = "200"
    interval            = var.health_check.interval
    timeout             = var.health_check.timeout
    healthy_threshold   = var.health_check.healthy
    unhealthy_threshold = var.health_check.unhealthy
  }

  # The listener must point to the new group before the old one can be deleted.
  lifecycle {
    create_before_destroy = true
  }
}

# The load balancer checks the health of a target group only while a listener uses the group. This listener makes it check new
# tfgen:if https.domain
# instances before the public listener sends them traffic. No one can connect to it: the security group allows ports 80 and 443 only.
# tfgen:else
# instances before the public listener sends them traffic. No one can connect to it: the security group allows port 80 only.
# tfgen:end
resource "aws_lb_listener" "check" {
  #checkov:skip=CKV_AWS_2:the security group does not admit its port
  #checkov:skip=CKV_AWS_103:the security group does not admit its port

  load_balancer_arn = aws_lb.this.arn
  port              = var.service_port
  protocol          = "HTTP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this.arn
  }
}

# tfgen:if https.domain
resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "HTTP"

  # To the domain, since the certificate is not for the load balancer's own name.
  default_action {
    type = "redirect"

    redirect {
      protocol    = "HTTPS"
      host        = var.domain
      port        = "443"
      status_code = "HTTP_301"
    }
  }

  # Requests go on being served until the others reach HTTPS.
  depends_on = [aws_lb_listener.https, aws_vpc_security_group_ingress_rule.https]
}

# The security policy is the one that AWS recommends: TLS 1.3 and 1.2, with key exchange that quantum computers cannot break for
# clients that have it. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.this.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
  certificate_arn   = var.certificate_arn

  # Browsers keep to HTTPS for a year.
  routing_http_response_strict_transport_security_header_value = "max-age=31536000"

  default_action {
    type             = "forward"
    target_group_arn = var.serving_target_group_arn
  }
}
# tfgen:else
resource "aws_lb_listener" "http" {
  # tfgen:if https.cloudfront
  #checkov:skip=CKV_AWS_2:TLS ends at CloudFront; from there requests stay in AWS's network
  #checkov:skip=CKV_AWS_103:TLS ends at CloudFront; from there requests stay in AWS's network
  # tfgen:else
  #checkov:skip=CKV_AWS_2:plain HTTP: a certificate needs a domain
  #checkov:skip=CKV_AWS_103:plain HTTP: a certificate needs a domain
  # tfgen:end

  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type             = "forward"
    target_group_arn = var.serving_target_group_arn
  }
}
# tfgen:end
# tfgen:if load_balancer.access_logs

# Load balancers can write to a bucket with S3's own encryption only.
resource "aws_s3_bucket" "logs" {
  #checkov:skip=CKV_AWS_18:this bucket has the logs
  #checkov:skip=CKV_AWS_21:each log is written once
  #checkov:skip=CKV_AWS_144:the logs are deleted after some days
  #checkov:skip=CKV_AWS_145:load balancers cannot use a key of the account
  #checkov:skip=CKV2_AWS_62:nothing waits for events of this bucket

  bucket_prefix = "${var.name}-"

  # While the load balancer is protected from deletion, so are its logs.
  force_destroy = !var.deletion_protection
}

resource "aws_s3_bucket_public_access_block" "logs" {
  bucket = aws_s3_bucket.logs.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "logs" {
  bucket = aws_s3_bucket.logs.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

data "aws_caller_identity" "current" {}

data "aws_iam_policy_document" "logs" {
  # In every region: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
  statement {
    sid       = "Logs"
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.logs.arn}/AWSLogs/${data.aws_caller_identity.current.account_id}/*"]

    principals {
      type        = "Service"
      identifiers = ["logdelivery.elasticloadbalancing.amazonaws.com"]
    }
  }

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.logs.arn, "${aws_s3_bucket.logs.arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = data.aws_iam_policy_document.logs.json

  # S3 refuses concurrent changes to a bucket's access settings.
  depends_on = [aws_s3_bucket_public_access_block.logs]
}

resource "aws_s3_bucket_lifecycle_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id

  rule {
    id     = "old-logs"
    status = "Enabled"

    filter {}

    expiration {
      days = var.log_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }
}
# tfgen:end
