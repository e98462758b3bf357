# Apply this once, after ../ and before CI works on the stack: it creates the two roles that `tfgen init --ci` refers to. CI gets
# credentials by OpenID Connect (OIDC), so no key is stored anywhere.
#
#     terraform init
#     terraform apply -var github_repository=OWNER/NAME
#     terraform apply -var gitlab_project=GROUP/NAME
#
# Its own state is a local file here. Keep it, or import the roles if it is lost.
terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
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

# In the subject of their tokens, repositories that were created or renamed since 2026-07-15 have numbers that no other can get
# (https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens/). This prints them:
#     gh api repos/OWNER/NAME --jq '"\(.owner.login)@\(.owner.id)/\(.name)@\(.id)"'
variable "github_repository" {
  description = "GitHub repository that may use the roles: OWNER/NAME, or OWNER@ID/NAME@ID if its tokens have numbers."
  type        = string
  default     = null

  validation {
    condition     = var.github_repository == null || can(regex("^[A-Za-z0-9-]+(@[0-9]+)?/[A-Za-z0-9._-]+(@[0-9]+)?$", var.github_repository))
    error_message = "Expected OWNER/NAME or OWNER@ID/NAME@ID."
  }

  validation {
    condition     = (var.github_repository == null) != (var.gitlab_project == null)
    error_message = "Expected either github_repository or gitlab_project."
  }
}

variable "github_environment" {
  description = "Environment of the repository in which jobs may apply. It must have required reviewers and allow one branch only."
  type        = string
  default     = "production"
}

variable "gitlab_project" {
  description = "GitLab project that may use the roles: GROUP/NAME, with subgroups if it has some."
  type        = string
  default     = null

  validation {
    condition     = var.gitlab_project == null || can(regex("^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+$", var.gitlab_project))
    error_message = "Expected GROUP/NAME."
  }
}

variable "gitlab_host" {
  description = "Host name of the GitLab instance."
  type        = string
  default     = "gitlab.com"
}

variable "branch" {
  description = "Protected branch from which CI applies."
  type        = string
  default     = "main"
}

variable "oidc_provider_arn" {
  description = "OIDC provider of GitHub or GitLab that the account has already; it can have one of each. Default: create it."
  type        = string
  default     = null
}

data "aws_caller_identity" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id
  region  = "us-east-1" # tfgen:= region
  name    = "gym-prod"  # tfgen:= plan.name

  github   = var.github_repository != null
  issuer   = local.github ? "token.actions.githubusercontent.com" : var.gitlab_host
  audience = local.github ? "sts.amazonaws.com" : "https://${var.gitlab_host}"
  provider = coalesce(var.oidc_provider_arn, one(values(aws_iam_openid_connect_provider.this)[*].arn))

  # Who may plan: pull requests and the branch, or any branch. On GitHub, a job in an environment has the environment in its subject
  # instead of the branch, and a run for a fork gets no token. A merge request from a fork runs in the fork's own project.
  plan_subjects = local.github ? ["repo:${var.github_repository}:pull_request", "repo:${var.github_repository}:ref:refs/heads/${var.branch}"] : ["project_path:${coalesce(var.gitlab_project, "-")}:ref_type:branch:ref:*"]

  # Who may apply: jobs in the environment that waits for an approval, or jobs of the protected branch.
  apply_subject = local.github ? "repo:${var.github_repository}:environment:${var.github_environment}" : "project_path:${coalesce(var.gitlab_project, "-")}:ref_type:branch:ref:${var.branch}"

  # Terraform adds the time to a name_prefix, so such names begin like this, and those of other stacks do not.
  timed        = "${local.name}-20*"
  state_bucket = "gym-tfstate"                # tfgen:= state.bucket
  state_key    = "gym/prod/terraform.tfstate" # tfgen:= plan.state_key
  balancer     = "gym-prod"                   # tfgen:= plan.load_balancer_name
  target_group = "gym-prod-6b1c4e"            # tfgen:= plan.target_group_name
  here         = "${local.region}:${local.account}"
  # tfgen:if backup.copy_to
  copies = "us-west-2" # tfgen:= backup.copy_to
  # tfgen:end
  # tfgen:if security.permissions_boundary
  boundary = "arn:aws:iam::123456789012:policy/team-boundary" # tfgen:= security.permissions_boundary
  # tfgen:end
  # tfgen:if https.zone
  domain = "api.gym.example" # tfgen:= https.domain
  # tfgen:end
}

# AWS verifies these two issuers by its own list of certificate authorities, so no thumbprint is given:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html
resource "aws_iam_openid_connect_provider" "this" {
  for_each = toset(var.oidc_provider_arn == null ? [local.issuer] : [])

  url            = "https://${each.key}"
  client_id_list = [local.audience]

  # Other stacks in the account share it.
  lifecycle {
    prevent_destroy = true
  }
}

