#!/usr/bin/env python3
"""What operators rely on: tokens, the admin port, migrations, commands, logs."""

import concurrent.futures
import hashlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from server import CRUDD, Crudd, ServiceCase, environment, free_port, shared_database, wait_for

READ, WRITE, PLAIN = "reader-token-0123456789", "writer-token-0123456789", "plain-token-0123456789abcdef"
OPEN = ("/healthz", "/", "/docs", "/docs/", "/openapi.json")


def line(name, role, token):
    return f"{name} {role} {hashlib.sha256(token.encode()).hexdigest()}\n"


class Tokens(ServiceCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.path = Path(folder.name, "tokens")
        cls.path.write_text(
            "# who may call\n\n" + line("dashboard", "read", READ) + line("desk", "write", WRITE), encoding="ascii"
        )
        cls.settings = {"token_file": str(cls.path)}
        super().setUpClass()
        cls.crudd.token = WRITE

    def as_(self, token, method, path, value=None):
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
        c = self.crudd.connect()
        c.request(method, path, None if value is None else json.dumps(value), headers)
        r = c.getresponse()
        body = r.read()
        c.close()
        return r.status, r.headers, body

    def test_roles(self):
        row = self.member()
        one, new = f"/members/{row['id']}", {"name": "A", "surname": "B"}
        requests = (
            ("GET", "/members", None, 200),
            ("HEAD", one, None, 200),
            ("OPTIONS", one, None, 204),
            ("GET", one + "/subscriptions", None, 200),
            ("POST", "/members", new, 201),
            ("POST", "/members/create", new, 201),
            ("PUT", one, new, 200),
            ("PATCH", one, new, 200),
            ("PUT", f"/members/update/{row['id']}", new, 200),
            ("DELETE", one, None, 204),
        )
        for method, path, value, fine in requests:
            with self.subTest(method, path=path):
                status, headers, _ = self.as_("", method, path, value)
                self.assertEqual((status, headers["WWW-Authenticate"]), (401, 'Bearer realm="crudd"'))
                self.assertEqual(self.as_("wrong-token-0123456789", method, path, value)[0], 401)
                reads = method in ("GET", "HEAD", "OPTIONS")
                self.assertEqual(self.as_(READ, method, path, value)[0], fine if reads else 403)
                self.assertEqual(self.as_(WRITE, method, path, value)[0], fine)

    def test_whoami(self):
        for token, name, role in ((READ, "dashboard", "read"), (WRITE, "desk", "write")):
            status, headers, body = self.as_(token, "GET", "/whoami")
            self.assertEqual((status, headers["Content-Type"]), (200, "application/json"))
            self.assertEqual(headers["Cache-Control"], "no-store")
            self.assertEqual(json.loads(body), {"name": name, "role": role})
        for token in ("", "wrong-token-0123456789"):
            self.assertEqual(self.as_(token, "GET", "/whoami")[0], 401)

    def test_what_is_open(self):
        for path in OPEN:
            self.assertEqual(self.as_("", "GET", path)[0], 200, path)
        page = self.as_("", "GET", "/docs")[2].decode()
        for asset in re.findall(r'(?:src|href)="(/assets/[^"]*)"', page):
            self.assertEqual(self.as_("", "GET", asset)[0], 200, asset)
        for path in ("/nothing", "/members/", "/members/1", "/members/abc", "/idempotency_keys"):
            self.assertEqual(self.as_("", "GET", path)[0], 401, path)  # does not reveal whether the path exists

    def test_a_refused_body_is_not_read(self):
        head = b"POST /members HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50000\r\n\r\n"
        out, closed = self.crudd.raw(head, 3)
        self.assertTrue(out.startswith(b"HTTP/1.1 401 "), out)
        self.assertTrue(closed)

    def test_keys_belong_to_who_sent_them(self):
        other = "other-token-0123456789"
        self.replace(self.path.read_text() + line("other", "write", other))
        wait_for("the new token", lambda: self.as_(other, "GET", "/members")[0] == 200, 5)
        body = json.dumps({"name": "Key", "surname": "B"})
        made = [
            self.crudd.request(
                "POST",
                "/members",
                body,
                {"Content-Type": "application/json", "Idempotency-Key": "k", "Authorization": f"Bearer {t}"},
            )
            for t in (WRITE, other, WRITE, other)
        ]
        self.assertEqual([a.status for a in made], [201] * 4)
        self.assertEqual(len({a.json["id"] for a in made}), 2)

    def replace(self, text):
        self.path.with_suffix(".new").write_text(text, encoding="utf-8")
        self.path.with_suffix(".new").rename(self.path)
        self.crudd.process.send(signal.SIGHUP)

    def test_sighup(self):
        before = self.path.read_text()
        new = "new-reader-token-0123456789"
        self.replace(line("dashboard", "read", new) + line("desk", "write", WRITE))
        wait_for("the new token", lambda: self.as_(new, "GET", "/members")[0] == 200, 5)
        self.assertEqual(self.as_(READ, "GET", "/members")[0], 401)
        for broken in ("", "# nothing\n", "desk write xyz\n", line("desk", "root", WRITE), "a b c d\n", "\xff\n"):
            self.replace(broken)
        wait_for(
            "complaints",
            lambda: any("token" in json.dumps(e) for e in self.crudd.log() if e["level"] in ("error", "warning")),
            5,
        )
        self.assertEqual(self.as_(new, "GET", "/members")[0], 200)  # the earlier tokens stay valid
        self.assertEqual(self.as_(WRITE, "GET", "/members")[0], 200)
        self.replace(before)
        wait_for("the old token", lambda: self.as_(READ, "GET", "/members")[0] == 200, 5)
        (self.crudd.path / "err").write_text("")
        self.replace(PLAIN + "\n")
        wait_for("the plain token", lambda: self.as_(PLAIN, "GET", "/members")[0] == 200, 5)
        self.assertEqual(self.as_(PLAIN, "POST", "/members", {"name": "A", "surname": "B"})[0], 201)
        self.assertEqual(self.as_(WRITE, "GET", "/members")[0], 401)
        self.replace(before)
        wait_for("the old token", lambda: self.as_(READ, "GET", "/members")[0] == 200, 5)

    def test_secrets_stay_out_of_the_log(self):
        log = self.crudd.output()
        secrets = [READ, WRITE, PLAIN] + ([self.schema.password] if self.schema.password else [])
        environ = (
            Path(f"/proc/{self.crudd.process.pid}/environ").read_bytes()
            + Path(f"/proc/{self.crudd.process.pid}/cmdline").read_bytes()
        )
        for secret in secrets:
            self.assertNotIn(secret, log)
            self.assertNotIn(secret.encode(), environ)
        self.assertIn('"caller":"desk"', log)


class Admin(ServiceCase):
    def test_ready_and_alive(self):
        answer = self.crudd.admin("/readyz")
        self.assertEqual((answer.status, answer.body), (200, b"ready\n"))
        self.assertEqual(self.crudd.admin("/livez").status, 200)
        self.assertEqual(self.crudd.admin("/nothing").status, 404)
        self.assertEqual(self.crudd.request("POST", "/readyz", b"x", port=self.crudd.admin_port).status, 405)
        for path in ("/readyz", "/metrics", "/livez"):
            self.problem(self.crudd.get(path), 404, "not-found")  # only on the admin port

    def test_metrics(self):
        row = self.member(name="Secretive")
        for path in (f"/members/{row['id']}", "/members?name=Secretive", "/nothing/Secretive"):
            self.crudd.get(path)
        answer = self.crudd.admin("/metrics")
        self.assertEqual(answer.status, 200)
        self.assertRegex(answer.headers["Content-Type"], r"^text/plain; version=0\.0\.4")
        names, seen = {}, set()
        sample = re.compile(r'([a-z_]+)(\{[a-z]+="[^"\\\n]*"(?:,[a-z]+="[^"\\\n]*")*\})? -?[0-9.e+-]+(?:Inf)?')
        for text in answer.body.decode().splitlines():
            comment = re.fullmatch(r"# (HELP|TYPE) ([a-z_]+) (.+)", text)
            if comment:
                names.setdefault(comment[2], {})[comment[1]] = comment[3]
                continue
            match = sample.fullmatch(text)
            self.assertTrue(match, text)
            self.assertNotIn((match[1], match[2]), seen)
            seen.add((match[1], match[2]))
            family = re.sub(r"_(bucket|sum|count)$", "", match[1]) if match[1] not in names else match[1]
            self.assertIn(names[family]["TYPE"], ("counter", "gauge", "histogram"), text)
            self.assertTrue(names[family]["HELP"] and family.startswith("crudd_"))
        self.assertNotIn(b"Secretive", answer.body)

    def test_counts(self):
        def count(**labels):
            return sum(
                v
                for k, v in self.crudd.metrics().items()
                if k.startswith("crudd_requests_total{") and all(f'{n}="{w}"' in k for n, w in labels.items())
            )

        row = self.member()
        before = count(method="GET", route="/members/{id}", status="200"), count(status="404")
        for _ in range(5):
            self.crudd.get(f"/members/{row['id']}")
        self.crudd.get("/nothing")
        self.crudd.get("/members/999999999")
        self.assertEqual(count(method="GET", route="/members/{id}", status="200"), before[0] + 5)
        self.assertEqual(count(status="404"), before[1] + 2)
        metrics = self.crudd.metrics()
        self.assertEqual(metrics["crudd_ready"], 1)
        buckets = [v for k, v in metrics.items() if k.startswith("crudd_request_seconds_bucket")]
        self.assertEqual(buckets, sorted(buckets))
        self.assertEqual(buckets[-1], metrics["crudd_request_seconds_count"])

    def test_where_it_listens(self):
        with open("/proc/net/tcp", encoding="ascii") as table:
            addresses = [text.split()[1] for text in table if text.split()[3] == "0A"]
        self.assertIn(f"0100007F:{self.crudd.admin_port:04X}", addresses)
        with Crudd(self.schema, wait="listening", admin_port=0) as crudd:
            self.assertEqual(crudd.get("/healthz").status, 200)
            wait_for("a row", lambda: crudd.get("/members").status == 200)

    def test_log(self):
        self.crudd.get("/members?name=Private", {"User-Agent": "agent-x", "X-Forwarded-For": "203.0.113.9"})
        self.crudd.send("POST", "/members", {"name": "Private", "surname": "Person", "email": "private@example.com"})
        self.crudd.get("/healthz")
        lines = wait_for(
            "lines",
            lambda: (
                [e for e in self.crudd.events("request") if e["route"] == "/healthz"] and self.crudd.events("request")
            ),
        )
        for e in lines:
            self.assertLessEqual({"ts", "level", "event", "id", "method", "route", "status", "bytes", "ms"}, set(e))
        last = [e for e in lines if e["route"] == "/members"][-1]
        self.assertEqual((last["method"], last["status"]), ("POST", 201))
        self.assertLessEqual(last["db_ms"], last["ms"])
        self.assertNotRegex(self.crudd.output(), r"Private|private@|Person|agent-x|203\.0\.113")

    def test_log_of_rows(self):
        """The id of the row that a request addresses or creates."""
        row = self.member()
        path, new = f"/members/{row['id']}", {"name": "A", "surname": "B"}
        key = {"Idempotency-Key": "log-of-rows"}
        began = len(self.crudd.events("request"))
        plan = self.plan()["id"]
        subscription = {"plan_id": plan, "start_date": "2026-01-01"}
        ids = [
            self.crudd.send("POST", "/members", new).json["id"],
            *(self.crudd.send("POST", "/members", new, key).json["id"] for _ in range(2)),
            self.crudd.send("POST", f"{path}/subscriptions", subscription).json["id"],
        ]
        self.assertEqual(ids[1], ids[2])
        self.crudd.get(path)
        self.crudd.send("PATCH", path, {"surname": ""})
        self.crudd.get("/members/999999999")
        self.crudd.get("/members")
        self.crudd.get(f"{path}/subscriptions")
        self.crudd.send("POST", "/members", {})
        self.crudd.get("/members/none")
        self.crudd.get("/healthz")
        wanted = [plan, *ids, row["id"], row["id"], 999999999, *[None] * 5]
        lines = wait_for(
            "lines", lambda: (lines := self.crudd.events("request")[began:]) and len(lines) >= len(wanted) and lines
        )
        self.assertEqual([line.get("row") for line in lines], wanted)


class Without(unittest.TestCase):
    """Without a database, the service answers the requests that need none."""

    def test_no_database(self):
        with Crudd(None, wait="listening") as crudd:
            for path in OPEN:
                self.assertEqual(crudd.get(path).status, 200, path)
            for method, path in (("GET", "/members"), ("GET", "/members/1"), ("DELETE", "/members/1")):
                answer = crudd.request(method, path)
                self.assertEqual((answer.status, answer.json["type"]), (503, "urn:crudd:problem:unavailable"))
                self.assertGreaterEqual(int(answer.headers["Retry-After"]), 1)
            self.assertEqual(crudd.send("POST", "/members", {"name": "A", "surname": "B"}).status, 503)
            self.assertEqual(crudd.get("/members/abc").status, 404)
            self.assertEqual(crudd.admin("/readyz").status, 503)
            self.assertEqual(crudd.admin("/livez").status, 200)
            self.assertEqual(crudd.metrics()["crudd_ready"], 0)


class Migrations(unittest.TestCase):
    def setUp(self):
        self.schema = shared_database().schema()

    def tables(self):
        return {name: self.schema.sql(f"SHOW CREATE TABLE `{name}`") for (name,) in self.schema.sql("SHOW TABLES")}

    def migrate(self):
        with tempfile.TemporaryDirectory() as folder:
            settings = {f"CRUDD_{k.upper()}": str(v) for k, v in self.schema.settings(folder).items()}
            return subprocess.run(
                [CRUDD, "migrate"], env=environment(**settings), capture_output=True, text=True, timeout=60
            )

    def test_ten_at_once(self):
        crudds = []
        try:
            crudds = [Crudd(self.schema, wait="") for _ in range(10)]
            for crudd in crudds:
                wait_for("crudd", lambda c=crudd: c.ready(), 60)
                self.assertEqual(crudd.get("/members").json, [])
            self.assertEqual(self.schema.sql("SELECT version FROM schema_migrations"), [("1",)])
            told = [e["detail"] for crudd in crudds for e in crudd.events("migrated")]
            self.assertEqual(sorted(told), ["0 applied"] * 9 + ["1 applied"])
            self.assertEqual([e for crudd in crudds for e in crudd.log() if e["level"] == "error"], [])
        finally:
            for crudd in crudds:
                crudd.close()

    def test_command(self):
        for _ in range(2):
            done = self.migrate()
            self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        tables = self.tables()
        self.assertEqual(set(tables), {"members", "plans", "subscriptions", "idempotency_keys", "schema_migrations"})
        with Crudd(self.schema) as crudd:
            self.assertEqual(crudd.get("/members").json, [])
        self.assertEqual(self.tables(), tables)

    def test_command_without_a_database(self):
        port = str(free_port())
        done = subprocess.run(
            [CRUDD, "migrate"], env=environment(CRUDD_DB_PORT=port), capture_output=True, text=True, timeout=60
        )
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout + done.stderr, r"127\.0\.0\.1|connect")

    def test_half_a_migration_is_finished(self):
        self.migrate()
        tables = self.tables()
        self.schema.sql("DELETE FROM schema_migrations; DROP TABLE subscriptions")
        done = self.migrate()
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(
            {k: re.sub(r" AUTO_INCREMENT=\d+", "", str(v)) for k, v in self.tables().items()},
            {k: re.sub(r" AUTO_INCREMENT=\d+", "", str(v)) for k, v in tables.items()},
        )

    def test_waits_for_another_instance(self):
        """Another instance migrates for longer than a wait for the lock."""
        lock = "GET_LOCK(CONCAT('crudd.', LEFT(SHA2(DATABASE(), 256), 20)), 0)"
        with concurrent.futures.ThreadPoolExecutor(1) as threads:
            other = threads.submit(self.schema.sql, f"SELECT {lock}; SELECT SLEEP(5)")
            time.sleep(0.5)
            with Crudd(self.schema, wait="listening") as crudd:
                began = time.monotonic()
                while time.monotonic() - began < 3:  # less than the other instance sleeps
                    self.assertEqual(self.schema.sql("SHOW TABLES"), [])
                    self.assertEqual(crudd.admin("/readyz").status, 503)
                    time.sleep(0.1)
                wait_for("readiness", crudd.ready)
                self.assertEqual(crudd.get("/members").json, [])
        self.assertEqual(other.result()[0], ("1",))

    def test_command_waits_for_another_instance(self):
        lock = "GET_LOCK(CONCAT('crudd.', LEFT(SHA2(DATABASE(), 256), 20)), 0)"
        with concurrent.futures.ThreadPoolExecutor(1) as threads:
            other = threads.submit(self.schema.sql, f"SELECT {lock}; SELECT SLEEP(5)")
            time.sleep(0.5)
            done = self.migrate()
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "1 migrations applied\n", ""))
        self.assertEqual(other.result()[0], ("1",))

    def test_a_newer_schema_is_left_alone(self):
        self.migrate()
        self.schema.sql(
            "INSERT INTO schema_migrations (version) VALUES (99); ALTER TABLE members ADD COLUMN later INT NULL"
        )
        with Crudd(self.schema) as crudd:
            made = crudd.send("POST", "/members", {"name": "A", "surname": "B"})
            self.assertEqual(made.status, 201)
            self.assertNotIn("later", made.json)
            self.assertEqual(crudd.get("/members").json, [made.json])


