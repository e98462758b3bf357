output "host" {
  description = "Name under which the database is reached."
  value       = aws_db_instance.this.address
}
# tfgen:if plan.watched

output "identifier" {
  description = "The database server, as metrics name it."
  value       = aws_db_instance.this.identifier
}
# tfgen:end

output "secret_arn" {
  description = "Secret that holds the administrator's name and password."
  value       = aws_db_instance.this.master_user_secret[0].secret_arn
}
