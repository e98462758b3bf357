# A state belongs to one stack. With another name, environment, region or network, Terraform would destroy most of it and try to
# rename or move the database, which AWS refuses. The check stops such a plan before anything changes.
locals {
  identity = {
    name        = "gym"       # tfgen:= name
    environment = "prod"      # tfgen:= environment
    region      = "us-east-1" # tfgen:= region
    # tfgen:if network.vpc_id
    vpc_id = "vpc-0123456789abcdef0" # tfgen:= network.vpc_id
    # tfgen:else
    cidr = "10.0.0.0/16" # tfgen:= network.cidr
    # tfgen:end
  }
}

resource "terraform_data" "identity" {
  input = local.identity

  lifecycle {
    ignore_changes = [input]

    postcondition {
      condition     = self.input == local.identity
      error_message = "This state holds ${self.input.name}-${self.input.environment} in ${self.input.region} with the network ${try(self.input.cidr, self.input.vpc_id)}, and these files describe another stack. Compile that into a directory of its own; README.md says how to move the data."
    }
  }
}

# tfgen:if security.kms
module "kms" {
  source = "./modules/kms"

  name   = "gym-prod"  # tfgen:= plan.name
  region = "us-east-1" # tfgen:= region
}

# tfgen:end
# tfgen:if network.vpc_id
module "vpc" {
  source = "./modules/network"

  vpc_id         = "vpc-0123456789abcdef0" # tfgen:= network.vpc_id
  public_subnets = []                      # tfgen:= network.public_subnets
  # tfgen:if plan.private
  private_subnets = [] # tfgen:= network.private_subnets
  # tfgen:end
  database_subnets = []         # tfgen:= network.database_subnets
  instance_type    = "t3.micro" # tfgen:= service.instance_type
  instances        = 10         # tfgen:= plan.peak
}
# tfgen:else
module "vpc" {
  source = "./modules/vpc"

  name = "gym-prod"    # tfgen:= plan.name
  cidr = "10.0.0.0/16" # tfgen:= network.cidr
  # tfgen:if plan.zone_names
  zones = ["us-east-1a", "us-east-1b"] # tfgen:= plan.zone_names
  # tfgen:else
  zone_count    = 2          # tfgen:= plan.zone_count
  instance_type = "t3.micro" # tfgen:= service.instance_type
  # tfgen:end
  zone_letters = ["a", "b", "c", "d", "e", "f", "g", "h"] # tfgen:= plan.zone_letters
  zone_bits    = 3                                        # tfgen:= plan.zone_bits
  region       = "us-east-1"                              # tfgen:= region
  # tfgen:if network.flow_logs

  log_days = 30 # tfgen:= plan.kept_log_days
  # tfgen:if security.kms
  kms_key_arn = module.kms.key_arn
  # tfgen:end
  # tfgen:if security.permissions_boundary
  permissions_boundary = "arn:aws:iam::123456789012:policy/team-boundary" # tfgen:= security.permissions_boundary
  # tfgen:end
  # tfgen:end
}
# tfgen:end

module "service" {
  source = "./modules/service"

  name    = "gym-prod"                          # tfgen:= plan.name
  archive = "service/crudd-000000000000.tar.gz" # tfgen:= plan.service_file
  # tfgen:if security.kms
  kms_key_arn = module.kms.key_arn
  # tfgen:end
}

# tfgen:if firewall
module "waf" {
  source = "./modules/waf"

  name       = "gym-prod" # tfgen:= plan.name
  rate_limit = 2000       # tfgen:= firewall.rate_limit
  log_days   = 30         # tfgen:= plan.kept_log_days
  # tfgen:if security.kms
  kms_key_arn = module.kms.key_arn
  # tfgen:end
}

# tfgen:end
module "alb" {
  source = "./modules/alb"

