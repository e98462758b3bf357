output "host" {
  description = "DNS name of the database."
  value       = aws_db_instance.this.address

  # An instance that boots before it may connect to the database fails to prepare it.
  depends_on = [
    aws_vpc_security_group_egress_rule.service_to_database,
    aws_vpc_security_group_ingress_rule.database_from_service,
  ]
}

output "database_name" {
  description = "Schema of the service. A database that was restored has the name from the stack that it comes from."
  value       = coalesce(aws_db_instance.this.db_name, var.database_name)
}

output "identifier" {
  description = "The database server, as AWS and its metrics name it."
  value       = aws_db_instance.this.identifier
}

# tfgen:if backup
output "arn" {
  description = "The database, as AWS Backup names it."
  value       = aws_db_instance.this.arn
}

# tfgen:end
output "secret_arn" {
  description = "Secret that holds the administrator's name and password."
  value       = aws_db_instance.this.master_user_secret[0].secret_arn
}
