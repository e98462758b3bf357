variable "name" {
  description = "Name of the stack."
  type        = string
}

variable "archive" {
  description = "Archive of the service, below the root module; its name contains a hash of its content."
  type        = string
}
# tfgen:if security.kms

variable "kms_key_arn" {
  description = "Key that encrypts the secrets."
  type        = string
}
# tfgen:end
