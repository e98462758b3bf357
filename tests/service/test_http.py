#!/usr/bin/env python3
"""Starts crudd on a free loopback port and sends it requests, well-formed and malformed.

    CRUDD=PATH/TO/crudd test_http.py        default build/crudd
"""
import contextlib
import ctypes
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

from process import environment, free_port

CRUDD = os.path.abspath(os.environ.get("CRUDD", "build/crudd"))
TOKEN = "a-token-of-forty-characters-0123456789ab"


def run(*args, **env):
    return subprocess.run([CRUDD, *args], env=environment(**env), capture_output=True, text=True, timeout=20)


def http_thread(pid):
    """The id of the thread that serves HTTP; libmicrohttpd names it."""
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/comm", encoding="ascii") as comm:
            if comm.read().startswith("MHD-"):
                return int(task)
    raise AssertionError("no thread of libmicrohttpd")


@contextlib.contextmanager
def frozen(task):
    """Stops one thread of another process; a signal would stop the whole process."""
    seize, interrupt, detach = 0x4206, 0x4207, 17
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long] * 4
    for request in (seize, interrupt):
        if libc.ptrace(request, task, 0, 0):
            raise OSError(ctypes.get_errno(), "ptrace")
    os.waitpid(task, 0x40000000)  # __WALL: until it has stopped
    try:
        yield
    finally:
        libc.ptrace(detach, task, 0, 0)


