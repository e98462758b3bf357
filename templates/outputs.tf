output "url" {
  description = "Where the service answers."
  value       = "http://${module.alb.dns_name}"
}
# tfgen:if service.auth == token

output "api_token_secret" {
  description = "Secret that holds the token which callers of the API send."
  value       = module.service.token_secret_arn
}
# tfgen:end

output "group" {
  description = "Auto Scaling group of the service's instances."
  value       = module.asg.group_name
}
# tfgen:if service.log_days

output "log_group" {
  description = "Where the service's log lines are."
  value       = module.asg.log_group
}
# tfgen:end

output "database_host" {
  description = "Database server's name, reachable from the service's instances alone."
  value       = module.rds.host
}

output "database_secret" {
  description = "Secret that holds the database administrator's name and password."
  value       = module.rds.secret_arn
}
# tfgen:if plan.notify

output "alarm_topic" {
  description = "Topic that tells people about alarms."
  value       = module.alarms.topic_arn
}
# tfgen:end
# tfgen:if alarms.dashboard

output "dashboard" {
  description = "The stack's dashboard in the AWS console."
  value       = module.alarms.dashboard_url
}
# tfgen:end
