"""CI on a mock of AWS that enforces the policies of bootstrap/ci: the plan role can plan and change nothing, the apply role can
apply, change and destroy its stack, and reaches no other.

The mock evaluates the policies itself (mock_iam.py, policies.py), because moto's own check ignores resources and conditions.
"""

import json
import re

import pytest

from compiled import HTTPS
from harness import MockAws, Stack, Terraform, compile_spec, fresh
from policies import allowed, like, listed
from roles import ASKED, Role, refused

REGION, ACCOUNT, BUCKET = "us-east-1", "123456789012", "gym-tfstate"
EVENING = {"name": "evening", "cron": "0 17 * * *", "min": 3, "max": 9}
SPEC = {
    "name": "gym",
    "region": REGION,
    "network": {"nat": "per_zone", "flow_logs": True},
    "load_balancer": {"access_logs": True},
    "https": HTTPS,
    "firewall": {"rate_limit": 3000},
    "database": {"storage_gb": 20, "instance_class": "db.t4g.medium", "insights": True},
    "scaling": {"schedule": [EVENING]},
    "backup": {"copy_to": "us-west-2", "lock": "governance"},
    "alarms": {"email": ["ops@gym.example"]},
    "budget": {"monthly_usd": 300},
    "security": {"kms": True, "permissions_boundary": "arn:aws:iam::aws:policy/PowerUserAccess", "allowed_account": ACCOUNT},
    "state": {"bucket": BUCKET},
}
CHANGED = SPEC | {"scaling": {"max": 12, "schedule": [EVENING | {"min": 4}]}, "service": {"settings": {"title": "City Gym"}}, "firewall": {"rate_limit": 4000}, "backup": {"copy_to": "us-west-2", "daily_days": 14}, "tags": {"team": "backend"}}
ISSUERS = {"github": "token.actions.githubusercontent.com", "gitlab": "gitlab.com"}
POLICY_MAX = 6144  # characters, without white space: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
# Replaces the state's place, since the mock has no names for buckets.
BACKEND = f"""\
terraform {{
  backend "s3" {{
    bucket                      = "{BUCKET}"
    key                         = "gym/prod/terraform.tfstate"
    region                      = "{REGION}"
    use_lockfile                = true
    use_path_style              = true
    skip_credentials_validation = true
    skip_metadata_api_check     = true
    skip_requesting_account_id  = true
  }}
}}
"""


