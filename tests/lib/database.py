"""MariaDB servers for the tests, their certificates, and the server of DB_TEST_URL, with one interface: schema()
creates a schema for the service, sql() runs statements directly.
"""

import atexit
import functools
import itertools
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import urllib.parse
from pathlib import Path

from process import Folder, Process, free_port, wait_for

TABLES = ("subscriptions", "members", "plans", "idempotency_keys", "schema_migrations")
# The privileges of the service's user.
PRIVILEGES = "SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, REFERENCES"


# ---- certificates


def make_ca(folder, name="ca"):
    """Creates FOLDER/NAME.pem and its key."""
    extensions = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign"
    openssl(folder, name, f"/CN={name}-of-the-tests", extensions)
    return Path(folder, f"{name}.pem")


def make_certificate(folder, name, ca="ca"):
    """Creates a server certificate for one host: FOLDER/NAME.pem and NAME-key.pem. A common name has 64 characters at most."""
    kind = "IP" if re.fullmatch(r"[\d.]+", name) else "DNS"
    openssl(folder, name, f"/CN={name[:64]}", f"subjectAltName={kind}:{name}", f"-CA {ca}.pem -CAkey {ca}-key.pem")
    return Path(folder, f"{name}.pem"), Path(folder, f"{name}-key.pem")


def openssl(folder, name, subject, extensions, more=""):
    config = f"[req]\ndistinguished_name=dn\nx509_extensions=ext\n[dn]\n[ext]\n{extensions}\n"
    Path(folder, f"{name}.cnf").write_text(config, encoding="ascii")
    command = f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -config {name}.cnf -subj {subject} {more}"
    files = f"-keyout {name}-key.pem -out {name}.pem"
    subprocess.run([*command.split(), *files.split()], cwd=folder, check=True, capture_output=True)


# ---- databases


class Schema:
    """One schema and its user."""

    def __init__(self, server, name, user, password, ca=""):
        self.server, self.name, self.user, self.password, self.ca = server, name, user, password, ca

    def settings(self, folder):
        """The settings for Crudd; the password is in a file in `folder`."""
        self.write_secret(folder)
        return {
            "db_host": self.server.host,
            "db_port": self.server.port,
            "db_name": self.name,
            "db_user": self.user,
            "db_secret_file": str(Path(folder, "secret.json")),
            "db_ca_file": str(self.ca),
        }

    def write_secret(self, folder):
        """Replaces the file atomically, as a rotation does."""
        new = Path(folder, "secret.json.new")
        new.write_text(json.dumps({"username": self.user, "password": self.password}), encoding="utf-8")
        new.chmod(0o600)
        new.rename(Path(folder, "secret.json"))

    def sql(self, text):
        return self.server.sql(text, self.name)


