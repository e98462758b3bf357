"""What every test here uses: the compiler, Terraform, a mock AWS, and stacks in directories below build/."""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs

import boto3
import pytest
import requests
import yaml

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "terraform-tests"
EXAMPLES = ROOT / "examples"
TFGEN = Path(os.environ.get("TFGEN", ROOT / "build" / "tfgen")).resolve()

for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]  # boto3 must not use the user's profiles and endpoints

PROVIDER_VERSION = "5.100.0"
MIRRORS = (
    Path.home() / ".terraform.d/plugins",
    Path("/usr/local/share/terraform/plugins"),
    Path("/usr/share/terraform/plugins"),
    Path("/opt/tf-plugins"),
)

# Added to the test's copy of a stack, never part of what tfgen prints: the provider version of the tests, the mock AWS as its
# endpoint, and a local state.
OVERRIDE = f"""\
terraform {{
  required_providers {{
    aws = {{
      source  = "hashicorp/aws"
      version = "{PROVIDER_VERSION}"
    }}
  }}
}}

provider "aws" {{
  s3_use_path_style           = true
  skip_credentials_validation = true
  skip_metadata_api_check     = true
}}
"""
LOCAL_STATE = """\
terraform {
  backend "local" {}
}
"""


def cannot(reason):
    """Skips a check that cannot run here; in CI it fails."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


# --- the compiler


def tfgen(*arguments):
    if not TFGEN.is_file():
        cannot(f"no compiler: {TFGEN} is missing")
    return subprocess.run([TFGEN, *map(str, arguments)], capture_output=True, text=True, timeout=60)


def file_of(spec, folder):
    """The spec in a file beside a stack, since its README names the spec from there."""
    if isinstance(spec, dict):
        path = folder.with_suffix(".yaml")
        path.write_text(yaml.safe_dump(spec, allow_unicode=True, sort_keys=False), encoding="utf-8")
    else:
        path = folder.parent / Path(spec).name
        path.write_bytes(Path(spec).read_bytes())
    return path


def compile_spec(spec, folder, *options):
    """Compiles a spec (a file, or the content of one) into a directory, which is created if it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    spec = file_of(spec, folder)
    done = tfgen(spec, "-o", folder, "-q", *options)
    assert done.returncode == 0, f"tfgen {spec} {' '.join(options)}\n{done.stderr}"
    return folder


def generated_files(folder):
    """Every file that tfgen wrote into a directory, by its path there."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".terraform" not in path.parts and "_override" not in path.name
    }


def fresh(name):
    """An empty directory of that name below build/."""
    folder = BUILD / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def merged(base, change):
    """The spec with a change applied to it, key by key."""
    if not isinstance(base, dict) or not isinstance(change, dict):
        return change
    return {key: merged(base.get(key), change[key]) if key in change else base[key] for key in {**base, **change}}


# --- Terraform


def find_terraform():
    """The terraform on PATH; tests/tools/get_terraform.py puts the pinned release there if there is no other."""
    return shutil.which("terraform") or cannot("no terraform on PATH")


def find_mirror():
    """A directory with the provider, as a file system mirror has it; None if there is none."""
    named = os.environ.get("TFGEN_PROVIDER_MIRROR")
    found = [path for path in ([Path(named)] if named else MIRRORS) if (path / "registry.terraform.io/hashicorp/aws").is_dir()]
    return found[0] if found else None


def write_cli_config(name, mirror):
    """Takes the provider from a mirror; without one, init downloads it once."""
    cache = BUILD.parent / f"{name}-plugins"
    for folder in (BUILD, cache):
        folder.mkdir(parents=True, exist_ok=True)
    path = BUILD / f"{name}.tfrc"
    path.write_text(
        f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n' if mirror else f'plugin_cache_dir = "{cache}"\n'
    )
    return path


class Terraform:
    """Runs the program, always in its own environment: without the user's settings, and without access to the real AWS."""

    def __init__(self):
        self.program = find_terraform()
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_")} | {
            "TF_CLI_CONFIG_FILE": str(write_cli_config("terraform", find_mirror())),
            "TF_IN_AUTOMATION": "true",
            "TF_CLI_ARGS": "-no-color",
            "CHECKPOINT_DISABLE": "true",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
            "NO_PROXY": "127.0.0.1",
            "GOGC": "400",  # Go collects its garbage less often: more memory, a fifth less work for the processor
            "ROLLOUT_POLL_SECONDS": "0",
            "PATH": f"{sys.prefix}/bin{os.pathsep}{os.environ['PATH']}",
        }
        self.running = set()

    def run(self, folder, *arguments, endpoint=None, check=True):
        environment = self.environment | ({"AWS_ENDPOINT_URL": endpoint} if endpoint else {})
        process = subprocess.Popen(
            [self.program, *arguments],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.running.add(process)
        try:
            stdout, stderr = process.communicate(timeout=1200)
        finally:
            process.kill()  # a precaution in case it still runs
            self.running.discard(process)
        if check and process.returncode != 0:
            raise AssertionError(f"terraform {' '.join(arguments)} in {folder}\n{stdout[-2000:]}{stderr}")
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)

    def stop(self):
        """Ends the processes of other threads."""
        for process in list(self.running):
            process.kill()

    def init(self, folder):
        """Initializes a directory with the tests' provider and a local state."""
        text = OVERRIDE
        if any('backend "s3"' in path.read_text() for path in folder.glob("*.tf")):
            text += LOCAL_STATE
        (folder / "mock_override.tf").write_text(text)
        # Inits share the plugin cache, which does not allow two at a time; closing the file ends the lock.
        with open(BUILD / "init.lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = self.run(folder, "init", "-input=false", check=False)
        output = done.stdout + done.stderr
        if done.returncode != 0 and "Failed to query available provider packages" in output:
            cannot(f"no mirror holds the AWS provider {PROVIDER_VERSION}, and it cannot be fetched: {output}")
        assert done.returncode == 0, output
        # A mirror has the provider for this machine's platform only, which init warns about; it has no other warning.
        assert output.count("Warning:") == output.count("Warning: Incomplete lock file information"), output

    def validate(self, folder):
        return json.loads(self.run(folder, "validate", "-json", check=False).stdout)


# --- a mock AWS


class MockAws:
    """A process that serves an empty AWS account; see mock_aws.py. Use it in a with statement.

    log: file for every request and its answer
    broken: file with the numbers of template versions whose instances never become healthy
    network: a network that exists in the first region, as a spec names it
    """

    def __init__(self, *regions, log=None, broken=None, network=None):
        self.regions, self.log, self.broken, self.network = regions, log, broken, network

    def __enter__(self):
        BUILD.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("mock_aws.py"), *self.regions],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ
            | ({"MOCK_AWS_LOG": str(self.log)} if self.log else {})
            | ({"MOCK_AWS_BROKEN": str(self.broken)} if self.broken else {})
            | ({"MOCK_AWS_NETWORK": json.dumps(self.network)} if self.network else {}),
            text=True,
        )
        self.endpoint = self.process.stdout.readline().strip()
        if not self.endpoint:
            self.__exit__()
            raise AssertionError("the mock AWS did not start: run tests/terraform/mock_aws.py to see why")
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait(timeout=30)
        self.process.stdout.close()

    def calls(self, since=0):
        """Every call that was answered, after the first so many; it needs a log."""
        whole, _, _ = Path(self.log).read_text(encoding="utf-8").rpartition("\n")  # the last line may be half-written
        return [Call(json.loads(line)) for line in whole.splitlines()[since:]]

    def enforce(self, count="0"):
        """From now on the mock grants only what the account's policies allow, or ("inf") everything."""
        requests.post(f"{self.endpoint}/moto-api/reset-auth", data=count, timeout=30).raise_for_status()

    def host_zone(self, name):
        """Creates a public Route 53 zone, as a user does before a stack can name it. Returns its id."""
        return self.client("route53").create_hosted_zone(Name=name, CallerReference=name)["HostedZone"]["Id"]

    def client(self, service, region=None):
        return boto3.session.Session().client(  # a session must not be shared by threads
            service,
            region_name=region or self.regions[0],
            endpoint_url=self.endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )


