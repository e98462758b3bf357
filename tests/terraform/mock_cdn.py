"""CloudFront in front of a private load balancer, in the mock: VPC origins, which moto lacks, and what AWS refuses.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html
https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DeleteVpcOrigin.html
https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DeleteDistribution.html
"""

from moto.cloudfront.exceptions import CloudFrontException
from moto.cloudfront.models import CloudFrontBackend, DefaultCacheBehaviour, Origin, ViewerCertificate, random_id
from moto.cloudfront.responses import CloudFrontResponse
from moto.cloudfront.urls import url_paths
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.elbv2.models import elbv2_backends

GROUP = "CloudFront-VPCOrigins-Service-SG"
TIMEOUTS = range(1, 121)  # VpcOriginConfig, OriginReadTimeout and OriginKeepaliveTimeout
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html#vpc-origins-supported-regions
UNSUPPORTED_ZONES = {"use1-az3", "usw1-az2", "apne1-az3", "cac1-az3"}
POLICIES = {  # the three guides on managed policies
    "cache_policy_id": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
    "origin_request_policy_id": "216adef6-5c7f-47e4-b989-5492eafa07d3",
    "response_headers_policy_id": "67f7725c-6f97-4210-82d7-5512b31e9d03",
}


def refuse(code, why):
    raise CloudFrontException(code, why)


class VpcOrigin:
    """As AWS describes it. The first description says Deploying, later ones Deployed."""

    def __init__(self, account, config):
        self.id = "vo_" + random_id(False, 20)
        self.arn = f"arn:aws:cloudfront::{account}:vpcorigin/{self.id}"
        self.account_id = account
        self.status = "Deploying"
        self.created_time = self.last_modified_time = utcnow()
        self.vpc_origin_endpoint_config = config
        self.etag = random_id()

    @property
    def balancer(self):
        return self.vpc_origin_endpoint_config["Arn"]


def balancer_of(account, arn):
    """The private load balancer of that ARN, and the EC2 of its region."""
    region = arn.split(":")[3]
    balancer = elbv2_backends[account][region].load_balancers.get(arn)
    if balancer is None:
        refuse("InvalidArgument", f"There is no load balancer {arn}")
    return balancer, ec2_backends[account][region]


def check_balancer(account, arn):
    """AWS documents private subnets, a network with an internet gateway, and the zones that are left out."""
    balancer, ec2 = balancer_of(account, arn)
    if balancer.scheme != "internal":
        refuse("InvalidArgument", "The load balancer is not in private subnets")
    gateways = [gateway for gateway in ec2.internet_gateways.values() if gateway.vpc and gateway.vpc.id == balancer.vpc_id]
    if not gateways:
        refuse("InvalidArgument", f"There is no internet gateway in {balancer.vpc_id}")
    for subnet in balancer.subnets:
        if subnet.availability_zone_id in UNSUPPORTED_ZONES:
            refuse("InvalidArgument", f"{subnet.availability_zone_id} is not supported")
        for table in ec2.route_tables.values():
            if subnet.id in table._associations.values() and any(route.gateway and route.gateway.id.startswith("igw-") for route in table.routes):
                refuse("InvalidArgument", f"{subnet.id} is public")
    return balancer, ec2


def group_of(balancer, ec2):
    return next((group for group in ec2.groups[balancer.vpc_id].values() if group.name == GROUP), None)


def users(backend, origin):
    """The distributions that use a VPC origin."""
    return [
        distribution.id
        for distribution in backend.distributions.values()
        for used in distribution.distribution_config.Origins["Items"]
        if getattr(used, "vpc_origin_config", {}).get("VpcOriginId") == origin.id
    ]


def origin_of(backend, id, if_match):
    if id not in backend.vpc_origins:
        refuse("EntityNotFound", f"There is no VPC origin {id}")
    origin = backend.vpc_origins[id]
    if if_match not in (origin.etag, None):
        refuse("InvalidIfMatchVersion", "The If-Match version is not valid for the resource")
    return origin


