#!/usr/bin/env python3
"""The edge of HTTP, row by row: each row is what a client sends, byte for byte, and the statuses that come back.

After each row, a request that creates a member and one that closes the connection follow. If a row is refused, nothing
after it is executed: where two programs disagree about the end of a request, one of them takes the next request for a
part of the first.
"""

import random
import re
import socket
import tempfile
import time
import unittest
from pathlib import Path

from server import ServiceCase

GET = b"GET /members?limit=1 HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /members HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
BODY = b'{"name":"Smuggled","surname":"X"}'
CREATE = POST + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
CLOSE = b"GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
REFUSED, TOO_LARGE = [400], [413]


class Case(ServiceCase):
    settings = {"keep_alive": 5}

    def statuses(self, data):
        """The statuses of the responses, until the service closes the connection."""
        out, closed = self.crudd.raw(data)
        self.assertTrue(closed, (data[:300], out))
        found = [int(s) for s in re.findall(rb"HTTP/1\.1 (\d+) ", out)]
        # libmicrohttpd 0.9.75 sends the head of its own errors twice
        return found[:1] if found in ([400, 400], [413, 413]) else found

    def check(self, rows):
        """rows: (what is sent, statuses) or (what is sent, statuses of one version of the library, of the other)."""
        for data, *wanted in rows:
            with self.subTest(data[:400]):
                before = self.members()
                found = self.statuses(data)
                self.assertIn(found, wanted)
                self.assertEqual(self.members() - before, found.count(201))

    def members(self):
        return int(self.crudd.get("/members?limit=1&count=true").headers["X-Total-Count"])


def sized(header):
    """The header with the size of the request that follows it, in each place for a number."""
    return header % ((len(CREATE),) * len(re.findall(rb"%[dx]", header)))


