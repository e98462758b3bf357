#!/usr/bin/env python3
"""Requests that wait at the same time are served by one statement, and each gets its own answer all the same."""

import concurrent.futures
import itertools
import json
import random
import threading
import unittest

from load import load
from proxy import Proxy
from rooted import OwnServerCase, own_server
from server import Crudd

CLIENTS = 24
ROUNDS = 30


class Together(OwnServerCase):
    """The database is 3 ms away and has few connections, so that requests wait for it together."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.proxy = Proxy(cls.database.port, 0.003)
        cls.addClassCleanup(cls.proxy.stop)

    def setUp(self):
        super().setUp()
        self.serial = itertools.count(1)

    def start(self, connections=1):
        return super().start(db_connections=connections, db_port=self.proxy.port)

    def clients(self, crudd, act):
        """Each client calls act(random, connection, its number) again and again."""

        def run(number):
            connection, chance = crudd.connect(), random.Random(number)
            for _ in range(ROUNDS):
                act(chance, connection, number)
            connection.close()

        before = self.statements()
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as threads:
            for done in [threads.submit(run, n) for n in range(CLIENTS)]:
                done.result()
        return self.statements() - before

    def statements(self):
        return int(self.database.sql("SHOW GLOBAL STATUS LIKE 'Questions'")[0][1])

    def test_reads(self):
        crudd = self.start()
        rows = {}
        for i in range(1, 31):
            row = crudd.send("POST", "/members", {"name": f"M{i}", "surname": "x"}).json
            rows[row["id"]] = row
        tag = crudd.get("/members/1").etag

        def act(chance, connection, _):
            number = chance.choice([*rows, 999, 1000])
            headers = {"If-None-Match": tag} if chance.random() < 0.2 else {}
            answer = crudd.get(f"/members/{number}", headers, connection)
            if number not in rows:
                self.assertEqual((answer.status, f"the id {number}." in answer.json["detail"]), (404, True))
            elif headers:
                self.assertEqual((answer.status, answer.body, answer.etag), (304, b"", tag))
            else:
                self.assertEqual((answer.status, answer.json), (200, rows[number]))

        self.assertLess(self.clients(crudd, act), CLIENTS * ROUNDS / 2)

    def creates(self, step):
        self.database.sql(f"SET GLOBAL auto_increment_increment = {step}")
        self.addCleanup(self.database.sql, "SET GLOBAL auto_increment_increment = 1")
        crudd = self.start(2)
        acknowledged, lock = {}, threading.Lock()
        taken = crudd.send("POST", "/members", {"name": "T", "surname": "T", "phone": "99999999"}).json

        def act(chance, connection, client):
            what = chance.random()
            row = {"name": f"N{next(self.serial)}", "surname": f"é{client}", "phone": f"1{next(self.serial):010}"}
            if what < 0.02:
                row["phone"] = taken["phone"]
            elif what < 0.1:
                row["name"] = ""
            answer = crudd.send("POST", "/members", row, connection=connection)
            if what < 0.02:
                self.assertEqual((answer.status, answer.json["conflict"]), (409, f"/members/{taken['id']}"))
            elif what < 0.1:
                self.assertEqual(answer.status, 422)
            else:
                self.assertEqual((answer.status, answer.etag), (201, '"1"'), answer.body)
                self.assertEqual(answer.headers["Location"], f"/members/{answer.json['id']}")
                self.assertEqual({k: answer.json[k] for k in row}, row)
                with lock:
                    acknowledged[answer.json["id"]] = answer.json

        statements = self.clients(crudd, act)
        self.assertLess(statements, CLIENTS * ROUNDS)
        for number, row in random.Random(1).sample(sorted(acknowledged.items()), 40):
            self.assertEqual(crudd.get(f"/members/{number}").json, row)
        stored = self.schema.sql("SELECT id, name, phone FROM members WHERE name <> 'T'")
        wanted = {(str(n), row["name"], row["phone"]) for n, row in acknowledged.items()}
        self.assertEqual(set(stored), wanted)
        self.assertEqual(len(stored), len(acknowledged))

    def test_creates(self):
        self.creates(1)

    def test_creates_with_ids_in_steps(self):
        """As in a cluster of servers that all write."""
        self.creates(7)

    def test_changes(self):
        """Every acknowledged change is one version, and none undoes another."""
        crudd = self.start(2)
        rows = [crudd.send("POST", "/members", {"name": f"M{i}", "surname": "0"}).json["id"] for i in range(40)]
        crudd.send("PATCH", f"/members/{rows[0]}", {"phone": "99999999"})
        tags, changed, lock = {}, dict.fromkeys(rows, 0), threading.Lock()

        def act(chance, connection, client):
            number, what = chance.choice(rows[1:]), chance.random()
            if what < 0.02:
                answer = crudd.send("PATCH", f"/members/{number}", {"phone": "99999999"}, connection=connection)
                self.assertEqual((answer.status, answer.json["conflict"]), (409, f"/members/{rows[0]}"))
            elif what < 0.1:
                answer = crudd.send("PATCH", "/members/99999", {"surname": "x"}, connection=connection)
                self.assertEqual(answer.status, 404)
            elif what < 0.2:
                headers = {"If-Match": '"999999"'}
                answer = crudd.send("PATCH", f"/members/{number}", {"surname": "x"}, headers, connection)
                self.assertEqual(answer.status, 412)
            else:
                column = chance.choice(("name", "surname"))
                value = f"{client}-{next(self.serial)}"
                answer = crudd.send("PATCH", f"/members/{number}", {column: value}, connection=connection)
                self.assertEqual((answer.status, answer.json["id"], answer.json[column]), (200, number, value))
                with lock:
                    changed[number] += 1
                    tags.setdefault(number, set()).add(answer.etag)

        self.clients(crudd, act)
        for number in rows[1:]:
            self.assertEqual(len(tags.get(number, ())), changed[number])  # no version was given twice
            self.assertEqual(crudd.get(f"/members/{number}").etag, f'"{1 + changed[number]}"')

    def test_a_broken_connection(self):
        """In the middle of several requests: what was acknowledged is there, and nothing is there twice."""
        crudd = self.start(2)
        acknowledged, lock = [], threading.Lock()

        def act(chance, connection, client):
            row = {"name": f"N{next(self.serial)}", "surname": "x"}
            answer = crudd.send("POST", "/members", row, connection=connection)
            self.assertIn(answer.status, (201, 503))
            if answer.status == 201:
                with lock:
                    acknowledged.append((str(answer.json["id"]), row["name"]))
            if client == 0:
                self.database.kill_sessions(self.schema)

        self.clients(crudd, act)
        stored = self.schema.sql("SELECT id, name FROM members")
        self.assertLessEqual(set(acknowledged), set(stored))
        self.assertEqual(len({name for _, name in stored}), len(stored))
        self.assertGreater(len(acknowledged), 100)


class Races(OwnServerCase):
    """Of several clients that send conflicting requests at the same time, one succeeds."""

    def setUp(self):
        super().setUp()
        self.crudd = self.start()
        self.threads = concurrent.futures.ThreadPoolExecutor(8)
        self.addCleanup(self.threads.shutdown)
        self.barrier = threading.Barrier(8)

    def race(self, act):
        """The sorted statuses of eight requests that start together: act(client) sends one."""

        def run(client):
            self.barrier.wait(30)
            return act(client).status

        return sorted(self.threads.map(run, range(8)))

    def test_a_version(self):
        made = self.crudd.send("POST", "/members", {"name": "A", "surname": "0"})
        path = made.headers["Location"]
        for _ in range(60):
            tag = {"If-Match": self.crudd.get(path).etag}
            seen = self.race(lambda client: self.crudd.send("PATCH", path, {"surname": f"{client}"}, tag))
            self.assertEqual(seen, [200] + [412] * 7)

    def test_a_unique_value(self):
        for turn in range(40):
            phone = f"49{turn:010}"
            row = {"name": "A", "surname": "B", "phone": phone}
            seen = self.race(lambda _: self.crudd.send("POST", "/members", row))
            self.assertEqual(seen, [201] + [409] * 7)
            self.assertEqual(self.schema.sql(f"SELECT COUNT(*) FROM members WHERE phone = '{phone}'"), [("1",)])

    def test_a_deletion(self):
        for _ in range(20):
            path = self.crudd.send("POST", "/members", {"name": "A", "surname": "B"}).headers["Location"]
            seen = self.race(lambda _: self.crudd.request("DELETE", path))
            self.assertEqual(seen, [204] + [404] * 7)

    def test_parents_and_children(self):
        """3,000 requests delete members while others subscribe them: no subscription without its member."""
        self.crudd.send("POST", "/plans", {"name": "P", "type": "day", "price": "1"})
        for _ in range(20):
            self.crudd.send("POST", "/members", {"name": "A", "surname": "B"})

        def act(client):
            chance, connection, seen = random.Random(client), self.crudd.connect(), set()
            for _ in range(375):
                member, what = chance.randint(1, 40), chance.random()
                if what < 0.3:
                    answer = self.crudd.request("DELETE", f"/members/{member}", connection=connection)
                elif what < 0.5:
                    answer = self.crudd.send("POST", "/members", {"name": "A", "surname": "B"}, connection=connection)
                elif what < 0.6:
                    answer = self.crudd.request("DELETE", f"/subscriptions/{member}", connection=connection)
                else:
                    row = {"plan_id": 1, "start_date": "2026-01-01"}
                    answer = self.crudd.send("POST", f"/members/{member}/subscriptions", row, connection=connection)
                seen.add(answer.status)
            connection.close()
            return seen

        seen = set().union(*self.threads.map(act, range(8)))
        self.assertLessEqual(seen, {201, 204, 404, 409, 503})
        left = "SELECT COUNT(*) FROM subscriptions s LEFT JOIN members m ON m.id = s.member_id WHERE m.id IS NULL"
        self.assertEqual(self.schema.sql(left), [("0",)])


class Waiting(unittest.TestCase):
    def test_nobody_is_refused(self):
        """200 connections that do not think, with the default settings."""
        with own_server() as database, Crudd(database.schema(), log_requests="false") as crudd:
            self.assertEqual(crudd.send("POST", "/members", {"name": "A", "surname": "B"}).status, 201)
            for request in ("GET /members/1", 'POST /members {"name": "Load", "surname": "x"}',
                            'PATCH /members/{1-100} {"surname": "y"}', "GET /members?limit=20"):
                result = load(crudd.port, request, c=200, t=2)
                self.assertLessEqual(set(result["statuses"]), {"200", "201", "404"}, json.dumps(result))


if __name__ == "__main__":
    unittest.main()
