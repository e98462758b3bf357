"""AWS WAF in the mock: what moto keeps without a look at it.

https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html
https://docs.aws.amazon.com/waf/latest/APIReference/API_PutLoggingConfiguration.html
"""

from moto.core.exceptions import JsonRESTError
from moto.elbv2.models import elbv2_backends
from moto.logs.models import logs_backends
from moto.wafv2.models import FakeWebACL, WAFV2Backend

# Of the groups that a web ACL can name, their capacity:
# https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
CAPACITIES = {
    "AWSManagedRulesAmazonIpReputationList": 25,
    "AWSManagedRulesAnonymousIpList": 50,
    "AWSManagedRulesCommonRuleSet": 700,
    "AWSManagedRulesKnownBadInputsRuleSet": 200,
}
RATE_CAPACITY, INCLUDED = 2, 1500  # a rate-based rule; what the price of a web ACL includes: AWS takes more, and charges for it
LOGS = "aws-waf-logs-"


def refuse(kind, why):
    raise JsonRESTError(f"WAF{kind}Exception", why)


def capacity(rule):
    statement = rule["Statement"]
    if group := statement.get("ManagedRuleGroupStatement"):
        if group["Name"] not in CAPACITIES or "OverrideAction" not in rule:
            refuse("InvalidParameter", f"No such managed rule group, or no override action: {group['Name']}")
        return CAPACITIES[group["Name"]]
    if statement["RateBasedStatement"]["Limit"] < 10 or "Action" not in rule:
        refuse("InvalidParameter", "A rate-based rule has an action and a limit of 10 or more")
    return RATE_CAPACITY


def judge_rules():
    def judge(rules):
        if sum(map(capacity, rules)) > INCLUDED:
            refuse("LimitsExceeded", f"The rules take more than {INCLUDED} WCU")
        if len({rule["Priority"] for rule in rules}) < len(rules):
            refuse("InvalidParameter", "Two rules have the same priority")

    create, update = WAFV2Backend.create_web_acl, WAFV2Backend.update_web_acl

    def create_web_acl(self, name, visibility_config, default_action, scope, description, tags, rules, *rest):
        judge(rules)
        return create(self, name, visibility_config, default_action, scope, description, tags, rules, *rest)

    def update_web_acl(self, name, _id, default_action, rules, *rest):
        judge(rules)
        return update(self, name, _id, default_action, rules, *rest)

    WAFV2Backend.create_web_acl, WAFV2Backend.update_web_acl = create_web_acl, update_web_acl


def judge_associations():
    """A load balancer that exists has one web ACL, and a web ACL in use cannot be deleted."""
    associate, delete = WAFV2Backend.associate_web_acl, WAFV2Backend.delete_web_acl

    def associate_web_acl(self, web_acl_arn, resource_arn):
        if resource_arn not in elbv2_backends[self.account_id][self.region_name].load_balancers:
            refuse("UnavailableEntity", f"There is no load balancer {resource_arn}")
        self.disassociate_web_acl(resource_arn)
        associate(self, web_acl_arn, resource_arn)

    def delete_web_acl(self, name, scope, _id, lock_token):
        acl = self.get_web_acl(None, name, _id)
        if acl.associated_resources:
            refuse("AssociatedItem", f"{name} is associated with {acl.associated_resources}")
        delete(self, name, scope, _id, lock_token)
        self.logging_configurations.pop(acl.arn, None)

    WAFV2Backend.associate_web_acl, WAFV2Backend.delete_web_acl = associate_web_acl, delete_web_acl


def judge_logs():
    """A log group that exists, with the name that AWS demands."""
    put = WAFV2Backend.put_logging_configuration

    def put_logging_configuration(self, arn, log_destination_configs, *rest):
        (destination,) = log_destination_configs
        group = destination.partition(":log-group:")[2].removesuffix(":*")
        if not group.startswith(LOGS) or group not in logs_backends[self.account_id][self.region_name].groups:
            refuse("InvalidParameter", f"The log group must exist, with a name that begins with {LOGS}: {destination}")
        return put(self, arn, log_destination_configs, *rest)

    WAFV2Backend.put_logging_configuration = put_logging_configuration


def answer_as_aws():
    """Without what a rule does not have."""
    describe = FakeWebACL.to_dict

    def to_dict(self):
        acl = {key: value for key, value in describe(self).items() if value is not None}
        acl["Rules"] = [{key: value for key, value in rule.items() if value is not None} for rule in acl["Rules"]]
        return acl

    FakeWebACL.to_dict = to_dict


def supply_firewalls():
    judge_rules()
    judge_associations()
    judge_logs()
    answer_as_aws()