class Heads(Case):
    REFUSED = (
        # folded
        b"Transfer-Encoding:\r\n chunked\r\nContent-Length: %d\r\n",
        b"X: y\r\n Transfer-Encoding: chunked\r\nContent-Length: %d\r\n",
        b"X: y\r\n Content-Length: %d\r\n",
        b"X: y\r\n z\r\n",
        b"X: y\r\n \r\n",
        b"Content-Length:\r\n %d\r\n",
        b"Content-: %d\r\n Length\r\n",
        b"X: y\r\n\tContent-Length: %d\r\n",
        b" Content-Length: %d\r\n",
        b"\tContent-Length: %d\r\n",
        # no name, or no colon after it
        b"Content-Length : %d\r\n",
        b"Content-Length\t: %d\r\n",
        b"Content-Length: %d\r\nTransfer-Encoding : chunked\r\n",
        b"Content-Length %d\r\n",
        b": %d\r\n",
        b"X y: z\r\n",
        b"X(y): z\r\n",
        b"X\x7f: z\r\n",
        b"\xc3\xa9: z\r\n",
        b"\x0bContent-Length: %d\r\n",
        b"\x0cTransfer-Encoding: chunked\r\n",
        # NULs
        b"Content-Len\0gth: %d\r\n",
        b"Content-Length\0: %d\r\n",
        b"X\0Content-Length: %d\r\n",
        b"Content-Length: %d\0\r\n",
        b"Content-Length: %d\0\r\nX: y\r\n",
        b"Content-Length: %d\r\nTransfer-Encoding: chunked\0\r\n",
        b"Content-Length: %d\r\nTransfer-Encoding: \0chunked\r\n",
        b"A: b\0c\r\nContent-Length: %d\r\n",
        b"A: b\0\r\n",
        b"A: b\0\0\r\n",
        # line ends
        b"X: y\nContent-Length: %d\r\n",
        b"X: y\rContent-Length: %d\r\n",
        b"X: y\n",
        b"X: y\r\r\n",
        b"Content-Length: %d\r\nX: y\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: %d\r\nX: y\rTransfer-Encoding: chunked\r\n",
        # one line feed too few, one NUL too many
        b"A: b\nC: d\0\r\n",
        b"X: y\r\r\nContent-Length: %d\r\n",
        # control characters
        b"X: \x01\r\n",
        b"X: a\x7fb\r\n",
        b"X: a\x1bb\r\n",
        # codings
        b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: %d\r\n",
        b"Content-Length: %d\r\nTransfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding: chunked,\r\n",
        b"Transfer-Encoding: ,chunked\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"Transfer-Encoding: chunked;q=1\r\n",
        b'Transfer-Encoding: "chunked"\r\n',
        b"Transfer-Encoding:\x0bchunked\r\n",
        b"Transfer-Encoding: \xa0chunked\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding:\r\nContent-Length: %d\r\n",
        b"Transfer-Encoding: identity\r\n",
        # lengths
        b"Content-Length:\r\n",
        b"Content-Length: +%d\r\n",
        b"Content-Length: -0\r\n",
        b"Content-Length: 0x%x\r\n",
        b"Content-Length: %d, %d\r\n",
        b"Content-Length: %d,\r\n",
        b"Content-Length: %dabc\r\n",
        b"Content-Length: %d\x0b\r\n",
        b"Content-Length: 1 1\r\n",
        "Content-Length: ３\r\n".encode(),
        b"Content-Length: 0\r\ncontent-length: %d\r\n",
        b"Content-Length: %d\r\nContent-Length: %d\r\n",
        # hosts
        b"Host: localhost\r\n",
        b"host: other\r\n",
    )

    def test_refused(self):
        for header in self.REFUSED:
            self.check((start + sized(header) + b"\r\n" + CREATE + CLOSE, REFUSED) for start in (GET, POST))
            if b"Host" not in header and b"host" not in header:
                first = sized(header) + GET[GET.index(b"\r\n") + 2 :]  # the same, before the other headers
                self.check([(GET[: GET.index(b"\r\n") + 2] + first + b"\r\n" + CREATE + CLOSE, REFUSED)])

    def test_too_large(self):
        for length in (b"65537", b"0065537", b"9999999999", b"18446744073709551616", b"18446744073709551617"):
            for start in (GET, POST):
                self.check([(start + b"Content-Length: " + length + b"\r\n\r\n" + CREATE + CLOSE, TOO_LARGE)])

    def test_accepted(self):
        """These look like the ones above, but mean one thing only."""
        fine = (
            b"Content_Length: %d\r\n",
            b"X-Content-Length: %d\r\n",
            b"Content-Length: 0\r\n",
            b"Content-Length: 0000\r\n",
            b"Cookie: a=b\r\nContent-Length: 0\r\n",
            b"X:\r\n",
            b"X:y\r\n",
            b"X: \t y\tz \t\r\n",
            b"X: caf\xc3\xa9 \xff\r\n",
            b"!#$%%&'*+-.^_`|~09Az: y\r\n",
            b"X: " + b"y" * 6000 + b"\r\n",
            b"".join(b"X-%d: y\r\n" % i for i in range(100)),
        )
        self.check((GET + sized(header) + b"\r\n" + CREATE + CLOSE, [200, 201, 404]) for header in fine)
        for length in (b"%d", b"0%d", b"00000000000000%d"):
            body = POST + b"Content-Length: " + length % len(BODY) + b"\r\n\r\n" + BODY
            self.check([(body + CREATE + CLOSE, [201, 201, 404])])
        expects = POST + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(BODY)
        self.check([(expects + BODY + CREATE + CLOSE, [100, 201, 201, 404], [201, 201, 404])])

    def test_hosts(self):
        def get(headers, version=b"1.1"):
            return b"GET /members?limit=1 HTTP/" + version + b"\r\n" + headers + b"\r\n"

        self.check(
            (get(headers) + CREATE + CLOSE, REFUSED)
            for headers in (b"", b"Host: a b\r\n", b"Host: <b>\r\n", b"Host: a/b\r\n", b"Host: u@a\r\n", b"Host: a\0b\r\n")
        )
        self.check(
            (get(headers) + CREATE + CLOSE, [200, 201, 404])
            for headers in (b"Host:\r\n", b"Host: LOCALHOST:80\r\n", b"Host: localhost \t\r\n", b"Host: [::1]:8080\r\n")
        )
        self.check([(get(b"", b"1.0"), [200])])
        coded = b"POST /members HTTP/1.0\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
        for more in (b"", b"Connection: keep-alive\r\n"):
            self.check([(coded + more + b"\r\n0\r\n\r\n" + CREATE + CLOSE, REFUSED)])

    def test_heads_of_every_size(self):
        """However a head arrives, its size alone decides whether it is too large."""
        numbers = random.Random(1)
        for _ in range(60):
            headers = b"".join(
                b"X-%d:%s%s\r\n" % (i, b" " * numbers.randrange(3), b"y" * numbers.choice((0, 1, 40, 400)))
                for i in range(numbers.randrange(20))
            )
            data = (GET + headers + b"\r\n") * 2 + CLOSE
            out = b""
            with socket.create_connection(("127.0.0.1", self.crudd.port), 5) as s:
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                while data:
                    n = numbers.choice((1, 7, 300, 3000, 30000))
                    s.sendall(data[:n])
                    data = data[n:]
                    if numbers.random() < 0.1:
                        time.sleep(0.001)
                while chunk := s.recv(65536):
                    out += chunk
            self.assertEqual(re.findall(rb"HTTP/1\.1 (\d+) ", out), [b"200", b"200", b"404"], headers)


