output "dns_name" {
  description = "DNS name of the load balancer."
  value       = aws_lb.this.dns_name
}
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
