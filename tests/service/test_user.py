#!/usr/bin/env python3
"""What secrets.sh makes of the service's database user; above all, a new password refuses no request while two instances serve.

Real here: secrets.sh, the service, MySQL 9.7 in a chroot (SKIP if that is not possible), this machine's MariaDB. Stand-ins:
the metadata service and Secrets Manager, for which a `curl` answers from files. A rotation kills every
session after each step, so that each instance logs in again.
"""

import concurrent.futures
import json
import os
import subprocess
import unittest
from pathlib import Path

from load import Load
from paths import TOP
from process import environment, wait_for
from roots import CannotRun
from server import CRUDD, Crudd, Folder, MariaDB, Schema
from rooted import MySQL

SECONDS = 15  # of load: longer than a rotation takes here
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
    """A directory instead of /etc/crudd, and the service in it."""

    def __init__(self, cloud):
        self.cloud, self.crudd = cloud, None
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

    def keeps_two(self):
        return (self.etc / "two-passwords").exists()

    def serve(self):
        self.crudd = Crudd(self.cloud.schema, db_secret_file=str(self.etc / "database.json"))

    def close(self):
        if self.crudd:
            self.crudd.__exit__(None)
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

    def kill_sessions(self, *instances):
        """Ends every session of the service; returns when each instance has a new one."""
        users = "SELECT id FROM information_schema.processlist WHERE user IN ('crudd', 'crudd_2')"
        before = [i.crudd.metrics()["crudd_database_connects_total"] for i in instances]
        for (number,) in self.server.sql(users):
            self.server.sql(f"KILL {number}")
        for instance, count in zip(instances, before):
            connects = lambda i=instance: i.crudd.metrics()["crudd_database_connects_total"]
            wait_for("a new login", lambda c=count, n=connects: n() >= c + 4, 10)

    def two_serve(self):
        """Two instances with load on both: reads, and writes that their key makes repeatable."""
        a, b = self.instance(), self.instance()
        a.fetch()
        b.fetch()
        for i in (a, b):
            i.serve()
        self.assertEqual(a.crudd.send("POST", "/members", {"name": "Ada", "surname": "B"}).status, 201)
        mix = ("4 GET /members/1", "2 GET /members?limit=5", '1 POST /members {"name":"N{n}","surname":"B"}')
        loads = [
            Load(i.crudd.port, *mix, headers=(f"Idempotency-Key: {k}-{{n}}",), c=6, t=SECONDS, T="5:15")
            for k, i in enumerate((a, b))
        ]
        return a, b, loads

    def all_succeed(self, loads):
        self.assertEqual([load.process.popen.poll() for load in loads], [None, None], "the load ended too early")
        for load in loads:
            result = load.result()
            self.assertGreater(result["statuses"]["200"], 100)
            self.assertEqual(set(result["statuses"]), {"200", "201"}, result)
            self.assertEqual((result["errors"], result["refused"], result["unfinished"]), (0, 0, 0), result)

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

    def age(self, seconds):
        """As if the password had been set so long ago."""
        self.server.sql(
            f"UPDATE mysql.user SET password_last_changed = NOW() - INTERVAL {seconds} SECOND WHERE User = 'crudd';"
            "FLUSH PRIVILEGES"
        )

    def test_partial_revokes(self):
        """The server compares the name of a schema literally."""
        self.server.sql("SET GLOBAL partial_revokes = ON")
        self.test_privileges()

    def test_rotation(self):
        first, second = "first-password-0123456789", "second-password-0123456789"
        a, b, loads = self.two_serve()
        self.cloud.put("database", "crudd", second)
        self.assertIn("the previous password stays valid", a.fetch())
        self.kill_sessions(a, b)
        self.accepted(first, second)
        self.assertNotIn("second", (b.etc / "database.json").read_text())
        self.age(300)
        a.fetch()  # its next run, while the other one has not polled yet
        self.kill_sessions(a, b)
        self.accepted(first, second)
        self.assertIn("the previous password stays valid", b.fetch())
        self.kill_sessions(a, b)
        self.accepted(first, second)
        self.age(1200)
        b.fetch()
        self.kill_sessions(a, b)
        self.refused(first)
        self.accepted(second)
        self.assertEqual((a.keeps_two(), b.keeps_two()), (True, False))
        self.assertEqual(a.fetch(), "")
        self.assertFalse(a.keeps_two())
        self.all_succeed(loads)
        (self.cloud.path / "asked").unlink()
        self.assertEqual(a.fetch(), "")
        self.assertNotIn("admin", (self.cloud.path / "asked").read_text())

    def test_instance_that_set_it_is_replaced(self):
        """The new one, which has never seen the first password, discards it."""
        a = self.instance()
        a.fetch()
        self.cloud.put("database", "crudd", "second-password-0123456789")
        a.fetch()
        c = self.instance()
        self.assertIn("the previous password stays valid", c.fetch())
        self.age(1200)
        self.assertEqual(c.fetch(), "")
        self.refused("first-password-0123456789")
        self.accepted("second-password-0123456789")

    def test_rotation_and_back(self):
        """The first password returns while the server accepts it as the previous one."""
        first, second = "first-password-0123456789", "second-password-0123456789"
        a, b, loads = self.two_serve()
        self.cloud.put("database", "crudd", second)
        a.fetch()
        b.fetch()
        self.cloud.put("database", "crudd", first)
        a.fetch()
        self.age(1200)
        self.assertIn("the previous password stays valid", a.fetch())
        self.kill_sessions(a, b)
        self.accepted(first, second)
        b.fetch()
        self.age(1200)
        b.fetch()
        self.kill_sessions(a, b)
        self.accepted(first)
        self.refused(second)
        self.all_succeed(loads)

    def test_user_that_had_no_password(self):
        """The server refuses to retain none."""
        self.server.sql("CREATE USER crudd@'%'")
        self.assertNotIn("previous password", self.instance().fetch())
        self.accepted("first-password-0123456789")

    def test_waits_while_another_one_sets_it(self):
        """Both have found the new password refused; to set it twice would replace the previous one."""
        instance = self.instance()
        instance.fetch()
        self.cloud.put("database", "crudd", "second-password-0123456789")
        lock = "CONCAT('crudd.user.', LEFT(SHA2('crudd', 256), 20))"
        alter = "ALTER USER crudd@'%' IDENTIFIED BY 'second-password-0123456789' RETAIN CURRENT PASSWORD"
        with concurrent.futures.ThreadPoolExecutor(1) as threads:
            held = f"SELECT GET_LOCK({lock}, 0); SELECT SLEEP(4); {alter}"  # longer than one wait for the lock
            other = threads.submit(self.server.sql, held)
            wait_for("the lock", lambda: self.server.sql(f"SELECT IS_USED_LOCK({lock}) IS NOT NULL") == [("1",)])
            self.assertIn("the previous password stays valid", instance.fetch())
        self.assertEqual(other.result()[0], ("1",))
        self.accepted("first-password-0123456789", "second-password-0123456789")