class Lines(Case):
    HOST = b"Host: localhost\r\n\r\n"

    def test_lines(self):
        t = b"/members?limit=1"
        rows = (
            (b"GET " + t + b" HTTP/1.1\r\n", [200, 404]),
            (b"HEAD " + t + b" HTTP/1.1\r\n", [200, 404]),
            (b"OPTIONS /members HTTP/1.1\r\n", [204, 404]),
            (b"TRACE / HTTP/1.1\r\n", [405, 404]),
            (b"CONNECT localhost:80 HTTP/1.1\r\n", [404, 404]),
            (b"BREW / HTTP/1.1\r\n", [405, 404]),
            (b"get " + t + b" HTTP/1.1\r\n", [405, 404]),
            (b"A" * 5000 + b" / HTTP/1.1\r\n", [405, 404]),
            (b"GET " + t + b" HTTP/1.2\r\n", [200, 404]),
            (b"GET " + t + b" HTTP/1.0\r\nConnection: keep-alive\r\n", [200, 404]),
            (b"GET " + t + b" HTTP/1.0\r\n", [200]),
            (b"\r\nGET " + t + b" HTTP/1.1\r\n", [200, 404]),
            (b"OPTIONS * HTTP/1.1\r\n", [404, 404]),
            (b"G@T / HTTP/1.1\r\n", REFUSED),
            (b"GET\x01 / HTTP/1.1\r\n", REFUSED),
            (b"GET  " + t + b" HTTP/1.1\r\n", REFUSED),
            (b"GET " + t + b"  HTTP/1.1\r\n", REFUSED),
            (b"GET " + t + b" HTTP/1.1 \r\n", REFUSED),
            (b"GET /members?name=a b HTTP/1.1\r\n", REFUSED),
            (b"GET /members?name=\x01 HTTP/1.1\r\n", REFUSED),
            (b"GET /members?name=\x7f HTTP/1.1\r\n", REFUSED),
            (b"GET " + t + b" HTTP/1.1\n", REFUSED),
            (b"GET " + t + b" HTTP/1.1 x\r\n", REFUSED),
            (b"GET " + t + b"\r\n", REFUSED),
            (b"GET " + t + b" HTTP/1.1x\r\n", REFUSED),
            (b"GET " + t + b" HTTP/01.1\r\n", REFUSED),
            (b"GET " + t + b" http/1.1\r\n", REFUSED),
            (b"GET " + t + b" HTTP/2.0\r\n", [505]),
            (b"GET " + t + b" HTTP/9.9\r\n", [505]),
            (b"PRI * HTTP/2.0\r\n", [505]),
        )
        self.check((line + self.HOST + CLOSE, wanted) for line, wanted in rows)

    def test_no_answer_at_all(self):
        """libmicrohttpd closes the connection, on some of them without a response."""
        lines = (b"GET\t/members\tHTTP/1.1\r\n", b"GET /members?name=\0 HTTP/1.1\r\n", b"GET /members\0/1 HTTP/1.1\r\n")
        self.check((line + self.HOST + CLOSE, [], REFUSED) for line in lines)

    def test_upgrades_are_ignored(self):
        upgrade = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"
        self.check([(GET + upgrade + CLOSE, [200, 404]), (GET + b"Upgrade: websocket\r\n\r\n" + CLOSE, [200, 404])])


