"""OpenTofu in place of Terraform: its newest release, built from the Go module proxy, with the same provider."""

import json
import os
import shutil
import subprocess

from harness import BUILD, PROVIDER_VERSION, ROOT, Stack, Terraform, cannot, compile_spec, find_mirror, write_cli_config
from inventory import inventory
from life import REGION, Life

RELEASE = "github.com/opentofu/opentofu@v1.12.6"  # go.sum of the Go checksum database says what it contains
PROGRAM = ROOT / "build/tools/tofu"


def build():
    """Builds the program once. `go install` refuses a module that replaces others, so this builds in the module's directory."""
    go = shutil.which("go") or shutil.which("/usr/local/go/bin/go")
    if not go:
        cannot("Go is not installed, and OpenTofu is built with it")
    environment = os.environ | {"GOFLAGS": ""}
    found = subprocess.run([go, "mod", "download", "-json", RELEASE], env=environment, capture_output=True, text=True, check=False)
    if found.returncode:
        cannot(f"{RELEASE} cannot be fetched: {found.stdout}{found.stderr[-500:]}")
    command = [go, "build", "-C", json.loads(found.stdout)["Dir"], "-o", PROGRAM, "./cmd/tofu"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        cannot(f"OpenTofu cannot be built: {done.stderr[-500:]}")


class OpenTofu(Terraform):
    def __init__(self):
        super().__init__()
        if not PROGRAM.exists():
            build()
        self.program = PROGRAM
        self.environment["TF_CLI_CONFIG_FILE"] = str(write_cli_config("tofu", own_mirror()))


def own_mirror():
    """A mirror has the provider under the name of Terraform's registry; this one has it under that of OpenTofu's."""
    found = find_mirror()
    if not found:
        return None
    own = BUILD.parent / "tofu-mirror"
    for platform in (found / "registry.terraform.io/hashicorp/aws" / PROVIDER_VERSION).iterdir():
        place = own / "registry.opentofu.org/hashicorp/aws" / PROVIDER_VERSION / platform.name
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists():
            place.symlink_to(platform)
    return own


class Opened(Life):
    """The smallest stack, applied and destroyed with OpenTofu."""

    def __init__(self, name, terraform, folder, at_once):
        super().__init__(name, terraform, folder, at_once)
        self.tofu = OpenTofu()

    def live(self, aws):
        self.before = inventory(aws)
        stack = Stack(self.tofu, aws, self.folder / "stack")
        compile_spec({"name": "gym", "region": REGION, "database": {"final_snapshot": False}}, stack.folder)
        self.tofu.init(stack.folder)
        self.step(stack, "first")
        self.plans["again"] = stack.plan()
        self.plans["destroy"] = stack.plan("-destroy")
        stack.apply()
        self.after = inventory(aws)
