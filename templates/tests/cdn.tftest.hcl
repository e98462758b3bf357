variables {
  spec = {
    answer_seconds = 20 # tfgen:= plan.answer_seconds
  }
}

mock_provider "aws" {
  mock_resource "aws_cloudfront_vpc_origin" {
    defaults = { id = "vo_0123456789abcdef" }
  }

  mock_data "aws_security_group" {
    defaults = { id = "sg-0123456789abcdef0" }
  }
}

run "main" {
  module {
    source = "./tests/main"
  }
}

run "cdn" {
  module {
    source = "./modules/cdn"
  }

  variables {
    name                            = run.main.arguments.cdn.name
    vpc_id                          = "vpc-0"
    load_balancer_arn               = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/balancer/0123456789abcdef"
    load_balancer_dns_name          = "internal-balancer.elb.amazonaws.com"
    load_balancer_security_group_id = "sg-0"
    answer_seconds                  = run.main.arguments.cdn.answer_seconds
  }

  assert {
    condition     = aws_cloudfront_vpc_origin.this.vpc_origin_endpoint_config[0].arn == var.load_balancer_arn && aws_cloudfront_vpc_origin.this.vpc_origin_endpoint_config[0].http_port == 80 && aws_cloudfront_vpc_origin.this.vpc_origin_endpoint_config[0].origin_protocol_policy == "http-only"
    error_message = "CloudFront does not reach the load balancer's port 80."
  }

  assert {
    condition = alltrue([for origin in aws_cloudfront_distribution.this.origin : origin.domain_name == var.load_balancer_dns_name && alltrue([
      for config in origin.vpc_origin_config : config.vpc_origin_id == aws_cloudfront_vpc_origin.this.id && config.origin_read_timeout == var.spec.answer_seconds && config.origin_keepalive_timeout == 5
    ])])
    error_message = "CloudFront passes requests elsewhere than to the load balancer, or waits for another time than an answer takes."
  }

  assert {
    condition     = one(aws_cloudfront_distribution.this.default_cache_behavior).viewer_protocol_policy == "redirect-to-https"
    error_message = "CloudFront serves plain HTTP."
  }

  assert {
    condition     = one(aws_cloudfront_distribution.this.default_cache_behavior).allowed_methods == toset(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"])
    error_message = "CloudFront refuses a method of the API."
  }

  # Managed-CachingDisabled, Managed-AllViewer and Managed-SecurityHeadersPolicy.
  assert {
    condition     = one(aws_cloudfront_distribution.this.default_cache_behavior).cache_policy_id == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" && one(aws_cloudfront_distribution.this.default_cache_behavior).origin_request_policy_id == "216adef6-5c7f-47e4-b989-5492eafa07d3"
    error_message = "CloudFront caches answers, or keeps a part of the request, such as the token."
  }

  assert {
    condition     = one(aws_cloudfront_distribution.this.default_cache_behavior).response_headers_policy_id == "67f7725c-6f97-4210-82d7-5512b31e9d03"
    error_message = "No header asks browsers to keep to HTTPS."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.cloudfront.security_group_id == var.load_balancer_security_group_id && aws_vpc_security_group_ingress_rule.cloudfront.referenced_security_group_id == data.aws_security_group.cloudfront.id && aws_vpc_security_group_ingress_rule.cloudfront.from_port == 80 && aws_vpc_security_group_ingress_rule.cloudfront.to_port == 80 && aws_vpc_security_group_ingress_rule.cloudfront.cidr_ipv4 == null
    error_message = "Others than CloudFront can connect to the load balancer, or CloudFront cannot."
  }
}
