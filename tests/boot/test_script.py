#!/usr/bin/env python3
"""Renders the boot script as Terraform does and runs it with fakes around the instance.

Real here: the rendering, shellcheck, bash, curl and its signing, tar, the hash, the compiler, the service itself, its database
over TLS. Stand-ins: the metadata service, S3, Secrets Manager and the certificates' host (one server on loopback), the package
manager, systemd, and changes of user.
Absolute paths are moved below a temporary folder, since the test need not be root.
"""
import base64
import hashlib
import http.server
import io
import itertools
import json
import os
import re
import shutil
import socket
import stat
import subprocess
import tarfile
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

from database import MariaDB, make_ca

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TEMPLATE = os.path.join(TOP, "templates/modules/asg/boot.sh.tftpl")
TOKEN = "token-0123456789\"'$x`\\"
PASSWORD = "service-password-0123456789"
ADMIN = "admin-password'\"\\"
TITLE = "é \" \\ ${x} %{y} $(id) 'q' \n END\n"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG"
SESSION = "session-token+/=="

STUBS = {
    # name: what a shell does instead; $ROOT is the temporary directory, every call is noted in $ROOT/calls
    "apt-get": "true",
    "useradd": "true",
    "getent": "false",
    "sleep": "true",
    "dpkg": '[ "$1" = --print-architecture ] && echo amd64',
    "runuser": 'shift 3; exec "$@"',
    "systemctl": 'case $* in restart*) conf=$ROOT/etc/systemd/system/crudd.service.d/log.conf; '
                 'mkdir -p "$ROOT/var/log/$(sed -n s/^LogsDirectory=//p "$conf")"; '
                 'env "$(sed -n s/^Environment=//p "$conf")" "$ROOT/usr/local/bin/crudd" --config "$ROOT/etc/crudd/config.json" >"$ROOT/log" 2>&1 & '
                 'echo $! >>"$ROOT/pids";; kill*) kill -HUP $(tail -n 1 "$ROOT/pids");; *is-active*) test -e "$ROOT/pids";; '
                 'list-unit-files*|*--now*) exit 1;; esac',
    "install": 'args=(); while (($#)); do case $1 in -o|-g) shift 2;; *) args+=("$1"); shift;; esac; done; exec /usr/bin/install "${args[@]}"',
    "curl": 'exec /usr/bin/curl "$@"',
}


BOOT_PLACES = (("http://169.254.169.254", "/imds"), ("https://$bucket.s3.$region.amazonaws.com", "/s3"),
               ("https://truststore.pki.rds.amazonaws.com", "/truststore"), ("https://s3.$region.amazonaws.com", "/none"),
               ("https://amazoncloudwatch-agent-$region", "/none"))
SECRETS_PLACES = (("http://169.254.169.254", "/imds"), ("https://secretsmanager.$region.amazonaws.com", "/secrets"))


def prune(text, true):
    """The template as tfgen renders it for a spec in which exactly the conditions in `true` hold."""
    out, shown = [], [True]
    for line in text.splitlines(keepends=True):
        directive = re.match(r"\s*# tfgen:(\w+)\s*(.*?)\s*$", line)
        if not directive:
            if all(shown):
                out.append(line)
        elif directive[1] == "if":
            shown.append(directive[2] in true)
        elif directive[1] == "else":
            shown[-1] = not shown[-1]
        else:
            shown.pop()
    assert shown == [True]
    return "".join(out)


def render(values, true):
    """templatefile() itself."""
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/boot.sh.tftpl", "w", encoding="utf-8") as f:
            with open(TEMPLATE, encoding="utf-8") as template:
                f.write(prune(template.read(), true))
        run = subprocess.run(["terraform", "console"], cwd=folder, input=f'jsonencode(templatefile("boot.sh.tftpl", {json.dumps(values)}))\n',
                             env={**os.environ, "CHECKPOINT_DISABLE": "1"}, capture_output=True, text=True, check=True)
        return json.loads(json.loads(run.stdout))


