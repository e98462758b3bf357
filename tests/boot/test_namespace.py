#!/usr/bin/env python3
"""The user data of an applied stack, run on a clean Debian 13 in its own namespaces.

Real here: Terraform, the provider, the instance that the group launched, bash, apt and Debian's packages, TLS, the
signatures, the policies of the instance's role, the compiler, the service, its database. Stand-ins: AWS (a mock that
enforces its policies), systemd as the first process, MariaDB for RDS.
"""

import contextlib
import http.client
import json
import os
import re
import shutil
import stat
import unittest

import pytest
from database import MariaDB, make_ca
from machine import LOG, Machine
from metadata import Metadata
from netns import Net
from process import wait_for
from roots import CannotRun
from stack import REGION, Applied
from surroundings import Surroundings

PORT = 8080
# Where a secret may appear: created by Secrets Manager, stored by Terraform, handed to those who may read it.
MAY_HOLD = {("answer", "GetRandomPassword"), ("request", "PutSecretValue"), ("answer", "GetSecretValue")}


def cannot_run():
    if os.geteuid() != 0:
        return "it takes root to make namespaces"
    missing = [tool for tool in ("ip", "nsenter", "unshare", "terraform", "mmdebstrap") if not shutil.which(tool)]
    return f"there is no {missing[0]}" if missing else None


class Place:
    """A stack on the mock AWS, its database, and a network for its machines."""

    def __init__(self):
        self.stack = contextlib.ExitStack()
        enter = self.stack.enter_context
        try:
            self.applied = enter(Applied("original"))
            host = self.applied.outputs["database_host"]
            self.database = enter(MariaDB(tls_name=host))
            self.net = enter(Net())
            self.around = enter(Surroundings(self.net, self.applied.aws, self.database, host, REGION))
        except BaseException:
            self.close()
            raise
        self.schema = self.applied.resources["module.rds.aws_db_instance.this"]["db_name"]

    def close(self):
        self.stack.close()

    def reset(self):
        """A database as RDS creates it: a schema, an administrator with the secret's password, TLS only."""
        self.around.failures.clear()
        self.around.certificates = self.database.ca.read_bytes()
        admin = self.applied.secrets["admin"]
        self.database.sql(
            f"DROP DATABASE IF EXISTS {self.schema}; CREATE DATABASE {self.schema}; DROP USER IF EXISTS crudd@'%';"
            f"CREATE OR REPLACE USER {admin['username']}@'%' IDENTIFIED BY '{admin['password']}';"
            f"GRANT ALL ON *.* TO {admin['username']}@'%' WITH GRANT OPTION; SET GLOBAL require_secure_transport = ON"
        )

    def machine(self, instance):
        """A clean machine as this instance; from now on the account's policies apply."""
        self.applied.enforce("inf")
        instance.credentials()  # after policies apply, the tests could not get them
        self.around.metadata = Metadata(instance.facts, instance.user_data, instance.credentials, instance.role)
        self.applied.enforce()
        return Machine(self.net, self.around.ca)

    def ask(self, method, path, body=None, token=None):
        """(status, answer) of the service on the machine."""
        connection = http.client.HTTPConnection("10.99.0.10", PORT, timeout=10)
        connection.sock = self.net.connect("127.0.0.1", PORT)
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            connection.request(method, path, json.dumps(body) if body else None, headers)
            answer = connection.getresponse()
            content, kind = answer.read(), answer.headers["Content-Type"]
            return answer.status, json.loads(content) if kind == "application/json" else content
        finally:
            connection.close()


def setUpModule():
    reason = cannot_run()
    try:
        if not reason:
            Case.place = Place()
            unittest.addModuleCleanup(Case.place.close)
    except (CannotRun, pytest.skip.Exception) as error:
        reason = str(error)
    if reason:
        print(f"SKIP instances in namespaces: {reason}")
        if os.environ.get("CI") == "true":
            raise AssertionError(f"cannot run: {reason}")
        raise unittest.SkipTest(reason)


