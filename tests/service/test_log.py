#!/usr/bin/env python3
"""The log never stops the service and never fills the disk, whatever callers do and whoever reads it."""

import hashlib
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

from load import load
from paths import TOP
from server import CRUDD, Crudd, ServiceCase, environment, free_port, wait_for

MIB = 1 << 20
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


def flood(port, data, count):
    """Sends the request so often on one connection, and reads the responses."""
    with socket.create_connection(("127.0.0.1", port), 10) as s:
        for _ in range(count // 100):
            s.sendall(data * 100)
            seen = b""
            while seen.count(b"HTTP/1.1 ") < 100 or not seen.endswith((b"}", b"ok\n")):
                seen += s.recv(65536)


class Output(unittest.TestCase):
    """Standard output that takes nothing."""

    def start(self, stdout, **options):
        port = free_port()
        env = environment(CRUDD_PORT=str(port), CRUDD_ADMIN_PORT="0", CRUDD_DB_PORT="1", CRUDD_DRAIN_SECONDS="1")
        process = subprocess.Popen([CRUDD], stdout=stdout, stderr=subprocess.PIPE, env=env, **options)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)

        def listens():
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return True
            except ConnectionRefusedError:
                return False

        wait_for("crudd to listen", listens)
        return process, port

    def stops(self, process):
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(30), 0)
        self.assertEqual(process.stderr.read(), b"")
        return time.monotonic() - begun

    def test_a_pipe_that_no_one_reads(self):
        """SIGTERM ends the service all the same."""
        read, write = os.pipe()
        self.addCleanup(os.close, read)
        process, port = self.start(write)
        os.close(write)
        flood(port, HEALTH, 2000)
        time.sleep(0.1)  # until the writer has met the full pipe
        flood(port, HEALTH, 100)
        self.assertLess(self.stops(process), 10)
        self.assertGreater(len(os.read(read, MIB)), 4096)

    def test_a_reader_that_has_left(self):
        read, write = os.pipe()
        process, port = self.start(write)
        os.close(write)
        os.close(read)
        flood(port, HEALTH, 1000)
        self.stops(process)

    def test_a_closed_output(self):
        """The number of the closed output must not become that of a socket, to which the log would go."""
        process, port = self.start(None, preexec_fn=lambda: os.close(1))
        self.assertEqual(os.readlink(f"/proc/{process.pid}/fd/1"), "/dev/null")
        flood(port, HEALTH, 1000)
        with socket.create_connection(("127.0.0.1", port), 5) as s:
            s.sendall(HEALTH.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            answer = b""
            while data := s.recv(4096):
                answer += data
        self.assertTrue(answer.startswith(b"HTTP/1.1 200 ") and answer.endswith(b"\r\n\r\nok\n"), answer)
        self.stops(process)

    def test_a_full_disk(self):
        with open("/dev/full", "wb") as full:
            process, port = self.start(full)
        flood(port, HEALTH, 1000)
        self.stops(process)

    def test_reload_does_not_write_to_standard_error(self):
        with tempfile.TemporaryDirectory() as folder:
            tokens = Path(folder, "token")
            tokens.write_text("a-token-0123456789\n", encoding="ascii")
            with Crudd(None, wait="listening", token_file=str(tokens)) as crudd:
                tokens.write_text("short", encoding="ascii")
                crudd.process.send(signal.SIGHUP)
                told = wait_for("the refusal", lambda: crudd.events("reload"))
                self.assertTrue(any("expected 16 to 512 visible" in line["detail"] for line in crudd.events("reload")), told)
                self.assertEqual(crudd.errors(), "")


class File(unittest.TestCase):
    """log_file, which is limited in size."""

    def lines(self, path):
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    def test_callers_cannot_fill_the_disk(self):
        with tempfile.TemporaryDirectory() as folder:
            path, previous = Path(folder, "crudd.log"), Path(folder, "crudd.log.1")
            with Crudd(None, wait="listening", log_file=str(path), log_file_mb=2) as crudd:
                result = load(crudd.port, "GET /healthz", c=8, n=60000)
                self.assertEqual(result["statuses"], {"200": 60000})
                wait_for("the last lines", lambda: path.exists() and path.stat().st_size)
                self.assertEqual(crudd.output(), "")
            self.assertEqual({p.name for p in Path(folder).iterdir()}, {"crudd.log", "crudd.log.1"})
            for p in (path, previous):
                self.assertLessEqual(p.stat().st_size, 2 * MIB)
                self.assertEqual(p.stat().st_mode & 0o137, 0)
                self.lines(p)
            self.assertGreater(previous.stat().st_size, MIB / 2)
            self.assertEqual(self.lines(path)[-1]["event"], "stopped")

    def test_a_restart_appends(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "crudd.log")
            for _ in range(2):
                Crudd(None, wait="listening", log_file=str(path)).__exit__(None)
            self.assertEqual([line["event"] for line in self.lines(path) if line["event"] in ("listening", "stopped")],
                             ["listening", "stopped"] * 2)  # fmt: skip

    def test_a_file_that_cannot_be_made(self):
        env = environment(CRUDD_LOG_FILE="/nonexistent/crudd.log", CRUDD_PORT=str(free_port()))
        done = subprocess.run([CRUDD], env=env, capture_output=True, text=True, timeout=20)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr, "crudd: log_file: /nonexistent/crudd.log: No such file or directory\n")

    def test_a_disk_that_is_full_for_a_while(self):
        """What could not be written is counted, and every line that was written is whole."""
        with tempfile.TemporaryDirectory() as folder:
            inside = f'mount -t tmpfs -o size=512k none "{folder}" && exec "$@"'
            root = [] if os.geteuid() == 0 else ["--map-root-user"]
            wrap = ["unshare", *root, "--mount", "sh", "-c", inside, "sh"]
            if subprocess.run([*wrap, "true"], capture_output=True).returncode:
                self.skipTest("no mount namespace can be made here")
            with Crudd(None, wait="listening", wrap=wrap, log_file=f"{folder}/crudd.log", log_file_mb=50) as crudd:
                there = Path(f"/proc/{crudd.process.pid}/root{folder}")
                (there / "filler").write_bytes(b"x" * (512 * 1024 - 3 * 4096))
                flood(crudd.port, HEALTH, 1000)
                time.sleep(0.2)
                (there / "filler").unlink()
                crudd.get("/docs")
                path = there / "crudd.log"
                text = wait_for("the line", lambda: (t := path.read_text(encoding="utf-8")).count("/docs") and t)
            whole, torn = [], []
            for line in text.splitlines():
                try:
                    whole.append(json.loads(line))
                except json.JSONDecodeError:
                    torn.append(line)
            self.assertLessEqual(len(torn), 1)  # the one that the disk had half room for
            (lost,) = [line["detail"] for line in whole if line["event"] == "log"]
            written = sum(line.get("route") == "/healthz" for line in whole)
            self.assertEqual(int(re.match(r"\d+", lost)[0]) + written, 1000, lost)


