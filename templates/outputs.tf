output "url" {
  description = "Address of the service."
  # tfgen:if https.domain
  value = "https://api.gym.example" # tfgen:= plan.url
  # tfgen:else
  # tfgen:if https.cloudfront
  value = "https://${module.cdn.domain}"
  # tfgen:else
  value = "http://${module.alb.dns_name}"
  # tfgen:end
  # tfgen:end
}
# tfgen:if https.certificate_arn

output "load_balancer" {
  description = "DNS name of the load balancer, to which the domain's CNAME record must point."
  value       = module.alb.dns_name
}
# tfgen:end
# tfgen:if service.auth == token

output "api_token_secret" {
  description = "Secret that holds the token for the API."
  value       = module.service.token_secret_arn
}
# tfgen:end

output "group" {
  description = "Auto Scaling group of the service's instances."
  value       = module.asg.group_name
}
# tfgen:if service.log_days

output "log_group" {
  description = "CloudWatch log group of the service."
  value       = module.asg.log_group
}
# tfgen:end

output "database_host" {
  description = "DNS name of the database; only the instances can reach it."
  value       = module.rds.host
}

output "database" {
  description = "The database server, as AWS names it."
  value       = module.rds.identifier
}

output "database_secret" {
  description = "Secret that holds the database administrator's name and password."
  value       = module.rds.secret_arn
}
# tfgen:if backup

output "backup_vault" {
  description = "AWS Backup's vault with the backups."
  value       = module.backup.vault
}
# tfgen:end
# tfgen:if plan.notify

output "alarm_topic" {
  description = "Topic that sends alarms to the operators."
  value       = module.alarms.topic_arn
}
# tfgen:end
# tfgen:if alarms.dashboard

output "dashboard" {
  description = "The stack's dashboard in the AWS console."
  value       = module.alarms.dashboard_url
}
# tfgen:end