class OnMariaDB(UserCase):
    @classmethod
    def setUpClass(cls):
        cls.start(MariaDB())

    def test_rotation(self):
        """Each new secret names another user; the operator drops the previous one."""
        a, b, loads = self.two_serve()
        self.cloud.put("database", "crudd_2", "second-password-0123456789")
        a.fetch()
        self.kill_sessions(a, b)
        self.accepted("first-password-0123456789")
        self.accepted("second-password-0123456789", user="crudd_2")
        b.fetch()
        self.kill_sessions(a, b)
        self.server.sql("DROP USER crudd@'%'")
        self.kill_sessions(a, b)
        self.refused("first-password-0123456789")
        self.all_succeed(loads)

    def test_user_that_had_no_password(self):
        """MariaDB has another error for it, and for most unknown users where most others have no password."""
        others = ", ".join(f"other_{n}@localhost IDENTIFIED VIA unix_socket" for n in range(100))
        self.server.sql(f"CREATE USER {others}")
        self.assertIn("ERROR 1698", self.log_in("crudd", "first-password-0123456789"))
        self.instance().fetch()
        self.accepted("first-password-0123456789")
        self.server.sql("ALTER USER crudd@'%' IDENTIFIED VIA unix_socket")
        self.instance().fetch()
        self.accepted("first-password-0123456789")

    def test_sessions_survive_their_user(self):
        """A session of the previous user still works when that is dropped."""
        a, _, loads = self.two_serve()
        self.cloud.put("database", "crudd_2", "second-password-0123456789")
        a.fetch()
        self.server.sql("DROP USER crudd@'%'")
        self.assertEqual(a.crudd.send("POST", "/members", {"name": "Ada", "surname": "B"}).status, 201)
        self.all_succeed(loads)


del UserCase  # it has no server


if __name__ == "__main__":
    unittest.main()
