#!/usr/bin/env python3
"""The pictures of `tfgen graph` in Chromium: texts that overlap, leave their frame, are too small or too pale, or lie on a line.

Screenshots of some, at the width of a desktop and a phone, light and dark, go to build/screenshots/graph-*.png. To look at.
"""

import json
import os
import subprocess
import sys

import yaml

import matrix
from node import prepare, run_program
from paths import TOP

TFGEN = os.environ.get("TFGEN", str(TOP / "build/tfgen"))
EVERY_OPTION = {
    "name": "gymnasium-downtown-1",
    "region": "ap-southeast-2",
    "environment": "production-1",
    "tags": {"Kostenträger": "Größe 健身房"},
    "network": {"cidr": "172.20.0.0/20", "zones": ["ap-southeast-2c", "ap-southeast-2a", "ap-southeast-2b"], "nat": "single"},
    "service": {"instance_type": "m7i.metal-48xl", "port": 65535, "log_days": 3653},
    "scaling": {
        "min": 100,
        "max": 600,
        "out": {"add": 10, "requests_per_second": 150000, "requests_per_second_per_instance": 15000, "for": "3m"},
        "in": {"remove": 10},
    },
    "load_balancer": {"allow": ["203.0.113.0/24", "198.51.100.0/24"]},
    "database": {"instance_class": "db.r6gd.16xlarge", "storage_gb": 40000, "max_storage_gb": 65536},
    "backup": {"copy_to": "ap-southeast-4"},
    "alarms": {"email": [f"{name}@gym.example" for name in "abcdefghijklmnop"]},
    "state": {"bucket": "gym-tfstate"},
}
FEW_OPTIONS = {
    "name": "gym",
    "region": "us-east-1",
    "network": {"zones": 5, "nat": "per_zone"},
    "service": {"auth": "none", "log_days": 0},
    "scaling": {"min": 1, "max": 1},
    "database": {"multi_az": False, "max_storage_gb": 0},
    "backup": {},
    "alarms": {"dashboard": False},
}
PARKED = {"name": "gym", "region": "us-east-1", "scaling": {"min": 0, "max": 0}}


def draw(spec, form, *options):
    command = [TFGEN, "graph", "--format", form, *options, "-"]
    return subprocess.run(command, input=spec, capture_output=True, text=True, check=True).stdout


def pictures():
    """(name, text of the spec, options, whether to show it)"""
    for name in ("minimal", "original", "production"):
        yield name, (TOP / f"examples/{name}.yaml").read_text(), (), True
    yield "staging", (TOP / "examples/production.yaml").read_text(), ("--env", "staging"), True
    for name, spec in {"every-option": EVERY_OPTION, "few-options": FEW_OPTIONS, "parked": PARKED}.items():
        yield name, yaml.safe_dump(spec), (), True
    for name, spec in matrix.specs().items():
        yield name, yaml.safe_dump(spec), (), False


if __name__ == "__main__":
    prepare()
    drawn = [
        {"name": name, "svg": draw(spec, "svg", *options), "mermaid": draw(spec, "mermaid", *options), "show": show}
        for name, spec, options, show in pictures()
    ]
    sys.exit(run_program("diagrams.mjs", text=json.dumps(drawn)))
