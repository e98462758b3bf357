variable "name" {
  description = "Name of the stack."
  type        = string
}

variable "archive" {
  description = "Archive of the service, below the root module; its name holds a hash of what is in it."
  type        = string
}
