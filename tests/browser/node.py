"""What runs programs for Chromium: Node.js, its packages, and their absence."""

import os
import re
import shutil
import subprocess
import sys

from paths import TOP

PROGRAM = TOP / "tests/browser"
MODULES = TOP / "build/browser"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


def skip(why):
    print(f"SKIP browser: {why}", flush=True)
    sys.exit(1 if os.environ.get("CI") == "true" else 0)


def check_tools():
    for tool in ("node", "npm"):
        if not shutil.which(tool):
            skip(f"{tool} is not installed")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    if int(re.match(r"v(\d+)", version)[1]) < 20:
        skip(f"node {version.strip()} is older than 20")
    if not os.access(CHROMIUM, os.X_OK):
        skip(f"there is no {CHROMIUM}")


def install():
    """Installs what package-lock.json lists, unless it is there already."""
    lock = (PROGRAM / "package-lock.json").read_bytes()
    done = MODULES / "installed"
    if done.exists() and done.read_bytes() == lock:
        return
    MODULES.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(PROGRAM / name, MODULES)
    result = subprocess.run(
        "npm ci --no-audit --no-fund --loglevel=error".split(), cwd=MODULES, check=False, capture_output=True, text=True
    )
    if result.returncode:
        skip(f"npm ci failed: {result.stderr.strip()}")
    done.write_bytes(lock)


def prepare():
    check_tools()
    install()


def run_program(name, *arguments, env=None, text=None):
    """The exit status of one of the programs here, which may read text."""
    env = {**os.environ, "CHROMIUM": CHROMIUM, "MODULES": str(MODULES), **(env or {})}
    return subprocess.run(["node", str(PROGRAM / name), *arguments], check=False, env=env, input=text, text=True).returncode
