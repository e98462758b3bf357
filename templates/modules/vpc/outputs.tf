output "vpc_id" {
  description = "The network."
  value       = aws_vpc.this.id
}
# tfgen:if not https.cloudfront

output "public_subnet_ids" {
  description = "Subnets that can be reached from the internet, one in each zone."
  value       = values(aws_subnet.public)[*].id

  # The subnets are public only after the route to the internet exists.
  depends_on = [aws_route.internet, aws_route_table_association.public]
}
# tfgen:end
# tfgen:if plan.private

output "service_subnet_ids" {
  description = "Subnets for the instances, one in each zone; they reach the internet, but cannot be reached from it."
  value       = values(aws_subnet.private)[*].id

  # An instance that boots before its route to the internet exists cannot fetch what it needs.
  depends_on = [aws_route.nat, aws_route_table_association.private, aws_vpc_endpoint.s3]
}
# tfgen:else

output "service_subnet_ids" {
  description = "Subnets for the instances, one in each zone."
  value       = values(aws_subnet.public)[*].id

  # An instance that boots before its route to the internet exists cannot fetch what it needs.
  depends_on = [aws_route.internet, aws_route_table_association.public, aws_vpc_endpoint.s3]
}
# tfgen:end
# tfgen:if https.cloudfront

output "private_subnet_ids" {
  description = "Subnets for the load balancer, one in each zone, which cannot be reached from the internet."
  value       = values(aws_subnet.private)[*].id

  # CloudFront's prerequisite for a load balancer of a network that is not public.
  depends_on = [aws_internet_gateway.this, aws_route_table_association.private]
}
# tfgen:end

output "database_subnet_ids" {
  description = "Subnets for the database, one in each zone."
  value       = values(aws_subnet.database)[*].id
}
