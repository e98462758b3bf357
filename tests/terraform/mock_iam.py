"""Enforcement of policies in the mock, as strict as IAM for the calls that these stacks make.

Once policies are enforced (/moto-api/reset-auth), moto asks whether a caller may use an action on any resource, and drops the
conditions. Here each call is taken apart into what AWS checks: the resources that it names, their tags, and the further actions
that AWS checks for the caller. The resources of each action are those of the Service Authorization Reference
(https://docs.aws.amazon.com/service-authorization/latest/reference/). An action that is not known here applies to no resource.
"""

import json
import re
import threading
from urllib.parse import parse_qsl, unquote

from moto.acm.models import acm_backends
from moto.backup.models import backup_backends
from moto.cloudfront.models import cloudfront_backends
from moto.ec2.models import ec2_backends
from moto.iam.access_control import IAMPolicy, IAMRequestBase
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends

from policies import allowed

KINDS = {  # the first part of an id in EC2 -> type of resource in its ARN
    "eipalloc": "elastic-ip",
    "fl": "vpc-flow-log",
    "igw": "internet-gateway",
    "lt": "launch-template",
    "nat": "natgateway",
    "rtb": "route-table",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "subnet": "subnet",
    "vpc": "vpc",
    "vpce": "vpc-endpoint",
}
CREATED = {  # by an action of EC2
    "AllocateAddress": "elastic-ip",
    "AuthorizeSecurityGroupEgress": "security-group-rule",
    "AuthorizeSecurityGroupIngress": "security-group-rule",
    "CreateFlowLogs": "vpc-flow-log",
    "CreateInternetGateway": "internet-gateway",
    "CreateLaunchTemplate": "launch-template",
    "CreateNatGateway": "natgateway",
    "CreateRouteTable": "route-table",
    "CreateSecurityGroup": "security-group",
    "CreateSubnet": "subnet",
    "CreateVpc": "vpc",
    "CreateVpcEndpoint": "vpc-endpoint",
}
NAMED = {  # service -> parameter -> ARN; {} is the parameter's value, without * it is a whole ARN
    "acm": {"CertificateArn": ""},
    "autoscaling": {"AutoScalingGroupName": "autoScalingGroup:0:autoScalingGroupName/{}"},
    "cloudwatch": {
        "AlarmName": "alarm:{}",
        "AlarmNames.member": "alarm:{}",
        "DashboardName": "dashboard/{}",
        "DashboardNames.member": "dashboard/{}",
        "ResourceARN": "",
    },
    "elasticloadbalancing": {
        "ListenerArn": "",
        "ListenerArns.member": "",
        "LoadBalancerArn": "",
        "ResourceArns.member": "",
        "TargetGroupArn": "",
    },
    "budgets": {"BudgetName": "budget/{}", "ResourceARN": ""},
    "events": {"Name": "rule/{}", "Rule": "rule/{}", "ResourceARN": ""},
    "iam": {
        "InstanceProfileName": "instance-profile/{}",
        "OpenIDConnectProviderArn": "",
        "PolicyArn": "",
        "RoleName": "role/{}",
        "UserName": "user/{}",
    },
    "kms": {"KeyId": "key/{}"},
    "logs": {"logGroupName": "log-group:{}", "resourceArn": ""},
    "rds": {
        "DBInstanceIdentifier": "db:{}",
        "DBParameterGroupName": "pg:{}",
        "DBSnapshotIdentifier": "snapshot:{}",
        "DBSubnetGroupName": "subgrp:{}",
        "FinalDBSnapshotIdentifier": "snapshot:{}",
        "ResourceName": "",
        "SubscriptionName": "es:{}",
    },
    "secretsmanager": {"Name": "secret:{}-AbCdEf", "SecretId": ""},
    "sns": {"Name": "{}", "ResourceArn": "", "TopicArn": ""},
    "ssm": {"Name": "parameter{}"},
    "sts": {"RoleArn": ""},
    "wafv2": {"ResourceARN": "", "ResourceArn": "", "WebACLArn": ""},
}
# Parameters that are not what the action is about.
OTHERS = {("AddRoleToInstanceProfile", "RoleName"), ("AttachRolePolicy", "PolicyArn"), ("DetachRolePolicy", "PolicyArn"), ("RemoveRoleFromInstanceProfile", "RoleName")}
NEW_NAMES = {"CreateLoadBalancer": "loadbalancer/app/{}/0", "CreateTargetGroup": "targetgroup/{}/0"}
IN_QUERIES = {  # of S3 about a bucket -> what the permissions to read and to write that end with
    "accelerate": "AccelerateConfiguration",
    "cors": "BucketCORS",
    "encryption": "EncryptionConfiguration",
    "lifecycle": "LifecycleConfiguration",
    "object-lock": "BucketObjectLockConfiguration",
    "ownershipControls": "BucketOwnershipControls",
    "publicAccessBlock": "BucketPublicAccessBlock",
    "replication": "ReplicationConfiguration",
    "requestPayment": "BucketRequestPayment",
}
DELETED_BY_WRITING = {"lifecycle", "ownershipControls", "publicAccessBlock"}
EVERYWHERE = {"budgets", "cloudfront", "iam"}  # services without regions
PREFIXES = {"monitoring": "cloudwatch"}  # in policies, of services that sign with another name


