"""The service under test and real databases for it. Each has its own directory, listens on loopback, and is stopped.

    with MariaDB() as database, Crudd(database.schema()) as crudd:
        crudd.send("POST", "/members", {"name": "Ada", "surname": "Lovelace"})

CRUDD=PATH is the program under test (build/crudd). With DB_TEST_URL=mysql://user:password@host:port/schema the tests of
the API use that server: schemas named after this one with a number behind it if the user may make them, else this one,
whose tables are dropped first. ?ca=FILE behind it asks for TLS.
"""

import collections
import http.client
import itertools
import json
import os
import re
import signal
import socket
import time
import unittest
from pathlib import Path

from database import MariaDB, Schema, make_ca, make_certificate, shared_database  # for importers
from paths import TOP
from process import Folder, Process, environment, free_port, is_sanitized, wait_for

CRUDD = os.path.abspath(os.environ.get("CRUDD", TOP / "build/crudd"))
# No response may contain statements, the names of servers or their messages.
SQL_WORDS = re.compile(
    r"SELECT |INSERT INTO|UPDATE .* SET |DELETE FROM|WHERE |"
    r"(?i:sqlstate|mysql|maria|duplicate entry|foreign key|errno|microhttpd|jansson)"
)


# ---- the service


class Answer(collections.namedtuple("Answer", "status headers body")):
    @property
    def json(self):
        return json.loads(self.body)

    @property
    def etag(self):
        return self.headers["ETag"]

    @property
    def next(self):
        """The path of the next page; None on the last one."""
        link = self.headers["Link"]
        return re.fullmatch(r'<(/[^>]*)>; rel="next"', link)[1] if link else None


def check_answer(answer, method="GET"):
    """Checks what every response must satisfy, and returns it."""
    kind = answer.headers["Content-Type"] or ""
    if answer.status >= 400 and kind != "text/plain; charset=utf-8":
        assert kind == "application/problem+json", (answer.status, kind)
        if method != "HEAD":
            problem = answer.json
            assert problem["type"].startswith("urn:crudd:problem:"), problem
            assert problem["status"] == answer.status and problem["title"] and problem["detail"], problem
            assert problem["request_id"] == answer.headers["X-Request-Id"], (problem, answer.headers.items())
            assert not SQL_WORDS.search(problem["title"] + problem["detail"] + json.dumps(problem.get("errors"))), (
                problem
            )
    assert answer.headers["X-Content-Type-Options"] == "nosniff", answer.headers.items()
    assert "Server" not in answer.headers
    return answer


