"""The same API written with what a user would take instead: peers/go and peers/fastapi, built into build/bench from pinned
packages. Both use 8 connections, and log no requests.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from paths import TOP
from process import Process, environment, free_port, wait_for
from roots import CannotRun

SOURCES, BUILT = TOP / "tests/bench/peers", TOP / "build/bench"
# What the service assigns to a row: each peer assigns its own.
ASSIGNED = re.compile(rb'("id":)\d+|("created_at":|"updated_at":)"[\d-]{10}T[\d:]{8}\.\d{3}Z"')


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode:
        raise CannotRun(f"{command[0]}: {(done.stdout + done.stderr).strip()[-500:]}")


def build_go():
    go = shutil.which("go", path=f"{os.environ['PATH']}:/usr/local/go/bin")
    if not go:
        raise CannotRun("Go is not installed")
    run([go, "build", "-mod=readonly", "-o", BUILT / "go", "."], cwd=SOURCES / "go")
    return [BUILT / "go"]


def build_fastapi():
    requirements, place = SOURCES / "fastapi/requirements.txt", BUILT / "fastapi"
    installed = place / "installed"
    if not installed.exists() or installed.read_text() != requirements.read_text():
        shutil.rmtree(place, ignore_errors=True)
        run([sys.executable, "-m", "venv", place])
        run([place / "bin/pip", "install", "-q", "--disable-pip-version-check", "-r", requirements])
        shutil.copy(requirements, installed)
    options = "--workers 2 --loop uvloop --http httptools --no-access-log --log-level warning"
    return [place / "bin/uvicorn", "--app-dir", SOURCES / "fastapi", "members:app", *options.split(), "--port", "{port}"]


def built():
    """The commands of the peers that can run here, by name."""
    commands = {}
    BUILT.mkdir(parents=True, exist_ok=True)
    for name, build in (("Go", build_go), ("FastAPI", build_fastapi)):
        try:
            commands[name] = build()
        except CannotRun as reason:
            print(f"SKIP {name}: {reason}")
    return commands


class Peer:
    """A peer on a schema that the service has made, with the database at a port."""

    def __init__(self, command, schema, database_port):
        self.port, self.log = free_port(), BUILT / f"{Path(command[0]).name}.log"
        settings = {
            "PORT": str(self.port),
            "DB_PORT": str(database_port),
            "DB_USER": schema.user,
            "DB_PASSWORD": schema.password,
            "DB_NAME": schema.name,
        }
        with open(self.log, "wb") as log:
            args = [str(part).format(port=self.port) for part in command]
            self.process = Process(args, log, log, environment(**settings))
        wait_for("the peer to listen", self.listens, 30)

    def listens(self):
        assert self.process.popen.poll() is None, f"the peer ended: {self.log.read_text()[-3000:]}"
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.end()


def check_same(crudd, name, peer):
    """The peer does the same work: its status, body and Location are those of the service but for what is assigned."""
    number = crudd.send("POST", "/members", {"name": "Ada", "surname": "Lovelace"}).json["id"]
    requests = (
        ("GET", f"/members/{number}", None),
        ("GET", "/members?limit=50", None),
        ("GET", "/members?limit=200", None),
        ("POST", "/members", {"name": "Grace", "surname": "Hopper"}),
        ("PATCH", f"/members/{number}", {"surname": "Byron"}),
    )
    for method, path, value in requests:
        seen = [shown(crudd, port, method, path, value) for port in (crudd.port, peer.port)]
        assert seen[0] == seen[1], f"{name} answers {method} {path} differently:\n{seen[0]}\n{seen[1]}"


def shown(crudd, port, method, path, value):
    body = None if value is None else json.dumps(value)
    answer = crudd.request(method, path, body, {"Content-Type": "application/json"}, port=port)
    place = re.sub(r"\d+$", "", answer.headers["Location"] or "")
    # what is only read is the same to the byte
    text = answer.body if method == "GET" else ASSIGNED.sub(rb"\1\2", answer.body)
    return answer.status, place, answer.headers["Content-Type"], answer.headers["Content-Length"], text
