output "web_acl_arn" {
  description = "The firewall's web ACL."
  value       = aws_wafv2_web_acl.this.arn
}
# tfgen:if plan.watched

output "name" {
  description = "The firewall, as metrics name it."
  value       = aws_wafv2_web_acl.this.name
}
# tfgen:end
# tfgen:if alarms.dashboard

output "rules" {
  description = "The rules, as metrics name them."
  value       = sort(aws_wafv2_web_acl.this.rule[*].name)
}
# tfgen:end