class Session:
    """A client that executes statements in a schema, and then keeps its connection with its locks and its transaction.
    wait: until the statements are executed."""

    def __init__(self, schema, text, wait=True):
        command = "mariadb --no-defaults --batch --unbuffered --skip-column-names".split()
        self.popen = subprocess.Popen(
            [*command, *schema.server.client, schema.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=schema.server.client_env,
            text=True,
        )
        self.popen.stdin.write(f"{text};\nSELECT 'executed';\n")
        self.popen.stdin.flush()
        while wait and self.popen.stdout.readline() != "executed\n":
            if self.popen.poll() is not None:
                raise AssertionError(f"the client ended: {text}")

    def end(self):
        """Waits until the statements are executed, and closes the connection."""
        self.popen.communicate(timeout=30)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()


class Database:
    """A server, which the tests reach with the `mariadb` client and these arguments."""

    host = "127.0.0.1"

    def __init__(self, client, env=None):
        self.client, self.client_env = client, env
        self.number = itertools.count(1)

    def sql(self, text, schema=""):
        """Rows as tuples of text; NULL is None."""
        command = "mariadb --no-defaults --batch --skip-column-names --default-character-set=utf8mb4".split()
        done = subprocess.run(
            [*command, *self.client, *([schema] if schema else [])],
            input=text,
            env=self.client_env,
            capture_output=True,
            text=True,
            timeout=60,
        )
        if done.returncode:
            raise AssertionError(f"{text[:200]}: {done.stderr}")
        return [tuple(None if v == "NULL" else v for v in line.split("\t")) for line in done.stdout.splitlines()]


class External(Database):
    """The server of DB_TEST_URL."""

    def __init__(self, url):
        u = urllib.parse.urlsplit(url)
        self.host, self.port, self.name = u.hostname, u.port or 3306, u.path.strip("/")
        self.user, self.password = urllib.parse.unquote(u.username or ""), urllib.parse.unquote(u.password or "")
        self.ca = urllib.parse.parse_qs(u.query).get("ca", [""])[0]
        tls = [f"--ssl-ca={self.ca}", "--ssl-verify-server-cert"] if self.ca else []
        super().__init__(
            [f"--host={self.host}", f"--port={self.port}", "--protocol=tcp", f"--user={self.user}", *tls],
            {**os.environ, "MYSQL_PWD": self.password},
        )
        self.may_create = True

    def schema(self):
        name = f"{self.name}_{next(self.number)}"
        try:
            self.sql(f"DROP DATABASE IF EXISTS `{name}`; CREATE DATABASE `{name}`")
            atexit.register(self.sql, f"DROP DATABASE IF EXISTS `{name}`")
        except AssertionError:
            name, self.may_create = self.name, False
            self.sql("".join(f"DROP TABLE IF EXISTS `{table}`;" for table in TABLES), name)
        return Schema(self, name, self.user, self.password, self.ca)

    def stop(self):
        pass


class Server(Database):
    """A server that the tests start, with its own port and socket."""

    def __init__(self, folder=None):
        self.folder = Folder("database-", folder)
        self.path = self.folder.path
        self.data, self.socket = self.path / "data", self.path / "sql.sock"
        self.nearby = None
        if len(str(self.socket)) > 100:  # too long for the address of a socket
            self.nearby = Folder("database-")
            self.socket = self.nearby.path / "sql.sock"
        self.port = free_port()
        self.ca = ""
        self.args, self.wrap, self.process = [], (), None
        super().__init__([f"--socket={self.socket}", "--user=root"])

    def begin(self):
        """Installs and starts the server, and waits until it answers."""
        try:
            self.install()
            self.start()
            for user, host in self.sql("SELECT user, host FROM mysql.user WHERE user IN ('root', '')"):
                if (user, host) != ("root", "localhost"):
                    self.sql(f"DROP USER '{user}'@'{host}'")
        except BaseException:
            self.stop()
            raise

    def start(self):
        with open(self.path / "log", "ab") as log:
            self.process = Process(self.args, log, log, wrap=self.wrap)
        wait_for("the database", self.answers, 60)

    def answers(self):
        if self.process.popen.poll() is not None:
            log = (self.path / "log").read_text(errors="replace")
            raise AssertionError(f"the database ended: {log[-3000:]}")
        try:
            with socket.socket(socket.AF_UNIX) as s:
                s.settimeout(5)
                s.connect(str(self.socket))
                return s.recv(100)
        except OSError:
            return False

    def schema(self, name="", ca=""):
        """A new schema and a user with the privileges that the service needs."""
        name = name or f"crudd_{next(self.number)}"
        schema = Schema(self, name, name, secrets.token_urlsafe(12), ca)
        self.create(schema)
        return schema

    def create(self, schema):
        self.sql(f"CREATE DATABASE `{schema.name}` CHARACTER SET utf8mb4")
        self.sql(f"CREATE USER '{schema.user}'@'%' IDENTIFIED BY '{schema.password}'")
        self.sql(f"GRANT {PRIVILEGES} ON `{schema.name}`.* TO '{schema.user}'@'%'")

    def change_password(self, schema):
        """Sets a new password and closes the user's connections. Then use schema.write_secret()."""
        schema.password = secrets.token_urlsafe(12)
        self.sql(f"ALTER USER '{schema.user}'@'%' IDENTIFIED BY '{schema.password}'")
        self.kill_sessions(schema)

    def kill_sessions(self, schema):
        for (number,) in self.sql(f"SELECT id FROM information_schema.processlist WHERE user = '{schema.user}'"):
            try:
                self.sql(f"KILL {number}")
            except AssertionError:  # already closed
                pass

    def freeze(self):
        self.process.send(signal.SIGSTOP)

    def thaw(self):
        self.process.send(signal.SIGCONT)

    def kill9(self):
        self.process.end()

    def restart(self):
        self.kill9()
        self.start()

    def stop(self):
        """Kills the server and deletes its data."""
        if self.process:
            self.process.end()
        self.folder.remove()
        if self.nearby:
            self.nearby.remove()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class MariaDB(Server):
    """A small server; durable by default."""

    def __init__(self, tls_name="", durable=True, pool_mb=64, options=(), folder=None):
        super().__init__(folder)
        program = shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin")
        flush = 1 if durable else 0
        more = f"""--bind-address=127.0.0.1 --port={self.port} --skip-name-resolve --max-connections=300
            --performance-schema=OFF --innodb-log-file-size=48M --innodb-buffer-pool-size={pool_mb}M
            --innodb-flush-log-at-trx-commit={flush} --key-buffer-size=1M"""
        self.args = [program, "--no-defaults", f"--datadir={self.data}", f"--socket={self.socket}"]
        self.args += [f"--pid-file={self.path}/pid", f"--tmpdir={self.path}", *more.split(), *options]
        if os.geteuid() == 0:
            self.args.append("--user=root")
        if tls_name:
            self.ca = make_ca(self.path)
            self.certify(tls_name)
            self.args += [f"--ssl-cert={self.path}/server.pem", f"--ssl-key={self.path}/server-key.pem"]
        self.begin()

    def certify(self, name):
        """Gives the server a certificate for this host from the same CA."""
        for file, kept in zip(make_certificate(self.path, name), ("server.pem", "server-key.pem")):
            file.replace(self.path / kept)
        if self.process:
            self.sql("FLUSH SSL")

    def install(self):
        user = ["--user=root"] if os.geteuid() == 0 else []
        command = "mariadb-install-db --no-defaults --auth-root-authentication-method=normal --skip-test-db".split()
        command += [f"--datadir={self.data}", "--innodb-log-file-size=48M"]
        env = {**os.environ, "TMPDIR": str(self.path)}  # two servers may get the same names for their temporary tables
        done = subprocess.run([*command, *user], env=env, capture_output=True, text=True)
        if done.returncode:
            raise AssertionError(f"mariadb-install-db: {done.stdout}{done.stderr}")


@functools.cache
def shared_database():
    """One server for all tests in this process."""
    url = os.environ.get("DB_TEST_URL")
    database = External(url) if url else MariaDB()
    atexit.register(database.stop)
    return database
