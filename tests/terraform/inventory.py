"""Everything in a mock AWS of the kinds that a stack has, to compare before and after."""


def inventory(aws):
    """kind -> names"""
    ec2, rds, s3, iam = aws.client("ec2"), aws.client("rds"), aws.client("s3"), aws.client("iam")
    scaling, balancing = aws.client("autoscaling"), aws.client("elbv2")
    watch, logs, sns = aws.client("cloudwatch"), aws.client("logs"), aws.client("sns")
    return {
        kind: sorted(item if isinstance(item, str) else item[name] for item in found)
        for kind, name, found in [
            ("networks", "VpcId", ec2.describe_vpcs()["Vpcs"]),
            ("subnets", "SubnetId", ec2.describe_subnets()["Subnets"]),
            ("route tables", "RouteTableId", ec2.describe_route_tables()["RouteTables"]),
            ("internet gateways", "InternetGatewayId", ec2.describe_internet_gateways()["InternetGateways"]),
            ("NAT gateways", "NatGatewayId", alive(ec2.describe_nat_gateways()["NatGateways"])),
            ("addresses", "PublicIp", ec2.describe_addresses()["Addresses"]),
            ("endpoints", "VpcEndpointId", alive(ec2.describe_vpc_endpoints()["VpcEndpoints"])),
            ("security groups", "GroupId", ec2.describe_security_groups()["SecurityGroups"]),
            ("launch templates", "LaunchTemplateId", ec2.describe_launch_templates()["LaunchTemplates"]),
            ("instances", "InstanceId", running(ec2.describe_instances()["Reservations"])),
            ("volumes", "VolumeId", ec2.describe_volumes()["Volumes"]),
            ("groups", "AutoScalingGroupName", scaling.describe_auto_scaling_groups()["AutoScalingGroups"]),
            ("scaling policies", "PolicyName", scaling.describe_policies()["ScalingPolicies"]),
            ("load balancers", "LoadBalancerName", balancing.describe_load_balancers()["LoadBalancers"]),
            ("target groups", "TargetGroupName", balancing.describe_target_groups()["TargetGroups"]),
            ("firewalls", "Name", aws.client("wafv2").list_web_acls(Scope="REGIONAL")["WebACLs"]),
            ("certificates", "CertificateArn", aws.client("acm").list_certificates()["CertificateSummaryList"]),
            ("records", "Name", records(aws.client("route53"))),
            ("databases", "DBInstanceIdentifier", rds.describe_db_instances()["DBInstances"]),
            ("database snapshots", "DBSnapshotIdentifier", rds.describe_db_snapshots()["DBSnapshots"]),
            ("subnet groups", "DBSubnetGroupName", rds.describe_db_subnet_groups()["DBSubnetGroups"]),
            ("parameter groups", "DBParameterGroupName", rds.describe_db_parameter_groups()["DBParameterGroups"]),
            ("buckets", "Name", s3.list_buckets()["Buckets"]),
            ("roles", "RoleName", iam.list_roles()["Roles"]),
            ("instance profiles", "InstanceProfileName", iam.list_instance_profiles()["InstanceProfiles"]),
            ("secrets", "Name", aws.client("secretsmanager").list_secrets()["SecretList"]),
            ("log groups", "logGroupName", logs.describe_log_groups()["logGroups"]),
            ("alarms", "AlarmName", watch.describe_alarms()["MetricAlarms"]),
            ("dashboards", "DashboardName", watch.list_dashboards()["DashboardEntries"]),
            ("topics", "TopicArn", sns.list_topics()["Topics"]),
            ("vaults", "BackupVaultName", aws.client("backup").list_backup_vaults()["BackupVaultList"]),
            ("backup plans", "BackupPlanName", aws.client("backup").list_backup_plans()["BackupPlansList"]),
            ("keys", "KeyId", living_keys(aws.client("kms"))),
        ]
    }


def records(route53):
    zones = [zone["Id"] for zone in route53.list_hosted_zones()["HostedZones"]]
    return [record for zone in zones for record in route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]]


def alive(things):
    return [thing for thing in things if thing["State"].lower() not in ("deleted", "deleting")]


def running(reservations):
    instances = [instance for reservation in reservations for instance in reservation["Instances"]]
    return [instance for instance in instances if instance["State"]["Name"] != "terminated"]


def living_keys(kms):
    """The account's own keys. AWS deletes a key days after the request."""
    aliases = kms.list_aliases()["Aliases"]
    of_aws = {alias.get("TargetKeyId") for alias in aliases if alias["AliasName"].startswith("alias/aws/")}
    ids = [key["KeyId"] for key in kms.list_keys()["Keys"] if key["KeyId"] not in of_aws]
    return [key for key in ids if kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] != "PendingDeletion"]