data "aws_iam_policy_document" "trust" {
  for_each = { plan = local.plan_subjects, apply = [local.apply_subject] }

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [local.provider]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:aud"
      values   = [local.audience]
    }

    # StringLike reads the * of GitLab's branches; no other subject has one.
    condition {
      test     = local.github || each.key == "apply" ? "StringEquals" : "StringLike"
      variable = "${local.issuer}:sub"
      values   = each.value
    }
  }
}

# ---- plan: reads only, and no secret

# The path keeps these roles out of reach of the apply role, whose permissions end with names of the stack.
resource "aws_iam_role" "plan" {
  name               = "${local.name}-plan"
  path               = "/tfgen-ci/"
  description        = "CI plans ${local.name}"
  assume_role_policy = data.aws_iam_policy_document.trust["plan"].json
  # tfgen:if security.permissions_boundary
  permissions_boundary = local.boundary
  # tfgen:end
}

# What the data sources read, and the state. The plan is made with -refresh=false, because Terraform would read the secrets
# themselves to refresh them; with -lock=false, because a lock is written. Ephemeral passwords are drawn even for a plan.
data "aws_iam_policy_document" "plan" {
  #checkov:skip=CKV_AWS_356:these actions apply to no resource

  statement {
    sid       = "Read"
    actions   = ["ec2:DescribeAvailabilityZones", "ec2:DescribeImages", "ec2:DescribeInstanceTypeOfferings", "secretsmanager:GetRandomPassword"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [local.region]
    }
  }

  statement {
    sid       = "ReadImage"
    actions   = ["ssm:GetParameter"]
    resources = ["arn:aws:ssm:${local.region}::parameter/aws/service/*"]
  }

  # tfgen:if https.cloudfront
  # CloudFront's group, from which it sends requests to the load balancer.
  statement {
    sid       = "ReadGroups"
    actions   = ["ec2:DescribeSecurityGroups"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [local.region]
    }
  }

  # tfgen:end
  # tfgen:if https.zone
  # Which zone has the spec's name; Route 53 belongs to no region.
  statement {
    sid       = "ReadZone"
    actions   = ["route53:GetHostedZone", "route53:ListHostedZones", "route53:ListTagsForResource"]
    resources = ["*"]
  }

  # tfgen:end
  statement {
    sid       = "ListState"
    actions   = ["s3:ListBucket"]
    resources = ["arn:aws:s3:::${local.state_bucket}"]
  }

  statement {
    sid       = "ReadState"
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::${local.state_bucket}/${local.state_key}"]
  }
}

resource "aws_iam_role_policy" "plan" {
  name   = "plan"
  role   = aws_iam_role.plan.id
  policy = data.aws_iam_policy_document.plan.json
}

# ---- apply: what an apply and a destroy of this stack call

resource "aws_iam_role" "apply" {
  name               = "${local.name}-apply"
  path               = "/tfgen-ci/"
  description        = "CI applies ${local.name} after an approval"
  assume_role_policy = data.aws_iam_policy_document.trust["apply"].json
  # tfgen:if security.permissions_boundary
  permissions_boundary = local.boundary
  # tfgen:end

  # A database takes longer than the hour that is the default.
  max_session_duration = 7200
}