def s3_action(method, path, is_object):
    """The permission that a request needs."""
    query = dict(parse_qsl(path.partition("?")[2], keep_blank_values=True))
    if is_object:
        verb = {"GET": "Get", "HEAD": "Get", "PUT": "Put", "POST": "Put", "DELETE": "Delete"}[method]
        what = "ObjectTagging" if "tagging" in query else "ObjectVersion" if "versionId" in query else "Object"
        return verb + what
    verb = {"GET": "Get", "PUT": "Put", "DELETE": "Delete"}.get(method)
    for name in ("acl", "logging", "policy", "tagging", "versioning", "website", *IN_QUERIES):
        if name in query:
            verb = "Put" if verb == "Delete" and name in DELETED_BY_WRITING else verb
            return verb + IN_QUERIES.get(name, "Bucket" + name.capitalize())
    if "versions" in query:
        return "ListBucketVersions"
    return {"PUT": "CreateBucket", "DELETE": "DeleteBucket"}.get(method, "ListBucket")


def budgets_action(call):
    """The permission that a call needs:
    https://docs.aws.amazon.com/cost-management/latest/userguide/billing-permissions-ref.html"""
    if "Resource" in call:
        return call
    return "ViewBudget" if call.startswith("Describe") else "ModifyBudget"


def cloudfront_action(call):
    """The permission that a call needs: the one with tags needs that without, and TagResource."""
    return call.removesuffix("WithTags")


PASSED = {  # call -> parameter with a role, the service that gets it
    "CreateBackupSelection": ("IamRoleArn", "backup.amazonaws.com"),
    "CreateDBInstance": ("MonitoringRoleArn", "monitoring.rds.amazonaws.com"),
    "CreateFlowLogs": ("DeliverLogsPermissionArn", "vpc-flow-logs.amazonaws.com"),
    "ModifyDBInstance": ("MonitoringRoleArn", "monitoring.rds.amazonaws.com"),
}
VPC_ORIGINS = "vpcorigin.cloudfront.amazonaws.com"
USED = {  # call -> what its caller may do with the key that it names, in the guides of Secrets Manager and RDS
    "CreateDBInstance": ("kms:CreateGrant", "kms:DescribeKey"),
    "CreateSecret": ("kms:Decrypt", "kms:GenerateDataKey"),
}
noted = threading.local()  # checks: what was judged for the request that this thread answers