class Commands(unittest.TestCase):
    def run_crudd(self, *args, **env):
        return subprocess.run([CRUDD, *args], env=environment(**env), capture_output=True, text=True, timeout=20)

    def test_help(self):
        done = self.run_crudd("--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for word in (
            "migrate",
            "--check-config",
            "--open",
            "db_host",
            "db_ca_file",
            "db_connections",
            "queue_ms",
            "request_seconds",
            "admin_port",
        ):
            self.assertIn(word, done.stdout)

    def test_manual(self):
        done = self.run_crudd("help", "man")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(done.stdout.startswith(".TH CRUDD "), done.stdout[:100])
        page = subprocess.run(
            ["man", "--warnings", "-l", "-"],
            input=done.stdout,
            env={**os.environ, "MANWIDTH": "80", "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
        )
        self.assertEqual((page.returncode, page.stderr), (0, ""))
        for word in ("db_secret_file", "CRUDD_", "SIGHUP", "migrate"):
            self.assertIn(word, page.stdout)

    def test_settings_of_the_database(self):
        for name, value in (
            ("DB_PORT", "0"),
            ("DB_PORT", "65536"),
            ("DB_CONNECTIONS", "0"),
            ("DB_TIMEOUT", "x"),
            ("DB_TIMEOUT", "1"),
            ("QUEUE_LENGTH", "0"),
            ("QUEUE_MS", "-1"),
            ("REQUEST_SECONDS", "0"),
            ("ADMIN_PORT", "70000"),
            ("DB_NAME", ""),
            ("DB_HOST", ""),
        ):
            done = self.run_crudd("--check-config", **{f"CRUDD_{name}": value})
            self.assertEqual((done.returncode, done.stdout), (2, ""), name)
            self.assertIn(f"environment: {name.lower()}: expected", done.stderr)

    def test_a_database_elsewhere_needs_a_ca(self):
        for host in (
            "db.example.com",
            "10.0.0.1",
            "192.168.1.1",
            "::2",
            "127.0.0.1.example.com",
            "localhost.example.com",
        ):
            done = self.run_crudd("--check-config", CRUDD_DB_HOST=host)
            self.assertEqual(done.returncode, 2, host)
            self.assertIn("db_ca_file", done.stderr)
        for host in ("127.0.0.1", "127.0.0.2", "::1", "/run/mysqld/mysqld.sock"):
            self.assertEqual(self.run_crudd("--check-config", CRUDD_DB_HOST=host).returncode, 0, host)
        done = self.run_crudd("--check-config", CRUDD_DB_HOST="db.example.com", CRUDD_DB_CA_FILE="/nonexistent.pem")
        self.assertEqual(done.returncode, 2)
        self.assertIn("/nonexistent.pem", done.stderr)

    def test_secret_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "secret.json")
            done = self.run_crudd("--check-config", CRUDD_DB_SECRET_FILE=str(path))
            self.assertEqual(done.returncode, 2)
            self.assertIn("db_secret_file", done.stderr)
            broken = (
                "{",
                "[]",
                "{}",
                '{"username":"x"}',
                '{"password":5}',
                '{"password":"a","password":"hunter2"}',
                "hunter2",
            )
            for text in broken:
                path.write_text(text)
                with Crudd(None, wait="listening", db_secret_file=str(path)) as crudd:
                    told = wait_for("a complaint", lambda c=crudd: c.events("database"))
                    self.assertIn("db_secret_file", told[0]["detail"])
                    self.assertNotIn("hunter2", crudd.output())

    def test_admin_port_in_use(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            done = self.run_crudd(CRUDD_PORT=str(free_port()), CRUDD_ADMIN_PORT=str(taken.getsockname()[1]))
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"cannot listen on 127\.0\.0\.1 port \d+: Address already in use")


if __name__ == "__main__":
    unittest.main()
