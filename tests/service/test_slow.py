#!/usr/bin/env python3
"""Clients that read slowly are ended."""

import concurrent.futures
import socket
import time
import unittest

from server import ServiceCase, wait_for

LIST = b"GET /members?limit=%d HTTP/1.1\r\nHost: a\r\n\r\n"
PAGE = 200  # rows, the most that a request may ask for


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

    def open(self, data):
        """A connection that has sent this and whose buffer for responses is small."""
        s = socket.socket()
        self.addCleanup(s.close)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        s.settimeout(10)
        s.connect(("127.0.0.1", self.crudd.port))
        s.sendall(data)
        return s


class Deadline(Slow):
    """The time for a response grows with its size."""

    settings = {"log_requests": "false", "keep_alive": 60, "request_seconds": 1}

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