def make_archive(script):
    """The archive with this text as its secrets.sh."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", format=tarfile.GNU_FORMAT) as tar:
        tar.add(f"{TOP}/app", "crudd", filter=lambda entry: None if entry.name.endswith("/secrets.sh") else entry)
        entry = tarfile.TarInfo("crudd/deploy/secrets.sh")
        entry.size = len(script)
        tar.addfile(entry, io.BytesIO(script))
    return out.getvalue()


def setUpModule():
    for tool in ("terraform", "shellcheck", "gcc", "make"):
        if not shutil.which(tool):
            if os.environ.get("CI") == "true":
                raise AssertionError(f"cannot run: no {tool}")
            print(f"SKIP the boot script: no {tool}")
            raise unittest.SkipTest(f"no {tool}")


class Surroundings(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def reply(self, status, body=b""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def late(self, what):
        """True for the first calls, as while a machine starts."""
        self.server.seen[what] = self.server.seen.get(what, 0) + 1
        return self.server.seen[what] <= self.server.failures.get(what, 0)

    def signed(self, service):
        authorization = self.headers.get("Authorization", "")
        return (authorization.startswith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/") and f"/eu-west-3/{service}/aws4_request" in authorization
                and "x-amz-security-token" in authorization and self.headers.get("x-amz-security-token") == SESSION)

    def do_PUT(self):
        self.reply(200 if self.headers.get("X-aws-ec2-metadata-token-ttl-seconds") else 400, b"imds-token")

    def do_GET(self):
        role = "/imds/latest/meta-data/iam/security-credentials/"
        if self.path.startswith(role) and self.headers.get("X-aws-ec2-metadata-token") != "imds-token":
            self.reply(401)
        elif self.path == role:
            self.reply(404) if self.late("role") else self.reply(200, b"gym-prod")
        elif self.path == role + "gym-prod":
            self.reply(200, json.dumps({"Code": "Success", "AccessKeyId": "AKIDEXAMPLE", "SecretAccessKey": SECRET_KEY, "Token": SESSION}).encode())
        elif self.path == "/s3/crudd.tar.gz?versionId=3HL4kqtJlcpXroDTDmJ.rmSpXd_3I":
            if self.late("archive"):
                self.reply(503)
            elif self.signed("s3") and self.headers.get("x-amz-content-sha256") == hashlib.sha256(b"").hexdigest():
                self.reply(200, self.server.archive)
            else:
                self.reply(403)
        elif self.path.startswith("/none/") and self.path.endswith("amazon-ssm-agent.deb") and self.server.agent:
            self.reply(200, self.server.agent)
        elif self.path == "/truststore/eu-west-3/eu-west-3-bundle.pem":
            self.reply(503) if self.late("certificates") else self.reply(200, self.server.certificates)
        else:
            self.reply(404)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        secret = self.server.secrets.get(body.get("SecretId"))
        known = body == {"SecretId": body.get("SecretId")} and self.headers.get("X-Amz-Target") == "secretsmanager.GetSecretValue"
        self.server.asked.append(body.get("SecretId"))
        if secret and known and self.signed("secretsmanager") and not self.late("secrets"):
            self.reply(200, json.dumps({"Name": "x", "SecretString": secret}).encode())
        else:
            self.reply(403)


def database_secret(password):
    return json.dumps({"username": "crudd", "password": password})


class Unit(unittest.TestCase):
    """What the compiler assumes of the unit."""

    def test_stop_waits_for_the_longest_drain(self):
        with open(f"{TOP}/app/base/settings.def", encoding="utf-8") as settings, open(f"{TOP}/app/deploy/crudd.service", encoding="utf-8") as unit:
            longest = int(re.search(r'SETTING\(drain_seconds, INT, "\d+", \d+, (\d+)', settings.read())[1])
            stop = int(re.search(r"^TimeoutStopSec=(\d+)$", unit.read(), re.M)[1])
        self.assertLess(longest, stop)

    def test_previous_password_outlasts_two_runs(self):
        """The longest time between a new secret and its arrival on every instance, if one run of secrets.sh fails."""
        texts = []
        for name in ("db/users.h", "deploy/crudd-secrets.timer", "deploy/crudd-secrets.service"):
            with open(f"{TOP}/app/{name}", encoding="utf-8") as f:
                texts.append(f.read())
        header, timer, unit = texts
        kept = int(re.search(r"USERS_KEEP_SECONDS = (\d+)", header)[1])
        every = 60 * int(re.search(r"^OnUnitActiveSec=(\d+)min$", timer, re.M)[1])
        late = int(re.search(r"^RandomizedDelaySec=(\d+)$", timer, re.M)[1]) + 60  # AccuracySec by default
        run = int(re.search(r"^TimeoutStartSec=(\d+)$", unit, re.M)[1])
        self.assertLess(2 * (every + late + run), kept)


    def test_units_are_hardened(self):
        """On the scale of systemd, where 10 is the worst. crudd-secrets runs as root: see there."""
        for unit, most in (("crudd.service", 1.3), ("crudd-secrets.service", 2.2)):
            done = subprocess.run(["systemd-analyze", "security", "--offline=yes", f"{TOP}/app/deploy/{unit}"], capture_output=True, text=True)
            exposure = float(re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)[1])
            self.assertLessEqual(exposure, most, done.stdout)


class Rollout(unittest.TestCase):
    """rollout.sh with a stand-in for the AWS CLI; tests/terraform runs it with the real one."""

    SCRIPT = f"{TOP}/templates/modules/asg/rollout.sh"

    def run_rollout(self, aws=None, **changes):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("sleep", "cat", "dash"):
                os.symlink(shutil.which(name), f"{folder}/{name}")
            if aws:
                with open(f"{folder}/aws", "w", encoding="utf-8") as f:
                    f.write(f"#!/bin/sh\ncalls={folder}/calls; echo \"$2\" >>$calls\n{aws}\n")
                os.chmod(f.name, 0o755)
            env = {"PATH": folder, "REGION": "eu-west-3", "GROUP": "gym-prod-1", "TEMPLATE": "lt-1", "NEW": "4", "CURRENT": "3",
                   "WAIT": "true", "PREFERENCES": "{}", "ROLLOUT_POLL_SECONDS": "0"} | changes
            return subprocess.run(["/bin/sh", self.SCRIPT], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)

    def test_it_is_clean(self):
        check = subprocess.run(["shellcheck", self.SCRIPT], capture_output=True, text=True)
        self.assertEqual(check.returncode, 0, check.stdout)

    def test_without_anything_to_do_it_needs_no_aws(self):
        done = self.run_rollout(NEW="3")
        self.assertEqual((done.returncode, done.stdout), (0, "rollout: the instances have version 3 already\n"))

    def test_without_aws_it_says_what_to_install(self):
        done = self.run_rollout()
        self.assertEqual(done.returncode, 1)
        self.assertIn("no 'aws' on this machine, so the instances still have version 3. Install the AWS CLI", done.stdout)

    def test_a_call_that_fails_now_and_then_is_tried_again(self):
        done = self.run_rollout("""case $2 in
            start-*) echo 77 ;;
            *) n=$(cat "$calls" | while read -r l; do echo "$l"; done | (i=0; while read -r l; do i=$((i + 1)); done; echo $i))
                [ "$n" -ne 3 ] || exit 255
                if [ "$n" -lt 5 ]; then printf '77\\tInProgress\\t50\\t4\\tNone\\n'; else printf '77\\tSuccessful\\t100\\t4\\tNone\\n'; fi ;;
            esac""")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("rollout: the instances have version 4", done.stdout)

    def test_calls_that_always_fail_end_it(self):
        done = self.run_rollout("exit 255")
        self.assertEqual(done.returncode, 1)
        self.assertIn("It continues in AWS: run 'terraform apply' again.", done.stdout)

    def test_without_waiting_it_ends_at_once(self):
        done = self.run_rollout("case $2 in start-*) echo 77 ;; *) echo None ;; esac", WAIT="false")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("describe-instance-refreshes --region eu-west-3 --auto-scaling-group-name gym-prod-1", done.stdout)


class Boot(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.database = MariaDB(tls_name="localhost")
        cls.addClassCleanup(cls.database.stop)
        cls.database.sql("CREATE DATABASE gym_db; CREATE USER admin@'%' IDENTIFIED BY '" + ADMIN.replace("\\", "\\\\").replace("'", "''") +
                         "'; GRANT ALL ON *.* TO admin@'%' WITH GRANT OPTION")

    ALL = {"service.auth == token", "service.log_days", "service.prebuilt == source"}

    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="boot-")
        self.addCleanup(shutil.rmtree, self.root)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Surroundings)
        self.server.seen, self.server.failures, self.server.asked = {}, {}, []
        self.server.agent = None
        self.server.certificates = self.database.ca.read_bytes()
        self.server.secrets = {"arn:token": TOKEN, "arn:database": database_secret(PASSWORD),
                               "arn:admin": json.dumps({"username": "admin", "password": ADMIN})}
        self.database.sql("DROP USER IF EXISTS crudd@'%'")
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.addCleanup(self.stop_services)
        for folder in ("bin", "dev", "etc/systemd/system", "usr/local/bin", "usr/local/src", "var/log"):
            os.makedirs(f"{self.root}/{folder}")
        for name, body in STUBS.items():
            with open(f"{self.root}/bin/{name}", "w", encoding="utf-8") as f:
                f.write(f'#!/bin/bash\nprintf "%s\\n" "{name} $*" >>"$ROOT/calls"\n{body}\n')
            os.chmod(f.name, 0o755)
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        with open(f"{TOP}/app/deploy/secrets.sh", encoding="utf-8") as f:
            self.server.archive = make_archive(self.moved(f.read(), SECRETS_PLACES).encode())
        # what a user writes must arrive byte for byte
        etc = f"{self.root}/etc/crudd"
        self.settings = {"port": str(self.port), "title": TITLE, "admin_port": "0", "db_host": "localhost", "db_port": str(self.database.port),
                         "db_name": "gym_db", "token_file": f"{etc}/token", "db_secret_file": f"{etc}/database.json",
                         "db_ca_file": f"{etc}/rds-ca.pem"}
        self.config = json.dumps(self.settings, ensure_ascii=False).encode()
        self.values = {"region": "eu-west-3", "bucket": "gym-prod-service", "key": "crudd.tar.gz", "object": "3HL4kqtJlcpXroDTDmJ.rmSpXd_3I",
                       "sha256": hashlib.sha256(self.server.archive).hexdigest(), "config": base64.b64encode(self.config).decode(),
                       "database_secret": "arn:database", "admin_secret": "arn:admin", "token_secret": "arn:token", "log_group": "/gym-prod/service"}

    def stop_services(self):
        try:
            with open(f"{self.root}/pids", encoding="ascii") as f:
                for pid in f.read().split():
                    try:
                        os.kill(int(pid), 15)
                    except ProcessLookupError:
                        pass
        except FileNotFoundError:
            pass

    def moved(self, text, places):
        """The script, with the programs that it calls and the paths that it writes replaced."""
        for there, local in places:
            self.assertIn(there, text)
            text = text.replace(there, f"http://127.0.0.1:{self.server.server_port}{local}")
        for path in ("/etc/", "/usr/local/", "/var/log/crudd", "/dev/console", "/opt/"):
            text = text.replace(path, self.root + path)
        return text

    def run_script(self):
        text = self.moved(render(self.values, self.ALL), BOOT_PLACES)
        env = {**os.environ, "ROOT": self.root, "PATH": f"{self.root}/bin:{os.environ['PATH']}"}
        run = subprocess.run(["bash", "-c", text], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
        return run.returncode, run.stdout

    def read(self, path):
        with open(f"{self.root}/{path}", "rb") as f:
            return f.read()

    def test_every_variant_is_clean(self):
        for n in range(len(self.ALL) + 1):
            for true in itertools.combinations(sorted(self.ALL), n):
                values = {**self.values, "config": "QUJD" * 500}
                if "service.auth == token" not in true:
                    del values["token_secret"]
                if "service.log_days" not in true:
                    del values["log_group"]
                text = render(values, set(true))
                self.assertLess(len(text), 12 * 1024)
                self.assertNotIn("tfgen:", text)
                self.assertEqual("token_secret" in text, "service.auth == token" in true)
                self.assertEqual("log_group" in text, "service.log_days" in true)
                self.assertEqual("make -s" in text, "service.prebuilt == source" in true)
                check = subprocess.run(["shellcheck", "-"], input=text, capture_output=True, text=True)
                self.assertEqual(check.returncode, 0, check.stdout)

    def test_an_agent_waits_for_the_lock_of_apt(self):
        """A nightly upgrade may hold it; and once more, should the installation fail."""
        self.server.agent = b"a package"
        with open(f"{self.root}/bin/apt-get", "a", encoding="utf-8") as stub:
            stub.write('case $* in *agent.deb) [ -e "$ROOT/once" ] || { touch "$ROOT/once"; exit 100; } ;; esac\n')
        code, log = self.run_script()
        self.assertEqual(code, 0, log)
        tries = [call for call in self.read("calls").decode().splitlines() if call.endswith("/agent.deb")]
        self.assertEqual(len(tries), 2, tries)
        for call in tries:
            self.assertRegex(call, r"^apt-get -o DPkg::Lock::Timeout=300 .*install /.*/agent\.deb$")

    def test_boots_twice(self):
        self.server.failures = {"role": 2, "archive": 3, "certificates": 1, "secrets": 1}
        code, log = self.run_script()
        self.assertEqual(code, 0, log)
        self.assertEqual({k: self.server.seen[k] for k in ("archive", "certificates")}, {"archive": 4, "certificates": 2})
        self.assertIn("prepare the database: try 1 failed", log)
        self.assertIn("fetch the service: try 3 failed", log)
        self.assertRegex(log, r"serving \d+ s after")
        self.assertEqual(self.read("etc/crudd/config.json"), self.config)
        self.assertEqual(self.read("etc/crudd/token"), TOKEN.encode())
        self.assertEqual(stat.S_IMODE(os.stat(f"{self.root}/etc/crudd/token").st_mode), 0o640)
        with open(f"{TOP}/app/deploy/crudd.service", "rb") as unit:
            self.assertEqual(self.read("etc/systemd/system/crudd.service"), unit.read())
        self.assertIn(b'"event":"listening"', self.read("var/log/crudd/crudd.log"))
        self.assertEqual(self.read("log"), b"")
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/") as answer:
            self.assertEqual(json.load(answer)["title"], TITLE)
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/members")
        self.assertEqual(refused.exception.code, 401)
        refused.exception.close()
        calls = self.read("calls").decode()
        self.check_serving(TOKEN)
        for secret in (SECRET_KEY, SESSION, TOKEN, PASSWORD, ADMIN, "imds-token"):
            self.assertNotIn(secret, calls)
            self.assertNotIn(secret, log)
        self.assertIn("no Session Manager agent", log)  # its package is not to be had here, and nothing minds
        self.assertIn("no log agent", log)
        self.stop_services()
        self.server.asked.clear()
        code, log = self.run_script()
        self.assertEqual(code, 0, log)
        self.check_serving(TOKEN)
        self.assertNotIn("arn:admin", self.server.asked)  # nothing is new to the database

    def ask(self, token, method, path, body=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method, data=body,
                                         headers={"Authorization": "Bearer " + token, "Content-Type": "application/json"})
        for _ in range(100):
            try:
                with urllib.request.urlopen(request) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as e:
                e.close()
                if e.code not in (401, 503):  # 503: not connected yet
                    raise
                time.sleep(0.1)
        raise AssertionError(f"{method} {path} is refused")

    def check_serving(self, token):
        """A member created through the API is in the database, and its user has no more rights than the service needs."""
        made = self.ask(token, "POST", "/members", b'{"name": "Ada", "surname": "Lovelace"}')
        self.assertIn(made, self.ask(token, "GET", "/members?limit=200"))
        self.assertEqual(self.database.sql(f"SELECT surname FROM gym_db.members WHERE id = {made['id']}"), [("Lovelace",)])
        grants = [g for (g,) in self.database.sql("SHOW GRANTS FOR crudd@'%'")]
        self.assertIn("REQUIRE SSL", grants[0])
        self.assertRegex(grants[1], r"^GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, REFERENCES, INDEX, ALTER ON `gym\\+_db`")
        self.assertEqual(len(grants), 2)
        for name in ("token", "database.json"):
            self.assertEqual(stat.S_IMODE(os.stat(f"{self.root}/etc/crudd/{name}").st_mode), 0o640)

    def test_new_secrets(self):
        code, log = self.run_script()
        self.assertEqual(code, 0, log)
        self.check_serving(TOKEN)
        with open(f"{self.root}/pids", encoding="ascii") as f:
            before = f.read()
        self.server.secrets.update({"arn:token": "another-token-0123456789", "arn:database": database_secret("another-password")})
        run = self.run_secrets()
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertEqual(run.stdout, "0 migrations applied\nchanged: database.json token\n")
        for (number,) in self.database.sql("SELECT id FROM information_schema.processlist WHERE user = 'crudd'"):
            self.database.sql(f"KILL {number}")
        self.check_serving("another-token-0123456789")
        with open(f"{self.root}/pids", encoding="ascii") as f:
            self.assertEqual(f.read(), before)  # and all that without a restart

    def run_secrets(self):
        env = {**os.environ, "ROOT": self.root, "PATH": f"{self.root}/bin:{os.environ['PATH']}"}
        return subprocess.run([f"{self.root}/usr/local/lib/crudd/secrets.sh"], env=env, capture_output=True, text=True, timeout=60)

    def test_a_token_that_the_service_refuses_is_not_placed(self):
        """The service goes on with the previous one and can be restarted; other secrets arrive all the same."""
        code, log = self.run_script()
        self.assertEqual(code, 0, log)
        for bad in ("short", "x" * 513, "with a blank in it 0123456789", "control\x01character-0123456789", "desk root " + "0" * 64):
            self.server.secrets["arn:token"] = bad
            run = self.run_secrets()
            self.assertEqual((run.returncode, run.stdout), (1, ""), bad)
            self.assertIn("crudd: token_file: ", run.stderr)
            self.assertTrue(run.stderr.endswith("the new token is not valid; the previous one, if any, stays in place\n"), run.stderr)
            self.assertNotIn(bad, run.stderr)
            self.assertEqual(self.read("etc/crudd/token"), TOKEN.encode())
        self.server.secrets["arn:database"] = database_secret("another-password")
        run = self.run_secrets()
        self.assertEqual((run.returncode, run.stdout), (1, "0 migrations applied\nchanged: database.json\n"))
        subprocess.run(["bash", "-c", STUBS["systemctl"], "systemctl", "restart", "crudd"], env={**os.environ, "ROOT": self.root}, check=True)
        self.check_serving(TOKEN)

    def test_a_first_token_that_the_service_refuses(self):
        self.server.secrets["arn:token"] = "short"
        code, log = self.run_script()
        self.assertNotEqual(code, 0)
        self.assertIn("crudd: token_file: ", log)
        self.assertIn("the new token is not valid", log)
        self.assertIn("FAILED: prepare the database", log)
        self.assertFalse(os.path.exists(f"{self.root}/etc/crudd/token"))

    def test_missing_secret(self):
        del self.server.secrets["arn:database"]
        code, log = self.run_script()
        self.assertNotEqual(code, 0)
        self.assertIn("FAILED: prepare the database", log)
        self.assertFalse(os.path.exists(f"{self.root}/pids"))

    def test_certificate_of_another_host(self):
        with tempfile.TemporaryDirectory() as folder:
            self.server.certificates = make_ca(folder, "other").read_bytes()
        code, log = self.run_script()
        self.assertNotEqual(code, 0)
        self.assertIn("FAILED: prepare the database", log)
        self.assertRegex(log, "(?i)certificate")
        self.assertNotIn(ADMIN, log)

    def test_wrong_hash(self):
        self.values["sha256"] = "0" * 64
        code, log = self.run_script()
        self.assertNotEqual(code, 0)
        self.assertIn("FAILED: verify the service", log)
        self.assertRegex(self.read("dev/console").decode(), r"^boot of crudd-0{12} FAILED: verify the service \(exit status 1\)\n$")
        self.assertEqual(os.listdir(f"{self.root}/usr/local/src"), [])
        self.assertNotIn("runuser", self.read("calls").decode())

    def test_step_that_always_fails(self):
        self.server.failures = {"archive": 100}
        code, log = self.run_script()
        self.assertNotEqual(code, 0)
        self.assertEqual(self.server.seen["archive"], 8)
        self.assertIn("FAILED: fetch the service", log)

    def test_settings_the_service_refuses(self):
        self.values["config"] = base64.b64encode(json.dumps({**self.settings, "prot": "1"}).encode()).decode()
        code, log = self.run_script()
        self.assertNotEqual(code, 0)
        self.assertIn("unknown setting 'prot'", log)
        self.assertIn("FAILED: prepare the database", log)


if __name__ == "__main__":
    unittest.main()
