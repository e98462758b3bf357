variables {
  spec = {
    domain = "api.gym.example" # tfgen:= https.domain
    zone   = "gym.example"     # tfgen:= https.zone
  }
}

mock_provider "aws" {
  mock_resource "aws_acm_certificate" {
    defaults = {
      arn                       = "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
      domain_validation_options = [{ domain_name = "", resource_record_name = "_0.validation", resource_record_type = "CNAME", resource_record_value = "_1.validation" }]
    }
  }
}

run "main" {
  module {
    source = "./tests/main"
  }
}

run "dns" {
  module {
    source = "./modules/dns"
  }

  variables {
    domain                 = run.main.arguments.dns.domain
    zone                   = run.main.arguments.dns.zone
    load_balancer_dns_name = "balancer.elb.amazonaws.com"
    load_balancer_zone_id  = "Z0"
  }

  assert {
    condition     = data.aws_route53_zone.this.name == var.spec.zone && !data.aws_route53_zone.this.private_zone
    error_message = "The records are in another zone than the spec's public one."
  }

  assert {
    condition     = aws_acm_certificate.this.domain_name == var.spec.domain && aws_acm_certificate.this.validation_method == "DNS"
    error_message = "The certificate is not for the domain, or is not validated by DNS."
  }

  assert {
    condition     = aws_route53_record.validation.name == "_0.validation" && aws_route53_record.validation.records == toset(["_1.validation"])
    error_message = "The record for the validation is not the one that ACM asks for."
  }

  assert {
    condition     = aws_route53_record.service.name == var.spec.domain && aws_route53_record.service.type == "A" && aws_route53_record.service.alias[0].name == var.load_balancer_dns_name && aws_route53_record.service.alias[0].zone_id == var.load_balancer_zone_id
    error_message = "The domain does not lead to the load balancer."
  }
}
