output "key_arn" {
  description = "The stack's key."
  value       = aws_kms_key.this.arn
}
