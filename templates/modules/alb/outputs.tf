# tfgen:if not https.domain
output "dns_name" {
  description = "DNS name of the load balancer."
  value       = aws_lb.this.dns_name
}
# tfgen:else
output "dns_name" {
  description = "DNS name of the load balancer."
  value       = aws_lb.this.dns_name

  # The name is of use once requests are served under it.
  depends_on = [aws_lb_listener.https]
}
# tfgen:end
# tfgen:if https.cloudfront

output "arn" {
  description = "The load balancer, for CloudFront."
  value       = aws_lb.this.arn
}
# tfgen:end
# tfgen:if https.zone

output "zone_id" {
  description = "Route 53 zone of that name, which AWS owns."
  value       = aws_lb.this.zone_id
}
# tfgen:end
# tfgen:if plan.watches_balancer

output "arn_suffix" {
  description = "The load balancer, as metrics name it."
  value       = aws_lb.this.arn_suffix
}
# tfgen:end

output "security_group_id" {
  description = "Security group of the load balancer."
  value       = aws_security_group.this.id
}

output "target_group_arn" {
  description = "Target group in which instances register."
  value       = aws_lb_target_group.this.arn

  # AWS checks the health of targets only after a listener uses their group.
  depends_on = [aws_lb_listener.check]
}
# tfgen:if plan.watches_targets

output "target_group_arn_suffix" {
  description = "The target group, as metrics name it."
  value       = aws_lb_target_group.this.arn_suffix
}
# tfgen:end
# tfgen:if plan.target_requests

output "request_label" {
  description = "The load balancer and the target group, as scaling policies name them."
  value       = "${aws_lb.this.arn_suffix}/${aws_lb_target_group.this.arn_suffix}"

  # Without a listener, no request of the load balancer reaches the target group.
  depends_on = [aws_lb_listener.http]
}
# tfgen:end
