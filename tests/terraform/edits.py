"""Every key of the spec, edited on an applied stack of the mock: what tfgen says, and what Terraform plans."""

import json
import re
import shutil
from concurrent.futures import ThreadPoolExecutor

import yaml

from compiled import CERTIFICATE, HTTPS
from harness import MockAws, Stack, compile_spec, merged, tfgen
from life import REGION, Life

# The stack that is edited: something is given wherever an edit can go both ways.
BASE = {
    "name": "gym",
    "region": REGION,
    "tags": {"team": "backend"},
    "network": {"zones": ["us-east-1a", "us-east-1b"], "nat": "single"},
    "scaling": {"min": 2, "max": 6},
    "https": HTTPS,
    "firewall": {"mode": "count"},
    "database": {"storage_gb": 50, "engine_version": "8.4", "max_storage_gb": 500},
    "backup": {"copy_to": "us-west-1"},
    "alarms": {"email": ["ops@gym.example"]},
    "state": {"bucket": "gym-tfstate"},
}
# key -> its other values; each is an edit of its own. None: without the key.
EDITS = {
    "name": ["shop"],
    "region": ["us-west-1"],
    "environment": ["staging"],
    "tags": [{"team": "frontend"}, {}],
    "network.cidr": ["10.42.0.0/16"],
    "network.zones": [["us-east-1a", "us-east-1b", "us-east-1c"], ["us-east-1a", "us-east-1c"]],
    "network.nat": ["per_zone", "none"],
    "network.flow_logs": [True],
    "service.instance_type": ["t3.small", "t4g.small"],
    "service.cpu_credits": ["standard"],
    "service.os": ["debian-12"],
    "service.image": ["ami-00000000000000008"],
    "service.auth": ["none"],
    "service.disk_gb": [9],
    "service.port": [9000],
    "service.database_connections": [3],
    "service.log_days": [7, 0],
    "service.prebuilt": ["binary"],
    "service.detailed_metrics": [False],
    "service.settings": [{"title": "City Gym"}],
    "service.rollout.wait": [False],
    "service.rollout.min_healthy": [90],
    "service.rollout.bake": ["10m"],
    "service.rollout.rollback_on_5xx": [False],
    "scaling.min": [3],
    "scaling.max": [5, 0],
    "scaling.out.cpu_percent": [70],
    "scaling.out.requests_per_second": [200],
    "scaling.out.requests_per_second_per_instance": [50],
    "scaling.out.for": ["2m"],
    "scaling.out.add": [2],
    "scaling.in.cpu_percent": [25],
    "scaling.in.for": ["4m"],
    "scaling.in.remove": [2],
    "scaling.target.cpu_percent": [50],
    "scaling.target.requests_per_second_per_instance": [50],
    "scaling.schedule": [[{"name": "evening", "cron": "0 17 * * MON-FRI", "min": 4, "max": 6}]],
    "scaling.cooldown": ["4m"],
    "load_balancer.allow": [["203.0.113.0/24"]],
    "load_balancer.idle_timeout": ["90s"],
    "load_balancer.deregistration_delay": ["60s"],
    "load_balancer.access_logs": [True],
    "load_balancer.deletion_protection": [True],
    "load_balancer.health_check.path": ["/"],
    "load_balancer.health_check.interval": ["20s"],
    "load_balancer.health_check.timeout": ["4s"],
    "load_balancer.health_check.healthy": [3],
    "load_balancer.health_check.unhealthy": [4],
    "https.domain": ["www.gym.example", None],
    "https.zone": ["api.gym.example"],
    "https.certificate_arn": [CERTIFICATE],
    "https.cloudfront": [True],
    "firewall.rate_limit": [600],
    "firewall.mode": ["block"],
    "database.restore": ["gym-prod-final-0123456789abcdef0"],
    "database.instance_class": ["db.t4g.small"],
    "database.engine_version": ["8.0", "8.4.9"],
    "database.storage_gb": [60, 20],
    "database.max_storage_gb": [0, 600],
    "database.multi_az": [False],
    "database.backup_days": [14, 0],
    "database.deletion_protection": [True],
    "database.final_snapshot": [False],
    "database.maintenance_window": ["mon:06:00-mon:07:00"],
    "database.backup_window": ["03:00-04:00"],
    "database.insights": [True],
    "backup.daily_days": [14],
    "backup.monthly_months": [0],
    "backup.copy_to": ["eu-central-1", None],
    "backup.lock": ["governance", "compliance"],
    "alarms.email": [["ops@gym.example", "ana@gym.example"], []],
    "alarms.dashboard": [False],
    "budget.monthly_usd": [400],
    "budget.scope": ["stack"],
    "security.kms": [True],
    "security.permissions_boundary": ["arn:aws:iam::aws:policy/PowerUserAccess"],
    "security.allowed_account": ["123456789012"],
    "state.bucket": ["gym-other-state"],
    "state.region": ["eu-central-1"],
}
# What must change with a key, since the spec would not compile otherwise.
ALONG = {
    ("region", 0): {"network": {"zones": ["us-west-1a", "us-west-1b"]}, "backup": {"copy_to": "us-west-2"}},
    ("scaling.max", 1): {"scaling": {"min": 0}},
    ("https.domain", 1): {"https": {"zone": None}},
    ("https.certificate_arn", 0): {"https": {"zone": None}},
    ("https.cloudfront", 0): {"https": {"domain": None, "zone": None}, "firewall": {"mode": None, "rate_limit": None}},
    ("database.insights", 0): {"database": {"instance_class": "db.t4g.medium"}},
    ("service.detailed_metrics", 0): {"scaling": {"max": 2}},
    ("budget.monthly_usd", 0): {"budget": {"scope": "account"}},
    ("budget.scope", 0): {"budget": {"monthly_usd": 300}},
}
# Keys of a network that others own: tenancy.py.
ELSEWHERE = {"network.vpc_id", "network.public_subnets", "network.private_subnets", "network.database_subnets"}
CASES = [(key, number) for key, values in EDITS.items() for number in range(len(values))]
IDENTITY = ("name", "environment", "region", "network.cidr")
WORKERS = 2