class Chunks(Case):
    def test_chunks(self):
        size, post = b"%x" % len(BODY), POST + b"Transfer-Encoding: chunked\r\n\r\n"
        end = b"\r\n0\r\n\r\n"
        made = [201, 404]
        rows = (
            (size + b"\r\n" + BODY + end, made),
            (size.upper() + b"\r\n" + BODY + end, made),
            (b"0" * 500 + size + b"\r\n" + BODY + end, made),
            (size + b"\r\n" + BODY + b"\r\n00\r\n\r\n", made),
            (b"".join(b"1\r\n%c\r\n" % c for c in BODY) + b"0\r\n\r\n", made),
            # trailers decide nothing
            (size + b"\r\n" + BODY + b"\r\n0\r\nContent-Length: 5\r\nAuthorization: x\r\nIdempotency-Key: k\r\n\r\n", made),
            (size + b"\r\n" + BODY + b"\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n", made),
            (size + b"\r\n" + BODY + b"\r\n0\r\n" + b"".join(b"X%d: y\r\n" % i for i in range(2000)) + b"\r\n", [431]),
            # libmicrohttpd 0.9.75 accepts these, 1.0.1 refuses them
            (size + b";a=b\r\n" + BODY + end, made, REFUSED),
            (size + b";" + b"a" * 9000 + b"\r\n" + BODY + end, made, REFUSED),
            (size + b";;;\r\n" + BODY + end, made, REFUSED),
            (size + b"\r\n" + BODY + b"\r\n0;x=y\r\n\r\n", made, REFUSED),
            (size + b"\n" + BODY + b"\n0\n\n", made, REFUSED),
            (size + b';a="\r\n"\r\n' + BODY + end, REFUSED),
            (size + b" \r\n" + BODY + end, REFUSED),
            (b" " + size + b"\r\n" + BODY + end, REFUSED),
            (b"0x" + size + b"\r\n" + BODY + end, REFUSED),
            (b"+" + size + b"\r\n" + BODY + end, REFUSED),
            (b"-" + size + b"\r\n" + BODY + end, REFUSED),
            (b"x\r\n" + BODY + end, REFUSED),
            (b"\r\n" + BODY + end, REFUSED),
            (size + b"\0\r\n" + BODY + end, REFUSED),
            (size + b",1\r\n" + BODY + end, REFUSED),
            (size + b"\r" + BODY + b"\r0\r\r", REFUSED),
            (size + b"\r\n" + BODY + b"0\r\n\r\n", REFUSED),
            (size + b"\r\n" + BODY + b"x\r\n0\r\n\r\n", REFUSED),
            (size + b"\r\n" + BODY + b"\r0\r\n\r\n", REFUSED),
            (b"1000000000000000" + size.rjust(2, b"0") + b"\r\n" + BODY + end, TOO_LARGE),
            (b"f" * 17 + b"\r\n" + BODY + end, TOO_LARGE),
        )
        self.check((post + chunks + CLOSE, *wanted) for chunks, *wanted in rows)


