"""Database servers of other releases, which mmdebstrap unpacks once in build/roots: MySQL 9.7 of Debian unstable and
MariaDB 11.8 of Debian 13. Each runs in a chroot and a namespace of its own, on loopback.
"""

import os
import subprocess
import unittest

from database import MariaDB, Server
from roots import CannotRun, make_root
from server import Crudd


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


def own_server():
    """A server of the kind that DB_TEST_SERVER names; without it, this machine's MariaDB."""
    return SERVERS.get(os.environ.get("DB_TEST_SERVER"), MariaDB)()


class OwnServerCase(unittest.TestCase):
    """A class of tests that share such a server. Each has its own schema."""

    @classmethod
    def setUpClass(cls):
        cls.database = own_server()
        cls.addClassCleanup(cls.database.stop)
        cls.mariadb = "MariaDB" in cls.database.sql("SELECT VERSION()")[0][0]

    def setUp(self):
        self.schema = self.database.schema()

    def start(self, **settings):
        """The service with this schema; it must end without an error."""
        crudd = Crudd(self.schema, log_requests="false", **settings)
        self.addCleanup(crudd.__exit__, None)
        return crudd