class Pipeline:
    """The life of a stack in CI. Its tests look at what was recorded on the way.

    outcomes: step -> completed process, whose output is in a file of that name too; calls: step -> calls
    """

    def __init__(self, aws, folder):
        self.aws, self.stack = aws, folder / "stack"
        self.outcomes, self.calls, self.seen = {}, {}, 0
        self.zone = aws.host_zone(HTTPS["zone"]).rpartition("/")[2]
        compile_spec(SPEC, self.stack)
        self.admin = Terraform()
        self.bootstrap()
        (self.stack / "mock_override.tf").write_text(self.override + BACKEND)
        self.admin.run(self.stack, "init", "-input=false", endpoint=aws.endpoint)

    def bootstrap(self):
        for folder, options in ((self.stack / "bootstrap", []), (self.stack / "bootstrap/ci", ["-var", ASKED["github"]])):
            self.admin.init(folder)
            self.override = (folder / "mock_override.tf").read_text()
            self.admin.run(folder, "apply", "-auto-approve", "-input=false", *options, endpoint=self.aws.endpoint)
        self.outputs = {name: o["value"] for name, o in json.loads(self.admin.run(folder, "output", "-json").stdout).items()}
        self.plan_role, self.apply_role = (Role(self.aws, self.outputs[name]) for name in ("plan_role", "apply_role"))

    def policies(self, name):
        """The documents of a role's policies."""
        iam = self.aws.client("iam")
        inline = iam.list_role_policies(RoleName=name)["PolicyNames"]
        documents = [iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"] for policy in inline]
        for attached in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
            documents.append(iam.get_policy_version(PolicyArn=attached["PolicyArn"], VersionId="v1")["PolicyVersion"]["Document"])
        return documents

    def step(self, name, role, *arguments):
        self.outcomes[name] = role.run(self.stack, *arguments, check=False)
        (self.stack.parent / f"{name}.txt").write_text(self.outcomes[name].stdout + self.outcomes[name].stderr)
        self.record(name)

    def record(self, name):
        self.calls[name] = self.aws.calls(self.seen)
        self.seen += len(self.calls[name])

    def plan(self, name, *options):
        """As ci/report.py does."""
        self.step(name, self.plan_role, "plan", "-input=false", "-lock=false", "-refresh=false", "-out=test.tfplan", *options)

    def live(self):
        self.documents = {name: self.policies(f"gym-prod-{name}") for name in ("plan", "apply")}
        self.aws.enforce()
        self.seen = len(self.aws.calls())
        self.step("init", self.plan_role, "init", "-input=false", "-lockfile=readonly")
        self.plan("plan of a network", "-target=module.vpc")  # the provider repeats other calls for minutes
        self.step("apply by the plan role", self.plan_role, "apply", "-input=false", "test.tfplan")
        self.step("apply with no lock by the plan role", self.plan_role, "apply", "-input=false", "-lock=false", "test.tfplan")
        self.plan("plan of nothing")
        self.step("apply", self.apply_role, "apply", "-input=false", "test.tfplan")
        self.plan("plan of what is applied")
        compile_spec(CHANGED, self.stack)
        self.plan("plan of a change")
        self.step("change", self.apply_role, "apply", "-input=false", "test.tfplan")
        self.step("full plan", self.apply_role, "plan", "-input=false")
        self.escape()
        self.step("destroy", self.apply_role, "destroy", "-auto-approve", "-input=false")
        self.aws.enforce("inf")

    def escape(self):
        """What neither role may do. escaped: (role, call) of what was not refused"""
        self.escaped = []
        for name, role in (("plan", self.plan_role), ("apply", self.apply_role)):
            for service, method, parameters in ESCAPES:
                if not role.is_refused(service, method, **parameters):
                    self.escaped.append((name, method, parameters))
            for record in ("shop.gym.example", "gym.example", "_x.shop.gym.example"):
                if not role.is_refused("route53", "change_resource_record_sets", HostedZoneId=self.zone, ChangeBatch=new_record(record)):
                    self.escaped.append((name, "change_resource_record_sets", record))
        self.record("escapes")


def new_record(name):
    record = {"Name": name, "Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": "evil.example"}]}
    return {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}


ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{ISSUERS['github']}"
INSTANCES = f"arn:aws:iam::{ACCOUNT}:role/gym-prod-20260101000000000000000001"
NOTHING = json.dumps({"Version": "2012-10-17", "Statement": []})
ESCAPES = [
    *(
        ("iam", method, {"RoleName": role} | parameters)
        for role in ("gym-prod-apply", "gym-prod-plan", "gym-prod-admin", "shop-prod-20260101000000000000000001")
        for method, parameters in (
            ("put_role_policy", {"PolicyName": "p", "PolicyDocument": NOTHING}),
            ("update_assume_role_policy", {"PolicyDocument": NOTHING}),
            ("attach_role_policy", {"PolicyArn": ADMINISTRATOR}),
            ("delete_role", {}),
        )
    ),
    ("iam", "attach_role_policy", {"RoleName": "gym-prod-20260101000000000000000001", "PolicyArn": ADMINISTRATOR}),
    ("iam", "create_policy_version", {"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/tfgen-ci/gym-prod-apply", "PolicyDocument": NOTHING}),
    ("iam", "create_user", {"UserName": "gym-prod-20260101000000000000000001"}),
    ("iam", "create_access_key", {"UserName": "gym-prod-20260101000000000000000001"}),
    ("iam", "create_role", {"RoleName": "gym-prod-admin", "AssumeRolePolicyDocument": NOTHING}),
    ("iam", "create_role", {"RoleName": "gym-prod-20260101000000000000000002", "AssumeRolePolicyDocument": NOTHING}),
    ("iam", "delete_role_permissions_boundary", {"RoleName": "gym-prod-20260101000000000000000001"}),
    (
        "iam",
        "put_role_permissions_boundary",
        {"RoleName": "gym-prod-20260101000000000000000001", "PermissionsBoundary": ADMINISTRATOR},
    ),
    ("iam", "add_client_id_to_open_id_connect_provider", {"OpenIDConnectProviderArn": PROVIDER, "ClientID": "x"}),
    ("iam", "update_open_id_connect_provider_thumbprint", {"OpenIDConnectProviderArn": PROVIDER, "ThumbprintList": ["0" * 40]}),
    ("iam", "delete_open_id_connect_provider", {"OpenIDConnectProviderArn": PROVIDER}),
    ("iam", "create_open_id_connect_provider", {"Url": "https://example.com", "ThumbprintList": ["0" * 40]}),
    ("sts", "assume_role", {"RoleArn": INSTANCES, "RoleSessionName": "test"}),
    ("s3", "delete_bucket", {"Bucket": BUCKET}),
    ("s3", "put_bucket_policy", {"Bucket": BUCKET, "Policy": NOTHING}),
    ("s3", "get_object", {"Bucket": BUCKET, "Key": "shop/prod/terraform.tfstate"}),
    ("s3", "put_object", {"Bucket": BUCKET, "Key": "shop/prod/terraform.tfstate", "Body": b""}),
    ("rds", "delete_db_instance", {"DBInstanceIdentifier": "shop-prod-0123", "SkipFinalSnapshot": True}),
    ("secretsmanager", "get_secret_value", {"SecretId": f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:shop-prod-database-AbCdEf"}),
    ("ec2", "create_tags", {"Resources": ["vpc-00000000000000000"], "Tags": [{"Key": "Stack", "Value": "gym-prod"}]}),
    ("ec2", "delete_vpc", {"VpcId": "vpc-00000000000000000"}),
    ("autoscaling", "delete_auto_scaling_group", {"AutoScalingGroupName": "shop-prod-20260101000000000000000001"}),
    ("backup", "delete_backup_vault", {"BackupVaultName": "shop-prod"}),
    ("sns", "delete_topic", {"TopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:shop-prod-alarms"}),
    ("logs", "delete_log_group", {"logGroupName": "/shop-prod/service"}),
    ("acm", "request_certificate", {"DomainName": "gym.example"}),
    ("acm", "delete_certificate", {"CertificateArn": f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/01234567-89ab-cdef-0123-456789abcdef"}),
]


@pytest.fixture(scope="module")
def pipeline():
    folder = fresh("ci")
    with MockAws(REGION, log=folder / "requests.log") as aws:
        pipeline = Pipeline(aws, folder)
        pipeline.live()
        yield pipeline


PLANS = ("plan of a network", "plan of nothing", "plan of what is applied", "plan of a change")
APPLIES = ("apply", "change", "full plan", "destroy")


@pytest.mark.parametrize("step", ["init", *PLANS, *APPLIES])
def test_every_call_is_admitted(pipeline, step):
    done = pipeline.outcomes[step]
    assert refused(pipeline.calls[step]) == set()
    assert done.returncode == 0, done.stderr
    checks = [check for call in pipeline.calls[step] for check in call.checks]
    role = "apply" if step in APPLIES else "plan"
    assert {check[0] for check in checks} == {f"arn:aws:sts::{ACCOUNT}:assumed-role/gym-prod-{role}/test"}


@pytest.mark.parametrize("step", PLANS)
def test_a_plan_changes_nothing_and_reads_no_secret(pipeline, step):
    assert [call.action for call in pipeline.calls[step] if call.writes()] == []
    assert "GetSecretValue" not in {call.action for call in pipeline.calls[step]}


def test_the_plans_are_complete(pipeline):
    assert "No changes" in pipeline.outcomes["plan of what is applied"].stdout
    assert re.search(r"Plan: \d+ to add, [1-9]\d* to change", pipeline.outcomes["plan of a change"].stdout)


@pytest.mark.parametrize("step", ["apply by the plan role", "apply with no lock by the plan role"])
def test_the_plan_role_cannot_apply(pipeline, step):
    assert pipeline.outcomes[step].returncode == 1
    admitted = {check[1] for call in pipeline.calls[step] for check in call.checks if check[3]}
    assert not [action for action in admitted if not re.match(r"\w+:(Get|List|Describe)", action)]


def test_the_plan_role_is_allowed_none_of_the_changing_calls(pipeline):
    """Whatever the resource and the conditions."""
    patterns = [p for d in pipeline.documents["plan"] for s in listed(d["Statement"]) for p in listed(s["Action"])]
    changing = {
        check[1]
        for step in APPLIES
        for call in pipeline.calls[step]
        for check in call.checks
        if not re.match(r"\w+:(Get|List|Describe)", check[1])
    }
    assert len(changing) > 80
    assert [(a, p) for a in changing for p in patterns if like(p, a, ignore_case=True)] == []
    assert [p for p in patterns if not re.match(r"\w+:(Get|List|Describe)", p) or "SecretValue" in p or "*" in p] == []


def test_no_role_can_escape(pipeline):
    assert pipeline.escaped == []


def test_roles_are_passed_to_instances_only(pipeline):
    for service, may in (("ec2.amazonaws.com", True), ("lambda.amazonaws.com", False), ("rds.amazonaws.com", False)):
        assert allowed(pipeline.documents["apply"], "iam:PassRole", INSTANCES, {"iam:PassedToService": service}) == may
    other = INSTANCES.replace("gym-prod-20", "gym-prod-admin-")
    assert not allowed(pipeline.documents["apply"], "iam:PassRole", other, {"iam:PassedToService": "ec2.amazonaws.com"})


def test_alarms_of_others_are_out_of_reach(pipeline):
    """boto3 calls CloudWatch in a protocol that the mock's judge does not read."""
    for stack, may in (("gym-prod", True), ("shop-prod", False)):
        arn = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{stack}-cpu-high"
        assert allowed(pipeline.documents["apply"], "cloudwatch:DeleteAlarms", arn, {}) == may


def test_other_regions_are_out_of_reach(pipeline):
    for action in ("ec2:CreateVpc", "ec2:RunInstances", "kms:CreateKey"):
        for region, may in ((REGION, True), ("eu-west-1", False)):
            assert allowed(pipeline.documents["apply"], action, "*", {"aws:RequestedRegion": region}) == may


def test_policies_fit(pipeline):
    """With the longest name of a stack, too."""
    for documents in pipeline.documents.values():
        for document in documents:
            longest = json.dumps(document, separators=(",", ":")).replace("gym-prod", f"{'n' * 20}-{'e' * 12}")
            assert len(longest) <= POLICY_MAX


# Subjects as GitHub and GitLab document them:
# https://docs.github.com/en/actions/reference/security/oidc, https://docs.gitlab.com/ci/secrets/id_token_authentication/
SUBJECTS = {
    "github": [
        ("repo:acme/shop:pull_request", "plan"),
        ("repo:acme/shop:ref:refs/heads/main", "plan"),
        ("repo:acme/shop:environment:production", "apply"),
        ("repo:acme/shop:environment:staging", None),
        ("repo:acme/shop:ref:refs/heads/feature", None),
        ("repo:acme/shop:ref:refs/tags/v1", None),
        ("repo:acme/shop2:environment:production", None),
        ("repo:evil/shop:pull_request", None),
        ("repo:acme@1/shop@2:environment:production", None),
    ],
    "gitlab": [
        ("project_path:acme/web/shop:ref_type:branch:ref:feature", "plan"),
        ("project_path:acme/web/shop:ref_type:branch:ref:main", "plan apply"),
        ("project_path:acme/web/shop:ref_type:tag:ref:main", None),
        ("project_path:evil/web/shop:ref_type:branch:ref:main", None),
        ("project_path:acme/web/shop2:ref_type:branch:ref:main", None),
    ],
}


@pytest.mark.parametrize("system", SUBJECTS)
def test_who_gets_which_role(system, terraform, aws):
    folder = compile_spec(SPEC, fresh(f"ci-trust-{system}") / "stack") / "bootstrap/ci"
    terraform.init(folder)
    stack = Stack(terraform, aws, folder)
    provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{ISSUERS[system]}"
    plan = stack.plan("-var", ASKED[system], "-var", f"oidc_provider_arn={provider}")
    assert "aws_iam_openid_connect_provider" not in {change[0] for change in plan.changes}
    trust = {name: json.loads(plan.resources()[f"aws_iam_role.{name}"]["assume_role_policy"]) for name in ("plan", "apply")}
    audience = {"github": "sts.amazonaws.com", "gitlab": "https://gitlab.com"}[system]
    for subject, roles in SUBJECTS[system]:
        for given, right in ((audience, True), ("https://example.com", False)):
            context = {f"{ISSUERS[system]}:sub": subject, f"{ISSUERS[system]}:aud": given}
            got = [name for name in trust if allowed([trust[name]], "sts:AssumeRoleWithWebIdentity", "*", context)]
            assert " ".join(got) == (roles or "" if right else ""), (subject, given)
    for document in trust.values():
        assert {s["Principal"]["Federated"] for s in listed(document["Statement"])} == {provider}


def test_someone_must_be_named(terraform, aws):
    folder = compile_spec(SPEC, fresh("ci-nobody") / "stack") / "bootstrap/ci"
    terraform.init(folder)
    for options in ([], ["-var", ASKED["github"], "-var", ASKED["gitlab"]]):
        done = terraform.run(folder, "plan", "-input=false", *options, endpoint=aws.endpoint, check=False)
        assert "Expected either github_repository or gitlab_project." in " ".join(done.stderr.replace("│", " ").split())
    done = terraform.run(folder, "plan", "-input=false", "-var", "github_repository=acme/*", endpoint=aws.endpoint, check=False)
    assert "Expected OWNER/NAME or OWNER@ID/NAME@ID." in done.stderr
