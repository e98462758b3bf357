variable "name" {
  description = "Name of the stack."
  type        = string
}

variable "cidr" {
  description = "Address range of the whole network."
  type        = string
}
# tfgen:if plan.zone_names

variable "zones" {
  description = "Names of the availability zones to use."
  type        = set(string)
}
# tfgen:else

variable "zone_count" {
  description = "How many availability zones to use."
  type        = number
}

variable "instance_type" {
  description = "Instance type that every chosen zone must offer."
  type        = string
}
# tfgen:end

variable "zone_letters" {
  description = "Letters that zone names of this region can end with; a letter's position fixes the zone's addresses."
  type        = list(string)
}

variable "zone_bits" {
  description = "Address bits that number the zones: 2 for four letters, 3 for eight."
  type        = number
}

variable "region" {
  description = "Region the network is in."
  type        = string
}
# tfgen:if network.flow_logs

variable "log_days" {
  description = "Days to keep the flow log."
  type        = number
}
# tfgen:if security.kms

variable "kms_key_arn" {
  description = "Key that encrypts the flow log."
  type        = string
}
# tfgen:end
# tfgen:if security.permissions_boundary

variable "permissions_boundary" {
  description = "Policy that limits the role that writes the flow log."
  type        = string
}
# tfgen:end
# tfgen:end
