variable "name" {
  description = "Name of the stack."
  type        = string
}

variable "archive" {
  description = "Archive of the service, below the root module; its name contains a hash of its content."
  type        = string
}