  name              = "gym-prod"        # tfgen:= plan.load_balancer_name
  target_group_name = "gym-prod-6b1c4e" # tfgen:= plan.target_group_name
  vpc_id            = module.vpc.vpc_id
  # tfgen:if https.cloudfront
  subnet_ids   = module.vpc.private_subnet_ids
  service_port = 8080 # tfgen:= service.port
  # tfgen:else
  subnet_ids   = module.vpc.public_subnet_ids
  allow        = ["0.0.0.0/0"] # tfgen:= load_balancer.allow
  service_port = 8080          # tfgen:= service.port
  # tfgen:end

  # tfgen:if https.domain
  domain = "api.gym.example" # tfgen:= https.domain
  # tfgen:end
  # tfgen:if https.zone
  certificate_arn = module.dns.certificate_arn
  # tfgen:end
  # tfgen:if https.certificate_arn
  certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0" # tfgen:= https.certificate_arn
  # tfgen:end
  # tfgen:if firewall
  web_acl_arn = module.waf.web_acl_arn
  # tfgen:end

  serving_target_group_arn = module.asg.serving_target_group_arn

  idle_timeout         = 60    # tfgen:= load_balancer.idle_timeout
  deregistration_delay = 30    # tfgen:= load_balancer.deregistration_delay
  deletion_protection  = false # tfgen:= load_balancer.deletion_protection
  # tfgen:if load_balancer.access_logs
  log_days = 30 # tfgen:= plan.kept_log_days
  # tfgen:end

  health_check = {
    path      = "/healthz" # tfgen:= load_balancer.health_check.path
    interval  = 15         # tfgen:= load_balancer.health_check.interval
    timeout   = 5          # tfgen:= load_balancer.health_check.timeout
    healthy   = 2          # tfgen:= load_balancer.health_check.healthy
    unhealthy = 3          # tfgen:= load_balancer.health_check.unhealthy
  }
}

# tfgen:if https.zone
module "dns" {
  source = "./modules/dns"

  domain                 = "api.gym.example" # tfgen:= https.domain
  zone                   = "gym.example"     # tfgen:= https.zone
  load_balancer_dns_name = module.alb.dns_name
  load_balancer_zone_id  = module.alb.zone_id
}

# tfgen:end
# tfgen:if https.cloudfront
module "cdn" {
  source = "./modules/cdn"

  name                            = "gym-prod" # tfgen:= plan.name
  vpc_id                          = module.vpc.vpc_id
  load_balancer_arn               = module.alb.arn
  load_balancer_dns_name          = module.alb.dns_name
  load_balancer_security_group_id = module.alb.security_group_id
  answer_seconds                  = 20 # tfgen:= plan.answer_seconds
}

# tfgen:end
module "asg" {
  source = "./modules/asg"

  name                            = "gym-prod"  # tfgen:= plan.name
  region                          = "us-east-1" # tfgen:= region
  vpc_id                          = module.vpc.vpc_id
  subnet_ids                      = module.vpc.service_subnet_ids
  load_balancer_security_group_id = module.alb.security_group_id
  target_group_arn                = module.alb.target_group_arn

  instance_type = "t3.micro" # tfgen:= service.instance_type
  # tfgen:if plan.burstable
  cpu_credits = "unlimited" # tfgen:= service.cpu_credits
  # tfgen:end
  # tfgen:if service.image
  image        = "ami-0123456789abcdef0" # tfgen:= service.image
  architecture = "x86_64"                # tfgen:= plan.architecture
  # tfgen:else
  image_parameter = "/aws/service/debian/release/13/latest/amd64" # tfgen:= plan.image_parameter
  # tfgen:end
  disk_gb = 8 # tfgen:= service.disk_gb

  bucket          = module.service.bucket
  archive_key     = module.service.archive_key
  archive_version = module.service.archive_version
  archive_arn     = module.service.archive_arn
  archive_sha256  = "0000000000000000000000000000000000000000000000000000000000000000" # tfgen:= plan.service_sha256
  # tfgen:if service.auth == token
  token_secret_arn = module.service.token_secret_arn
  # tfgen:end

  database_host             = module.rds.host
  database_name             = module.rds.database_name
  database_secret_arn       = module.service.database_secret_arn
  database_admin_secret_arn = module.rds.secret_arn
  # tfgen:if security.permissions_boundary

