#!/usr/bin/env python3
"""The tests of the API against other servers: MySQL 9.7 of Debian unstable, MariaDB 11.8 of Debian 13.

    other_servers.py [mysql | mariadb]...       default: both

mmdebstrap unpacks each once in build/roots; it runs in a chroot and a namespace of its own, on loopback. If that is not
possible, the test prints SKIP and the reason; with CI=true it fails.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from database import Server
from roots import CannotRun, make_root

HERE = Path(__file__).resolve().parent
SUITES = ("api", "list", "refuse", "retry", "operate", "document", "entity", "search")
USER, PASSWORD = "crudd_test", "a-password-for-tests"


class Rooted(Server):
    """A server in a chroot, in which the directory self.path is /mnt."""

    def __init__(self, root, program, options):
        super().__init__()
        self.root, self.program = root, program
        as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
        inside = f'mount --rbind /dev "$0/dev" && mount --bind "{self.path}" "$0/mnt" && exec chroot "$0" "$@"'
        self.wrap = ("unshare", *as_root, "--mount", "sh", "-c", inside, str(root))
        common = "--no-defaults --datadir=/mnt/data --tmpdir=/mnt --user=root"
        here = f"--socket=/mnt/sql.sock --pid-file=/mnt/pid --port={self.port} --bind-address=127.0.0.1"
        self.args = [program, *common.split(), *here.split(), *options]
        self.begin()

    def run(self, args, text=""):
        done = subprocess.run([*self.wrap, *args], input=text, capture_output=True, text=True, timeout=120)
        if done.returncode:
            raise CannotRun(f"{' '.join(args)}: {(done.stdout + done.stderr).strip()[-1000:]}")


class MySQL(Rooted):
    def __init__(self):
        root = make_root("mysql", "unstable", "mysql-server-core")
        super().__init__(root, "/usr/sbin/mysqld", ["--mysqlx=OFF", "--secure-file-priv=NULL"])

    def install(self):
        self.run([*self.args, "--initialize-insecure"])


class NewerMariaDB(Rooted):
    def __init__(self):
        super().__init__(make_root("mariadb", "trixie", "mariadb-server-core"), "/usr/sbin/mariadbd", [])

    def install(self):
        """Does what mariadb-install-db does; that script needs a whole system."""
        share = self.root / "usr/share/mariadb"
        files = ("mariadb_system_tables", "mariadb_performance_tables", "mariadb_system_tables_data")
        text = "CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket=NULL, @skip_auth_anonymous=1;\n"
        self.data.mkdir()
        self.run([*self.args, "--bootstrap"], text + "".join((share / f"{f}.sql").read_text() for f in files))


SERVERS = {"mysql": MySQL, "mariadb": NewerMariaDB}


def run_suites(server):
    """The number of failures."""
    server.sql(f"CREATE USER '{USER}'@'%' IDENTIFIED BY '{PASSWORD}'")
    server.sql(rf"GRANT ALL ON `{USER}\_%`.* TO '{USER}'@'%'")
    url = f"mysql://{USER}:{PASSWORD}@127.0.0.1:{server.port}/{USER}"
    failed = 0
    for suite in SUITES:
        print(f"-- test_{suite}.py", flush=True)
        done = subprocess.run([sys.executable, HERE / f"test_{suite}.py"], env={**os.environ, "DB_TEST_URL": url})
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
            bad = run_suites(server)
        failed = failed or bad > 0
        seconds = time.monotonic() - begun
        print(f"{name} {version}: {len(SUITES) - bad} passed, {bad} failed, in {seconds:.0f} s", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