class Call:
    """A request to the mock and its answer.

    action: its name in the API, or the method where S3 has none; parameters: those of the query APIs, by name
    checks: (caller's ARN, action, resource, whether it was admitted) of what policies were asked for, where they are enforced
    """

    def __init__(self, logged):
        self.request, self.answer = logged["request"], logged["answer"]
        self.checks = [tuple(check) for check in logged["checks"]]
        self.parameters = {name: values[0] for name, values in parse_qs(self.request).items()}
        self.action = self.parameters.get("Action") or logged["target"].split(".")[-1] or logged["method"]

    def writes(self):
        return not re.match(r"Describe|Get|List|HEAD$|GET$", self.action)


# --- a stack


class Plan:
    """What Terraform would do, as `terraform show -json` prints it."""

    def __init__(self, text):
        self.text = text
        self.json = json.loads(text)

    @property
    def changes(self):
        """(type, address, actions) of every resource that would change."""
        return [
            (change["type"], change["address"], tuple(change["change"]["actions"]))
            for change in self.json.get("resource_changes", [])
            if change["mode"] == "managed" and change["change"]["actions"] != ["no-op"]
        ]

    def resources(self):
        return resources_of(self.json["planned_values"]["root_module"])


def resources_of(module):
    """Every managed resource in a module and the modules below: address -> values."""
    found = {
        resource["address"]: resource.get("values", {})
        for resource in module.get("resources", [])
        if resource["mode"] == "managed"
    }
    for child in module.get("child_modules", []):
        found |= resources_of(child)
    return found


class Stack:
    """A compiled spec in a directory, and the mock AWS that it is applied to."""

    def __init__(self, terraform, aws, folder):
        self.terraform, self.aws, self.folder = terraform, aws, folder

    def run(self, *arguments):
        return self.terraform.run(self.folder, *arguments, endpoint=self.aws.endpoint).stdout

    def plan(self, *options):
        self.run("plan", "-input=false", "-out=test.tfplan", *options)
        return Plan(self.run("show", "-json", "test.tfplan"))

    def apply(self):
        """Applies the last plan."""
        self.run("apply", "-input=false", "test.tfplan")

    def resources(self):
        return resources_of(json.loads(self.run("show", "-json"))["values"]["root_module"])

    def outputs(self):
        return {name: output["value"] for name, output in json.loads(self.run("output", "-json")).items()}
