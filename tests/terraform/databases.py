"""The database of one stack on a mock AWS: larger disks, newer versions, and what RDS refuses."""

import json
import re
from urllib.parse import parse_qs

from harness import MockAws, Stack, compile_spec, merged
from life import REGION, Life

ONLY = "-target=module.rds"  # and what it stands on: the rest of the stack would take minutes
BASE = {
    "name": "gym",
    "region": REGION,
    "network": {"zones": ["us-east-1a", "us-east-1b", "us-east-1c"]},
    "database": {"engine_version": "8.0", "storage_gb": 100, "max_storage_gb": 0, "multi_az": False},
}
STEPS = {
    "larger disk": {"database": {"storage_gb": 400}},
    "smaller disk": {"database": {"storage_gb": 399}},
    "fewer zones": {"network": {"zones": ["us-east-1a", "us-east-1b"]}},
    "upgrade": {"database": {"engine_version": "8.4"}},
    "next upgrade": {"database": {"engine_version": "9.7"}},
    "older version": {"database": {"engine_version": "8.0"}},
}
REFUSED = {
    "smaller disk": "InvalidParameterCombination: Requested storage size (399) cannot be less than the current storage size (400).",
    "fewer zones": "SubnetAlreadyInUse: Some of the subnets to be deleted are currently in use",
    "older version": "InvalidParameterCombination: Cannot upgrade mysql from 9.7.1 to 8.0.46",
}


class Databases(Life):
    def mock(self):
        self.log = self.folder / "log"
        return MockAws(REGION, log=self.log)

    def live(self, aws):
        self.stack, self.spec = Stack(self.terraform, aws, self.folder / "stack"), BASE
        self.errors, self.calls, self.databases = {}, {}, {}
        compile_spec(self.spec, self.stack.folder)
        self.terraform.init(self.stack.folder)
        self.plans["first"] = self.stack.plan(ONLY)
        self.stack.apply()
        self.look(aws, "first")
        for name, change in STEPS.items():
            self.edit(aws, name, change)

    def edit(self, aws, name, change):
        """An edit that is refused is undone: it must not hide what the next one does."""
        if self.stopping:
            raise RuntimeError("stopped")
        spec = merged(self.spec, change)
        compile_spec(spec, self.stack.folder, "--allow-replace")
        self.plans[name] = self.stack.plan(ONLY)
        before = len(self.log.read_text().splitlines())
        done = self.terraform.run(
            self.stack.folder, "apply", "-input=false", "test.tfplan", endpoint=aws.endpoint, check=False
        )
        self.errors[name] = re.sub(r"[│╷╵\s]+", " ", done.stderr) if done.returncode else None
        entries = map(json.loads, self.log.read_text().splitlines()[before:])
        self.calls[name] = [{key: values[0] for key, values in parse_qs(entry["request"]).items()} for entry in entries]
        if done.returncode == 0:
            self.spec = spec
        self.look(aws, name)

    def look(self, aws, name):
        (self.databases[name],) = aws.client("rds").describe_db_instances()["DBInstances"]
        self.plans["again after " + name] = self.stack.plan(ONLY)
