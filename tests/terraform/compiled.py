"""The stacks that are compiled for these tests: every example, and the matrix of options."""

from functools import lru_cache

import hcl2

import matrix
from harness import EXAMPLES

EXAMPLE_STACKS = {
    "starter": ("starter.yaml",),
    "minimal": ("minimal.yaml",),
    "original": ("original.yaml",),
    "production": ("production.yaml",),
    "fortress": ("fortress.yaml",),
    "production-staging": ("production.yaml", "--env", "staging"),
}
# What no example has. A zone, certificate or network of that name is in the mock.
HTTPS = {"domain": "api.gym.example", "zone": "gym.example"}
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
NETWORK = {
    "vpc_id": "vpc-0123456789abcdef0",
    "public_subnets": ["subnet-0a0a0a0a0a0a0a0a0", "subnet-0b0b0b0b0b0b0b0b0", "subnet-0c0c0c0c0c0c0c0c0"],
    "database_subnets": ["subnet-0e0e0e0e0e0e0e0e0", "subnet-0f0f0f0f0f0f0f0f0"],
}
OTHER_STACKS = {
    name: {"name": "gym", "region": "us-east-1", **more}
    for name, more in {
        "https-zone": {"https": HTTPS, "alarms": {"email": ["ops@gym.example"]}},
        "backup": {"backup": {}},
        "https-certificate": {"https": {"domain": "api.gym.example", "certificate_arn": CERTIFICATE}, "firewall": {"mode": "count"}},
        "cloudfront": {"https": {"cloudfront": True}},
        "existing-network": {"network": NETWORK, "state": {"bucket": "gym-tfstate"}},
        "targets": {
            "scaling": {
                "target": {"cpu_percent": 50, "requests_per_second_per_instance": 50},
                "schedule": [
                    {"name": "day", "cron": "0 8 * * *", "min": 3, "max": 11},
                    {"name": "night", "cron": "0 22 * * *", "min": 1, "max": 2},
                ],
            }
        },
    }.items()
}
MATRIX = matrix.specs()
SHOWN = [*EXAMPLE_STACKS, *OTHER_STACKS]  # those that cost, controls and the stacks' own tests look at
NAMES = [*SHOWN, *MATRIX]
VALIDATED = [*SHOWN, *list(MATRIX)[: matrix.VALIDATED]]


def source(name):
    """The spec of a stack, and the options to compile it with."""
    if name in OTHER_STACKS or name in MATRIX:
        return (OTHER_STACKS | MATRIX)[name], ()
    file, *options = EXAMPLE_STACKS[name]
    return EXAMPLES / file, options


def modules(folder):
    """The directories of a stack that are Terraform modules, the root first."""
    return sorted({path.parent for path in folder.rglob("*.tf") if ".terraform" not in path.parts})


def texts(module):
    return [path.read_text() for path in sorted(module.glob("*.tf")) if "_override" not in path.name]


@lru_cache(maxsize=None)  # most files are equal in many stacks
def parsed(text):
    return hcl2.loads(text)


def blocks(module, kind):
    """(labels, body) of every block of a kind in a module's files."""
    for text in texts(module):
        for block in parsed(text).get(kind, []):
            labels = []
            while not block.get("__is_block__"):
                ((label, block),) = ((k, v) for k, v in block.items() if not k.startswith("__"))
                labels.append(label.strip('"'))
            yield tuple(labels), block


def arguments(body):
    """(name, None) of every argument in a body, and (name, body) of every block."""
    for name, value in body.items():
        if name.startswith("__"):
            continue
        if name == "dynamic":
            for dynamic in value:
                ((label, inner),) = ((k, v) for k, v in dynamic.items() if not k.startswith("__"))
                yield from ((label.strip('"'), content) for content in inner["content"])
        elif isinstance(value, list) and value and all(isinstance(v, dict) and v.get("__is_block__") for v in value):
            yield from ((name, inner) for inner in value)
        else:
            yield name, None
