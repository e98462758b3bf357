variable "name" {
  description = "Name of the stack."
  type        = string
}

variable "deletion_protection" {
  description = "Whether the vault can be deleted only when no copy is left in it."
  type        = bool
}