# What the plan role may, and more. Everything but EC2 is limited by name.
data "aws_iam_policy_document" "apply" {
  #checkov:skip=CKV_AWS_108:an apply reads and writes the stack's secrets
  #checkov:skip=CKV_AWS_109:the roles that it can change are those of the stack's instances
  #checkov:skip=CKV_AWS_111:these actions apply to no resource
  #checkov:skip=CKV_AWS_356:these actions apply to no resource

  source_policy_documents = [data.aws_iam_policy_document.plan.json]

  statement {
    sid = "ReadAndCreate"
    actions = [
      "autoscaling:Describe*",
      "cloudwatch:DescribeAlarms",
      "ec2:Describe*",
      "elasticloadbalancing:Describe*",
      "kms:CreateKey",
      "logs:DescribeLogGroups",
      "rds:Describe*",
      "sns:GetSubscriptionAttributes",
      "sns:Unsubscribe",
    ]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [local.region]
    }
  }

  statement {
    sid       = "WriteState"
    actions   = ["s3:PutObject"]
    resources = ["arn:aws:s3:::${local.state_bucket}/${local.state_key}"]
  }

  statement {
    sid       = "LockState"
    actions   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    resources = ["arn:aws:s3:::${local.state_bucket}/${local.state_key}.tflock"]
  }

  # tfgen:if backup
  # No other role, no policy but those within a role and AWS's for backups, no user, no key and no OIDC provider.
  # tfgen:else
  # No other role, no policy but those within a role, no user, no key and no OIDC provider.
  # tfgen:end
  # tfgen:if security.permissions_boundary
  # The role has the boundary, or nothing can be given to it. With another boundary in the spec, apply this directory first.
  statement {
    sid       = "BoundedRole"
    actions   = ["iam:CreateRole", "iam:DeleteRolePolicy", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"]
    resources = ["arn:aws:iam::${local.account}:role/${local.timed}"]

    condition {
      test     = "StringEquals"
      variable = "iam:PermissionsBoundary"
      values   = [local.boundary]
    }
  }

  statement {
    sid = "InstanceRole"
    actions = [
      "iam:DeleteRole",
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListInstanceProfilesForRole",
      "iam:ListRolePolicies",
      "iam:TagRole",
      "iam:UntagRole",
      "iam:UpdateAssumeRolePolicy",
      "iam:UpdateRole",
    ]
    resources = ["arn:aws:iam::${local.account}:role/${local.timed}"]
  }
  # tfgen:else
  statement {
    sid = "InstanceRole"
    actions = [
      "iam:CreateRole",
      "iam:DeleteRole",
      "iam:DeleteRolePolicy",
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListInstanceProfilesForRole",
      "iam:ListRolePolicies",
      "iam:PutRolePolicy",
      "iam:TagRole",
      "iam:UntagRole",
      "iam:UpdateAssumeRolePolicy",
      "iam:UpdateRole",
    ]
    resources = ["arn:aws:iam::${local.account}:role/${local.timed}"]
  }
  # tfgen:end

  statement {
    sid = "InstanceProfile"
    actions = [
      "iam:AddRoleToInstanceProfile",
      "iam:CreateInstanceProfile",
      "iam:DeleteInstanceProfile",
      "iam:GetInstanceProfile",
      "iam:RemoveRoleFromInstanceProfile",
      "iam:TagInstanceProfile",
      "iam:UntagInstanceProfile",
    ]
    resources = ["arn:aws:iam::${local.account}:instance-profile/${local.timed}"]
  }

  statement {
    sid       = "PassInstanceRole"
    actions   = ["iam:PassRole"]
    resources = ["arn:aws:iam::${local.account}:role/${local.timed}"]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ec2.amazonaws.com"] # tfgen:= plan.role_services
    }
  }

  # tfgen:if https.cloudfront
  # An account gets these roles of AWS's own with its first group, load balancer, database and VPC origin.
  # tfgen:else
  # An account gets these roles of AWS's own with its first group, load balancer and database.
  # tfgen:end
  statement {
    sid       = "ServiceRoles"
    actions   = ["iam:CreateServiceLinkedRole"]
    resources = ["arn:aws:iam::${local.account}:role/aws-service-role/*"]

    # tfgen:if https.cloudfront
    condition {
      test     = "StringEquals"
      variable = "iam:AWSServiceName"
      values   = ["autoscaling.amazonaws.com", "elasticloadbalancing.amazonaws.com", "rds.amazonaws.com", "vpcorigin.cloudfront.amazonaws.com"]
    }
    # tfgen:else
    condition {
      test     = "StringEquals"
      variable = "iam:AWSServiceName"
      values   = ["autoscaling.amazonaws.com", "elasticloadbalancing.amazonaws.com", "rds.amazonaws.com"]
    }
    # tfgen:end
  }

  statement {
    sid = "Bucket"
    actions = [
      "s3:CreateBucket",
      "s3:DeleteBucket",
      "s3:DeleteBucketPolicy",
      "s3:GetAccelerateConfiguration",
      "s3:GetBucket*",
      "s3:GetEncryptionConfiguration",
      "s3:GetLifecycleConfiguration",
      "s3:GetReplicationConfiguration",
      "s3:ListBucket",
      "s3:ListBucketVersions",
      "s3:PutBucketOwnershipControls",
      "s3:PutBucketPolicy",
      "s3:PutBucketPublicAccessBlock",
      "s3:PutBucketTagging",
      "s3:PutBucketVersioning",
      "s3:PutLifecycleConfiguration",
    ]
    resources = [
      "arn:aws:s3:::${local.timed}",
      # tfgen:if load_balancer.access_logs
      "arn:aws:s3:::${local.balancer}-20*",
      # tfgen:end
    ]
  }

  statement {
    sid       = "Archive"
    actions   = ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObject", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:PutObject", "s3:PutObjectTagging"]
    resources = ["arn:aws:s3:::${local.timed}/*"]
  }
  # tfgen:if load_balancer.access_logs

  # A bucket must be empty before it can be deleted.
  statement {
    sid       = "AccessLogs"
    actions   = ["s3:DeleteObject", "s3:DeleteObjectVersion"]
    resources = ["arn:aws:s3:::${local.balancer}-20*/*"]
  }
  # tfgen:end

  statement {
    sid = "Secrets"
    actions = [
      "secretsmanager:CreateSecret",
      "secretsmanager:DeleteSecret",
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetResourcePolicy",
      "secretsmanager:GetSecretValue",
      "secretsmanager:PutSecretValue",
      "secretsmanager:TagResource",
      "secretsmanager:UntagResource",
      "secretsmanager:UpdateSecret",
      "secretsmanager:UpdateSecretVersionStage",
    ]
    resources = ["arn:aws:secretsmanager:${local.here}:secret:${local.name}-*"]
  }

  # RDS keeps the administrator's password in a secret that it creates for the caller.
  statement {
    sid       = "AdministratorSecret"
    actions   = ["secretsmanager:CreateSecret", "secretsmanager:TagResource"]
    resources = ["arn:aws:secretsmanager:${local.here}:secret:rds!db-*"]
  }
}

