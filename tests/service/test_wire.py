#!/usr/bin/env python3
"""Malformed requests, slow requests and clients that leave: the service refuses at once, closes the connection where
HTTP requires it, and changes nothing.
"""

import concurrent.futures
import contextlib
import re
import socket
import time
import unittest

from server import Crudd, ServiceCase, wait_for

POST = b"POST /members HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


class Raw(ServiceCase):
    """Requests that no HTTP library sends."""

    settings = {"keep_alive": 5}
    BODY = b'{"name":"Smuggled","surname":"X"}'

    def tearDown(self):
        self.assertEqual(self.crudd.get("/members?name=Smuggled").json, [])

    def closed(self, data, statuses):
        """The connection is closed; later bytes on it are ignored."""
        out, closed = self.crudd.raw(data)
        self.assertRegex(out, rb"^HTTP/1\.1 (" + b"|".join(str(s).encode() for s in statuses) + rb") ", data[:200])
        self.assertTrue(closed, data[:200])
        # libmicrohttpd 0.9.75 sends the head of its own errors twice
        self.assertEqual(len(set(re.findall(rb"HTTP/1\.1 (\d+)", out))), 1, out)
        self.assertNotIn(b"urn:crudd:problem:", out.partition(b"\r\n\r\n")[2].partition(b"urn:crudd:problem:")[2])

    def test_two_ways_to_tell_the_length(self):

        hidden = POST + b"Content-Length: %d\r\n\r\n" % len(self.BODY) + self.BODY
        for head in (
            b"Content-Length: 2\r\nContent-Length: %d\r\n" % (2 + len(hidden)),
            b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
            b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n",
            b"Content-Length: 2, 2\r\n",
            b"Content-Length: +2\r\n",
            b"Content-Length: 0x2\r\n",
            b"Transfer-Encoding: xchunked\r\n",
            b"Transfer-Encoding: gzip, chunked\r\n",
            b"Transfer-Encoding: identity\r\n",
            b"Content-Length: 2\r\nHost: b\r\n",
            b"Content-Length: 2 2\r\n",
            b"Content-Length:\r\n",
        ):
            for start in (POST, b"GET /members HTTP/1.1\r\nHost: localhost\r\n", b"DELETE /members/1 HTTP/1.1\r\nHost: localhost\r\n"):
                self.closed(start + head + b"\r\n{}" + hidden, (400, 411, 501))

    def test_invalid_chunks(self):
        post = POST + b"Transfer-Encoding: chunked\r\n\r\n"
        for chunks in (
            b"x\r\n{}\r\n0\r\n\r\n",
            b"-2\r\n{}\r\n0\r\n\r\n",
            b"fffffffffffffffff\r\n{}",
            b"2\r\n{}x\r\n0\r\n\r\n",
        ):
            out, closed = self.crudd.raw(post + chunks + b"POST /members HTTP/1.1\r\nHost: localhost\r\n\r\n", 1)
            self.assertNotIn(b" 201 ", out)
            self.assertNotIn(b" 500 ", out)
            self.assertTrue(closed or not out, chunks)

    def test_chunked_body(self):
        body = b'{"name":"Chunked","surname":"X"}'
        chunks = b"".join(b"1\r\n%c\r\n" % c for c in body) + b"0\r\n\r\n"
        head = POST + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        out, _ = self.crudd.raw(head + chunks)
        self.assertTrue(out.startswith(b"HTTP/1.1 201 "), out)

    def test_pipelined(self):
        """Pipelined requests are all answered, in their order."""
        ids = [self.member(name=f"Pipe {i}")["id"] for i in range(20)]
        data = (
            b"".join(b"GET /members/%d HTTP/1.1\r\nHost: localhost\r\n\r\n" % i for i in ids)
            + b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        out, closed = self.crudd.raw(data)
        self.assertTrue(closed)
        self.assertEqual(out.count(b"HTTP/1.1 200 "), 21)
        at = [out.index(b'"name":"Pipe %d"' % i) for i in range(20)]
        self.assertEqual(at, sorted(at))

    def test_invalid_heads(self):
        for data in (
            b"POST /members HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}",
            b"GET /members%00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"GET /%00members HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"GET /members HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
        ):
            self.closed(data, (400,))
        long = b"GET /members?q=" + b"x" * 40000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"
        self.assertRegex(self.crudd.raw(long, 2)[0], rb"^HTTP/1\.1 4(14|31) ")
        query = b"GET /members?name=" + b"x" * 9000 + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        self.assertRegex(self.crudd.raw(query, 2)[0], rb"^HTTP/1\.1 4(00|14|22|31) ")
        many = b"GET /members HTTP/1.1\r\nHost: localhost\r\n" + b"".join(b"X-%d: y\r\n" % i for i in range(5000)) + b"\r\n"
        self.assertRegex(self.crudd.raw(many, 2)[0], rb"^HTTP/1\.1 431 ")

    def test_size_is_refused_before_the_body_comes(self):
        for length in (b"65537", b"9999999999"):
            head = POST + b"Expect: 100-continue\r\nContent-Length: " + length + b"\r\n\r\n"
            self.closed(head, (413,))
        head = POST + b"Transfer-Encoding: chunked\r\n\r\n"
        out, closed = self.crudd.raw(head + (b"4000\r\n" + b" " * 0x4000 + b"\r\n") * 40)
        self.assertTrue(closed)
        self.assertNotIn(b" 201 ", out)

    def test_expect(self):
        head = POST + b"Expect: 100-continue\r\nContent-Length: 32\r\nConnection: close\r\n\r\n"
        with socket.create_connection(("127.0.0.1", self.crudd.port), 5) as s:
            s.sendall(head)
            self.assertTrue(s.recv(100).startswith(b"HTTP/1.1 100 "))
            s.sendall(b'{"name":"Expects","surname":"X"}')
            self.assertTrue(s.recv(1000).startswith(b"HTTP/1.1 201 "))


class Slow(ServiceCase):
    settings = {"keep_alive": 3, "request_seconds": 2}

    def drip(self, sent, dripped):
        """Sends a byte every tenth of a second; returns the seconds until the service closes the connection."""
        begun = time.monotonic()
        with socket.create_connection(("127.0.0.1", self.crudd.port), 5) as s:
            s.sendall(sent)
            s.settimeout(0.1)
            while time.monotonic() - begun < 15:
                try:
                    s.sendall(dripped)
                    while s.recv(4096):
                        pass
                    return time.monotonic() - begun
                except TimeoutError:
                    pass
                except OSError:
                    return time.monotonic() - begun
        return None

    def test_slow_requests_end(self):
        slow = (
            ("line", b"GET /mem", b"b"),
            ("headers", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ", b"y"),
            ("body", POST + b"Content-Length: 1000\r\n\r\n{", b" "),
            ("chunks", POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
            ("second", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /hea", b"l"),
            ("nothing", b"", b""),
        )
        with concurrent.futures.ThreadPoolExecutor(len(slow)) as threads:
            drips = [threads.submit(self.drip, sent, dripped) for _, sent, dripped in slow]
        for (name, _, _), drip in zip(slow, drips, strict=True):
            with self.subTest(name):
                seconds = drip.result()
                self.assertIsNotNone(seconds, "it is still served after 15 s")
                self.assertGreater(seconds, 1.5)
                self.assertLess(seconds, 6)

    def test_the_admin_port_is_swept_too(self):
        """It has few connections, and operators need it."""
        slow = (b"", b"GET /read", b"POST /readyz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n")
        sockets = []
        for i in range(32):
            s = socket.create_connection(("127.0.0.1", self.crudd.admin_port), 5)
            self.addCleanup(s.close)
            s.sendall(slow[i % len(slow)])
            sockets.append(s)
        begun = time.monotonic()
        while time.monotonic() - begun < 4:  # longer than a request may take
            for s in sockets:
                with contextlib.suppress(OSError):
                    s.sendall(b"x")
            time.sleep(0.1)
        for path in ("/readyz", "/livez", "/metrics"):
            self.assertEqual(self.crudd.admin(path).status, 200)

    def test_slow_requests_delay_no_others(self):
        slow = []
        try:
            for _ in range(200):
                s = socket.create_connection(("127.0.0.1", self.crudd.port), 5)
                s.sendall(POST + b"Content-Length: 100\r\n\r\n{")
                slow.append(s)
            worst = 0
            for _ in range(50):
                begun = time.monotonic()
                self.assertEqual(self.crudd.get("/members?limit=1").status, 200)
                worst = max(worst, time.monotonic() - begun)
            self.assertLess(worst, 1)
        finally:
            for s in slow:
                s.close()

    def test_idle_but_fine(self):
        """A connection may be idle for longer than a request may take."""
        with Crudd(self.schema, keep_alive=10, request_seconds=1) as crudd:
            connection = crudd.connect()
            self.assertEqual(crudd.get("/members", connection=connection).status, 200)
            local = connection.sock.getsockname()
            time.sleep(2.5)
            self.assertEqual(crudd.get("/members", connection=connection).status, 200)
            self.assertEqual(connection.sock.getsockname(), local)
            connection.close()

    def test_clients_that_leave(self):
        before = self.crudd.process.descriptors()
        for data in (POST + b"Content-Length: 100\r\n\r\n{", b"GET /members HTTP/1.1\r\nHost: localhost\r\n\r\n", b"GET"):
            for _ in range(50):
                with socket.create_connection(("127.0.0.1", self.crudd.port), 5) as s:
                    s.sendall(data)
        wait_for("connections to close", lambda: self.crudd.process.descriptors() <= before + 1, 10)
        self.assertEqual(self.crudd.get("/members").status, 200)


if __name__ == "__main__":
    unittest.main()