class Case(unittest.TestCase):
    place = None

    def setUp(self):
        self.place.reset()
        self.token = self.place.applied.secrets["token"]

    def machine(self, instance):
        """Its pauses between tries are short, because the agents are absent here."""
        machine = self.enterContext(self.place.machine(instance))
        machine.write("/usr/local/sbin/sleep", b"#!/bin/sh\nexec /usr/bin/sleep 0.1\n", 0o755)
        return machine

    def enterContext(self, manager):
        entered = manager.__enter__()
        self.addCleanup(manager.__exit__, None, None, None)
        return entered

    @contextlib.contextmanager
    def as_administrator(self, service):
        """A client to whom the account's policies do not apply."""
        self.place.applied.enforce("inf")
        yield self.place.applied.aws.client(service)
        self.place.applied.enforce()

    def boot(self, machine, instance, well=True):
        status = machine.boot(instance.user_data)
        self.assertEqual(status == 0, well, machine.log[-4000:])

    def make_member(self, surname):
        status, member = wait_for("the database", lambda: self.unless_503("POST", "/members", surname))
        self.assertEqual(status, 201, member)
        return member["id"]

    def unless_503(self, method, path, surname):
        answer = self.place.ask(method, path, {"name": "Ada", "surname": surname}, self.token)
        return answer if answer[0] != 503 else None

    def in_database(self, member):
        return self.place.database.sql(f"SELECT surname FROM {self.place.schema}.members WHERE id = {member}")


