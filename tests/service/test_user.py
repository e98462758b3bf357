#!/usr/bin/env python3
"""What secrets.sh makes of the service's database user.

Real here: secrets.sh, the service, MySQL 9.7 in a chroot (SKIP if that is not possible), this machine's MariaDB. Stand-ins:
the metadata service and Secrets Manager, for which a `curl` answers from files.
"""

import json
import os
import subprocess
import unittest

from paths import TOP
from process import environment
from roots import CannotRun
from server import CRUDD, Folder, MariaDB, Schema
from test_other_servers import MySQL

ADMIN_PASSWORD = "admin'\"\\-password"
# Of the privileges that RDS gives its master user, those that matter here.
ADMIN_PRIVILEGES = "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, PROCESS, REFERENCES, INDEX, ALTER, CREATE USER"

CURL = r"""#!/bin/bash
out=/dev/stdout
while (($#)); do
	case $1 in
	-o) out=$2; shift ;;
	-d) wanted=$2; shift ;;
	http*) url=$1 ;;
	esac
	shift
done
case $url in
*/api/token) echo token ;;
*/security-credentials/) echo role ;;
*/role) echo '{"AccessKeyId": "k", "SecretAccessKey": "s", "Token": "t"}' ;;
*) echo "${wanted}" >>"$CLOUD/asked"
	python3 -c 'import json, sys; print(json.dumps({"SecretString": open(json.loads(sys.argv[1])["SecretId"]).read()}))' "$wanted" ;;
esac >"$out"
"""
INSTALL = '#!/bin/bash\nargs=(); while (($#)); do case $1 in -o|-g) shift 2;; *) args+=("$1"); shift;; esac; done\n'
STUBS = {"curl": CURL, "install": INSTALL + 'exec /usr/bin/install "${args[@]}"\n', "systemctl": "#!/bin/sh\nexit 1\n"}


class Cloud:
    """The secrets of a stack, as files."""

    def __init__(self, schema):
        self.folder = Folder("cloud-")
        self.path = self.folder.path
        self.schema = schema
        self.put("admin", "admin", ADMIN_PASSWORD)
        self.put("database", "crudd", "first-password-0123456789")

    def put(self, name, user, password):
        (self.path / name).write_text(json.dumps({"username": user, "password": password}), encoding="utf-8")


class Instance:
    """A directory instead of /etc/crudd."""

    def __init__(self, cloud):
        self.cloud = cloud
        self.folder = Folder("instance-")
        self.etc = self.folder.path
        (self.etc / "bin").mkdir()
        for name, text in STUBS.items():
            (self.etc / "bin" / name).write_text(text, encoding="ascii")
            (self.etc / "bin" / name).chmod(0o755)
        arns = {f"{name}_secret": cloud.path / name for name in ("database", "admin")}
        stack = {"region": "eu-west-3", "token_secret": "", **arns}
        (self.etc / "stack").write_text("".join(f"{k}={v}\n" for k, v in stack.items()), encoding="ascii")
        settings = cloud.schema.settings(self.etc)
        settings["db_secret_file"] = str(self.etc / "database.json")
        (self.etc / "config.json").write_text(json.dumps(settings), encoding="ascii")
        text = (TOP / "app/deploy/secrets.sh").read_text(encoding="ascii")
        self.script = text.replace("/etc/crudd", str(self.etc)).replace("/usr/local/bin/crudd", CRUDD)

    def run(self):
        """One run of secrets.sh: what the instance boots with, and what its timer starts."""
        env = environment(PATH=f"{self.etc}/bin:{os.environ['PATH']}", CLOUD=str(self.cloud.path))
        return subprocess.run(["bash", "-c", self.script], env=env, capture_output=True, text=True, timeout=120)

    def fetch(self):
        done = self.run()
        assert (done.returncode, done.stderr) == (0, ""), done
        return done.stdout

    def close(self):
        self.folder.remove()


class UserCase(unittest.TestCase):
    """Tests for both servers; the classes below start them."""

    @classmethod
    def start(cls, server):
        cls.server = server
        cls.addClassCleanup(server.stop)

    def setUp(self):
        number = next(self.server.number)
        self.name, self.neighbour = f"gym_db_{number}", f"gymxdb_{number}"
        quoted = ADMIN_PASSWORD.replace("\\", "\\\\").replace("'", "''")
        self.server.sql(
            f"CREATE DATABASE {self.name}; CREATE DATABASE {self.neighbour}; CREATE TABLE {self.neighbour}.t (a INT);"
            "DROP USER IF EXISTS admin@'%', crudd@'%', crudd_2@'%';"
            f"CREATE USER admin@'%' IDENTIFIED BY '{quoted}'; GRANT {ADMIN_PRIVILEGES} ON *.* TO admin@'%' WITH GRANT OPTION"
        )
        self.cloud = Cloud(Schema(self.server, self.name, "crudd", "unused"))
        self.addCleanup(self.cloud.folder.remove)

    def instance(self):
        instance = Instance(self.cloud)
        self.addCleanup(instance.close)
        return instance

    def log_in(self, user, password, sql="SELECT 1"):
        """None, or why the server refuses it."""
        command = f"mariadb --no-defaults --host=127.0.0.1 --port={self.server.port} --user={user} -e".split()
        env = {**os.environ, "MYSQL_PWD": password}
        done = subprocess.run([*command, sql], env=env, capture_output=True, text=True, timeout=60)
        return done.stderr if done.returncode else None

    def accepted(self, *passwords, user="crudd"):
        for password in passwords:
            self.assertIsNone(self.log_in(user, password), password)

    def refused(self, *passwords, user="crudd"):
        for password in passwords:
            self.assertIn("ERROR 1045", self.log_in(user, password) or "accepted", password)

    def test_privileges(self):
        """Those for its schema, and none for another one whose name the pattern gym_db would match."""
        self.instance().fetch()
        password = "first-password-0123456789"
        self.assertIsNone(self.log_in("crudd", password, f"SELECT COUNT(*) FROM {self.name}.members"))
        self.assertIn("ERROR 1142", self.log_in("crudd", password, f"SELECT * FROM {self.neighbour}.t") or "")

    def test_an_administrator_without_privileges(self):
        """The server's message; nothing has changed."""
        instance = self.instance()
        instance.fetch()
        self.server.sql("REVOKE CREATE USER, INSERT, UPDATE, DELETE ON *.* FROM admin@'%'")
        self.cloud.put("database", "crudd", "second-password-0123456789")
        done = instance.run()
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stderr, r"^crudd: create-user: 1227: .*CREATE USER")
        self.accepted("first-password-0123456789")
        self.refused("second-password-0123456789")
        self.assertIn("first-password", (instance.etc / "database.json").read_text())


class OnMySQL(UserCase):
    @classmethod
    def setUpClass(cls):
        try:
            cls.start(MySQL())
        except (CannotRun, AssertionError, subprocess.SubprocessError, OSError) as error:
            if os.environ.get("CI") == "true":
                raise
            print(f"SKIP the user on MySQL: {error}", flush=True)
            raise unittest.SkipTest(str(error)) from error

    def tearDown(self):
        self.server.sql("SET GLOBAL partial_revokes = OFF")

    def test_partial_revokes(self):
        """The server compares the name of a schema literally."""
        self.server.sql("SET GLOBAL partial_revokes = ON")
        self.test_privileges()


class OnMariaDB(UserCase):
    @classmethod
    def setUpClass(cls):
        cls.start(MariaDB())


del UserCase  # it has no server


if __name__ == "__main__":
    unittest.main()
