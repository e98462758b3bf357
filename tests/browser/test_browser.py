#!/usr/bin/env python3
"""The pages in Chromium: starts a database and the service, then tests/browser/main.mjs against them.

    test_browser.py [WORD...]       only the tests whose names contain one of these words

Node's packages go to build/browser, as tests/browser/package-lock.json pins them; screenshots go to build/screenshots.
"""

import hashlib
import os
import re
import secrets
import shutil
import subprocess
import sys

from server import TOP, Crudd, MariaDB

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


def run(words):
    tokens = {role: secrets.token_urlsafe(24) for role in ("write", "read")}
    lines = [f"{role} {role} {hashlib.sha256(token.encode()).hexdigest()}\n" for role, token in tokens.items()]
    with MariaDB(durable=False) as database:
        token_file = database.path / "tokens"
        token_file.write_text("".join(lines), encoding="ascii")
        token_file.chmod(0o600)
        with Crudd(database.schema(), title="City Gym", token_file=str(token_file)) as crudd:
            env = {
                **os.environ,
                "CRUDD_URL": f"http://127.0.0.1:{crudd.port}",
                "CRUDD_TOKEN": tokens["write"],
                "CRUDD_READ_TOKEN": tokens["read"],
                "CHROMIUM": CHROMIUM,
                "MODULES": str(MODULES),
            }
            return subprocess.run(["node", str(PROGRAM / "main.mjs"), *words], check=False, env=env).returncode


if __name__ == "__main__":
    check_tools()
    install()
    sys.exit(run(sys.argv[1:]))
