variable "name" {
  description = "Name of the stack."
  type        = string
}

variable "region" {
  description = "Region that the key is for."
  type        = string
}