class Request:
    """A call, taken apart.

    checks(): (action, ARN or "*", condition keys) of everything that AWS checks for it
    """

    def __init__(self, account, region, service, action, parameters, resource, path):
        self.account, self.region, self.service, self.action = account, region, service, action
        self.parameters, self.resource, self.path = parameters, resource, path
        if service == "cloudfront":
            self.action = cloudfront_action(action)
        if service == "budgets":
            self.action = budgets_action(action)
            budget = parameters.get("Budget") or parameters.get("NewBudget") or {}
            self.parameters = parameters | {"BudgetName": budget["BudgetName"]} if budget else parameters
        self.context = {"aws:RequestedRegion": region}
        self.context |= {f"aws:RequestTag/{key}": value for key, value in self.tags()}
        if self.action in ("AttachRolePolicy", "DetachRolePolicy"):
            self.context["iam:PolicyARN"] = self.parameters["PolicyArn"]
        if boundary := self.boundary():
            self.context["iam:PermissionsBoundary"] = boundary

    def tags(self):
        """Those that the call gives to a resource."""
        for name in ("BackupPlanTags", "BackupVaultTags", "Tags"):  # of AWS Backup
            if isinstance(self.parameters.get(name), dict):
                yield from self.parameters[name].items()
                return
        for tag in self.parameters.get("Tags") or []:  # in JSON
            yield tag.get("Key") or tag.get("TagKey"), tag.get("Value") or tag.get("TagValue")
        for name, key in self.parameters.items():
            if re.search(r"(^|\.)Tags?\.(member\.|Tag\.)?\d+\.Key$", name):
                yield key, self.parameters[name.removesuffix("Key") + "Value"]

    def boundary(self):
        """What the call gives to a role as its boundary, or what the role that it is about has."""
        if "PermissionsBoundary" in self.parameters:
            return self.parameters["PermissionsBoundary"]
        roles = iam_backends[self.account]["aws"].roles.values()
        return next((role.permissions_boundary_arn for role in roles if role.name == self.parameters.get("RoleName")), None)

    def arn(self, kind, service=None):
        service = service or self.service
        region = "" if service in EVERYWHERE or kind.startswith("dashboard/") else self.region
        account = "" if kind.startswith("parameter/aws/") else self.account
        return f"arn:aws:{service}:{region}:{account}:{kind}"

    def checks(self):
        action = f"{self.service}:{self.action}"
        if self.service == "s3":
            found = [(self.resource, {})]
        elif self.service == "ec2":
            found = list(self.in_ec2())
        elif self.service == "route53":
            found = list(self.in_route53())
        elif self.service == "backup":
            found = list(self.in_backup())
        elif self.service == "wafv2":
            found = [*self.named(), *self.in_waf()]
        elif self.service == "cloudfront":
            found = list(self.in_cloudfront())
        else:
            found = list(self.named())
        yield from ((action, arn, self.context | tags) for arn, tags in found or [("*", {})])
        yield from self.further()

    def named(self):
        for name, value in self.parameters.items():
            kind = NAMED.get(self.service, {}).get(re.sub(r"\.\d+$", "", name))
            if kind is None or not isinstance(value, str) or (self.action, name) in OTHERS:
                continue
            arn = value if not kind or value.startswith("arn:") else self.arn(kind.format(value))
            if "logStreamName" in self.parameters:
                arn += ":log-stream:" + self.parameters["logStreamName"]
            yield arn, self.tags_of(arn)
        if self.action in NEW_NAMES:
            yield self.arn(NEW_NAMES[self.action].format(self.parameters["Name"])), {}
        if self.action == "CreateOrUpdateTags":
            yield self.arn(NAMED["autoscaling"]["AutoScalingGroupName"].format(self.parameters["Tags.member.1.ResourceId"])), {}
        if self.action in ("CreateDBInstance", "RestoreDBInstanceFromDBSnapshot"):
            yield self.arn("og:default:mysql"), {}

    def tags_of(self, arn):
        """Of a key or a certificate, which have no names."""
        tags = {}
        if arn.startswith("arn:aws:kms:"):
            tags = kms_backends[self.account][self.region].tagger.get_tag_dict_for_resource(arn.rpartition("/")[2])
        if arn.startswith("arn:aws:cloudfront:"):
            tags = cloudfront_backends[self.account]["aws"].tagger.get_tag_dict_for_resource(arn)
        if arn in acm_backends[self.account][self.region]._certificates:
            tags = acm_backends[self.account][self.region]._certificates[arn].tags
        return {f"aws:ResourceTag/{key}": value for key, value in tags.items()}

    def in_route53(self):
        """A zone with the names of the records that change, or a change."""
        found = re.match(r"/[\d-]+/(?:tags/)?((?:hostedzone|change)/[^/?]+)", self.path)
        if found:
            yield f"arn:aws:route53:::{found[1]}", {"route53:ChangeResourceRecordSetsNormalizedRecordNames": self.parameters.get("names", [])}

    def in_backup(self):
        """The vault, the plan or the backup that the path names."""
        path = unquote(self.path)
        kind, name = re.match(r"/(backup-vaults|backup/plans|tags|untag)/?([^/]*)", path).groups()
        point = re.search("/recovery-points/(arn:.+)", path)
        if self.action == "DeleteRecoveryPoint":
            arn = point[1]
        elif kind in ("tags", "untag"):
            arn = name
        else:
            arn = self.arn({"backup-vaults": "backup-vault:", "backup/plans": "backup-plan:"}[kind] + (name or "new"))
        tags = backup_backends[self.account][self.region].tagger.get_tag_dict_for_resource(arn)
        yield arn, {f"aws:ResourceTag/{key}": value for key, value in tags.items()}

    def in_cloudfront(self):
        """What the path names, by its id or as the resource of a tag."""
        found = re.search(r"[?&]Resource=([^&]+)", self.path)
        if found:
            yield unquote(found[1]), self.tags_of(unquote(found[1]))
        found = re.match(r"/[\d-]+/(distribution|vpc-origin)/(\w+)", self.path)
        if found:
            arn = self.arn(f"{found[1].replace('-', '')}/{found[2]}")
            yield arn, self.tags_of(arn)

    def in_waf(self):
        """The web ACL that the call names, and AWS's groups in its rules."""
        if "Name" in self.parameters:
            yield self.arn(f"regional/webacl/{self.parameters['Name']}/{self.parameters.get('Id', 'new')}"), {}
        if "LoggingConfiguration" in self.parameters:
            yield self.parameters["LoggingConfiguration"]["ResourceArn"], {}
        for rule in self.parameters.get("Rules", []):
            if group := rule["Statement"].get("ManagedRuleGroupStatement"):
                yield self.arn(f"regional/managedruleset/{group['Name']}/0"), {}

    def in_ec2(self):
        """What exists with its tags, and what is created without. A Describe applies to no resource."""
        if not re.match(r"Describe|Get", self.action):
            backend = ec2_backends[self.account][self.region]
            for id in sorted(self.ids(backend)):
                kind = KINDS.get(id.rpartition("-")[0])
                tags = {f"aws:ResourceTag/{key}": value for key, value in backend.tags.get(id, {}).items()}
                yield self.arn(f"{kind}/{id}"), tags
            if self.action in CREATED:
                yield self.arn(f"{CREATED[self.action]}/new"), {}

    def ids(self, backend):
        """Of what the call names, and of what an association that it names belongs to."""
        for name, value in self.parameters.items():
            yield from (table.id for table in backend.route_tables.values() if value in table.all_associations_ids)
            yield from (address.id for address in backend.addresses if value == address.association_id)
            if re.fullmatch(r"(%s)-[0-9a-f]+" % "|".join(KINDS), value) and not name.startswith("LaunchTemplateData"):
                yield value

    def further(self):
        """What AWS checks for the caller beyond the action itself."""
        if self.service == "ec2" and self.action in CREATED and any("Tag" in name for name in self.parameters):
            yield "ec2:CreateTags", self.arn(f"{CREATED[self.action]}/new"), self.context | {"ec2:CreateAction": self.action}
        launches = self.service == "autoscaling" and any(name.startswith("LaunchTemplate.") for name in self.parameters)
        if launches or self.action == "StartInstanceRefresh":
            # https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-api-permissions.html
            yield "ec2:RunInstances", self.arn("instance/new", "ec2"), self.context
        if self.action == "RequestCertificate" and self.parameters.get("Tags"):
            yield "acm:AddTagsToCertificate", self.arn("certificate/new"), self.context
        if self.service == "backup":
            yield from self.further_of_backup()
        parameter, passed_to = PASSED.get(self.action, (None, None))
        if role := self.parameters.get("BackupSelection", self.parameters).get(parameter):
            yield "iam:PassRole", role, self.context | {"iam:PassedToService": passed_to}
        if self.parameters.get("KmsKeyId"):
            key = self.parameters["KmsKeyId"]
            yield from ((action, key, self.context | self.tags_of(key)) for action in USED.get(self.action, ()))
        if self.service == "wafv2":
            yield from self.further_of_waf()
        if self.service == "cloudfront":
            yield from self.further_of_cloudfront()
        if self.action == "AddRoleToInstanceProfile":
            role = self.arn(f"role/{self.parameters['RoleName']}")
            yield "iam:PassRole", role, self.context | {"iam:PassedToService": "ec2.amazonaws.com"}

    def further_of_backup(self):
        """https://repost.aws/knowledge-center/backup-vault-access-denied, and the tags of what is created."""
        if self.action in ("CreateBackupPlan", "CreateBackupVault") and dict(self.tags()):
            ((arn, tags),) = self.in_backup()
            yield "backup:TagResource", arn, self.context | tags
        if self.action == "CreateBackupVault":
            yield "backup-storage:MountCapsule", "*", self.context
            if key := self.parameters.get("EncryptionKeyArn"):
                for action in ("CreateGrant", "Decrypt", "DescribeKey", "GenerateDataKey", "RetireGrant"):
                    yield f"kms:{action}", key, self.context | self.tags_of(key)

    def further_of_cloudfront(self):
        """What the handlers of AWS::CloudFront::VpcOrigin and AWS::CloudFront::Distribution also need, in their schemas of
        CloudFormation.
        """
        kind = {"CreateDistribution": "distribution", "CreateVpcOrigin": "vpcorigin"}.get(self.action)
        if kind and any(self.tags()):
            yield "cloudfront:TagResource", self.arn(f"{kind}/new"), self.context
        if self.action == "CreateVpcOrigin":
            for action in ("ec2:DescribeInstances", "ec2:DescribeInternetGateways", "elasticloadbalancing:DescribeLoadBalancers"):
                yield action, "*", self.context
            role = f"arn:aws:iam::{self.account}:role/aws-service-role/{VPC_ORIGINS}/AWSServiceRoleForCloudFrontVPCOrigin"
            yield "iam:CreateServiceLinkedRole", role, self.context | {"iam:AWSServiceName": VPC_ORIGINS}

    def further_of_waf(self):
        """The reference's actions that an operation of WAF also needs, and those for a log in CloudWatch:
        https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
        """
        balancer = self.parameters.get("ResourceArn")
        for action in {
            "AssociateWebACL": ["CreateWebACLAssociation", "SetWebAcl"],
            "DisassociateWebACL": ["DeleteWebACLAssociation", "SetWebAcl"],
            "GetWebACLForResource": ["GetLoadBalancerWebACL"],
        }.get(self.action, []):
            yield f"elasticloadbalancing:{action}", "*" if action == "SetWebAcl" else balancer, self.context
        if self.action == "CreateWebACL" and self.parameters.get("Tags"):
            yield "wafv2:TagResource", self.arn(f"regional/webacl/{self.parameters['Name']}/new"), self.context
        if self.action == "PutLoggingConfiguration":
            for action in ("CreateLogDelivery", "DescribeLogGroups", "DescribeResourcePolicies", "PutResourcePolicy"):
                yield f"logs:{action}", "*", self.context
        if self.action == "DeleteLoggingConfiguration":
            yield "logs:DeleteLogDelivery", "*", self.context


