#!/usr/bin/env python3
"""The tests of the API against other servers: MySQL 9.7 of Debian unstable, MariaDB 11.8 of Debian 13.

    other_servers.py [mysql | mariadb]...       default: both

If a server cannot run here, the test prints SKIP and the reason; with CI=true it fails.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from roots import CannotRun
from rooted import SERVERS

HERE = Path(__file__).resolve().parent
SUITES = ("api", "list", "refuse", "retry", "operate", "document", "entity", "search")
# Those that start a server themselves, since they change its settings.
OWN_SUITES = ("session", "limits", "fair", "together")
USER, PASSWORD = "crudd_test", "a-password-for-tests"


def run_suites(name, server):
    """The number of failures."""
    server.sql(f"CREATE USER '{USER}'@'%' IDENTIFIED BY '{PASSWORD}'")
    server.sql(rf"GRANT ALL ON `{USER}\_%`.* TO '{USER}'@'%'")
    url = f"mysql://{USER}:{PASSWORD}@127.0.0.1:{server.port}/{USER}"
    failed = 0
    for suite in SUITES + OWN_SUITES:
        print(f"-- test_{suite}.py", flush=True)
        which = {"DB_TEST_SERVER": name} if suite in OWN_SUITES else {"DB_TEST_URL": url}
        done = subprocess.run([sys.executable, HERE / f"test_{suite}.py"], env={**os.environ, **which})
        failed += done.returncode != 0
    return failed


def main():
    failed = False
    for name in sys.argv[1:] or SERVERS:
        begun = time.monotonic()
        try:
            server = SERVERS[name]()
        except (CannotRun, AssertionError, subprocess.SubprocessError, OSError) as error:
            print(f"SKIP {name}: {error}", flush=True)
            failed = failed or os.environ.get("CI") == "true"
            continue
        with server:
            version = server.sql("SELECT VERSION()")[0][0]
            bad = run_suites(name, server)
        failed = failed or bad > 0
        seconds = time.monotonic() - begun
        print(f"{name} {version}: {len(SUITES + OWN_SUITES) - bad} passed, {bad} failed, in {seconds:.0f} s", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
