# What AWS answers in the tests. Terraform makes up the rest.
mock_data "aws_availability_zones" {
  defaults = { names = ["zone-a", "zone-b", "zone-c", "zone-d"] }
}

mock_data "aws_ec2_instance_type_offerings" {
  defaults = { locations = ["zone-a", "zone-b", "zone-c", "zone-d"] }
}

# tfgen:if network.vpc_id
mock_data "aws_vpc" {
  defaults = { enable_dns_support = true }
}

mock_data "aws_subnet" {
  defaults = {
    vpc_id                     = "vpc-0123456789abcdef0" # tfgen:= network.vpc_id
    availability_zone          = "zone-a"
    cidr_block                 = "10.0.0.0/24"
    available_ip_address_count = 200
  }
}

mock_data "aws_route_tables" {
  defaults = { ids = ["rtb-0123456789abcdef0"] }
}

# tfgen:end
mock_data "aws_ami" {
  defaults = {
    architecture = "x86_64" # tfgen:= plan.architecture
  }
}

mock_data "aws_iam_policy_document" {
  defaults = { json = "{}" }
}

mock_resource "aws_db_instance" {
  defaults = {
    master_user_secret = [{ kms_key_id = "", secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:admin", secret_status = "active" }]
  }
}

mock_resource "aws_lb" {
  defaults = { arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/balancer/0123456789abcdef" }
}

# tfgen:if https.zone
mock_resource "aws_acm_certificate" {
  defaults = {
    arn                       = "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
    domain_validation_options = [{ domain_name = "", resource_record_name = "_0.validation", resource_record_type = "CNAME", resource_record_value = "_1.validation" }]
  }
}

# tfgen:end
# tfgen:if firewall
mock_resource "aws_wafv2_web_acl" {
  defaults = { arn = "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/firewall/01234567-89ab-cdef-0123-456789abcdef" }
}

# tfgen:end
mock_resource "aws_lb_target_group" {
  defaults = { arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/targets/0123456789abcdef" }
}

mock_resource "aws_iam_instance_profile" {
  defaults = { arn = "arn:aws:iam::123456789012:instance-profile/service" }
}

mock_resource "aws_iam_role" {
  defaults = { arn = "arn:aws:iam::123456789012:role/role" }
}

mock_resource "aws_cloudwatch_log_group" {
  defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:group" }
}

mock_resource "aws_launch_template" {
  defaults = { id = "lt-0123456789abcdef0" }
}

mock_resource "aws_sns_topic" {
  defaults = { arn = "arn:aws:sns:us-east-1:123456789012:alarms" }
}

mock_resource "aws_kms_key" {
  defaults = { arn = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef" }
}