data "aws_iam_policy_document" "services" {
  statement {
    sid = "Database"
    actions = [
      "rds:AddSourceIdentifierToSubscription",
      "rds:AddTagsToResource",
      "rds:CreateDBInstance",
      "rds:CreateDBParameterGroup",
      "rds:CreateDBSnapshot",
      "rds:CreateDBSubnetGroup",
      "rds:CreateEventSubscription",
      "rds:DeleteDBInstance",
      "rds:DeleteDBParameterGroup",
      "rds:DeleteDBSubnetGroup",
      "rds:DeleteEventSubscription",
      "rds:ListTagsForResource",
      "rds:ModifyDBInstance",
      "rds:ModifyDBParameterGroup",
      "rds:ModifyDBSubnetGroup",
      "rds:ModifyEventSubscription",
      "rds:RebootDBInstance",
      "rds:RemoveSourceIdentifierFromSubscription",
      "rds:RemoveTagsFromResource",
      "rds:ResetDBParameterGroup",
      "rds:RestoreDBInstanceFromDBSnapshot",
    ]
    resources = [
      "arn:aws:rds:${local.here}:db:${local.name}-*",
      "arn:aws:rds:${local.here}:es:${local.name}-database",
      "arn:aws:rds:${local.here}:pg:${local.name}-*",
      "arn:aws:rds:${local.here}:snapshot:${local.name}-*",
      "arn:aws:rds:${local.here}:subgrp:${local.name}",
      # Groups of AWS's own, which an instance must have.
      "arn:aws:rds:${local.here}:og:default:*",
    ]
  }

  statement {
    sid = "Group"
    actions = [
      "autoscaling:AttachTrafficSources",
      "autoscaling:CancelInstanceRefresh",
      "autoscaling:CreateAutoScalingGroup",
      "autoscaling:CreateOrUpdateTags",
      "autoscaling:DeleteAutoScalingGroup",
      "autoscaling:DeletePolicy",
      # tfgen:if scaling.schedule
      "autoscaling:DeleteScheduledAction",
      # tfgen:end
      "autoscaling:DeleteTags",
      "autoscaling:DetachTrafficSources",
      "autoscaling:DisableMetricsCollection",
      "autoscaling:EnableMetricsCollection",
      "autoscaling:PutScalingPolicy",
      # tfgen:if scaling.schedule
      "autoscaling:PutScheduledUpdateGroupAction",
      # tfgen:end
      "autoscaling:StartInstanceRefresh",
      "autoscaling:UpdateAutoScalingGroup",
    ]
    resources = ["arn:aws:autoscaling:${local.here}:autoScalingGroup:*:autoScalingGroupName/${local.timed}"]
  }

  statement {
    sid = "LoadBalancer"
    actions = [
      "elasticloadbalancing:AddTags",
      "elasticloadbalancing:CreateListener",
      "elasticloadbalancing:CreateLoadBalancer",
      "elasticloadbalancing:CreateTargetGroup",
      "elasticloadbalancing:DeleteListener",
      "elasticloadbalancing:DeleteLoadBalancer",
      "elasticloadbalancing:DeleteTargetGroup",
      "elasticloadbalancing:ModifyListener",
      "elasticloadbalancing:ModifyListenerAttributes",
      "elasticloadbalancing:ModifyLoadBalancerAttributes",
      "elasticloadbalancing:ModifyTargetGroup",
      "elasticloadbalancing:ModifyTargetGroupAttributes",
      "elasticloadbalancing:RemoveTags",
      "elasticloadbalancing:SetSecurityGroups",
      "elasticloadbalancing:SetSubnets",
    ]
    # The name of a target group ends with a hash of what cannot change in place.
    resources = [
      "arn:aws:elasticloadbalancing:${local.here}:listener/app/${local.balancer}/*",
      "arn:aws:elasticloadbalancing:${local.here}:loadbalancer/app/${local.balancer}/*",
      "arn:aws:elasticloadbalancing:${local.here}:targetgroup/${replace(local.target_group, "/[0-9a-f]{6}$/", "*")}/*",
    ]
  }

  statement {
    sid = "Alarms"
    actions = [
      "cloudwatch:DeleteAlarms",
      "cloudwatch:DeleteDashboards",
      "cloudwatch:GetDashboard",
      "cloudwatch:ListTagsForResource",
      "cloudwatch:PutDashboard",
      "cloudwatch:PutMetricAlarm",
      "cloudwatch:TagResource",
      "cloudwatch:UntagResource",
      "events:DeleteRule",
      "events:DescribeRule",
      "events:ListTagsForResource",
      "events:ListTargetsByRule",
      "events:PutRule",
      "events:PutTargets",
      "events:RemoveTargets",
      "events:TagResource",
      "events:UntagResource",
      "sns:CreateTopic",
      "sns:DeleteTopic",
      "sns:GetTopicAttributes",
      "sns:ListTagsForResource",
      "sns:SetTopicAttributes",
      "sns:Subscribe",
      "sns:TagResource",
      "sns:UntagResource",
    ]
    resources = [
      "arn:aws:cloudwatch:${local.here}:alarm:${local.name}-*",
      "arn:aws:cloudwatch::${local.account}:dashboard/${local.name}",
      "arn:aws:events:${local.here}:rule/${local.name}-*",
      "arn:aws:sns:${local.here}:${local.name}-alarms",
    ]
  }
  # tfgen:if budget

  # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbudgetservice.html
  statement {
    sid = "Budget"
    actions = [
      "budgets:ListTagsForResource",
      "budgets:ModifyBudget",
      "budgets:TagResource",
      "budgets:UntagResource",
      "budgets:ViewBudget",
    ]
    resources = ["arn:aws:budgets::${local.account}:budget/${local.name}"]
  }
  # tfgen:end

  statement {
    sid = "Logs"
    actions = [
      # tfgen:if security.kms
      "logs:AssociateKmsKey",
      # tfgen:end
      "logs:CreateLogGroup",
      "logs:DeleteLogGroup",
      "logs:DeleteRetentionPolicy",
      # tfgen:if security.kms
      "logs:DisassociateKmsKey",
      # tfgen:end
      "logs:ListTagsForResource",
      "logs:PutRetentionPolicy",
      "logs:TagResource",
      "logs:UntagResource",
    ]
    resources = [
      "arn:aws:logs:${local.here}:log-group:/${local.name}/*",
      "arn:aws:logs:${local.here}:log-group:/aws/rds/instance/${local.name}-*",
      # tfgen:if firewall
      "arn:aws:logs:${local.here}:log-group:aws-waf-logs-${local.name}",
      "arn:aws:logs:${local.here}:log-group:aws-waf-logs-${local.name}:*",
      # tfgen:end
    ]
  }

  # A new key has no name and no tags yet.
  statement {
    sid       = "TagNewKey"
    actions   = ["kms:TagResource"]
    resources = ["arn:aws:kms:${local.here}:key/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/Stack"
      values   = [local.name]
    }
  }

  statement {
    sid = "Key"
    actions = [
      # tfgen:if security.kms
      "kms:CreateGrant",
      "kms:Decrypt",
      # tfgen:end
      "kms:DescribeKey",
      "kms:DisableKeyRotation",
      "kms:EnableKeyRotation",
      # tfgen:if security.kms
      "kms:GenerateDataKey",
      "kms:GenerateDataKeyWithoutPlaintext",
      # tfgen:end
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:ListResourceTags",
      "kms:PutKeyPolicy",
      "kms:ScheduleKeyDeletion",
      "kms:TagResource",
      "kms:UntagResource",
      "kms:UpdateKeyDescription",
    ]
    resources = ["arn:aws:kms:${local.here}:key/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/Stack"
      values   = [local.name]
    }
  }
}

