output "domain" {
  description = "Name of CloudFront's under which the service is reached."
  value       = aws_cloudfront_distribution.this.domain_name

  # Requests under that name reach the load balancer only then.
  depends_on = [aws_vpc_security_group_ingress_rule.cloudfront]
}
