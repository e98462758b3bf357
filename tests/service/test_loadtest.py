#!/usr/bin/env python3
"""The load test of a stack, run by Locust against the service."""

import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path

from paths import TOP
from sample import NAMES
from server import ServiceCase, free_port

LOCUST = Path(sys.executable).parent / "locust"
TFGEN = os.environ.get("TFGEN", TOP / "build/tfgen")
TOKEN = "a-token-for-the-load-test"


class Failing(http.server.BaseHTTPRequestHandler):
    """Answers one request of ten with 503."""

    count = 0

    def do_GET(self):
        Failing.count += 1
        body = b"[]"
        self.send_response(503 if Failing.count % 10 == 0 else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_):
        pass


class LoadTest(ServiceCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        token = Path(cls.folder.name, "token")
        token.write_text(TOKEN, encoding="utf-8")
        cls.settings = {"token_file": str(token)}
        super().setUpClass()
        cls.crudd.token = TOKEN
        cls.compile("stack")

    @classmethod
    def compile(cls, name, *options):
        command = [TFGEN, "-q", "-o", f"{cls.folder.name}/{name}", *options, TOP / "examples/minimal.yaml"]
        subprocess.run(command, check=True, capture_output=True)

    def locust(self, *options, port=0, stack="stack", users=200, seconds=30):
        """(exit status, output, one row of figures for all requests)"""
        command = [LOCUST, "-f", f"{self.folder.name}/{stack}/loadtest/locustfile.py", "--headless", "--only-summary"]
        command += ["--host", f"http://127.0.0.1:{port or self.crudd.port}", "--users", users, "--spawn-rate", users / 4]
        command += ["--run-time", f"{seconds}s", "--json", *options]
        env = {**os.environ, "API_TOKEN": TOKEN}
        done = subprocess.run([str(word) for word in command], env=env, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr, done.stdout

    def rows(self):
        tables = ("members", "plans", "subscriptions")
        return {table: self.schema.sql(f"SELECT * FROM {table} ORDER BY id") for table in tables}

    def test_holds_200_users_and_leaves_nothing(self):
        for name, surname, _ in NAMES:
            self.member(name=name, surname=surname)
        self.plan()
        before = self.rows()
        # the machine runs the database, the service and the users, so only the largest delays are the service's
        status, output, printed = self.locust("--max-failed-percent", 0, "--max-p95-ms", 5000)
        self.assertEqual(status, 0, output[-3000:])
        figures = json.loads(printed[printed.index("[") : printed.rindex("]") + 1])
        self.assertEqual(sum(row["num_failures"] for row in figures), 0)
        self.assertGreater(sum(row["num_requests"] for row in figures), 1000)
        self.assertLessEqual({"POST", "PATCH", "DELETE", "GET"}, {row["method"] for row in figures})
        self.assertEqual(self.rows(), before)

    def test_a_broken_service_fails_the_run(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Failing)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        status, output, _ = self.locust(port=server.server_port, users=20, seconds=5)
        self.assertEqual(status, 1, output[-3000:])
        self.assertRegex(output, r"FAILED: [\d.]+ % of the requests failed, more than 0.1 %")
        status, output, _ = self.locust(port=free_port(), users=5, seconds=3)
        self.assertEqual(status, 1, output[-3000:])
        self.assertIn("FAILED: 100.00 % of the requests failed", output)

    def test_a_slow_service_fails_the_run(self):
        status, output, _ = self.locust("--max-p95-ms", 0.01, users=5, seconds=3)
        self.assertEqual(status, 1, output[-3000:])
        self.assertIn("FAILED: the 95th percentile is ", output)

    def test_a_stack_without_a_token(self):
        self.compile("open", "--set", "service.auth=none")
        text = Path(self.folder.name, "open/loadtest/locustfile.py").read_text(encoding="utf-8")
        compile(text, "locustfile.py", "exec")
        self.assertNotIn("API_TOKEN", text)
        status, output, _ = self.locust(stack="open", users=5, seconds=3)
        self.assertEqual(status, 1, "the service here needs a token")
        self.assertIn("401", output)


if __name__ == "__main__":
    unittest.main()