# tfgen:if https.cloudfront
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudfront.html
data "aws_iam_policy_document" "cdn" {
  #checkov:skip=CKV_AWS_111:what is created has no name yet
  #checkov:skip=CKV_AWS_356:what is created has no name yet

  # CloudFront is global and chooses ids itself. The stack's distribution and origin are recognized by their tag.
  statement {
    sid       = "NewCdn"
    actions   = ["cloudfront:CreateDistribution", "cloudfront:CreateVpcOrigin"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/Stack"
      values   = [local.name]
    }
  }

  statement {
    sid = "Cdn"
    actions = [
      "cloudfront:DeleteDistribution",
      "cloudfront:DeleteVpcOrigin",
      "cloudfront:GetDistribution",
      "cloudfront:GetVpcOrigin",
      "cloudfront:ListTagsForResource",
      "cloudfront:TagResource",
      "cloudfront:UntagResource",
      "cloudfront:UpdateDistribution",
      "cloudfront:UpdateVpcOrigin",
    ]
    resources = ["arn:aws:cloudfront::${local.account}:distribution/*", "arn:aws:cloudfront::${local.account}:vpcorigin/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/Stack"
      values   = [local.name]
    }
  }

  # The rule names CloudFront's group, which has this tag by the policy AWSCloudFrontVPCOriginServiceRolePolicy.
  statement {
    sid       = "RuleForCdn"
    actions   = ["ec2:AuthorizeSecurityGroupIngress"]
    resources = ["arn:aws:ec2:${local.here}:security-group/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/aws.cloudfront.vpcorigin"
      values   = ["enabled"]
    }
  }

  statement {
    sid       = "TagNewCdn"
    actions   = ["cloudfront:TagResource"]
    resources = ["arn:aws:cloudfront::${local.account}:distribution/*", "arn:aws:cloudfront::${local.account}:vpcorigin/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/Stack"
      values   = [local.name]
    }

    condition {
      test     = "Null"
      variable = "aws:ResourceTag/Stack"
      values   = ["true"]
    }
  }
}