class Running:
    """Runs crudd with these settings until the end of the test, then checks it."""

    def __init__(self, test, env=None, **settings):
        self.test = test
        self.port = free_port()
        self.folder = tempfile.TemporaryDirectory()
        test.addCleanup(self.folder.cleanup)
        path = os.path.join(self.folder.name, "config.json")
        with open(path, "w", encoding="utf-8") as f:
            # nothing listens on port 1: there is no database
            json.dump({"port": str(self.port), "admin_port": "0", "db_port": "1", "queue_ms": "1100", **settings}, f)
        self.process = subprocess.Popen([CRUDD, "--config", path], env=environment(**(env or {})), stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        test.addCleanup(self.stop)
        for port in filter(None, (self.port, int(settings.get("admin_port", 0)))):
            self.wait_for(port)

    def wait_for(self, port):
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    raise AssertionError(self.process.stderr.read())
                time.sleep(0.02)
        raise AssertionError(f"crudd does not listen on port {port}")

    def stop(self):
        """Stops it and returns its exit status; self.log and self.err are its output."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        if not self.process.stdout.closed:
            out, self.err = self.process.communicate(timeout=20)
            self.log = [json.loads(line) for line in out.splitlines()]
            self.process.stdout.close()
        return self.process.returncode

    def request(self, method, path, body=None, headers=None):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            c.request(method, path, body=body, headers=headers or {})
            r = c.getresponse()
            return r.status, r.headers, r.read()
        finally:
            c.close()

    def raw(self, data, wait=5):
        """What the server sends until it closes the connection or is silent for `wait` seconds."""
        with socket.create_connection(("127.0.0.1", self.port), wait) as s:
            s.sendall(data)
            out = b""
            try:
                while chunk := s.recv(65536):
                    out += chunk
                closed = True
            except ConnectionResetError:
                closed = True
            except socket.timeout:
                closed = False
            return out, closed


class Routes(unittest.TestCase):
    def test_health_and_description(self):
        s = Running(self, title='Gym "é" 💪')
        for method in ("GET", "HEAD"):
            status, headers, body = s.request(method, "/healthz")
            self.assertEqual((status, headers["Content-Type"]), (200, "text/plain; charset=utf-8"))
            self.assertEqual((headers["Content-Length"], body), ("3", b"ok\n" if method == "GET" else b""))
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertNotIn("Server", headers)
        status, headers, body = s.request("GET", "/?x=y")
        self.assertEqual((status, headers["Content-Type"]), (200, "application/json"))
        self.assertEqual({k: v for k, v in json.loads(body).items() if k != "version"},
                         {"name": "crudd", "title": 'Gym "é" 💪', "health": "/healthz", "openapi": "/openapi.json", "docs": "/docs"})
        self.assertEqual(s.request("HEAD", "/")[0], 200)

    def test_unknown_path_and_method(self):
        s = Running(self)
        status, headers, body = s.request("GET", "/nothing")
        self.assertEqual((status, headers["Content-Type"]), (404, "application/problem+json"))
        problem = json.loads(body)
        self.assertEqual((problem["type"], problem["status"]), ("urn:crudd:problem:not-found", 404))
        self.assertEqual(problem["request_id"], headers["X-Request-Id"])
        status, headers, body = s.request("DELETE", "/healthz")
        self.assertEqual((status, headers["Allow"]), (405, "GET, HEAD, OPTIONS"))
        self.assertEqual(s.request("POST", "/", body=b"{}")[0], 405)
        self.assertEqual(s.request("BREW", "/")[0], 405)

    def test_token(self):
        with tempfile.NamedTemporaryFile("w") as f:
            f.write(TOKEN + "\n")
            f.flush()
            s = Running(self, token_file=f.name)
            status, headers, body = s.request("GET", "/members")
            self.assertEqual((status, headers["WWW-Authenticate"]), (401, 'Bearer realm="crudd"'))
            self.assertNotIn(TOKEN.encode(), body)
            for wrong in ("", "Bearer", "Bearer ", "Basic " + TOKEN, "Bearer " + TOKEN[:-1], "Bearer " + TOKEN + "x", TOKEN):
                self.assertEqual(s.request("GET", "/members", headers={"Authorization": wrong})[0], 401, wrong)
            for right in ("Bearer " + TOKEN, "bearer  " + TOKEN):
                self.assertEqual(s.request("GET", "/members", headers={"Authorization": right})[0], 503, right)
            self.assertEqual(s.request("POST", "/members", body=b"x" * 1000)[0], 401)
            self.assertEqual(s.request("GET", "/healthz")[0], 200)
            self.assertEqual(s.request("GET", "/")[0], 200)
            self.assertEqual(s.stop(), 0)
            self.assertNotIn(TOKEN, json.dumps(s.log))

    def test_request_ids(self):
        s = Running(self)
        trace = "1-67891233-abcdef012345678912345678"
        self.assertEqual(s.request("GET", "/", headers={"X-Amzn-Trace-Id": "Self=1;Root=" + trace})[1]["X-Request-Id"], trace)
        made = {s.request("GET", "/", headers={"X-Amzn-Trace-Id": "Root=1-evil"})[1]["X-Request-Id"] for _ in range(3)}
        self.assertEqual(len(made), 3)
        for i in made:
            self.assertRegex(i, r"^[0-9a-f]{16}-[0-9a-f]{8}$")


class Connections(unittest.TestCase):
    def test_keep_alive(self):
        s = Running(self)
        c = http.client.HTTPConnection("127.0.0.1", s.port, timeout=5)
        self.addCleanup(c.close)
        sockets = set()
        for path in ("/healthz", "/", "/nothing", "/healthz"):
            c.request("GET", path)
            sockets.add(c.sock.getsockname())
            c.getresponse().read()
        self.assertEqual(len(sockets), 1)

    def test_idle_connection_ends(self):
        s = Running(self, keep_alive="1")
        begun = time.monotonic()
        out, closed = s.raw(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 8)
        self.assertTrue(out.startswith(b"HTTP/1.1 200"))
        self.assertTrue(closed)
        self.assertGreater(time.monotonic() - begun, 0.8)

    def test_small_body_of_a_get_is_read_and_forgotten(self):
        s = Running(self)
        get = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nabcde"
        out, _ = s.raw(get + b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        self.assertEqual(out.count(b"HTTP/1.1 200"), 2)


class Refusals(unittest.TestCase):
    def refused(self, s, head):
        smuggled = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
        out, closed = s.raw(head + b"\r\n\r\n" + smuggled)
        self.assertTrue(out.startswith(b"HTTP/1.1 400"), (head, out[:300]))
        self.assertNotIn(b"HTTP/1.1 404", out, head)  # the status of /smuggled
        self.assertTrue(closed, head)

    def test_what_proxies_read_differently(self):
        s = Running(self)
        for head in (b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: b",
                     b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost",
                     b"GET / HTTP/1.1",
                     b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked",
                     b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 30",
                     b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 3",
                     b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked",
                     b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: identity, chunked",
                     b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                     b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1",
                     b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1x",
                     b"GET /healthz%00/secret HTTP/1.1\r\nHost: localhost",
                     b"GET /?x=%00y HTTP/1.1\r\nHost: localhost"):
            self.refused(s, head)
        self.assertEqual(s.stop(), 0)
        self.assertIn(400, [line.get("status") for line in s.log])

    def test_size(self):
        s = Running(self)
        for path in (b"/healthz", b"/x"):
            for length in (b"65537", b"99999999999999999999999"):
                out, closed = s.raw(b"POST " + path + b" HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: " + length + b"\r\n\r\n")
                # libmicrohttpd itself refuses a length that does not fit an integer
                self.assertRegex(out, rb"^HTTP/1.1 4(13|00) ", (path, length))
                self.assertTrue(closed)
        chunk = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
        try:
            out, closed = s.raw(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 64)
        except (BrokenPipeError, ConnectionResetError):
            out, closed = b"", True
        self.assertNotIn(b"200", out[:20])
        self.assertTrue(closed)
        out, _ = s.raw(b"GET /" + b"a" * 70000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 2)
        self.assertRegex(out, rb"^HTTP/1.1 4(14|31) ")
        out, _ = s.raw(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 70000 + b"\r\n\r\n", 2)
        self.assertRegex(out, rb"^HTTP/1.1 431 ")
        self.assertEqual(s.request("GET", "/healthz")[0], 200)

    def test_garbage(self):
        s = Running(self)
        for data in (b"\0" * 100, b"GET\r\n\r\n", b"\r\n\r\n\r\n", b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", b"\xff\xfe /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n"):
            s.raw(data, 0.3)
        self.assertEqual(s.request("GET", "/healthz")[0], 200)


class Local(unittest.TestCase):
    """Without tokens, a page in a browser on this machine must not get through: neither under a name of its own that it
    resolves to this machine, nor with its own origin."""

    OWN = ("localhost", "LocalHost:80", "127.0.0.1", "127.0.0.1:8080", "127.1.2.3:1", "[::1]", "[::1]:8080")
    OTHERS = ("attacker.example", "attacker.example:8080", "localhost.attacker.example", "localhost.", "10.0.0.1", "0.0.0.0", "[::2]",
              "127.0.0.1.attacker.example", "2130706433", "127.1", "[::ffff:10.0.0.1]", "::1", "x" * 300)

    def status(self, s, host, path="/nothing", method="GET", port=None, **headers):
        c = http.client.HTTPConnection("127.0.0.1", port or s.port, timeout=5)
        c.request(method, path, headers={"Host": host, **headers})
        answer = c.getresponse()
        body = json.loads(answer.read() or b"{}") if answer.status != 200 else {}
        c.close()
        return answer.status, body.get("type", "").rpartition(":")[2]

    def test_hosts(self):
        admin = free_port()
        s = Running(self, admin_port=str(admin))
        for host in self.OWN:
            self.assertEqual(self.status(s, host)[0], 404, host)
            self.assertEqual(self.status(s, host, "/metrics", port=admin)[0], 200, host)
        for host in self.OTHERS:
            for path in ("/nothing", "/healthz", "/"):
                self.assertEqual(self.status(s, host, path), (421, "misdirected"), (host, path))
            self.assertEqual(self.status(s, host, "/metrics", port=admin)[0], 421, host)

    def test_origins(self):
        s = Running(self)
        own, path = f"127.0.0.1:{s.port}", "/members/1"
        for origin in (f"http://{own}", f"https://{own}", f"HTTP://{own}"):
            for method in ("GET", "DELETE"):
                self.assertEqual(self.status(s, own, path, method, Origin=origin)[0], 503, origin)
        for origin in ("null", "", "http://attacker.example", f"http://localhost:{s.port}", f"http://127.0.0.1:{s.port}0", "http://127.0.0.1",
                       f"http://{own}.attacker.example", f"http://attacker.example/?http://{own}", own):
            for method in ("POST", "PUT", "PATCH", "DELETE"):
                self.assertEqual(self.status(s, own, path, method, Origin=origin), (403, "forbidden"), (origin, method))
            for method in ("GET", "OPTIONS"):
                self.assertIn(self.status(s, own, path, method, Origin=origin)[0], (204, 503), (origin, method))

    def test_open_and_tokens_serve_every_host(self):
        with tempfile.NamedTemporaryFile("w") as f:
            f.write(TOKEN + "\n")
            f.flush()
            for settings in ({"open": "true"}, {"open": "true", "bind_address": "127.0.0.1"}, {"token_file": f.name}):
                s = Running(self, **settings)
                for host in self.OTHERS[:3]:
                    self.assertEqual(self.status(s, host, "/healthz")[0], 200, (settings, host))
                more = {"Authorization": f"Bearer {TOKEN}", "Origin": "http://attacker.example"}
                self.assertEqual(self.status(s, self.OTHERS[0], "/members/1", "DELETE", **more)[0], 503, settings)


class Stopping(unittest.TestCase):
    def test_idle(self):
        s = Running(self, keep_alive="300")
        c = http.client.HTTPConnection("127.0.0.1", s.port, timeout=5)
        self.addCleanup(c.close)
        c.request("GET", "/healthz")
        c.getresponse().read()
        begun = time.monotonic()
        self.assertEqual(s.stop(), 0)
        self.assertLess(time.monotonic() - begun, 2)
        self.assertEqual([line["event"] for line in s.log if line["event"] not in ("request", "database")],
                         ["listening", "stopping", "stopped"])

    def test_request_in_flight_is_finished(self):
        s = Running(self, drain_seconds="5")
        with socket.create_connection(("127.0.0.1", s.port), 5) as c:
            c.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nab")
            time.sleep(0.2)
            s.process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            c.sendall(b"cd")
            answer = b""
            while chunk := c.recv(4096):
                answer += chunk
        self.assertTrue(answer.startswith(b"HTTP/1.1 200"))
        self.assertIn(b"connection: close", answer.lower())
        self.assertEqual(s.stop(), 0)

    def test_deadline(self):
        s = Running(self, drain_seconds="1")
        with socket.create_connection(("127.0.0.1", s.port), 5) as c:
            c.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nab")
            time.sleep(0.2)
            begun = time.monotonic()
            self.assertEqual(s.stop(), 0)
            self.assertLess(time.monotonic() - begun, 4)
        self.assertIn(499, [line.get("status") for line in s.log])


class Notified(unittest.TestCase):
    """The messages to systemd, which restarts crudd if WATCHDOG=1 does not arrive in time."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = os.path.join(folder.name, "notify")
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.listener.close)
        self.listener.bind(path)
        self.listener.settimeout(5)
        self.env = {"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "200000"}

    def drain(self):
        """Reads the messages that have arrived."""
        self.listener.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                self.listener.recv(100)
        self.listener.settimeout(5)

    def stops(self, s):
        """The service reacts to SIGTERM at once."""
        begun = time.monotonic()
        s.process.send_signal(signal.SIGTERM)
        while (word := self.listener.recv(100)) == b"WATCHDOG=1":
            pass
        self.assertEqual(word, b"STOPPING=1")
        self.assertLess(time.monotonic() - begun, 1)

    def test_start_life_and_end(self):
        s = Running(self, env=self.env)
        words = [self.listener.recv(100) for _ in range(3)]
        self.assertEqual(words, [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"])
        self.stops(s)
        self.assertEqual(s.stop(), 0)
        self.assertEqual([line for line in s.log if line["event"] == "request"], [])  # the health checks are not logged

    def test_a_full_service_is_alive(self):
        """max_connections clients keep their connections open and send nothing."""
        s = Running(self, env=self.env, max_connections="10", keep_alive="300")
        taken = [socket.create_connection(("127.0.0.1", s.port), 5) for _ in range(12)]
        for c in taken:
            self.addCleanup(c.close)
        time.sleep(0.3)
        self.drain()
        self.assertEqual([self.listener.recv(100) for _ in range(10)], [b"WATCHDOG=1"] * 10)
        taken[0].settimeout(5)
        taken[0].sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.assertTrue(taken[0].recv(4096).startswith(b"HTTP/1.1 200"))
        taken[-1].settimeout(0.3)
        taken[-1].sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.assertRaises(socket.timeout, taken[-1].recv, 4096)  # not accepted: the heartbeat's connection is not for clients
        self.stops(s)

    def test_a_frozen_server_is_not(self):
        """The thread that serves HTTP is stopped; the others run."""
        s = Running(self, env=self.env, drain_seconds="0")
        self.assertEqual([self.listener.recv(100) for _ in range(2)], [b"READY=1", b"WATCHDOG=1"])
        with frozen(http_thread(s.process.pid)):
            time.sleep(0.3)
            self.drain()
            self.listener.settimeout(1)
            self.assertRaises(socket.timeout, self.listener.recv, 100)
            self.listener.settimeout(5)
        self.assertEqual(self.listener.recv(100), b"WATCHDOG=1")
        with frozen(http_thread(s.process.pid)):
            time.sleep(0.3)
            self.drain()
            self.stops(s)
        self.assertEqual(s.stop(), 0)
        self.assertIn("watchdog", [line["event"] for line in s.log])


class Rate(unittest.TestCase):
    def test_too_many_requests(self):
        s = Running(self, requests_per_second="5")
        answers = [s.request("GET", "/members/none") for _ in range(12)]
        self.assertEqual({a[0] for a in answers}, {404, 429})
        refused = next(a for a in answers if a[0] == 429)
        self.assertEqual((refused[1]["Retry-After"], json.loads(refused[2])["type"]), ("1", "urn:crudd:problem:too-many-requests"))
        self.assertEqual(s.request("GET", "/healthz")[0], 200)
        time.sleep(1)
        self.assertEqual(s.request("GET", "/members/none")[0], 404)


class Log(unittest.TestCase):
    def test_one_line_a_request_and_nothing_personal(self):
        s = Running(self)
        s.request("GET", "/nothing?phone=5551234", headers={"User-Agent": "secret-agent", "X-Forwarded-For": "203.0.113.9"})
        s.request("HEAD", "/healthz")
        s.request("EVIL", "/")
        self.assertEqual(s.stop(), 0)
        requests = [line for line in s.log if line["event"] == "request"]
        self.assertEqual([(r["method"], r["route"], r["status"]) for r in requests],
                         [("GET", "-", 404), ("HEAD", "/healthz", 200), ("OTHER", "/", 405)])
        for r in requests:
            self.assertEqual(set(r), {"ts", "level", "event", "id", "method", "route", "status", "bytes", "ms"})
            self.assertTrue(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", r["ts"]))
        self.assertNotRegex(json.dumps(requests), r"5551234|secret-agent|203\.0|members|127\.0\.0\.1|EVIL")

    def test_off(self):
        s = Running(self, log_requests="false")
        s.request("GET", "/")
        self.assertEqual(s.stop(), 0)
        self.assertNotIn("request", [line["event"] for line in s.log])


class Settings(unittest.TestCase):
    def config(self, text):
        f = tempfile.NamedTemporaryFile("w", suffix=".json", delete=False)
        self.addCleanup(os.unlink, f.name)
        with f:
            f.write(text)
        return f.name

    def test_all_problems_at_once(self):
        path = self.config('{"port": "70000", "prot": 1, "open": "yes", "title": "", "keep_alive": 1.5, "drain_seconds": null}')
        r = run("--config", path, CRUDD_LOG_REQUESTS="maybe", CRUDD_NOPE="1")
        self.assertEqual((r.returncode, r.stdout), (2, ""))
        self.assertEqual(r.stderr.splitlines(), [
            f"crudd: {path}: port: expected a whole number from 1 to 65535, got '70000'",
            f"crudd: {path}: unknown setting 'prot'",
            f"crudd: {path}: open: expected true or false, got 'yes'",
            f"crudd: {path}: title: expected text of 1 to 200 bytes, got ''",
            f"crudd: {path}: keep_alive: expected a whole number from 1 to 7200",
            f"crudd: {path}: drain_seconds: expected a whole number from 0 to 40",
        ] + sorted([
            "crudd: environment: log_requests: expected true or false, got 'maybe'",
            "crudd: environment: unknown setting 'nope'",
        ], key=lambda line: list(environment(CRUDD_LOG_REQUESTS="", CRUDD_NOPE="")).index(
            "CRUDD_NOPE" if "nope" in line else "CRUDD_LOG_REQUESTS")))

    def test_invalid_files(self):
        for text, message in (("{", "expected"), ("[]", "expected a JSON object"), ('{"port": 1, "port": 2}', "duplicate"), ("", "expected")):
            r = run("--config", self.config(text))
            self.assertEqual(r.returncode, 2)
            self.assertIn(message, r.stderr)
        self.assertEqual(run("--config", "/nonexistent.json").returncode, 2)

    def test_check_config(self):
        path = self.config('{"port": 8082, "open": true, "log_requests": false, "title": "x"}')
        r = run("--check-config", "--config", path)
        self.assertEqual((r.returncode, r.stdout, r.stderr), (0, "", ""))

    def test_one_port_for_one_purpose(self):
        r = run("--check-config", CRUDD_PORT="8081")
        self.assertEqual((r.returncode, r.stderr), (2, "crudd: admin_port: 8081 is the port of the service itself\n"))
        self.assertEqual(run("--check-config", CRUDD_PORT="8081", CRUDD_ADMIN_PORT="0").returncode, 0)

    def test_not_open_by_accident(self):
        r = run("--check-config", CRUDD_BIND_ADDRESS="0.0.0.0")
        self.assertEqual(r.returncode, 2)
        self.assertIn("which requires token_file or open", r.stderr)
        self.assertEqual(run("--check-config", CRUDD_BIND_ADDRESS="::1").returncode, 0)
        self.assertEqual(run("--check-config", CRUDD_BIND_ADDRESS="0.0.0.0", CRUDD_OPEN="true").returncode, 0)
        r = run("--check-config", CRUDD_BIND_ADDRESS="localhost")
        self.assertEqual((r.returncode, r.stderr), (2, "crudd: bind_address: expected an IPv4 or IPv6 address, got 'localhost'\n"))
        s = Running(self)
        self.assertEqual(s.stop(), 0)
        self.assertIn("127.0.0.1", [line["detail"] for line in s.log if line["event"] == "listening"])

    def test_token_file(self):
        for text in ("", "short\n", "x" * 513):
            path = self.config(text)
            r = run("--check-config", CRUDD_TOKEN_FILE=path)
            self.assertEqual((r.returncode, r.stderr),
                             (2, f"crudd: token_file: {path}: expected 16 to 512 visible ASCII characters, or lines of name, role and SHA-256\n"))
        r = run("--check-config", CRUDD_TOKEN_FILE="/nonexistent")
        self.assertEqual((r.returncode, r.stderr), (2, "crudd: token_file: /nonexistent: No such file or directory\n"))

    def test_environment_wins_and_open_is_logged(self):
        s = Running(self, env={"CRUDD_TITLE": "from the environment"}, title="from the file", open="true")
        self.assertEqual(json.loads(s.request("GET", "/")[2])["title"], "from the environment")
        self.assertEqual(s.stop(), 0)
        self.assertIn("open", [line["event"] for line in s.log])

    def test_port_in_use(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            r = run(CRUDD_PORT=str(taken.getsockname()[1]))
        self.assertEqual(r.returncode, 1)
        self.assertRegex(r.stderr, r"^crudd: cannot listen on 127\.0\.0\.1 port \d+: Address already in use\n$")

    def test_usage(self):
        r = run("--help")
        self.assertEqual((r.returncode, r.stderr), (0, ""))
        self.assertIn("  keep_alive\n", r.stdout)
        self.assertRegex(run("--version").stdout, r"^crudd \d+\.\d+\.\d+\n$")
        for args in (["--nope"], ["--config"], ["file"]):
            r = run(*args)
            self.assertEqual((r.returncode, r.stderr), (2, f"crudd: unexpected '{args[0]}'; see crudd --help\n"))


if __name__ == "__main__":
    unittest.main()
