// Titles and numbers: AWS Security Hub User Guide, "AWS Foundational Security Best Practices
// standard" and the pages of controls that it links to, with the related requirements of the CIS
// AWS Foundations Benchmark 5.0.0. Controls on snapshots made public, unused resources, patches
// and account settings are not here: no file of a stack decides on them. RDS.26 is of Security Hub's
// NIST SP 800-53 standard.

#include "read/controls.h"

#include <stddef.h>

#define ALB "modules/alb/main.tf"
#define ASG "modules/asg/main.tf"
#define RDS "modules/rds/main.tf"
#define VPC "modules/vpc/main.tf"
#define DNS "modules/dns/main.tf"
#define CDN "modules/cdn/main.tf"
#define WAF "modules/waf/main.tf"
#define SERVICE "modules/service/main.tf"
#define KEY "modules/kms/main.tf"
#define BACKUP "modules/backup/main.tf"
#define COPIES "modules/copies/main.tf"
#define ALARMS "modules/alarms/main.tf"
#define BOOTSTRAP "bootstrap/main.tf"

#define GROUP ASG, "resource \"aws_autoscaling_group\" \"service\""
#define TEMPLATE ASG, "resource \"aws_launch_template\" \"service\""
#define ROLE ASG, "data \"aws_iam_policy_document\" \"service\""
#define BALANCER ALB, "resource \"aws_lb\" \"this\""
#define DISTRIBUTION CDN, "resource \"aws_cloudfront_distribution\" \"this\""
#define WEB_ACL WAF, "resource \"aws_wafv2_web_acl\" \"this\""
#define DATABASE RDS, "resource \"aws_db_instance\" \"this\""
#define BUCKET SERVICE, "resource \"aws_s3_bucket\" \"this\""
#define PRIVATE SERVICE, "resource \"aws_s3_bucket_public_access_block\" \"this\""
#define STATE BOOTSTRAP, "resource \"aws_s3_bucket\" \"state\""
#define STATE_PRIVATE BOOTSTRAP, "resource \"aws_s3_bucket_public_access_block\" \"state\""