# tfgen:end
# tfgen:if firewall
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_awswafv2.html
data "aws_iam_policy_document" "firewall" {
  #checkov:skip=CKV_AWS_111:these actions apply to no resource
  #checkov:skip=CKV_AWS_356:these actions apply to no resource

  # A web ACL is made of AWS's groups of rules, and belongs to the load balancer.
  statement {
    sid = "Firewall"
    actions = [
      "elasticloadbalancing:CreateWebACLAssociation",
      "elasticloadbalancing:DeleteWebACLAssociation",
      "elasticloadbalancing:GetLoadBalancerWebACL",
      "wafv2:AssociateWebACL",
      "wafv2:CreateWebACL",
      "wafv2:DeleteLoggingConfiguration",
      "wafv2:DeleteWebACL",
      "wafv2:DisassociateWebACL",
      "wafv2:GetLoggingConfiguration",
      "wafv2:GetWebACL",
      "wafv2:GetWebACLForResource",
      "wafv2:ListTagsForResource",
      "wafv2:PutLoggingConfiguration",
      "wafv2:TagResource",
      "wafv2:UntagResource",
      "wafv2:UpdateWebACL",
    ]
    resources = [
      "arn:aws:elasticloadbalancing:${local.here}:loadbalancer/app/${local.balancer}/*",
      "arn:aws:wafv2:${local.here}:regional/managedruleset/*/*",
      "arn:aws:wafv2:${local.here}:regional/webacl/${local.name}/*",
    ]
  }

  # What AWS checks beside that. It gives the firewall access to its log for the caller:
  # https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
  statement {
    sid = "FirewallFurther"
    actions = [
      "elasticloadbalancing:SetWebAcl",
      "logs:CreateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:DescribeResourcePolicies",
      "logs:PutResourcePolicy",
    ]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [local.region]
    }
  }
}

# tfgen:end
# tfgen:if backup
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbackup.html
data "aws_iam_policy_document" "backup" {
  #checkov:skip=CKV_AWS_109:the policy that it can attach to a role is AWS's own for backups
  #checkov:skip=CKV_AWS_111:what is created has no name yet
  #checkov:skip=CKV_AWS_356:what is created has no name yet

  # To the stack's roles, AWS's policy for backups and no other.
  statement {
    sid       = "BackupRole"
    actions   = ["iam:AttachRolePolicy", "iam:DetachRolePolicy"]
    resources = ["arn:aws:iam::${local.account}:role/${local.timed}"]

    condition {
      test     = "ArnEquals"
      variable = "iam:PolicyARN"
      values   = ["arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"]
    }
    # tfgen:if security.permissions_boundary

    condition {
      test     = "StringEquals"
      variable = "iam:PermissionsBoundary"
      values   = [local.boundary]
    }
    # tfgen:end
  }

  # An account gets this role of AWS's own with its first backup plan.
  statement {
    sid       = "BackupServiceRole"
    actions   = ["iam:CreateServiceLinkedRole"]
    resources = ["arn:aws:iam::${local.account}:role/aws-service-role/backup.amazonaws.com/*"]

    condition {
      test     = "StringEquals"
      variable = "iam:AWSServiceName"
      values   = ["backup.amazonaws.com"]
    }
  }

  statement {
    sid = "Vaults"
    actions = [
      "backup:CreateBackupVault",
      "backup:DeleteBackupVault",
      "backup:DeleteBackupVaultLockConfiguration",
      "backup:DescribeBackupVault",
      "backup:DescribeRecoveryPoint",
      "backup:ListRecoveryPointsByBackupVault",
      "backup:ListTags",
      "backup:PutBackupVaultLockConfiguration",
      "backup:TagResource",
      "backup:UntagResource",
    ]
    resources = ["arn:aws:backup:*:${local.account}:backup-vault:${local.name}"]
  }

  # A vault that is deleted with its backups. They have the database's tags.
  statement {
    sid       = "Backups"
    actions   = ["backup:DeleteRecoveryPoint"]
    resources = ["arn:aws:rds:*:${local.account}:snapshot:awsbackup:*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/Stack"
      values   = [local.name]
    }
  }

  statement {
    sid       = "NewPlan"
    actions   = ["backup:CreateBackupPlan", "backup:TagResource"]
    resources = ["arn:aws:backup:${local.here}:backup-plan:*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/Stack"
      values   = [local.name]
    }
  }

  statement {
    sid = "Plan"
    actions = [
      "backup:CreateBackupSelection",
      "backup:DeleteBackupPlan",
      "backup:DeleteBackupSelection",
      "backup:GetBackupPlan",
      "backup:GetBackupSelection",
      "backup:ListTags",
      "backup:TagResource",
      "backup:UntagResource",
      "backup:UpdateBackupPlan",
    ]
    resources = ["arn:aws:backup:${local.here}:backup-plan:*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/Stack"
      values   = [local.name]
    }
  }

  # A new vault's storage; this action applies to no resource.
  statement {
    sid       = "VaultStorage"
    actions   = ["backup-storage:MountCapsule"]
    resources = ["*"]
  }
  # tfgen:if backup.copy_to

  # The key of the copies, in their region.
  statement {
    sid       = "NewCopiesKey"
    actions   = ["kms:CreateKey"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [local.copies]
    }
  }

  statement {
    sid       = "TagNewCopiesKey"
    actions   = ["kms:TagResource"]
    resources = ["arn:aws:kms:${local.copies}:${local.account}:key/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/Stack"
      values   = [local.name]
    }
  }

  # To create a vault, a role must also be able to use the vault's key.
  statement {
    sid = "CopiesKey"
    actions = [
      "kms:CreateGrant",
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:EnableKeyRotation",
      "kms:GenerateDataKey",
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:ListResourceTags",
      "kms:PutKeyPolicy",
      "kms:RetireGrant",
      "kms:ScheduleKeyDeletion",
      "kms:TagResource",
      "kms:UntagResource",
      "kms:UpdateKeyDescription",
    ]
    resources = ["arn:aws:kms:${local.copies}:${local.account}:key/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/Stack"
      values   = [local.name]
    }
  }
  # tfgen:end
  # tfgen:if security.kms

  statement {
    sid       = "VaultKey"
    actions   = ["kms:RetireGrant"]
    resources = ["arn:aws:kms:${local.here}:key/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/Stack"
      values   = [local.name]
    }
  }
  # tfgen:end
}