def parameters_of(request):
    """From JSON, or from a form; of XML, the names of records. S3 has its own in the path."""
    body = request._body.decode("latin-1") if isinstance(request._body, bytes) else request._body or ""
    if body.startswith("{"):
        return json.loads(body)
    if "<ChangeResourceRecordSetsRequest" in body:
        return {"names": [name.rstrip(".").lower() for name in re.findall("<ResourceRecordSet>.*?<Name>(.*?)</Name>", body, re.S)]}
    if "cloudfront.amazonaws.com/doc/" in body:
        return {"Tags": [{"Key": key, "Value": value} for key, value in re.findall("<Tag><Key>(.*?)</Key><Value>(.*?)</Value></Tag>", body)]}
    return {name: values[0] if isinstance(values, list) else values for name, values in request._data.items()}


def check(request, resource):
    """Refuses the request unless the caller's policies allow all that AWS checks."""
    service, action = request._action.split(":")
    if action in ("GetCallerIdentity", "AssumeRoleWithWebIdentity"):
        return
    service = PREFIXES.get(service, service)
    if service == "s3":
        action = s3_action(request._method, request._path, "/" in resource)
    call = Request(request.account_id, request._region, service, action, parameters_of(request), resource, request._path)
    documents = [IAMPolicy(policy)._policy_json for policy in request._access_key.collect_policies()]
    for needed, arn, context in call.checks():
        admitted = allowed(documents, needed, arn, context)
        noted.checks.append((request._access_key.arn, needed, arn, admitted))
        if not admitted:
            request._action = f"{needed} on {arn}"
            request._raise_access_denied()


def judge_as_iam():
    IAMRequestBase.check_action_permitted = check
    IAMRequestBase.check_signature = lambda request: None  # moto cannot check those of uploads in chunks
