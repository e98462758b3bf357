# tfgen:if service.rollout.rollback_on_5xx
output "rollback_alarm" {
  description = "Name of the alarm that rolls a new version back."
  value       = aws_cloudwatch_metric_alarm.rollback.alarm_name
}
# tfgen:end
# tfgen:if plan.notify

output "topic_arn" {
  description = "Topic that sends alarms to the operators."
  value       = aws_sns_topic.alarms.arn
}
# tfgen:end
# tfgen:if alarms.dashboard

output "dashboard_url" {
  description = "The dashboard in the AWS console."
  value       = "https://${var.region}.console.aws.amazon.com/cloudwatch/home?region=${var.region}#dashboards/dashboard/${aws_cloudwatch_dashboard.this.dashboard_name}"
}
# tfgen:end
