#!/usr/bin/env python3
"""The user data of an applied stack, booted by real cloud-init and systemd in a virtual machine: once with programs
made beforehand, once with a service that is not what Terraform knows, and once as the machine builds it itself.

    TFGEN=build/tfgen python tests/boot/test_vm.py
"""

import contextlib
import http.client
import json
import os
import re
import sys
import tempfile
import time
import unittest
from pathlib import PurePosixPath

import agents
import paths  # noqa: F401
import pytest
import vm
from database import MariaDB
from image import make_image
from metadata import Metadata
from netns import DATABASE, METADATA, Net
from roots import CannotRun
from stack import Applied
from surroundings import Surroundings

# What RDS grants an administrator: everything except access beyond the database.
ADMINISTRATOR = """SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER,
    SHOW DATABASES, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, CREATE VIEW, SHOW VIEW, CREATE ROUTINE,
    ALTER ROUTINE, CREATE USER, EVENT, TRIGGER"""
# Where logs, written files and arguments of processes are; the disk's other directories contain packages.
SEARCHED = (
    "/etc /home /opt /root /run /srv /tmp /usr/local /var/lib/cloud /var/lib/systemd /var/log /var/spool /var/tmp"
)
EXPOSURE = r"Overall exposure level for \S+: ([\d.]+)"
around = None


def quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


class WithAgents(Surroundings):
    """Serves the agents' packages."""

    packages = {}

    def respond(self, entry):
        found = self.packages.get(PurePosixPath(entry.path).stem) if "amazon" in entry.host else None
        return (200, found, {}) if found else super().respond(entry)


class Around:
    """What all tests share: a stack on the mock AWS, its database, and the machines."""

    def __init__(self):
        vm.check()
        self.image = make_image()
        self.open = contextlib.ExitStack()
        try:
            self.make()
        except BaseException:
            self.open.close()
            raise

    def make(self):
        """The machines with programs come first: a change of the stack removes their archive from the bucket."""
        with tempfile.TemporaryDirectory() as folder:
            WithAgents.packages = agents.make_packages(folder)
        self.applied = self.open.enter_context(Applied("original", "--set", "service.prebuilt=binary"))
        self.surroundings, self.machines, self.instances = {}, {}, {}
        self.start_database()
        instance = self.launch("binary")
        good = re.search(rb"^sha256='([0-9a-f]{64})'$", instance.user_data, re.M)[1]
        wrong = self.boot("wrong", instance, instance.user_data.replace(good, b"0" * 64))
        self.applied.enforce()
        self.machines["binary"].wait_serving()
        wrong.wait("a failure", wrong.failures)
        self.applied.change()
        self.launch("source")
        self.applied.enforce()

    def start_database(self):
        self.host = self.applied.outputs["database_host"]
        self.schema = self.applied.resources["module.rds.aws_db_instance.this"]["db_name"]
        self.database = MariaDB(tls_name=self.host)
        self.open.callback(self.database.stop)
        admin = self.applied.secrets["admin"]
        name = f"{quoted(admin['username'])}@'%'"
        self.database.sql(
            f"CREATE DATABASE `{self.schema}`; CREATE USER {name} IDENTIFIED BY {quoted(admin['password'])};"
            f"GRANT {ADMINISTRATOR} ON *.* TO {name} WITH GRANT OPTION"
        )

    def launch(self, name):
        instance = self.instances[name] = self.applied.launch()
        instance.credentials()  # once policies are enforced, we could not ask for them
        self.boot(name, instance, instance.user_data)
        return instance

    def boot(self, name, instance, user_data):
        """Powers on a machine as this instance, with any user data."""
        net = self.open.enter_context(Net())
        metadata = Metadata(instance.facts, user_data, instance.credentials, instance.role)
        region = instance.facts["region"]
        served = WithAgents(net, self.applied.aws, self.database, self.host, region, metadata)
        self.surroundings[name] = self.open.enter_context(served)
        self.machines[name] = self.open.enter_context(vm.Machine(net, self.image, instance.facts, served.ca))
        return self.machines[name]

    def secrets(self, instance):
        """Texts that may be only in their own places."""
        values = self.applied.secrets
        given = instance.credentials()
        texts = [values["token"], values["database"]["password"], values["admin"]["password"]]
        return [*texts, given["SecretAccessKey"], given["Token"]]


