# CloudFront's way to a load balancer that the internet cannot reach. It uses HTTP, since there is no certificate for the load
# balancer's own name; the requests stay in AWS's network:
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html
resource "aws_cloudfront_vpc_origin" "this" {
  vpc_origin_endpoint_config {
    name                   = var.name
    arn                    = var.load_balancer_arn
    http_port              = 80
    https_port             = 443
    origin_protocol_policy = "http-only"

    # Without effect for HTTP, but AWS demands it.
    origin_ssl_protocols {
      items    = ["TLSv1.2"]
      quantity = 1
    }
  }

  # AWS says that it can take 15 minutes, which is also the provider's limit.
  timeouts {
    create = "30m"
    update = "30m"
    delete = "30m"
  }
}

# CloudFront makes this group with the network's first VPC origin, and sends its requests from it.
data "aws_security_group" "cloudfront" {
  vpc_id = var.vpc_id

  filter {
    name   = "group-name"
    values = ["CloudFront-VPCOrigins-Service-SG*"]
  }

  depends_on = [aws_cloudfront_vpc_origin.this]
}

# Only the distributions of this account get in. CloudFront's list of addresses would admit all, and take 55 of the 60 rules.
resource "aws_vpc_security_group_ingress_rule" "cloudfront" {
  #checkov:skip=CKV_AWS_260:only CloudFront's group can connect

  security_group_id            = var.load_balancer_security_group_id
  description                  = "HTTP from CloudFront"
  ip_protocol                  = "tcp"
  from_port                    = 80
  to_port                      = 80
  referenced_security_group_id = data.aws_security_group.cloudfront.id
}

locals {
  # Policies of AWS's own, by the numbers that its guide lists: nothing is cached, the origin gets what the viewer sends, and answers
  # get headers for browsers, HSTS for a year among them, that do not replace the service's own.
  # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
  # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
  # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html
  caching_disabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
  all_viewer       = "216adef6-5c7f-47e4-b989-5492eafa07d3"
  security_headers = "67f7725c-6f97-4210-82d7-5512b31e9d03"
}

resource "aws_cloudfront_distribution" "this" {
  #checkov:skip=CKV_AWS_68:no firewall; the service limits what each caller can send
  #checkov:skip=CKV_AWS_86:the service logs each request
  #checkov:skip=CKV_AWS_174:CloudFront sets the oldest version of TLS for its own certificate to TLSv1; another certificate needs a domain
  #checkov:skip=CKV_AWS_305:the service itself serves the root
  #checkov:skip=CKV_AWS_310:there is one load balancer, in several zones
  #checkov:skip=CKV_AWS_374:callers may be anywhere
  #checkov:skip=CKV2_AWS_32:the policy is AWS's own, which this check does not know by its number
  #checkov:skip=CKV2_AWS_42:another certificate needs a domain
  #checkov:skip=CKV2_AWS_47:no firewall; the service limits what each caller can send
  #checkov:skip=CKV2_AWS_72:requests to the private load balancer stay in AWS's network

  comment = var.name
  enabled = true

  # The location next to the caller answers. A cheaper class has fewer of them, which makes distant callers slower.
  price_class     = "PriceClass_All"
  http_version    = "http2and3"
  is_ipv6_enabled = true

  origin {
    origin_id   = "load-balancer"
    domain_name = var.load_balancer_dns_name

    # The load balancer closes idle connections later than CloudFront, which then never uses one that is closed. CloudFront waits for an
    # answer as long as the service may need for it, of the 120 seconds that are possible.
    vpc_origin_config {
      vpc_origin_id            = aws_cloudfront_vpc_origin.this.id
      origin_keepalive_timeout = 5
      origin_read_timeout      = var.answer_seconds
    }
  }

  default_cache_behavior {
    target_origin_id           = "load-balancer"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
    cached_methods             = ["GET", "HEAD"]
    cache_policy_id            = local.caching_disabled
    origin_request_policy_id   = local.all_viewer
    response_headers_policy_id = local.security_headers
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = true
  }
}
