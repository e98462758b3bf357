#!/usr/bin/env python3
"""The pages in Chromium: starts a database and the service, then tests/browser/main.mjs against them.

    test_browser.py [WORD...]       only the tests whose names contain one of these words

Node's packages go to build/browser, as tests/browser/package-lock.json pins them; screenshots go to build/screenshots.
"""

import hashlib
import secrets
import sys

from node import prepare, run_program
from server import Crudd, MariaDB


def run(words):
    tokens = {role: secrets.token_urlsafe(24) for role in ("write", "read")}
    lines = [f"{role} {role} {hashlib.sha256(token.encode()).hexdigest()}\n" for role, token in tokens.items()]
    with MariaDB(durable=False) as database:
        token_file = database.path / "tokens"
        token_file.write_text("".join(lines), encoding="ascii")
        token_file.chmod(0o600)
        with Crudd(database.schema(), title="City Gym", token_file=str(token_file)) as crudd:
            env = {
                "CRUDD_URL": f"http://127.0.0.1:{crudd.port}",
                "CRUDD_TOKEN": tokens["write"],
                "CRUDD_READ_TOKEN": tokens["read"],
            }
            return run_program("main.mjs", *words, env=env)


if __name__ == "__main__":
    prepare()
    sys.exit(run(sys.argv[1:]))