def keys_of_the_spec():
    """Every key that can be edited, from the JSON Schema that tfgen prints; environments only vary the others."""

    def leaves(schema, path):
        if "properties" not in schema:
            yield path
            return
        for key, below in schema["properties"].items():
            yield from leaves(below, f"{path}.{key}" if path else key)

    schema = json.loads(tfgen("schema").stdout)
    return {key for key in leaves(schema, "") if key not in ("environments",)}


def nested(key, value):
    for part in reversed(key.split(".")):
        value = {part: value}
    return value


class Edits(Life):
    def live(self, aws):
        self.cases = {}
        stack = Stack(self.terraform, aws, self.folder / "stack")
        for zone in (HTTPS["zone"], HTTPS["domain"]):
            aws.host_zone(zone)
        compile_spec(BASE, stack.folder)
        self.terraform.init(stack.folder)
        self.step(stack, "first")
        self.vpc_subnets = {
            values["id"]: values["availability_zone"]
            for address, values in self.resources["first"].items()
            if ".aws_subnet." in address
        }
        with ThreadPoolExecutor(WORKERS) as pool:
            for case, found in pool.map(lambda i: self.edit(stack, i), range(len(CASES))):
                self.cases[case] = found
        self.applies = {key: self.apply_another_stack(stack, key) for key in IDENTITY}

    def apply_another_stack(self, stack, key):
        """What an apply does, with and without approval, if someone compiles another stack into the directory all the same."""
        compile_spec(merged(merged(BASE, ALONG.get((key, 0), {})), nested(key, EDITS[key][0])), stack.folder, "--force", "--allow-replace")
        before = len(stack.aws.calls())
        done = self.terraform.run(
            stack.folder, "apply", "-input=false", "-auto-approve", endpoint=stack.aws.endpoint, check=False
        )
        calls = stack.aws.calls(before)
        return {"status": done.returncode, "calls": len(calls), "writes": [call.action for call in calls if call.writes()]}

    def edit(self, stack, index):
        """Compiles one edit into a copy of the applied stack, and plans it there."""
        if self.stopping:
            raise RuntimeError("stopped")
        key, number = CASES[index]
        folder = self.folder / f"{index:03}"
        shutil.copytree(stack.folder, folder / "stack", symlinks=True)
        base, edited = folder / "stack.yaml", folder / "edited.yaml"
        base.write_text(yaml.safe_dump(BASE, sort_keys=False))
        spec = merged(merged(BASE, ALONG.get((key, number), {})), nested(key, EDITS[key][number]))
        if key == "tags":
            spec["tags"] = EDITS[key][number]
        for section in ("https", "firewall", "backup"):
            spec[section] = {name: value for name, value in spec[section].items() if value is not None}
            if not spec[section] and section != "backup":
                del spec[section]
        edited.write_text(yaml.safe_dump(spec, sort_keys=False))
        said = tfgen("diff", "--format", "json", base, edited)
        refused = tfgen("-o", folder / "stack", "-q", edited)
        compiled = tfgen("-o", folder / "stack", "-q", "--allow-replace", "--force", edited)
        assert compiled.returncode == 0, f"{key}: {compiled.stderr}"
        copy = Stack(self.terraform, stack.aws, folder / "stack")
        had, has = ({path.name for path in (one.folder / "modules").iterdir()} for one in (stack, copy))
        if has - had:
            self.terraform.run(copy.folder, "get")  # a new module, which 'terraform init' would install
        planned = self.terraform.run(
            copy.folder, "plan", "-input=false", "-refresh=false", "-out=test.tfplan", endpoint=stack.aws.endpoint, check=False
        )
        found = {
            "said": json.loads(said.stdout) if said.returncode in (0, 2) else said.stderr,
            "refused": refused.returncode != 0,
            "error": re.sub(r"[│╷╵\s]+", " ", planned.stderr) if planned.returncode else None,
            "changes": [],
        }
        if planned.returncode == 0:
            shown = json.loads(copy.run("show", "-json", "test.tfplan"))
            found["changes"] = [change for change in shown["resource_changes"] if change["change"]["actions"] != ["no-op"]]
        shutil.rmtree(folder)
        return (key, number), found

    def mock(self):
        return MockAws(REGION, "us-west-1", log=self.folder / "log")