def setUpModule():
    global around
    try:
        around = Around()
    except (CannotRun, pytest.skip.Exception) as error:
        if os.environ.get("CI") == "true":
            raise AssertionError(f"cannot run the virtual machines: {error}") from error
        print(f"SKIP the virtual machines: {error}")
        raise unittest.SkipTest(str(error)) from error
    unittest.addModuleCleanup(around.open.close)


class Booted:
    """What is true for an instance, however it got the service."""

    name = ""

    @classmethod
    def setUpClass(cls):
        cls.machine, cls.instance = around.machines[cls.name], around.instances[cls.name]
        cls.machine.wait_serving()
        cls.machine.wait_booted()

    @classmethod
    def tearDownClass(cls):
        cls.machine.stop()  # others may have the processor

    def ask(self, method, path, body=None, want=200):
        headers = {"Authorization": "Bearer " + around.applied.secrets["token"], "Content-Type": "application/json"}
        text = body and json.dumps(body)

        def connected():
            """The service answers 503 while it has no connection to the database."""
            status, answer = self.machine.request(method, path, text, headers)
            return status != 503 and (status, answer)

        status, answer = self.machine.wait("the database", connected, 30)
        self.assertEqual(status, want, answer)
        return json.loads(answer)

    def make_member(self, surname):
        made = self.ask("POST", "/members", {"name": "Ada", "surname": surname}, 201)
        self.assertEqual(self.surname(made["id"]), surname)
        return made

    def surname(self, number):
        """The row in the database."""
        ((surname,),) = around.database.sql(f"SELECT surname FROM `{around.schema}`.members WHERE id = {number}")
        return surname

    def test_cloud_init_sees_an_instance(self):
        run = self.machine.run
        self.assertEqual(run("cloud-id").strip(), "aws")
        status = json.loads(run("cloud-init status --format json"))
        self.assertEqual((status["status"], status["errors"], status["recoverable_errors"]), ("done", [], {}))
        self.assertIn("DataSourceEc2Local", status["detail"])
        self.assertEqual(run("cat /var/lib/cloud/instance/user-data.txt"), self.instance.user_data.decode())
        self.assertNotRegex(run("cat /proc/cmdline"), r"\bds=|cloud-init|cc:")
        self.assertEqual(run("find /var/lib/cloud/seed -type f"), "")

    def test_serves_and_logs_the_time(self):
        self.make_member("Lovelace")
        status, _ = self.machine.request("GET", "/members")
        self.assertEqual(status, 401)
        log = self.machine.run("cat /var/log/cloud-init-output.log")
        took = re.search(r"serving (\d+) s after the script began", log)
        self.assertTrue(took, log)
        figures = f"{self.machine.served:.0f} s from power on, {took[1]} s of them the boot script's"
        print(f"boot to serving, {self.name}: {figures}, on {self.machine.processor}", file=sys.stderr, flush=True)

    def test_nothing_failed(self):
        self.assertEqual(self.machine.run("systemctl --failed --plain --no-legend").strip(), "")
        self.assertEqual(self.machine.run("systemctl is-active crudd crudd-secrets.timer").split(), ["active"] * 2)
        self.assertEqual(self.machine.run("systemctl is-enabled crudd crudd-secrets.timer").split(), ["enabled"] * 2)

    def test_the_agents_run(self):
        self.assertEqual(self.machine.run("systemctl is-active amazon-ssm-agent").strip(), "active")
        asked = self.machine.run("cat /opt/aws/asked")
        self.assertEqual(asked, "-a fetch-config -m ec2 -s -c file:/etc/crudd/logs.json\n")
        configuration = json.loads(self.machine.run("cat /opt/aws/configuration"))
        logs = configuration["logs"]["logs_collected"]["files"]["collect_list"]
        self.assertEqual({log["log_group_name"] for log in logs}, {around.applied.outputs["log_group"]})
        for log in logs:
            self.assertNotEqual(self.machine.run(f"cat {log['file_path']}"), "")

    def test_secrets_are_only_where_they_belong(self):
        patterns = "\n".join(around.secrets(self.instance))
        found = self.machine.run(f"grep -rlaFf - {SEARCHED}", stdin=patterns, check=False)[1]
        self.assertEqual(sorted(found.split()), ["/etc/crudd/database.json", "/etc/crudd/token"])
        output = self.machine.run(
            "journalctl --no-pager -o export; cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ", check=False
        )[1]
        self.assertIn("crudd", output)
        output += self.machine.run("systemctl cat crudd crudd-secrets.service crudd-secrets.timer; systemctl show crudd")
        output += self.machine.console()
        for secret in patterns.split("\n"):
            self.assertNotIn(secret, output)
        modes = self.machine.run("stat -c '%a %U %G' /etc/crudd/database.json /etc/crudd/token").splitlines()
        self.assertEqual(modes, ["640 root crudd"] * 2)