class Refusals(ServiceCase):
    """Refusals that repeat are one line a minute."""

    READ, WRITE = "reader-token-0123456789", "writer-token-0123456789"

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        tokens = Path(folder.name, "tokens")
        tokens.write_text(
            "".join(f"{n} {r} {hashlib.sha256(t.encode()).hexdigest()}\n" for n, r, t in (("dash", "read", cls.READ), ("desk", "write", cls.WRITE)))
        )
        cls.settings = {"token_file": str(tokens), "requests_per_second": 1}
        super().setUpClass()

    def test_one_line_for_many(self):
        def request(method, *headers):
            return (f"{method} /members HTTP/1.1\r\nHost: localhost\r\n" + "".join(f"{h}\r\n" for h in headers) + "\r\n").encode()

        def bearer(token):
            return f"Authorization: Bearer {token}"

        flood(self.crudd.port, request("GET"), 500)
        flood(self.crudd.port, request("GET", bearer("wrong-token-0123456789")), 500)
        flood(self.crudd.port, request("DELETE", bearer(self.READ)), 500)
        flood(self.crudd.port, request("GET", bearer(self.WRITE)), 500)
        for _ in range(50):  # each closes its connection
            self.assertIn(b"HTTP/1.1 400 ", self.crudd.raw(request("GET", "X(: y"))[0])
        self.assertEqual(self.crudd.stop(), 0)
        lines = self.crudd.events("request")
        repeated = {(line["status"], line.get("caller", "")): line["count"] for line in self.crudd.events("repeated")}
        for key, count in (((401, ""), 1000), ((403, "dash"), 500), ((400, ""), 50)):
            self.assertEqual(repeated[key], count - 1, key)
            self.assertEqual([(line["status"], line.get("caller", "")) for line in lines].count(key), 1, key)
        others = sum(line.get("caller") == "desk" for line in lines)
        self.assertEqual(repeated[429, "desk"] + others, 500)
        self.assertLess(len(self.crudd.log()), 100)


class Instance(unittest.TestCase):
    def test_the_log_of_an_instance_is_limited(self):
        """The file that the agent reads is the one that the service limits."""
        script = (TOP / "templates/modules/asg/boot.sh.tftpl").read_text(encoding="utf-8")
        self.assertIn("CRUDD_LOG_FILE=/var/log/crudd/crudd.log", script)
        self.assertIn('"file_path": "/var/log/crudd/crudd.log"', script)
        self.assertNotIn("append:", script)


if __name__ == "__main__":
    unittest.main()