  permissions_boundary = "arn:aws:iam::123456789012:policy/team-boundary" # tfgen:= security.permissions_boundary
  # tfgen:end
  # tfgen:if security.kms

  kms_key_arn = module.kms.key_arn
  # tfgen:end

  service_port = 8080 # tfgen:= service.port
  settings     = {}   # tfgen:= plan.settings
  # tfgen:if service.log_days
  log_days = 30 # tfgen:= service.log_days
  # tfgen:end

  min_size = 2  # tfgen:= scaling.min
  max_size = 10 # tfgen:= scaling.max
  # tfgen:if scaling.schedule
  schedule = {} # tfgen:= scaling.schedule
  # tfgen:end
  # tfgen:if plan.steps
  scale_out_by = 1 # tfgen:= scaling.out.add
  scale_in_by  = 1 # tfgen:= scaling.in.remove
  # tfgen:else
  # tfgen:if scaling.target.cpu_percent
  target_cpu_percent = 50 # tfgen:= scaling.target.cpu_percent
  # tfgen:end
  # tfgen:if plan.target_requests
  target_requests = 3000 # tfgen:= plan.target_requests
  request_label   = module.alb.request_label
  # tfgen:end
  # tfgen:end
  cooldown             = 300 # tfgen:= scaling.cooldown
  health_check_seconds = 300 # tfgen:= plan.grace_seconds
  first_boot_minutes   = 30  # tfgen:= plan.first_boot_minutes

  rollout = {
    wait        = true # tfgen:= service.rollout.wait
    min_healthy = 100  # tfgen:= service.rollout.min_healthy
    bake        = 300  # tfgen:= service.rollout.bake
  }
  # tfgen:if service.rollout.rollback_on_5xx
  rollback_alarm = module.alarms.rollback_alarm
  # tfgen:end
}

module "rds" {
  source = "./modules/rds"

  name                      = "gym-prod" # tfgen:= plan.name
  vpc_id                    = module.vpc.vpc_id
  subnet_ids                = module.vpc.database_subnet_ids
  service_security_group_id = module.asg.security_group_id
  # tfgen:if security.kms
  kms_key_arn = module.kms.key_arn
  # tfgen:end
  # tfgen:if database.insights
  # tfgen:if security.permissions_boundary

  permissions_boundary = "arn:aws:iam::123456789012:policy/team-boundary" # tfgen:= security.permissions_boundary
  # tfgen:end
  # tfgen:end

  database_name    = "gym"                                       # tfgen:= plan.database_name
  engine_version   = "8.4"                                       # tfgen:= database.engine_version
  parameter_family = "mysql8.4"                                  # tfgen:= plan.parameter_family
  engine_support   = "open-source-rds-extended-support-disabled" # tfgen:= plan.engine_support
  instance_class   = "db.t4g.micro"                              # tfgen:= database.instance_class
  multi_az         = true                                        # tfgen:= database.multi_az
  storage_gb       = 20                                          # tfgen:= database.storage_gb
  # tfgen:if database.max_storage_gb
  max_storage_gb = 100 # tfgen:= database.max_storage_gb
  # tfgen:end
  # tfgen:if database.restore
  restore = "gym-prod-final-0123456789abcdef0" # tfgen:= database.restore
  # tfgen:end

  backup_days         = 7                     # tfgen:= database.backup_days
  backup_window       = "04:00-05:00"         # tfgen:= database.backup_window
  maintenance_window  = "sun:06:00-sun:07:00" # tfgen:= database.maintenance_window
  deletion_protection = false                 # tfgen:= database.deletion_protection
  log_days            = 30                    # tfgen:= plan.kept_log_days
}
# tfgen:if backup
# tfgen:if backup.copy_to

module "copies" {
  source = "./modules/copies"

  providers = { aws = aws.copy }

  name                = "gym-prod" # tfgen:= plan.name
  deletion_protection = false      # tfgen:= database.deletion_protection
}
# tfgen:end