const struct control controls[] = {
	{"ACM.1", "", "CKV_AWS_233", "Imported and ACM-issued certificates should be renewed after a specified time period", DNS,
	 "resource \"aws_acm_certificate\" \"this\"", .text = "validation_method += \"DNS\""},
	{"AutoScaling.1", "", "", "Auto Scaling groups associated with a load balancer should use ELB health checks", GROUP,
	 .text = "health_check_type +=.*ELB"},
	{"AutoScaling.2", "", "", "Auto Scaling groups should cover multiple Availability Zones", GROUP, .text = "vpc_zone_identifier +="},
	{"AutoScaling.6", "", "", "Auto Scaling groups should use multiple instance types in multiple Availability Zones", GROUP,
	 .text = "mixed_instances_policy", .why = "all instances have the type that the spec names"},
	{"AutoScaling.9", "", "CKV_AWS_315", "Auto Scaling groups should use launch templates", GROUP, .text = "launch_template \\{"},
	{"Backup.1", "", "", "AWS Backup recovery points should be encrypted at rest", BACKUP, "resource \"aws_backup_selection\" \"this\"",
	 .text = "resources +="}, // the database is encrypted, and so are its snapshots
	{"", "", "CKV_AWS_166", "Ensure Backup Vault is encrypted at rest using KMS CMK", BACKUP, "resource \"aws_backup_vault\" \"this\"",
	 .text = "kms_key_arn +="},
	{"", "", "CKV_AWS_166", "Ensure Backup Vault is encrypted at rest using KMS CMK", COPIES, "resource \"aws_backup_vault\" \"this\"",
	 .text = "kms_key_arn +="},
	{"CloudFront.1", "", "CKV_AWS_305", "CloudFront distributions should have a default root object configured", DISTRIBUTION,
	 .text = "default_root_object +="},
	{"CloudFront.3", "", "CKV_AWS_34", "CloudFront distributions should require encryption in transit", DISTRIBUTION,
	 .text = "viewer_protocol_policy += \"redirect-to-https\""},
	{"CloudFront.4", "", "CKV_AWS_310", "CloudFront distributions should have origin failover configured", DISTRIBUTION, .text = "origin_group \\{"},
	{"CloudFront.5", "", "CKV_AWS_86", "CloudFront distributions should have logging enabled", DISTRIBUTION, .text = "logging_config \\{"},
	{"CloudFront.6", "", "CKV_AWS_68 CKV2_AWS_47", "CloudFront distributions should have WAF enabled", DISTRIBUTION, .text = "web_acl_id +="},
	{"CloudFront.7", "", "CKV2_AWS_42", "CloudFront distributions should use custom SSL/TLS certificates", DISTRIBUTION,
	 .text = "acm_certificate_arn +="},
	{"CloudFront.9", "", "CKV2_AWS_72", "CloudFront distributions should encrypt traffic to custom origins", DISTRIBUTION,
	 .text = "origin_protocol_policy += \"https-only\""},
	{"CloudFront.15", "", "CKV_AWS_174", "CloudFront distributions should use the recommended TLS security policy", DISTRIBUTION,
	 .text = "minimum_protocol_version +="},
	{"EC2.2", "5.5", "CKV2_AWS_12", "VPC default security groups should not allow inbound or outbound traffic", VPC,
	 "resource \"aws_default_security_group\" \"this\"", .text = "vpc_id +="},
	{"EC2.3", "", "", "Attached EBS volumes should be encrypted at-rest", TEMPLATE, .text = "encrypted += true"},
	{"EC2.6", "3.7", "CKV2_AWS_11", "VPC flow logging should be enabled in all VPCs", VPC, "resource \"aws_vpc\" \"this\"", .text = "cidr_block +=",
	 .field = "network.flow_logs"},
	{"EC2.8", "5.7", "CKV_AWS_79", "EC2 instances should use Instance Metadata Service Version 2 (IMDSv2)", TEMPLATE,
	 .text = "http_tokens += \"required\""},
	{"EC2.15", "", "CKV_AWS_130", "Subnets should not automatically assign public IP addresses", VPC,
	 "resource \"aws_subnet\" \"public\"", .text = "map_public_ip_on_launch += false"},
	{"EC2.18", "", "CKV_AWS_260", "Security groups should only allow unrestricted incoming traffic for authorized ports", ALB,
	 "resource \"aws_vpc_security_group_ingress_rule\" \"http\"", .text = "to_port += 80",
	 .never = "_port += (?!80$)"},
	{"EC2.18", "", "CKV_AWS_260", "Security groups should only allow unrestricted incoming traffic for authorized ports", ALB,
	 "resource \"aws_vpc_security_group_ingress_rule\" \"https\"", .text = "to_port += 443",
	 .never = "_port += (?!443$)"},
	{"EC2.19", "", "CKV_AWS_25", "Security groups should not allow unrestricted access to ports with high risk", ASG,
	 "resource \"aws_vpc_security_group_ingress_rule\" \"service_from_load_balancer\"", .text = "referenced_security_group_id +=",
	 .never = "cidr_ipv[46]"},
	{"EC2.25", "", "CKV_AWS_88", "Launch templates should not assign public IPs to network interfaces", TEMPLATE,
	 .text = "associate_public_ip_address += false"},
	{"EC2.53", "5.3", "CKV_AWS_24", "Security groups should not allow ingress from 0.0.0.0/0 to remote server administration ports", ASG,
	 "resource \"aws_vpc_security_group_ingress_rule\" \"service_from_load_balancer\"", .text = "referenced_security_group_id +=",
	 .never = "cidr_ipv[46]"},
	{"ELB.1", "", "CKV2_AWS_20", "Application Load Balancers should redirect all HTTP requests to HTTPS", BALANCER, .text = "HTTPS"},
	{"ELB.4", "", "CKV_AWS_131", "Application Load Balancers should drop invalid HTTP headers", BALANCER,
	 .text = "drop_invalid_header_fields += true"},
	{"ELB.5", "", "CKV_AWS_91", "Load balancers' logging should be enabled", BALANCER, .text = "access_logs \\{"},
	{"ELB.6", "", "", "Load balancers should have deletion protection enabled", "main.tf", "module \"alb\"", .text = "deletion_protection +=",
	 .field = "load_balancer.deletion_protection", .why = "'load_balancer.deletion_protection' is false in the spec"},
	{"ELB.13", "", "", "Load balancers should span multiple Availability Zones", BALANCER, .text = "subnets +="},
	{"ELB.16", "", "CKV2_AWS_28", "Application Load Balancers should be associated with an AWS WAF web ACL", BALANCER,
	 .text = "load_balancer_type +=", .field = "firewall"},
	{"ELB.18", "", "CKV_AWS_2 CKV_AWS_103 CKV2_AWS_74", "Load balancer listeners should use secure protocols to encrypt data in transit",
	 ALB, "resource \"aws_lb_listener\" \"https\"", .text = "ssl_policy += \"ELBSecurityPolicy-TLS13-1-2-Res-"},
	{"ELB.18", "", "CKV_AWS_2 CKV_AWS_103", "Load balancer listeners should use secure protocols to encrypt data in transit", ALB,
	 "resource \"aws_lb_listener\" \"http\"", .text = "protocol +=.*HTTPS"},
	{"IAM.1", "", "CKV_AWS_62 CKV_AWS_63", "IAM policies should not allow full \"*\" administrative privileges", ROLE, .text = "actions +=",
	 .never = "^(?!resources).*\"(\\*|[a-z0-9]+:\\*)\""},
	{"KMS.2", "", "", "IAM inline policies should not allow decryption with all KMS keys", ROLE, .text = "actions +=", .never = "kms:\\*"},
	{"KMS.4", "3.6", "CKV_AWS_7", "KMS key rotation should be enabled", ALARMS, "resource \"aws_kms_key\" \"alarms\"",
	 .text = "enable_key_rotation += true"},
	{"KMS.4", "3.6", "CKV_AWS_7", "KMS key rotation should be enabled", COPIES, "resource \"aws_kms_key\" \"this\"",
	 .text = "enable_key_rotation += true"},
	{"KMS.4", "3.6", "CKV_AWS_7", "KMS key rotation should be enabled", KEY, "resource \"aws_kms_key\" \"this\"",
	 .text = "enable_key_rotation += true"},
	{"RDS.2", "2.2.3", "CKV_AWS_17", "RDS DB instances should prohibit public access", DATABASE, .text = "publicly_accessible += false"},
	{"RDS.3", "2.2.1", "CKV_AWS_16", "RDS DB instances should have encryption at-rest enabled", DATABASE, .text = "storage_encrypted += true"},
	{"RDS.5", "2.2.4", "", "RDS DB instances should be configured with multiple Availability Zones", "main.tf", "module \"rds\"",
	 .text = "multi_az +=", .field = "database.multi_az", .why = "'database.multi_az' is false in the spec"},
	{"RDS.6", "", "CKV_AWS_118", "Enhanced monitoring should be configured for RDS DB instances", DATABASE, .text = "monitoring_interval +="},
	{"RDS.8", "", "", "RDS DB instances should have deletion protection enabled", "main.tf", "module \"rds\"", .text = "deletion_protection +=",
	 .field = "database.deletion_protection", .why = "'database.deletion_protection' is false in the spec"},
	{"RDS.9", "", "CKV_AWS_129", "RDS DB instances should publish logs to CloudWatch Logs", DATABASE,
	 .text = "enabled_cloudwatch_logs_exports +="},
	{"RDS.10", "", "CKV_AWS_161", "IAM authentication should be configured for RDS instances", DATABASE,
	 .text = "iam_database_authentication_enabled +="},
	{"RDS.11", "", "", "RDS instances should have automatic backups enabled", "main.tf", "module \"rds\"", .text = "backup_days +=",
	 .field = "database.backup_days", .why = "'database.backup_days' is 0 in the spec"},
	{"RDS.13", "2.2.2", "", "RDS automatic minor version upgrades should be enabled", DATABASE,
	 .text = "auto_minor_version_upgrade += true", .why = "'database.engine_version' pins a minor version"},
	{"RDS.17", "", "CKV2_AWS_60", "RDS DB instances should be configured to copy tags to snapshots", DATABASE,
	 .text = "copy_tags_to_snapshot += true"},
	{"RDS.20", "", "", "RDS event subscriptions should be configured for critical database instance events", "main.tf", "module \"alarms\"",
	 .text = "emails +=", .why = "'alarms.email' names no address"},
	{"RDS.23", "", "", "RDS instances should not use a database engine default port", RDS,
	 "resource \"aws_vpc_security_group_ingress_rule\" \"database_from_service\"", .text = "to_port += [^3]",
	 .why = "only the service can reach the port, so another number hides nothing"},
	{"RDS.25", "", "", "RDS database instances should use a custom administrator username", DATABASE, .text = "username += \"[^a]",
	 .why = "the name is no secret; RDS makes the password and rotates it"},
	{"RDS.26", "", "", "RDS DB instances should be protected by a backup plan", BACKUP, "resource \"aws_backup_selection\" \"this\"",
	 .text = "resources +="},
	{"RDS.39", "", "", "RDS for MySQL DB instances should be encrypted in transit", RDS,
	 "resource \"aws_db_parameter_group\" \"this\"", .text = "require_secure_transport"},
	{"RDS.46", "", "", "RDS DB instances should not be deployed in public subnets with routes to internet gateways", DATABASE,
	 .text = "db_subnet_group_name +="},
	{"S3.1", "2.1.4", "CKV_AWS_53", "Buckets should have block public access settings enabled", PRIVATE, .text = "block_public_acls += true"},
	{"S3.2", "", "CKV_AWS_55", "Buckets should block public read access", PRIVATE, .text = "ignore_public_acls += true"},
	{"S3.3", "", "CKV_AWS_54", "Buckets should block public write access", PRIVATE, .text = "block_public_policy += true"},
	{"S3.5", "2.1.1", "", "Buckets should require requests to use SSL", SERVICE,
	 "data \"aws_iam_policy_document\" \"tls_only\"", .text = "SecureTransport"},
	{"S3.8", "2.1.4", "CKV_AWS_56 CKV2_AWS_6", "Buckets should block public access", PRIVATE, .text = "restrict_public_buckets += true"},
	{"S3.9", "", "CKV_AWS_18", "Buckets should have server access logging enabled", BUCKET, .text = "logging \\{"},
	{"S3.12", "", "CKV2_AWS_65", "ACLs should not be used to manage user access to buckets", SERVICE,
	 "resource \"aws_s3_bucket_ownership_controls\" \"this\"", .text = "BucketOwnerEnforced"},
	{"S3.13", "", "CKV_AWS_300", "Buckets should have lifecycle configurations", SERVICE,
	 "resource \"aws_s3_bucket_lifecycle_configuration\" \"this\"", .text = "bucket +="},
	{"S3.1", "2.1.4", "CKV_AWS_53", "Buckets should have block public access settings enabled", STATE_PRIVATE,
	 .text = "block_public_acls += true"},
	{"S3.5", "2.1.1", "", "Buckets should require requests to use SSL", BOOTSTRAP,
	 "data \"aws_iam_policy_document\" \"tls_only\"", .text = "SecureTransport"},
	{"S3.8", "2.1.4", "CKV_AWS_56 CKV2_AWS_6", "Buckets should block public access", STATE_PRIVATE, .text = "restrict_public_buckets += true"},
	{"S3.9", "", "CKV_AWS_18", "Buckets should have server access logging enabled", STATE, .text = "logging \\{"},
	{"S3.12", "", "CKV2_AWS_65", "ACLs should not be used to manage user access to buckets", BOOTSTRAP,
	 "resource \"aws_s3_bucket_ownership_controls\" \"state\"", .text = "BucketOwnerEnforced"},
	{"S3.13", "", "CKV_AWS_300", "Buckets should have lifecycle configurations", BOOTSTRAP,
	 "resource \"aws_s3_bucket_lifecycle_configuration\" \"state\"", .text = "bucket +="},
	{"SecretsManager.1", "", "CKV2_AWS_57", "Secrets should have automatic rotation enabled", SERVICE,
	 "resource \"aws_secretsmanager_secret\" \"database\"", .text = "rotation_enabled +="},
	{"SecretsManager.1", "", "CKV2_AWS_57", "Secrets should have automatic rotation enabled", SERVICE,
	 "resource \"aws_secretsmanager_secret\" \"token\"", .text = "rotation_enabled +="},
	{"SNS.4", "", "", "SNS topic access policies should not allow public access", ALARMS,
	 "data \"aws_iam_policy_document\" \"topic\"", .text = "identifiers +=", .never = "identifiers +=.*\\*"},
	{"SSM.1", "", "", "EC2 instances should be managed by AWS Systems Manager", ROLE, .text = "ssm:UpdateInstanceInformation"},
	{"WAF.10", "", "CKV_AWS_175 CKV_AWS_342", "AWS WAF web ACLs should have at least one rule or rule group", WEB_ACL, .text = "rule \\{"},
	{"WAF.11", "", "CKV2_AWS_31", "AWS WAF web ACL logging should be enabled", WAF,
	 "resource \"aws_wafv2_web_acl_logging_configuration\" \"this\"", .text = "log_destination_configs +="},
	{"WAF.12", "", "", "AWS WAF rules should have CloudWatch metrics enabled", WEB_ACL, .text = "cloudwatch_metrics_enabled += true",
	 .never = "cloudwatch_metrics_enabled += false"},
	{0},
};