class Source(Booted, unittest.TestCase):
    name = "source"


class Binary(Booted, unittest.TestCase):
    """On the instance with a program: what else an instance must survive."""

    name = "binary"

    def test_has_no_compiler(self):
        self.assertNotEqual(self.machine.run("command -v gcc make", check=False)[0], 0)

    def test_the_unit_is_hardened(self):
        for unit, most in (("crudd.service", 2.0), ("crudd-secrets.service", 3.0)):
            output = self.machine.run(f"systemd-analyze security --no-pager {unit}")
            self.assertLessEqual(float(re.search(EXPOSURE, output)[1]), most, output)

    def test_a_new_secret_arrives(self):
        """The hardened unit fetches, sets and places the secrets, and signals the service."""
        old, process = around.applied.secrets["token"], self.machine.run("systemctl show -P MainPID crudd")
        arn, new = around.applied.arns["token"], "another-token-0123456789"
        for token in (new, old):
            around.applied.enforce("inf")
            around.applied.aws.client("secretsmanager").put_secret_value(SecretId=arn, SecretString=token)
            around.applied.enforce()
            self.machine.run("systemctl start crudd-secrets.service")
            self.assertIn("changed: token", self.machine.run("journalctl -u crudd-secrets.service --no-pager -o cat"))
            headers = {"Authorization": f"Bearer {token}"}
            self.machine.wait("the token", lambda h=headers: self.machine.request("GET", "/members", None, h)[0] == 200, 30)
        self.assertEqual(self.machine.run("systemctl show -P MainPID crudd"), process)

    def test_metadata_is_denied_to_the_service(self):
        ask = f"curl -s -o /dev/null -w '%{{http_code}}' --max-time 5 http://{METADATA}/latest/meta-data/"
        self.assertEqual(self.machine.run(ask), "401")  # who has no token; but it is there
        join = "echo $$ >/sys/fs/cgroup/$(systemctl show -P ControlGroup crudd)/cgroup.procs &&"
        self.assertEqual(
            self.machine.run(f"{join} timeout 5 bash -c '</dev/tcp/{DATABASE}/3306' && echo reached"), "reached\n"
        )
        code, output = self.machine.run(f"{join} echo joined && {ask}", check=False)
        self.assertNotEqual(code, 0)
        self.assertEqual(output, "joined\n000")

    def test_a_killed_service_is_restarted(self):
        before = self.machine.run("systemctl show -P MainPID crudd")
        self.machine.run("systemctl kill --signal=KILL crudd")
        self.machine.wait(
            "another process", lambda: self.machine.run("systemctl show -P MainPID crudd") not in (before, "0\n")
        )
        self.machine.wait("the service", self.machine.healthy, 30)
        self.make_member("Risen")

    def test_a_stop_loses_no_request(self):
        """The service has their heads and half of their bodies when it must stop."""
        under_way = [self.begin_request(f"Under way {n}") for n in range(5)]
        self.machine.run("systemctl --no-block stop crudd")
        self.machine.wait(
            "the stop", lambda: self.machine.run("systemctl show -P ActiveState crudd") == "deactivating\n", 10
        )
        time.sleep(1)
        for connection, rest in under_way:
            connection.send(rest)
        for n, (connection, _) in enumerate(under_way):
            answer = connection.getresponse()
            self.assertEqual(answer.status, 201)
            self.assertEqual(self.surname(json.loads(answer.read())["id"]), f"Under way {n}")
            connection.close()
        self.machine.wait(
            "its end", lambda: self.machine.run("systemctl show -P ActiveState crudd") == "inactive\n", 60
        )
        self.assertEqual(self.machine.run("systemctl show -P Result crudd"), "success\n")
        self.machine.run("systemctl start crudd")
        self.machine.wait("the service", self.machine.healthy, 30)

    def begin_request(self, surname):
        body = json.dumps({"name": "Ada", "surname": surname}).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.machine.port, timeout=60)
        connection.sock = self.machine.net.connect("127.0.0.1", self.machine.port, 60)
        connection.request("GET", "/healthz")  # now it is known that the service holds this connection
        connection.getresponse().read()
        connection.putrequest("POST", "/members")
        connection.putheader("Authorization", "Bearer " + around.applied.secrets["token"])
        connection.putheader("Content-Type", "application/json")
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body[:10])
        return connection, body[10:]

    def test_reboot_without_help(self):
        """With nothing around but the database: everything that the service needs is on the disk."""
        made = self.make_member("Steadfast")
        failures = self.surroundings().failures
        failures.update(dict.fromkeys(("packages", "s3", "secrets", "truststore"), -1))
        try:
            seconds = self.machine.reboot()
        finally:
            failures.clear()
        self.assertEqual(self.ask("GET", f"/members/{made['id']}")["surname"], "Steadfast")
        self.make_member("And again")
        print(f"boot to serving, a reboot: {seconds:.0f} s", file=sys.stderr, flush=True)

    def test_stop_and_start(self):
        made = self.make_member("Rested")
        seconds = self.machine.stop_and_start()
        self.assertEqual(self.ask("GET", f"/members/{made['id']}")["surname"], "Rested")
        print(f"boot to serving, a start after a stop: {seconds:.0f} s", file=sys.stderr, flush=True)

    def test_the_script_runs_again(self):
        made = self.make_member("Remembered")
        before = self.machine.run("systemctl show -P MainPID crudd")
        self.machine.run("/var/lib/cloud/instance/scripts/part-001 >>/var/log/cloud-init-output.log 2>&1", seconds=600)
        self.assertNotIn(self.machine.run("systemctl show -P MainPID crudd"), (before, "0\n"))
        self.assertEqual(self.ask("GET", f"/members/{made['id']}")["surname"], "Remembered")

    def surroundings(self):
        return around.surroundings[self.name]


class Wrong(unittest.TestCase):
    """The archive is not the one that Terraform knows."""

    def test_the_console_names_the_step_in_one_line(self):
        machine = around.machines["wrong"]
        machine.wait_booted()
        (line,) = machine.failures()
        self.assertRegex(line, r"boot of \S+ FAILED: verify the service \(exit status 1\)$")
        self.assertEqual(
            machine.run("ls /usr/local/bin /usr/local/src").split(), ["/usr/local/bin:", "/usr/local/src:"]
        )
        self.assertIsNone(machine.served)


def load_tests(loader, _, __):
    """While the service is being built on one machine, the tests of the others run."""
    return unittest.TestSuite(loader.loadTestsFromTestCase(case) for case in (Binary, Wrong, Source))


if __name__ == "__main__":
    unittest.main(verbosity=2)
