output "group_name" {
  description = "Name of the Auto Scaling group."
  value       = aws_autoscaling_group.service.name
}

output "serving_target_group_arn" {
  description = "Target group whose instances are healthy."
  value       = var.target_group_arn

  # The listener may send traffic to a new group only when it serves.
  depends_on = [aws_autoscaling_group.service]
}

output "security_group_id" {
  description = "Security group of the instances."
  value       = aws_security_group.service.id
}
# tfgen:if plan.steps

output "scale_out_policy_arn" {
  description = "Policy that adds instances."
  value       = aws_autoscaling_policy.out.arn
}

output "scale_in_policy_arn" {
  description = "Policy that removes instances."
  value       = aws_autoscaling_policy.in.arn
}
# tfgen:end
# tfgen:if service.log_days

output "log_group" {
  description = "Log group of the service."
  value       = aws_cloudwatch_log_group.service.name
}
# tfgen:end