# tfgen:end
# tfgen:if https.zone
data "aws_iam_policy_document" "dns" {
  #checkov:skip=CKV_AWS_111:a new certificate has no name yet
  #checkov:skip=CKV_AWS_356:a new certificate has no name yet

  # The domain's records alone, whatever the zone's number is: the address, and what proves to ACM that the domain is yours.
  statement {
    sid       = "Records"
    actions   = ["route53:ChangeResourceRecordSets"]
    resources = ["arn:aws:route53:::hostedzone/*"]

    condition {
      test     = "ForAllValues:StringLike"
      variable = "route53:ChangeResourceRecordSetsNormalizedRecordNames"
      values   = [local.domain, "_*.${local.domain}"]
    }
  }

  statement {
    sid       = "ReadRecords"
    actions   = ["route53:GetChange", "route53:ListResourceRecordSets"]
    resources = ["arn:aws:route53:::change/*", "arn:aws:route53:::hostedzone/*"]
  }

  statement {
    sid       = "NewCertificate"
    actions   = ["acm:RequestCertificate"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/Stack"
      values   = [local.name]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [local.region]
    }
  }

  statement {
    sid = "Certificate"
    actions = [
      "acm:AddTagsToCertificate",
      "acm:DeleteCertificate",
      "acm:DescribeCertificate",
      "acm:ListTagsForCertificate",
      "acm:RemoveTagsFromCertificate",
    ]
    resources = ["arn:aws:acm:${local.here}:certificate/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/Stack"
      values   = [local.name]
    }
  }

  # ACM checks the tags of a request as those that are added to a certificate without any
  # (https://github.com/hashicorp/terraform-provider-aws/issues/11903).
  statement {
    sid       = "TagNewCertificate"
    actions   = ["acm:AddTagsToCertificate"]
    resources = ["arn:aws:acm:${local.here}:certificate/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/Stack"
      values   = [local.name]
    }

    condition {
      test     = "Null"
      variable = "aws:ResourceTag/Stack"
      values   = ["true"]
    }
  }
}

