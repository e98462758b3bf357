#!/usr/bin/env python3
"""Clients that send or read slowly, in large numbers: what they hold is limited in bytes and in time."""

import concurrent.futures
import json
import re
import resource
import socket
import time
import unittest

from paths import TOP
from server import CRUDD, ServiceCase, is_sanitized, wait_for

resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
LIST = b"GET /members?limit=%d HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"POST /members HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
PAGE = 200  # rows, the most that a request may ask for
MIB = 1 << 20


def constant(path, name):
    """The value of NAME = 1 * 2 * 3 in a file of the service."""
    text = re.search(rf"\b{name} = ([0-9* ]+)", (TOP / "app" / path).read_text(encoding="utf-8"))[1]
    product = 1
    for factor in text.split("*"):
        product *= int(factor)
    return product


class Unit(unittest.TestCase):
    def test_all_connections_fit_into_the_memory_of_the_unit(self):
        settings = (TOP / "app/base/settings.def").read_text(encoding="utf-8")
        unit = (TOP / "app/deploy/crudd.service").read_text(encoding="utf-8")
        connections = int(re.search(r"SETTING\(max_connections, INT, \"\d+\", \d+, (\d+)", settings)[1])
        kernel = 2 * (constant("base/listen.c", "RECEIVE_BUFFER") + constant("base/listen.c", "SEND_BUFFER"))
        each = constant("server/http.c", "HEAD_MAX") + kernel + 2048
        fixed = 32 * MIB + constant("server/exchange.c", "HELD_MAX") * 5 // 4
        self.assertLess(fixed + connections * each, 0.9 * int(re.search(r"^MemoryMax=(\d+)M$", unit, re.M)[1]) * MIB)


class Slow(ServiceCase):
    settings = {"log_requests": "false", "keep_alive": 60}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        connection = cls.crudd.connect()
        for i in range(PAGE):
            row = {"name": "\U0001f4aa" * 80, "surname": "\U0001f483" * 80, "email": f"{'a' * 236}{i:05}@example.com"}
            assert cls.crudd.send("POST", "/members", row, connection=connection).status == 201
        cls.page = len(cls.crudd.get(f"/members?limit={PAGE}", connection=connection).body)
        connection.close()
        cls.held = constant("server/exchange.c", "HELD_MAX")

    def open(self, data):
        """A connection that has sent this and whose buffer for responses is small."""
        s = socket.socket()
        self.addCleanup(s.close)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        s.settimeout(10)
        s.connect(("127.0.0.1", self.crudd.port))
        s.sendall(data)
        return s

    def status(self, s):
        return int(s.recv(12, socket.MSG_WAITALL).split()[1])

    def bounded(self):
        """The service has not grown beyond what it may hold, and its pages still answer."""
        self.assertEqual(self.crudd.get("/healthz").status, 200)
        refused = self.crudd.get("/members/1")
        self.problem(refused, 503, "unavailable")
        self.assertEqual(refused.headers["Retry-After"], "1")
        self.assertEqual(self.crudd.admin("/readyz").status, 200)
        if not is_sanitized(CRUDD):
            print(f"{self.id()}: {self.crudd.process.rss() / 1e6:.0f} MB", flush=True)
            self.assertLess(self.crudd.process.rss(), 64 * MIB + 1.5 * self.held)

    def recovers(self, sockets):
        for s in sockets:
            s.close()
        wait_for("the end of the requests", lambda: self.crudd.get("/members/1").status in (200, 404))

    def test_readers(self):
        """Responses that no one reads: once they fill the limit, the database is not asked for more."""
        fit = -(-self.held // self.page)
        sockets, statuses = [], []
        for _ in range(fit + 200):
            sockets.append(self.open(LIST % PAGE))
            statuses.append(self.status(sockets[-1]))
        self.assertEqual(statuses, [200] * fit + [503] * 200)
        self.bounded()
        self.recovers(sockets)
        self.assertEqual(len(self.crudd.get(f"/members?limit={PAGE}").body), self.page)

    def test_senders(self):
        """Bodies whose last byte does not come."""
        size = constant("server/framing.h", "BODY_MAX")
        sockets = []
        for _ in range(self.held // (2 * size)):
            sockets.append(self.open(POST % size + b" " * (size - 1)))
        wait_for("the bodies", lambda: self.crudd.get("/members/1").status == 503)
        refused = [self.open(POST % size) for _ in range(50)]
        self.assertEqual([self.status(s) for s in refused], [503] * 50)
        self.bounded()
        self.recovers(sockets)
        answer = self.crudd.request("POST", "/members", json.dumps({"name": "A", "surname": "B"}), {"Content-Type": "application/json"})
        self.assertEqual(answer.status, 201)


class Deadline(Slow):
    """The time for a response grows with its size."""

    settings = {"log_requests": "false", "keep_alive": 60, "request_seconds": 1}
    test_readers = test_senders = None

    def read(self, rate):
        """Reads a page at this rate: how many bytes came, and how long it took."""
        s = self.open(LIST % 100)
        begun, count = time.monotonic(), 0
        while True:
            time.sleep(0.05)
            while count < rate * (time.monotonic() - begun):
                try:
                    data = s.recv(2048)
                except ConnectionResetError:
                    data = b""
                count += len(data)
                if not data or count >= self.page / 2:
                    return count, time.monotonic() - begun

    def test_a_slow_reader_is_ended(self):
        with concurrent.futures.ThreadPoolExecutor(3) as threads:
            slow, fine = threads.submit(self.read, 1500), threads.submit(self.read, 12000)
            begun = time.monotonic()
            stuck = self.open(LIST % 100)
            wait_for("the responses", lambda: self.crudd.metrics()["crudd_requests_in_flight"] == 3)
            least = 1 + self.page / 2 / 8000
            wait_for("their end", lambda: self.crudd.metrics()["crudd_requests_in_flight"] == 0, least + 10)
            self.assertGreater(time.monotonic() - begun, least - 1)
            self.assertGreaterEqual(fine.result()[0], self.page / 2)
            self.assertLess(slow.result()[0], self.page / 2)
            stuck.close()


if __name__ == "__main__":
    unittest.main()
