output "vpc_id" {
  description = "The network."
  value       = aws_vpc.this.id
}

output "public_subnet_ids" {
  description = "Subnets that the internet reaches, one a zone."
  value       = values(aws_subnet.public)[*].id

  # They are public only once the way is there.
  depends_on = [aws_route.internet, aws_route_table_association.public]
}
# tfgen:if plan.private

output "service_subnet_ids" {
  description = "Subnets for the instances, which reach the internet but are not reached from it, one a zone."
  value       = values(aws_subnet.private)[*].id

  # An instance that boots before its way out exists cannot fetch what it needs.
  depends_on = [aws_route.nat, aws_route_table_association.private, aws_vpc_endpoint.s3]
}
# tfgen:else

output "service_subnet_ids" {
  description = "Subnets for the instances, one a zone."
  value       = values(aws_subnet.public)[*].id

  # An instance that boots before its way out exists cannot fetch what it needs.
  depends_on = [aws_route.internet, aws_route_table_association.public, aws_vpc_endpoint.s3]
}
# tfgen:end

output "database_subnet_ids" {
  description = "Subnets for the database, one a zone."
  value       = values(aws_subnet.database)[*].id
}