class Source(Case):
    def test_boots_twice_and_rotates(self):
        place = self.place
        instance = place.applied.launch()
        machine = self.machine(instance)
        self.boot(machine, instance)
        self.assertEqual(machine.console, "")
        self.assertEqual(place.ask("GET", "/healthz")[0], 200)
        self.assertEqual(place.ask("GET", "/members")[0], 401)
        member = self.make_member("Lovelace")
        self.assertEqual(self.in_database(member), [("Lovelace",)])
        self.look_at_log(machine.log)
        self.look_at_files(machine)
        self.run_again_and_restart(machine, instance, member)
        self.look_for_secrets(machine, instance)
        self.rotate(machine, member)

    def look_for_secrets(self, machine, instance):
        """The secrets are in the two files that the service reads, and nowhere else on the machine or on the way to it."""
        secrets, arns = self.place.applied.secrets, self.place.applied.arns
        words = {name: secrets[name]["password"] for name in ("database", "admin")} | {"token": secrets["token"]}
        self.assertEqual(machine.files_with([words["token"]]), ["/etc/crudd/token"])
        self.assertEqual(machine.files_with([words["database"]]), ["/etc/crudd/database.json"])
        given = instance.credentials()
        role = {"the role's key": given["SecretAccessKey"], "its session": given["Token"]}
        self.assertEqual(machine.files_with([words["admin"], *role.values()]), [])
        units = (machine.root / "etc/systemd/system").rglob("*")
        places = {
            "user data": [instance.user_data],
            "processes": list(machine.seen),
            "state and plans": self.place.applied.files_of_terraform(),
            "what Terraform said": [text.encode() for text in self.place.applied.said],
            "unit files": [path.read_bytes() for path in units if path.is_file()],
            "console and log": [machine.console.encode(), machine.log.encode()],
        }
        for place, texts in places.items():
            self.assertTrue(any(texts) or place == "console and log", place)
            for name, word in (words | role).items():
                self.assertFalse([text[:200] for text in texts if word.encode() in text], f"{name} in {place}")
        # the search itself works
        self.assertTrue(any(b"/usr/local/bin/crudd" in text for text in places["processes"]))
        self.assertTrue(any(arns["token"].encode() in text for text in places["state and plans"]))
        self.assertTrue(any(b"ExecStart=/usr/local/bin/crudd" in text for text in places["unit files"]))
        for name, word in words.items():
            passed = set(self.requests_with(word))
            self.assertLessEqual(passed, MAY_HOLD, name)
            self.assertIn(("answer", "GetSecretValue"), passed, name)

    def requests_with(self, word):
        """The calls of the mock, or requests of the machine, that contain this, and in which part."""
        for entry in self.place.applied.requests():
            for part in ("path", "request", "answer"):
                if word in entry[part]:
                    yield part, entry["target"].partition(".")[2] or entry["path"]
        for entry in self.place.around.log:
            target = entry.headers.get("X-Amz-Target", "").partition(".")[2] or entry.path
            for part, text in (("path", entry.path.encode()), ("request", entry.body), ("answer", entry.answer)):
                if word.encode() in text:
                    yield part, target

    def look_at_log(self, log):
        """Every step is logged with its time."""
        steps = re.findall(r"boot: ([a-z ]+): done in \d+ s", log)
        self.assertEqual(steps[:3], ["start", "install packages", "get credentials"])
        self.assertGreater(len(steps), 9)
        self.assertRegex(log, r"wait for the service to answer: done in \d+ s; serving \d+ s after the script began")
        self.assertIn("no Session Manager agent", log)  # its package is not to be had here, and nothing minds

    def look_at_files(self, machine):
        kept = {name: (machine.root / "etc/crudd" / name).stat() for name in ("token", "database.json", "config.json")}
        group = int(machine.run("id -g crudd"))
        for name, status in kept.items():
            self.assertEqual((stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid), (0o640, 0, group), name)
        self.assertEqual(machine.run("stat -c '%U %a' /etc/crudd/stack").split(), ["root", "600"])
        self.assertEqual(machine.run(f"ps -o user= -p {machine.service_pid()}").strip(), "crudd")
        self.assertEqual(machine.run("ls /run/standin/*.enabled").count("crudd"), 2)

    def run_again_and_restart(self, machine, instance, member):
        before = machine.service_pid()
        self.boot(machine, instance)
        self.assertNotEqual(machine.service_pid(), before)
        self.assertEqual(self.in_database(member), [("Lovelace",)])
        machine.run("systemctl restart crudd")
        answer = wait_for("the member", lambda: self.unless_503("GET", f"/members/{member}", ""))
        self.assertEqual((answer[0], answer[1]["surname"]), (200, "Lovelace"))

    def rotate(self, machine, member):
        """Both secrets change; the same process goes on, and the previous token is refused."""
        place, old = self.place, self.token
        process = machine.service_pid()
        password, self.token = "another-password-0123456789", "another-token-0123456789"
        self.put_secrets(json.dumps({"username": "crudd", "password": password}), self.token)
        output = machine.run("/usr/local/lib/crudd/secrets.sh")
        self.assertIn("changed: database.json token", output)
        for (number,) in place.database.sql("SELECT id FROM information_schema.processlist WHERE user = 'crudd'"):
            place.database.sql(f"KILL {number}")
        answer = wait_for("the new password", lambda: self.unless_503("GET", f"/members/{member}", ""))
        self.assertEqual(answer[0], 200)
        self.assertEqual(place.ask("GET", "/members", token=old)[0], 401)
        self.assertEqual(machine.service_pid(), process)
        self.put_secrets(json.dumps(place.applied.secrets["database"]), old)

    def put_secrets(self, database, token):
        arns = self.place.applied.arns
        with self.as_administrator("secretsmanager") as client:
            client.put_secret_value(SecretId=arns["database"], SecretString=database)
            client.put_secret_value(SecretId=arns["token"], SecretString=token)


class Binary(Case):
    def test_needs_no_compiler(self):
        """An instance of the previous template still boots: a refresh that is rolled back launches such instances."""
        place = self.place
        older = place.applied.launch()
        place.applied.change("--set", "service.prebuilt=binary")
        instance = place.applied.launch()
        machine = self.machine(instance)
        self.boot(machine, instance)
        self.assertEqual(self.in_database(self.make_member("Hopper")), [("Hopper",)])
        self.assertEqual(machine.run("command -v gcc make || echo none"), "none\n")
        machine.run("systemctl stop crudd")
        machine = self.machine(older)
        self.boot(machine, older)
        self.assertEqual(self.in_database(self.make_member("Hamilton")), [("Hamilton",)])
        self.assertNotEqual(machine.run("command -v gcc make"), "")