class Targets(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.id = cls.crudd.send("POST", "/members", {"name": "A", "surname": "B"}).json["id"]

    def test_targets(self):
        one = f"/members/{self.id}"
        rows = {
            200: [
                "/", "/?x=y", "/?", "/healthz", "/healthz?x", "/docs", "/docs/", "/openapi.json", "/members", "/members/", "/members?",
                "/members?&", "/members?&&limit=1&", one, f"{one}?", "/%6dembers", "/m%65mbers?limit=1", f"/members%2F{self.id}",
                f"{one}/subscriptions", "/members?limit=%31", "/members?l%69mit=1", "/members?limit=1&%61fter=1", "/members?name=%C3%A9",
                "/members?name=a%26b", "/members?name=a+b", "/members?name=%2500", "/members?name=~", "/members?q=%25", "/members?sort=-id",
                "http://localhost/members", "HTTP://LOCALHOST/members", "http://localhost:8080/members?limit=1", "https://127.0.0.1/members",
                "http://[::1]/members", "http://localhost", "http://localhost?x=y", "http://localhost/", f"http://localhost{one}",
            ],
            400: [
                "/members%00", "/%00", "/members?name=%00", "/members?%00", "http://", "http:///members", "http://a%2fb/members",
                "http://user@localhost/members", "http://%41%41%41%41%41%41%41", "http://%6c%6f%63%61%6c%68%6f%73%74/members", "http://local host/members", "http://?x", "https://localhost%00/members",
            ],
            404: [
                "/nothing", "//members", "/members//", "/members//1", "/Members", "/members/0", "/members/-1", "/members/+1", "/members/01",
                "/members/1.0", "/members/1e3", "/members/%20", "/members/99999999999999999999", "/members/999999999", "/members/1/",
                "/members/abc", "/./members", "/members/..", "/members/../plans", "/%2e%2e/etc/passwd", "/assets/", "/assets/../crudd",
                "/assets/%2e%2e%2fmain.c", "/members;x=1", "/members%3Flimit=1", "/members%23", "members", "/members/1/plans", "/members\\1",
                "/idempotency_keys", "/schema_migrations", "/members/1/subscriptions/1", "ftp://localhost/members", "/http://localhost/members",
                "http://localhost//members", "/readyz", "/metrics", "/livez",
            ],
            421: ["http://attacker.example/members", "http://localhost.attacker.example/members", "http://10.0.0.1/members"],
            422: [
                "/members?limit", "/members?limit=", "/members?limit=0", "/members?limit=1&limit=1", "/members?limit=1&%6cimit=1",
                "/members?lim%69t=201", "/members?Limit=1", "/members?limit=1%20", "/members?limit=1;x", "/members?nothing=1",
                "/members?name=%", "/members?name=%4", "/members?name=%zz", "/members?name=%ff", "/members?name=%C0%80", "/members?=1",
                "/members?limit=1#x", "/members?limit=1?x", f"{one}?x=1", f"{one}?%78=1", "/members?after=x", "/members?name=\xff",
            ],
        }  # fmt: skip
        for status, targets in rows.items():
            self.check(
                (b"GET " + target.encode("latin-1") + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", [status])
                for target in targets
            )

    def test_the_host_of_the_target_wins(self):
        for target, host, wanted in (
            (b"http://localhost/members", b"attacker.example", [200]),
            (b"http://attacker.example/members", b"localhost", [421]),
        ):
            head = b"GET " + target + b" HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n"
            self.check([(head, wanted)])

    def test_a_page_has_one_cursor(self):
        """However the name of the parameter is encoded, the link to the next page replaces it."""
        ids = [self.crudd.send("POST", "/members", {"name": "Page", "surname": "B"}).json["id"] for _ in range(4)]
        for name in ("after", "%61fter", "aft%65r", "%61%66%74%65%72", "afte%72"):
            found, path = [], f"/members?name=P%61ge&limit=1&{name}={ids[0]}&sort=id"
            while path:
                page = self.crudd.get(path)
                found += [row["id"] for row in page.json]
                path = page.next
                self.assertLessEqual((path or "").count("after="), 1, path)
                self.assertNotIn("%61", path or "")
            self.assertEqual(found, ids[1:], name)


TOKEN = "a-token-of-forty-characters-0123456789ab"


class Authentication(Case):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        path = Path(folder.name, "token")
        path.write_text(TOKEN + "\n", encoding="ascii")
        cls.settings = {"token_file": str(path)}
        super().setUpClass()
        cls.crudd.token = TOKEN

    def test_authorization(self):
        t = TOKEN.encode()
        accepted = (
            b"Authorization: Bearer %s\r\n", b"authorization: Bearer %s\r\n", b"AUTHORIZATION: BEARER %s\r\n", b"Authorization:Bearer %s\r\n",
            b"Authorization:\tbearer %s\r\n", b"Authorization: bEaReR   %s\r\n", b"X: y\r\nAuthorization: Bearer %s\r\nX: y\r\n",
        )  # fmt: skip
        absent = (
            b"", b"Authorization:\r\n", b"Authorization: Bearer\r\n", b"Authorization: Bearer \r\n", b"Authorization: %s\r\n",
            b"Authorization: Basic %s\r\n", b"Authorization: Digest %s\r\n", b"Authorization: Token %s\r\n", b"Authorization: Bearer%s\r\n",
            b"Authorization: Bearer\t%s\r\n", b"Authorization: Bearer=%s\r\n", b"Authorization: Bearer: %s\r\n", b"Authorization: Bearer,%s\r\n",
            b"Authorization: Bearer token=%s\r\n", b"Authorization: Bearer '%s'\r\n", b'Authorization: Bearer "%s"\r\n', b"Authorization: Bearer <%s>\r\n",
            b"Authorization: Bearer %sx\r\n", b"Authorization: Bearer x%s\r\n", b"Authorization: Bearer %s,\r\n", b"Authorization: Bearer %s %s\r\n",
            b"Authorization: Bearer %s, Bearer %s\r\n", b"Authorization: Bearer Bearer %s\r\n", b"Authorization: Bearer %s;\r\n",
            b"Authorization: Bearer %s=\r\n", b"Authorization: Bearer %s%%20\r\n", b"Authorization: Bearer " + t.upper() + b"\r\n",
            b"Authorization: Bearer " + t[:-1] + b"\r\n", b"Authorization: Bearer " + t[1:] + b"\r\n", b"Authorization: Bearer " + t[:1] + b"\r\n",
            b"Authorization: Bearer " + t * 2 + b"\r\n", b"Authorization: Bearer " + b"x" * 5000 + b"\r\n", b"Authorization: Bearer *\r\n",
            b"Authorization: Bearer null\r\n", b"Authorization: Bearer undefined\r\n", b"Authorization: Bearer ' OR 1=1 --\r\n",
            b"Authorization: Bearer \xff\r\n", b"Authorization: Bearer " + t[:-1] + b"\xef\xbd\x82\r\n", b"Authorization: Bearer stack\r\n",
            b"Authorization: Bearer " + b"0" * 64 + b"\r\n", b"Authorization: Bearer x\r\nAuthorization: Bearer %s\r\n",
            b"Proxy-Authorization: Bearer %s\r\n", b"X-Authorization: Bearer %s\r\n", b"Authorisation: Bearer %s\r\n", b"Authorization-: Bearer %s\r\n",
            b"Cookie: Authorization=Bearer %s\r\n", b"Cookie: token=%s\r\n", b"X-Api-Key: %s\r\n", b"X-Token: %s\r\n", b"Token: %s\r\n",
            b"X-Forwarded-For: 127.0.0.1\r\n", b"X-Original-URL: /healthz\r\n", b"X-Rewrite-URL: /healthz\r\n", b"X-HTTP-Method-Override: OPTIONS\r\n",
        )  # fmt: skip
        malformed = (
            b"Authorization : Bearer %s\r\n", b" Authorization: Bearer %s\r\n", b"Authorization:\r\n Bearer %s\r\n", b"Authorization: Bearer\r\n %s\r\n",
            b"Authorization: Bearer %s\0\r\n", b"Authorization: Bearer %s\0x\r\n", b"Authorization: Bearer \0%s\r\n", b"X: y\nAuthorization: Bearer %s\r\n",
            b"X: y\rAuthorization: Bearer %s\r\n",
        )  # fmt: skip
        end = b"Connection: close\r\n\r\n"
        for headers, wanted in ((accepted, [200]), (absent, [401]), (malformed, REFUSED)):
            self.check((GET + header.replace(b"%s", t).replace(b"%%", b"%") + end, wanted) for header in headers)
        targets = (b"/members?token=%s", b"/members?access_token=%s", b"http://%s@localhost/members", b"http://localhost/members#%s")
        for target, wanted in zip(targets, ([401], [401], REFUSED, [401]), strict=True):
            head = b"GET " + target.replace(b"%s", t) + b" HTTP/1.1\r\nHost: localhost\r\n"
            self.check([(head + end, wanted)])

    def test_a_request_does_not_inherit_the_token(self):
        """Each request on a connection needs its own."""
        with_token = GET + b"Authorization: Bearer " + TOKEN.encode() + b"\r\n\r\n"
        self.check([(with_token + GET + b"\r\n" + CREATE + CLOSE, [200, 401, 401])])


if __name__ == "__main__":
    unittest.main()
