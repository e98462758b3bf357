variable "name" {
  description = "Name of the stack."
  type        = string
}

variable "rate_limit" {
  description = "Requests in five minutes that one address may send."
  type        = number
}

variable "log_days" {
  description = "Days that the log is kept."
  type        = number
}
# tfgen:if security.kms

variable "kms_key_arn" {
  description = "Key that encrypts the log."
  type        = string
}
# tfgen:end
