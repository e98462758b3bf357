output "vault" {
  description = "Vault with the backups."
  value       = aws_backup_vault.this.name
}
# tfgen:if plan.notify

output "vault_arn" {
  description = "The same, as events name it."
  value       = aws_backup_vault.this.arn
}
# tfgen:end
