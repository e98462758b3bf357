output "bucket" {
  description = "Bucket that holds the service's archive."
  value       = aws_s3_bucket.this.id
}

output "archive_key" {
  description = "The archive's key in the bucket."
  value       = aws_s3_object.service.key
}

output "archive_version" {
  description = "Version of the archive's object."
  value       = aws_s3_object.service.version_id
}

output "archive_arn" {
  description = "The archive, as policies name it."
  value       = aws_s3_object.service.arn
}

output "database_secret_arn" {
  description = "Secret that holds the name and password of the service's database user."
  value       = aws_secretsmanager_secret.database.arn

  # The first instance needs the password in it.
  depends_on = [aws_secretsmanager_secret_version.database]
}
# tfgen:if service.auth == token

output "token_secret_arn" {
  description = "Secret that holds the API's token."
  value       = aws_secretsmanager_secret.token.arn

  # The first instance needs the token in it.
  depends_on = [aws_secretsmanager_secret_version.token]
}
# tfgen:end