# tfgen:end
# In EC2 names are tags: what exists can be changed only if it has the stack's.
data "aws_iam_policy_document" "network" {
  #checkov:skip=CKV_AWS_111:what is created has no name yet
  #checkov:skip=CKV_AWS_356:what is created has no name yet

  statement {
    sid = "Create"
    actions = [
      # tfgen:if not network.vpc_id
      "ec2:AllocateAddress",
      "ec2:CreateInternetGateway",
      "ec2:CreateNatGateway",
      "ec2:CreateRouteTable",
      "ec2:CreateSubnet",
      "ec2:CreateVpc",
      "ec2:CreateVpcEndpoint",
      # tfgen:if network.flow_logs
      "ec2:CreateFlowLogs",
      # tfgen:end
      # tfgen:end
      "ec2:CreateLaunchTemplate",
      "ec2:CreateSecurityGroup",
      # The group starts instances for the caller.
      "ec2:RunInstances",
    ]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [local.region]
    }
  }

  statement {
    sid = "Change"
    actions = [
      # tfgen:if not network.vpc_id
      "ec2:AssociateRouteTable",
      "ec2:AttachInternetGateway",
      "ec2:CreateRoute",
      "ec2:DeleteInternetGateway",
      "ec2:DeleteNatGateway",
      "ec2:DeleteRoute",
      "ec2:DeleteRouteTable",
      "ec2:DeleteSubnet",
      "ec2:DeleteVpc",
      "ec2:DeleteVpcEndpoints",
      "ec2:DetachInternetGateway",
      "ec2:DisassociateAddress",
      "ec2:DisassociateRouteTable",
      "ec2:ModifySubnetAttribute",
      "ec2:ModifyVpcAttribute",
      "ec2:ModifyVpcEndpoint",
      "ec2:ReleaseAddress",
      "ec2:ReplaceRoute",
      "ec2:ReplaceRouteTableAssociation",
      # tfgen:if network.flow_logs
      "ec2:DeleteFlowLogs",
      # tfgen:end
      # tfgen:end
      "ec2:AuthorizeSecurityGroupEgress",
      "ec2:AuthorizeSecurityGroupIngress",
      "ec2:CreateLaunchTemplateVersion",
      "ec2:CreateTags",
      "ec2:DeleteLaunchTemplate",
      "ec2:DeleteSecurityGroup",
      "ec2:DeleteTags",
      "ec2:ModifyLaunchTemplate",
      "ec2:ModifySecurityGroupRules",
      "ec2:RevokeSecurityGroupEgress",
      "ec2:RevokeSecurityGroupIngress",
    ]
    resources = ["arn:aws:ec2:${local.here}:*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/Stack"
      values   = [local.name]
    }
  }

  # The group of a rule must have the tag. A new rule has none yet, and those that AWS creates never have one.
  statement {
    sid = "Rules"
    actions = [
      "ec2:AuthorizeSecurityGroupEgress",
      "ec2:AuthorizeSecurityGroupIngress",
      "ec2:RevokeSecurityGroupEgress",
      "ec2:RevokeSecurityGroupIngress",
    ]
    resources = ["arn:aws:ec2:${local.here}:security-group-rule/*"]
  }

  statement {
    sid       = "TagNew"
    actions   = ["ec2:CreateTags"]
    resources = ["arn:aws:ec2:${local.here}:*"]

    condition {
      test     = "StringLike"
      variable = "ec2:CreateAction"
      values   = ["AllocateAddress", "AuthorizeSecurityGroup*", "Create*", "RunInstances"]
    }
  }
  # tfgen:if not network.vpc_id

  # AWS creates the default security group of a network, without tags.
  statement {
    sid       = "TagDefaultGroup"
    actions   = ["ec2:CreateTags"]
    resources = ["arn:aws:ec2:${local.here}:security-group/*"]

    condition {
      test     = "Null"
      variable = "aws:ResourceTag/Stack"
      values   = ["true"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/Stack"
      values   = [local.name]
    }
  }
  # tfgen:end
}

# IAM allows 6,144 characters in a policy, and 10,240 in all policies that are part of a role, which is not enough:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
resource "aws_iam_policy" "apply" {
  for_each = {
    apply = data.aws_iam_policy_document.apply.json
    # tfgen:if https.cloudfront
    cdn = data.aws_iam_policy_document.cdn.json
    # tfgen:end
    # tfgen:if backup
    backup = data.aws_iam_policy_document.backup.json
    # tfgen:end
    # tfgen:if https.zone
    dns = data.aws_iam_policy_document.dns.json
    # tfgen:end
    # tfgen:if firewall
    firewall = data.aws_iam_policy_document.firewall.json
    # tfgen:end
    network  = data.aws_iam_policy_document.network.json
    services = data.aws_iam_policy_document.services.json
  }

  name        = "${local.name}-${each.key}"
  path        = "/tfgen-ci/"
  description = "CI applies ${local.name}"
  policy      = each.value
}

resource "aws_iam_role_policy_attachment" "apply" {
  for_each = aws_iam_policy.apply

  role       = aws_iam_role.apply.name
  policy_arn = each.value.arn
}

output "plan_role" {
  description = "Set the CI variable AWS_PLAN_ROLE to this."
  value       = aws_iam_role.plan.arn
}

output "apply_role" {
  description = "Set the CI variable AWS_APPLY_ROLE to this."
  value       = aws_iam_role.apply.arn
}