def create_vpc_origin(self):
    config = self._get_param("VpcOriginEndpointConfig")
    balancer, ec2 = check_balancer(self.current_account, config["Arn"])
    if any(origin.balancer == config["Arn"] for origin in self.backend.vpc_origins.values()):
        refuse("EntityAlreadyExists", "The load balancer has a VPC origin already")
    if group_of(balancer, ec2) is None:
        ec2.create_security_group(GROUP, "Managed by CloudFront", balancer.vpc_id, {"aws.cloudfront.vpcorigin": "enabled"})
    origin = VpcOrigin(self.current_account, config)
    self.backend.vpc_origins[origin.id] = origin
    self.backend.tagger.tag_resource(origin.arn, self._get_param("Tags.Items", []))
    return ActionResult({"VpcOrigin": origin, "ETag": origin.etag})


def get_vpc_origin(self):
    origin = origin_of(self.backend, self._get_param("Id"), None)
    answer = ActionResult({"VpcOrigin": dict(vars(origin)), "ETag": origin.etag})
    origin.status = "Deployed"
    return answer


def update_vpc_origin(self):
    origin = origin_of(self.backend, self._get_param("Id"), self._get_param("IfMatch"))
    if users(self.backend, origin):
        refuse("CannotUpdateEntityWhileInUse", "The specified VPC origin is currently associated with one or more distributions")
    origin.vpc_origin_endpoint_config, origin.etag = self._get_param("VpcOriginEndpointConfig"), random_id()
    return ActionResult({"VpcOrigin": origin, "ETag": origin.etag})


def delete_vpc_origin(self):
    origin = origin_of(self.backend, self._get_param("Id"), self._get_param("IfMatch"))
    if users(self.backend, origin):
        refuse("CannotDeleteEntityWhileInUse", "The specified VPC origin is currently associated with one or more distributions")
    del self.backend.vpc_origins[origin.id]
    balancer, ec2 = balancer_of(self.current_account, origin.balancer)
    ec2.delete_security_group(group_id=group_of(balancer, ec2).id)
    return ActionResult({"VpcOrigin": origin, "ETag": origin.etag})


def supply_vpc_origins():
    url_paths["{0}/2020-05-31/vpc-origin$"] = CloudFrontResponse.dispatch
    url_paths["{0}/2020-05-31/vpc-origin/(?P<id>[^/]+)$"] = CloudFrontResponse.dispatch
    for handler in (create_vpc_origin, get_vpc_origin, update_vpc_origin, delete_vpc_origin):
        setattr(CloudFrontResponse, handler.__name__, handler)
    start = CloudFrontBackend.__init__

    def begin(self, *arguments, **named):
        start(self, *arguments, **named)
        self.vpc_origins = {}

    CloudFrontBackend.__init__ = begin


def remember_origins():
    """What moto leaves out of an origin, and the policies that a distribution names."""
    origin_init, behaviour_init, certificate_init = Origin.__init__, DefaultCacheBehaviour.__init__, ViewerCertificate.__init__

    def begin_origin(self, origin):
        origin_init(self, origin)
        config = origin.get("VpcOriginConfig")
        if config:
            self.vpc_origin_config = config
            if not {int(config["OriginReadTimeout"]), int(config["OriginKeepaliveTimeout"])} <= set(TIMEOUTS):
                refuse("InvalidOriginReadTimeout", f"A timeout of an origin is from 1 to 120 seconds: {config}")

    def begin_behaviour(self, config):
        behaviour_init(self, config)
        for name, id in POLICIES.items():
            if getattr(self, name) != id:
                refuse("InvalidArgument", f"There is no policy {getattr(self, name)} for {name}")
        self.forwarded_values = self.min_ttl = self.default_ttl = self.max_ttl = None  # of distributions without a cache policy

    def begin_certificate(self, config):
        certificate_init(self, config)
        self.iam_certificate_id = self.acm_certificate_arn = None  # CloudFront's own has neither

    Origin.__init__, DefaultCacheBehaviour.__init__, ViewerCertificate.__init__ = begin_origin, begin_behaviour, begin_certificate


def keep_enabled_distributions():
    delete = CloudFrontBackend.delete_distribution

    def delete_disabled(self, distribution_id, if_match):
        if self.distributions[distribution_id].distribution_config.Enabled:
            refuse("DistributionNotDisabled", "The distribution you are trying to delete has not been disabled")
        delete(self, distribution_id, if_match)

    CloudFrontBackend.delete_distribution = delete_disabled


def supply_cdn():
    supply_vpc_origins()
    remember_origins()
    keep_enabled_distributions()
