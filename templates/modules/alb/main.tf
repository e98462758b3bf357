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

resource "aws_vpc_security_group_ingress_rule" "http" {
  for_each = var.allow

  security_group_id = aws_security_group.this.id
  description       = "HTTP from ${each.value}"
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
  cidr_ipv4         = each.value
}

resource "aws_lb" "this" {
  #checkov:skip=CKV_AWS_91:access logs need a bucket of their own; the service logs each request
  #checkov:skip=CKV2_AWS_20:plain HTTP: a certificate needs a domain
  #checkov:skip=CKV2_AWS_28:no firewall; the service limits what each caller can send

  name               = var.name
  load_balancer_type = "application"
  internal           = false
  security_groups    = [aws_security_group.this.id]
  subnets            = var.subnet_ids

  idle_timeout               = var.idle_timeout
  drop_invalid_header_fields = true
  enable_deletion_protection = var.deletion_protection
}

resource "aws_lb_target_group" "this" {
  #checkov:skip=CKV_AWS_378:plain HTTP: a certificate needs a domain

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
# instances before the public listener sends them traffic. No one can connect to it: the security group allows port 80 only.
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

resource "aws_lb_listener" "http" {
  #checkov:skip=CKV_AWS_2:plain HTTP: a certificate needs a domain
  #checkov:skip=CKV_AWS_103:plain HTTP: a certificate needs a domain

  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type             = "forward"
    target_group_arn = var.serving_target_group_arn
  }
}