class Crudd:
    """The service with one schema (None: without a database). wait: the state to wait for at the start, "ready",
    "listening" or "" (none)."""

    def __init__(self, schema=None, wait="ready", program="", env=None, args=(), wrap=(), folder=None, **settings):
        self.folder = Folder("crudd-", folder)
        self.path = self.folder.path
        self.program, self.args, self.wrap, self.env = program or CRUDD, args, wrap, environment(**(env or {}))
        self.port, self.admin_port = free_port(), free_port()
        self.token = ""
        self.settings = {"port": self.port, "admin_port": self.admin_port}
        if schema:
            self.settings.update(schema.settings(self.path))
        else:
            self.settings.update({"db_port": free_port(), "db_name": "nothing"})
        self.settings.update(settings)
        self.port, self.admin_port = int(self.settings["port"]), int(self.settings["admin_port"])
        self.process = None
        try:
            self.start(wait)
        except BaseException:
            self.close()
            raise

    def start(self, wait="ready"):
        (self.path / "config.json").write_text(json.dumps(self.settings), encoding="utf-8")
        with open(self.path / "out", "ab") as out, open(self.path / "err", "ab") as err:
            self.process = Process(
                [self.program, *self.args, "--config", self.path / "config.json"], out, err, self.env, self.wrap
            )
        if wait:
            wait_for("crudd to listen", self.listens, 30)
        if wait == "ready":
            wait_for(f"crudd to be ready: {self.errors()}", self.ready, 30)

    def listens(self):
        if self.process.popen.poll() is not None:
            raise AssertionError(f"crudd ended with {self.process.popen.returncode}: {self.errors()}")
        try:
            for port in filter(None, (self.port, self.admin_port)):
                socket.create_connection(("127.0.0.1", port), 5).close()
            return True
        except ConnectionRefusedError:
            return False

    def ready(self):
        try:
            return self.admin("/readyz").status == 200
        except (ConnectionRefusedError, ConnectionResetError):
            return False

    def stop(self, seconds=60):
        """Stops it with SIGTERM and returns its exit status."""
        return self.process.end(signal.SIGTERM, seconds)

    def kill9(self):
        self.process.end()

    def close(self):
        if self.process:
            self.process.end()
        self.folder.remove()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        """Stops it; it must exit with 0 and have reported no error."""
        try:
            if self.process.popen.poll() is None and kind is None:
                status, errors = self.stop(), self.errors()
                assert (status, errors) == (0, ""), f"crudd ended with {status}: {errors[-3000:]}"
        finally:
            self.close()

    def output(self):
        """The log so far; the service writes it many times a second."""
        time.sleep(0.1)
        return (self.path / "out").read_text(encoding="utf-8")

    def log(self):
        return [json.loads(line) for line in self.output().splitlines()]

    def events(self, name):
        return [line for line in self.log() if line["event"] == name]

    def errors(self):
        return (self.path / "err").read_text(encoding="utf-8", errors="replace")

    def connect(self, port=0):
        return http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=30)

    def request(self, method, path, body=None, headers=None, connection=None, port=0):
        """One request, on a new connection unless given one."""
        c = connection or self.connect(port)
        try:
            token = {"Authorization": f"Bearer {self.token}"} if self.token else {}
            c.request(method, path, body=body, headers={**token, **(headers or {})})
            r = c.getresponse()
            answer = Answer(r.status, r.headers, r.read())
        finally:
            if not connection:
                c.close()
        return answer if port else check_answer(answer, method)

    def send(self, method, path, value, headers=None, connection=None):
        """One request with a JSON body."""
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        return self.request(method, path, json.dumps(value), {"Content-Type": kind, **(headers or {})}, connection)

    def get(self, path, headers=None, connection=None):
        return self.request("GET", path, None, headers, connection)

    def admin(self, path):
        return self.request("GET", path, port=self.admin_port)

    def metrics(self):
        """{'name{labels}': value}"""
        lines = self.admin("/metrics").body.decode().splitlines()
        return {k: float(v) for k, v in (line.rsplit(" ", 1) for line in lines if line and not line.startswith("#"))}

    def raw(self, data, wait=5):
        """The response until the service is silent for `wait` seconds, and whether it closed the connection."""
        out = b""
        with socket.create_connection(("127.0.0.1", self.port), wait) as s:
            try:
                s.sendall(data)
                while chunk := s.recv(65536):
                    out += chunk
            except (ConnectionResetError, BrokenPipeError):
                pass
            except socket.timeout:
                return out, False
        return out, True


# ---- for test cases


class ServiceCase(unittest.TestCase):
    """A class of tests that share one service and one empty schema."""

    settings = {}
    numbers = itertools.count(10_000_000)

    @classmethod
    def setUpClass(cls):
        cls.schema = shared_database().schema()
        cls.crudd = Crudd(cls.schema, **cls.settings)
        cls.addClassCleanup(cls.crudd.__exit__, None)

    def problem(self, answer, status, code, fields=None):
        """Checks that the response is this problem; with `fields`, about exactly these fields."""
        self.assertEqual((answer.status, answer.json["type"]), (status, f"urn:crudd:problem:{code}"), answer.body)
        if fields is not None:
            self.assertEqual(sorted(e["field"] for e in answer.json["errors"]), sorted(fields), answer.body)
            for error in answer.json["errors"]:
                self.assertTrue(error["code"] and error["detail"], error)
        return answer.json

    def made(self, path, value):
        """Creates a row and returns it."""
        answer = self.crudd.send("POST", path, value)
        self.assertEqual(answer.status, 201, answer.body)
        return answer.json

    def member(self, **more):
        return self.made("/members", {"name": "Ada", "surname": "Lovelace", **more})

    def plan(self, **more):
        return self.made("/plans", {"name": f"Plan {next(self.numbers)}", "type": "month", "price": "49.90", **more})

    def subscription(self, **more):
        member, plan = more.pop("member_id", 0) or self.member()["id"], more.pop("plan_id", 0) or self.plan()["id"]
        return self.made("/subscriptions", {"member_id": member, "plan_id": plan, "start_date": "2026-01-31", **more})
