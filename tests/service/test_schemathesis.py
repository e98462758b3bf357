#!/usr/bin/env python3
"""Schemathesis with the OpenAPI document of the service: the service accepts what the document allows, refuses what it
forbids, and sends only responses that it describes. All checks are on; schemathesis_hooks.py adds to
positive_data_acceptance what no schema can express.

    SECONDS=60 SEED=1 test_schemathesis.py
"""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from server import Crudd, shared_database

TOKEN = "plain-token-0123456789abcdef"
HERE = Path(__file__).resolve().parent


class Document(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "token").write_text(TOKEN, encoding="ascii")

    def fill(self, crudd):
        """Creates rows that requests can find and refer to."""
        for i in range(3):
            member = crudd.send("POST", "/members", {"name": f"Name {i}", "surname": "Surname"}).json
            plan = crudd.send("POST", "/plans", {"name": f"Plan {i}", "type": "day", "price": "5"}).json
            value = {"member_id": member["id"], "plan_id": plan["id"], "start_date": "2026-01-01"}
            self.assertEqual(crudd.send("POST", "/subscriptions", value).status, 201)

    def command(self, url):
        program = Path(sys.executable).with_name("schemathesis")
        options = f"--max-time {os.environ.get('SECONDS', 60)} --seed {os.environ.get('SEED', 1)} --request-timeout 10"
        # No string may contain U+0000: such a body is malformed, which test_refuse.py tests.
        options += " --checks all --exclude-checks positive_data_acceptance --generation-allow-x00 false"
        options += " --continue-on-failure --generation-database none --no-color --max-response-time 5"
        return [program, "run", url, "-H", f"Authorization: Bearer {TOKEN}", *options.split()]

    def test_holds(self):
        settings = {"token_file": str(self.folder / "token"), "log_requests": "false"}
        with Crudd(shared_database().schema(), **settings) as crudd:
            crudd.token = TOKEN
            self.fill(crudd)
            env = {**os.environ, "SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": str(HERE)}
            url = f"http://127.0.0.1:{crudd.port}/openapi.json"
            done = subprocess.run(self.command(url), cwd=self.folder, env=env, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            print("\n".join(line.strip() for line in done.stdout.splitlines() if "generated" in line), flush=True)
            self.assertEqual([e for e in crudd.log() if e["level"] == "error"], [])


if __name__ == "__main__":
    unittest.main()
