output "vault_arn" {
  description = "Vault with the copies."
  value       = aws_backup_vault.this.arn
}