class Failing(Case):
    """One fault after the other on one machine: each run reports what failed and in which step; the next run succeeds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.instance = cls.place.applied.launch()

    def setUp(self):
        super().setUp()
        self.started = self.machine(self.instance)

    def fails(self, step, status=r"\d+"):
        """What this boot wrote to the log."""
        machine = self.started
        before = len(machine.log) if machine.exists(LOG) else 0
        machine.write("/dev/console", b"")
        self.boot(machine, self.instance, well=False)
        output = machine.console.splitlines()
        self.assertEqual(len(output), 1, output)
        self.assertRegex(output[0], rf"^boot of crudd-[0-9a-f]{{12}} FAILED: {step} \(exit status {status}\)$")
        self.assertIn(f"FAILED: {step}", machine.log.splitlines()[-1])
        self.assertFalse(machine.exists("/run/standin/crudd.service.pid"))
        with self.assertRaises(OSError):
            self.place.ask("GET", "/healthz")
        return machine.log[before:]

    def test_every_fault(self):
        place, machine = self.place, self.started
        with self.subTest("packages late, archive tampered with"), self.tampered_archive():
            place.around.failures["packages"] = 16
            log = self.fails("verify the service", 1)
            self.assertIn("install packages: try 1 failed", log)
            self.assertNotIn("install packages: try 7 failed", log)
            self.assertFalse(machine.exists("/usr/local/src/crudd"))
        with self.subTest("S3 refuses"), self.failing("s3"):
            self.assertIn("fetch the service: try 7 failed", self.fails("fetch the service", 22))
        with self.subTest("the role may not read the archive"), self.narrow_role("s3:GetObjectVersion"):
            self.fails("fetch the service", 22)
        with self.subTest("secret missing"), self.deleted("database"):
            self.fails("prepare the database")
        with self.subTest("the role may not read secrets"), self.narrow_role("secretsmanager:GetSecretValue"):
            self.fails("prepare the database")
        with self.subTest("another authority's certificates"), self.other_authority():
            self.assertRegex(self.fails("prepare the database"), "TLS/SSL error: .*(?i:certificate)")
        with self.subTest("another host's certificate"), self.other_host():
            self.assertIn("TLS/SSL error: Hostname verification failed", self.fails("prepare the database"))
        with self.subTest("everything works again"):
            self.boot(machine, self.instance)
            self.assertEqual(self.in_database(self.make_member("Johnson")), [("Johnson",)])

    @contextlib.contextmanager
    def failing(self, where):
        self.place.around.failures[where] = -1
        yield
        self.place.around.failures[where] = 0

    @contextlib.contextmanager
    def deleted(self, secret):
        place = {"SecretId": self.place.applied.arns[secret]}
        with self.as_administrator("secretsmanager") as client:
            client.delete_secret(**place, RecoveryWindowInDays=7)
        yield
        with self.as_administrator("secretsmanager") as client:
            client.restore_secret(**place)

    @contextlib.contextmanager
    def other_authority(self):
        around = self.place.around
        around.certificates = make_ca(around.folder.path, "other").read_bytes()
        yield
        around.certificates = self.place.database.ca.read_bytes()

    @contextlib.contextmanager
    def other_host(self):
        self.place.database.certify("db2.example.com")
        yield
        self.place.database.certify(self.place.around.database_host)

    @contextlib.contextmanager
    def tampered_archive(self):
        self.place.around.tampered = True
        yield
        self.place.around.tampered = False

    @contextlib.contextmanager
    def narrow_role(self, action):
        """A role without the permission for this."""
        stored = self.place.applied.resources["module.asg.aws_iam_role_policy.service"]
        place = {"RoleName": stored["role"], "PolicyName": stored["name"]}
        narrow = json.loads(stored["policy"])
        rest = [statement for statement in narrow["Statement"] if action not in statement["Action"]]
        self.assertLess(len(rest), len(narrow["Statement"]))
        with self.as_administrator("iam") as iam:
            iam.put_role_policy(**place, PolicyDocument=json.dumps({**narrow, "Statement": rest}))
        yield
        with self.as_administrator("iam") as iam:
            iam.put_role_policy(**place, PolicyDocument=stored["policy"])


def load_tests(loader, _, __):
    """The tests with sources come first: with programs, the stack no longer contains them."""
    return unittest.TestSuite(loader.loadTestsFromTestCase(case) for case in (Source, Binary, Failing))


if __name__ == "__main__":
    unittest.main()
