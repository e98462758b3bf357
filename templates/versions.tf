terraform {
  # 1.11 is the first release in which S3 state locking and write-only arguments are stable.
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
  # tfgen:if state

  # bootstrap/ creates the bucket once. The lock is an object beside the state.
  backend "s3" {
    bucket       = "gym-tfstate"                # tfgen:= state.bucket
    key          = "gym/prod/terraform.tfstate" # tfgen:= plan.state_key
    region       = "us-east-1"                  # tfgen:= plan.state_region
    encrypt      = true
    use_lockfile = true
  }
  # tfgen:end
}

provider "aws" {
  region = "us-east-1" # tfgen:= region
  # tfgen:if security.allowed_account
  allowed_account_ids = ["123456789012"] # tfgen:= plan.allowed_accounts
  # tfgen:end

  default_tags {
    tags = { Environment = "prod", ManagedBy = "tfgen", Stack = "gym-prod" } # tfgen:= plan.tags
  }
}
# tfgen:if backup.copy_to

# Copies of the backups are kept in another region.
provider "aws" {
  alias  = "copy"
  region = "us-west-2" # tfgen:= backup.copy_to
  # tfgen:if security.allowed_account
  allowed_account_ids = ["123456789012"] # tfgen:= plan.allowed_accounts
  # tfgen:end

  default_tags {
    tags = { Environment = "prod", ManagedBy = "tfgen", Stack = "gym-prod" } # tfgen:= plan.tags
  }
}
# tfgen:end