module "backup" {
  source = "./modules/backup"

  name         = "gym-prod" # tfgen:= plan.name
  database_arn = module.rds.arn
  # tfgen:if security.kms
  kms_key_arn = module.kms.key_arn
  # tfgen:end
  # tfgen:if backup.copy_to
  copies_vault_arn = module.copies.vault_arn
  # tfgen:end
  # tfgen:if security.permissions_boundary

  permissions_boundary = "arn:aws:iam::123456789012:policy/team-boundary" # tfgen:= security.permissions_boundary
  # tfgen:end

  hour       = 7  # tfgen:= plan.backup_hour
  daily_days = 35 # tfgen:= backup.daily_days
  # tfgen:if backup.monthly_months
  monthly_days = 372 # tfgen:= plan.monthly_days
  # tfgen:end
  deletion_protection = false # tfgen:= database.deletion_protection
}
# tfgen:end
# tfgen:if plan.watches

module "alarms" {
  source = "./modules/alarms"

  name = "gym-prod" # tfgen:= plan.name
  # tfgen:if plan.watches_group
  group = module.asg.group_name
  # tfgen:end
  # tfgen:if plan.watches_balancer
  load_balancer = module.alb.arn_suffix
  # tfgen:end
  # tfgen:if plan.watches_targets
  target_group = module.alb.target_group_arn_suffix
  # tfgen:end
  # tfgen:if plan.watched
  database = module.rds.identifier
  # tfgen:if firewall
  firewall = module.waf.name
  # tfgen:end
  # tfgen:end
  # tfgen:if plan.steps

  scale_out_policy_arn = module.asg.scale_out_policy_arn
  scale_in_policy_arn  = module.asg.scale_in_policy_arn
  high_cpu_percent     = 80 # tfgen:= scaling.out.cpu_percent
  # tfgen:if plan.requests_threshold
  high_requests = 9000 # tfgen:= plan.requests_threshold
  # tfgen:end
  # tfgen:if plan.requests_per_instance_threshold
  high_requests_per_instance = 3000 # tfgen:= plan.requests_per_instance_threshold
  min_size                   = 2    # tfgen:= plan.least
  scale_in_by                = 1    # tfgen:= scaling.in.remove
  # tfgen:end
  high_minutes    = 1  # tfgen:= plan.out_periods
  low_cpu_percent = 20 # tfgen:= scaling.in.cpu_percent
  low_minutes     = 5  # tfgen:= plan.in_periods
  # tfgen:else
  # tfgen:if alarms.dashboard
  # tfgen:if scaling.target.cpu_percent
  target_cpu_percent = 50 # tfgen:= scaling.target.cpu_percent
  # tfgen:end
  # tfgen:if plan.target_requests
  target_requests = 3000 # tfgen:= plan.target_requests
  # tfgen:end
  # tfgen:end
  # tfgen:end
  # tfgen:if plan.notify

  # tfgen:if security.kms
  kms_key_arn = module.kms.key_arn
  # tfgen:end
  # tfgen:if budget
  monthly_usd = 100 # tfgen:= budget.monthly_usd
  # tfgen:end
  # tfgen:if backup
  backup_vault_arn = module.backup.vault_arn
  # tfgen:end
  emails                   = ["ops@gym.example"] # tfgen:= alarms.email
  database_memory_mib      = 1024                # tfgen:= plan.database_memory_mib
  database_storage_gb      = 20                  # tfgen:= database.storage_gb
  database_max_connections = 66                  # tfgen:= plan.max_connections
  # tfgen:if https.zone
  certificate_arn = module.dns.certificate_arn
  # tfgen:end
  # tfgen:if https.certificate_arn
  certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0" # tfgen:= https.certificate_arn
  # tfgen:end
  # tfgen:end
  # tfgen:if plan.watches_region

  region = "us-east-1" # tfgen:= region
  # tfgen:end
  # tfgen:if alarms.dashboard
  # tfgen:if firewall
  firewall_rules = module.waf.rules
  # tfgen:end
  # tfgen:end
}
# tfgen:end
