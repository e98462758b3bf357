# The literals in main.tf, so that the tests plan each module with the arguments that the stack gives it. They cannot plan the whole
# stack: Terraform 1.11 cannot mock ephemeral resources (hashicorp/terraform#38928 can), which modules/service has.
locals {
  bodies = { for found in regexall("(?s)\nmodule \"([a-z]+)\" \\{\n(.*?)\n\\}", file("${path.module}/../../main.tf")) : found[0] => found[1] }
}

output "arguments" {
  description = "By module and name; objects with their own names. What is not a literal is null."
  value = {
    for name, body in local.bodies : name => merge(
      { for found in regexall("(?m)^  ([a-z0-9_]+) += (.+)$", body) : found[0] => try(jsondecode(found[1]), null) },
      {
        for found in regexall("(?ms)^  ([a-z0-9_]+) = \\{\n(.*?)\n  \\}", body) : found[0] => {
          # tfgen:if scaling.schedule
          for inner in regexall("(?m)^    \"?([a-z0-9_-]+)\"? += (.+)$", found[1]) : inner[0] => try(jsondecode(inner[1]), jsondecode(replace(inner[1], "/([a-z_]+) = /", "\"$1\": ")), null)
          # tfgen:else
          for inner in regexall("(?m)^    ([a-z0-9_]+) += (.+)$", found[1]) : inner[0] => try(jsondecode(inner[1]), null)
          # tfgen:end
        }
      },
    )
  }
}
