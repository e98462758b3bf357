#!/usr/bin/env python3
"""A statement never outlives its request for long: the server gives up before the service, and the service before its
caller. What was answered with 503 is not executed later.
"""

import concurrent.futures
import subprocess
import threading
import time
import unittest

from database import Session
from process import wait_for
from proxy import Proxy
from rooted import OwnServerCase
from server import Crudd, Schema

# A view in place of the table, whose rows take long, and a trigger that makes a new row take long.
SLOW_VIEW = """RENAME TABLE members TO members_0;
CREATE TABLE digits (d INT PRIMARY KEY);
INSERT INTO digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);
CREATE VIEW members AS SELECT m.* FROM members_0 m WHERE
(SELECT SUM(a.d + b.d * c.d + e.d * f.d + g.d * h.d + i.d + j.d + m.id) FROM digits a, digits b, digits c, digits e,
digits f, digits g, digits h, digits i, digits j) > 0"""
SLOW_TRIGGER = """CREATE DEFINER = '{user}'@'%' TRIGGER slow BEFORE INSERT ON members
FOR EACH ROW SET @slept = SLEEP({seconds})"""
# The longest that a request may take after it has arrived: in the queue, then until its last statement begins, then
# that statement.
QUEUE, TIMEOUT = 2, 3
BUDGET = QUEUE + 2 * TIMEOUT
SLACK = 1  # for a busy machine


class GivenUp(OwnServerCase):
    def setUp(self):
        super().setUp()
        # as its definer, so that the session at it stays the service's own
        self.database.sql(f"GRANT TRIGGER ON `{self.schema.name}`.* TO '{self.schema.user}'@'%'")

    def start(self, **settings):
        crudd = super().start(**settings)
        self.assertEqual(crudd.send("POST", "/members", {"name": "First", "surname": "Row"}).json["id"], 1)
        return crudd

    def sessions(self, what="1", column="COUNT(*)"):
        """Of the service's user."""
        text = f"SELECT {column} FROM information_schema.processlist WHERE user = '{self.schema.user}' AND {what}"
        return int(self.database.sql(text)[0][0])

    def waiting(self, kind):
        """Waits until a session is in this state."""
        text = f"SELECT COUNT(*) FROM information_schema.processlist WHERE state LIKE '{kind}%'"
        wait_for(kind, lambda: self.database.sql(text) != [("0",)])


    def timed(self, crudd, method, path, value=None, headers=None):
        begun = time.monotonic()
        answer = crudd.send(method, path, value, headers) if value is not None else crudd.request(method, path)
        return answer, time.monotonic() - begun

    def test_a_change_of_the_schema_behind_a_transaction(self):
        """Someone's ALTER TABLE waits for someone's transaction, and every statement on the table waits for both."""
        crudd = self.start()
        reader = Session(self.schema, "START TRANSACTION; SELECT COUNT(*) FROM members")
        self.addCleanup(reader.end)
        changer = Session(self.schema, "ALTER TABLE members ADD COLUMN extra INT NULL", wait=False)
        self.addCleanup(changer.end)
        self.waiting("Waiting for table metadata lock")
        answers, most, stop = [], [0], threading.Event()

        def watch():
            while not stop.wait(0.3):
                most[0] = max(most[0], self.sessions())

        with concurrent.futures.ThreadPoolExecutor(21) as threads:
            threads.submit(watch)
            posts = []
            for i in range(20):
                row = {"name": "Ghost", "surname": str(i)}
                posts.append(threads.submit(self.timed, crudd, "POST", "/members", row))
                if i % 4 == 0:
                    posts.append(threads.submit(self.timed, crudd, "GET", "/members/1"))
                time.sleep(0.3)
            # a table that nobody locked, and a client that has only just come
            self.assertEqual(crudd.get("/plans/1").status, 404)
            answers = [post.result() for post in posts]
            stop.set()
        self.assertEqual({answer.status for answer, _ in answers}, {503})
        self.assertLess(max(seconds for _, seconds in answers), BUDGET + SLACK)
        self.assertLessEqual(most[0], 5)  # four workers, and one that just connects
        reader.end()
        changer.end()
        wait_for("an answer", lambda: crudd.get("/members/1").status == 200, 10)
        time.sleep(1)
        self.assertEqual(self.schema.sql("SELECT COUNT(*) FROM members WHERE name = 'Ghost'"), [("0",)])
        self.assertEqual(crudd.metrics()["crudd_database_lost_total"], 0)

    def test_a_slow_search(self):
        """The server ends it, and no session is left at it."""
        crudd = self.start()
        self.schema.sql(SLOW_VIEW)
        for path in ("/members?q=row", "/members", "/members/1", "/members?count=true&limit=1"):
            answer, seconds = self.timed(crudd, "GET", path)
            self.assertEqual(answer.status, 503, path)
            self.assertLess(seconds, TIMEOUT + SLACK)
            self.assertEqual(self.sessions("(state LIKE 'User%' OR command IN ('Execute', 'Query'))"), 0, path)
        self.assertEqual(crudd.metrics()["crudd_database_lost_total"], 0)
        self.assertEqual(crudd.get("/plans").status, 200)

    def test_a_slow_change(self):
        """MySQL limits only SELECT, so there the service ends what it has given up, over a new connection."""
        crudd = self.start()
        self.schema.sql(SLOW_TRIGGER.format(user=self.schema.user, seconds=8))
        for headers in ({}, {"Idempotency-Key": "slow"}):
            answer, seconds = self.timed(crudd, "POST", "/members", {"name": "Ghost", "surname": "x"}, headers)
            self.assertEqual(answer.status, 503)
            self.assertLess(seconds, BUDGET + SLACK)
        wait_for("no session at it", lambda: self.sessions("state LIKE 'User%'") == 0, 5)
        self.assertEqual(crudd.metrics()["crudd_database_ended_total"] > 0, not self.mariadb)
        self.assertLessEqual(self.sessions(), 4)
        self.schema.sql("DROP TRIGGER slow")
        time.sleep(8)
        self.assertEqual(self.schema.sql("SELECT COUNT(*) FROM members WHERE name = 'Ghost'"), [("0",)])

    def test_another_session_with_the_same_number(self):
        """After a failover, the number of the session that was given up may belong to another one, which lives on."""
        with Proxy(self.database.port) as proxy:
            crudd = self.start(db_connections=1, db_port=proxy.port)
            number = int(self.sessions("1 ORDER BY id DESC LIMIT 1", "id"))
            other = type(self.database)()
            self.addCleanup(other.stop)
            there = Schema(other, self.schema.name, self.schema.user, self.schema.password)
            other.create(there)
            Crudd(there).__exit__(None)  # creates the tables
            login = f"--host=127.0.0.1 --port={other.port} --user={there.user} --password={there.password}".split()
            for _ in range(number - int(other.sql("SELECT CONNECTION_ID()")[0][0])):
                client = subprocess.Popen(["mariadb", "--no-defaults", *login], stdin=subprocess.PIPE)
                self.addCleanup(client.communicate)
                self.addCleanup(client.kill)
                time.sleep(0.05)
            owner = f"SELECT user FROM information_schema.processlist WHERE id = {number}"
            wait_for("the sessions", lambda: other.sql(owner))
            self.assertEqual(other.sql(owner), [(there.user,)])
            self.schema.sql(SLOW_TRIGGER.format(user=self.schema.user, seconds=5))
            with concurrent.futures.ThreadPoolExecutor(1) as threads:
                post = threads.submit(self.timed, crudd, "POST", "/members", {"name": "A", "surname": "B"})
                time.sleep(1)
                proxy.to = other.port  # as the name of the endpoint does
                self.assertEqual(post.result()[0].status, 503)
            wait_for("an answer", lambda: crudd.get("/members").status == 200, 10)
            self.assertEqual(other.sql(owner), [(there.user,)])
            self.assertEqual(crudd.metrics()["crudd_database_ended_total"], 0)

    def test_a_distant_database(self):
        """However slow each answer is, a request takes no longer than it may, and says what it did."""
        with Proxy(self.database.port) as proxy:
            crudd = self.start(db_port=proxy.port)
            row = {"name": "Far", "surname": "x"}
            for delay in (0.2, 1.1, 2.7):
                proxy.delay = delay
                for method, path, value, headers in (
                    ("POST", "/members", row, {"Idempotency-Key": f"far-{delay}"}),
                    ("PATCH", "/members/1", {"surname": f"Far {delay}"}, {}),
                    ("GET", "/members?count=true&q=far", None, {}),
                ):
                    answer, seconds = self.timed(crudd, method, path, value, headers)
                    self.assertIn(answer.status, (200, 201, 503))
                    self.assertLess(seconds, BUDGET + SLACK, (delay, method))
                    if delay < 0.5:
                        self.assertLess(answer.status, 300)
                    wanted = {"POST": "SELECT COUNT(*) FROM members WHERE name = 'Far'",
                              "PATCH": f"SELECT COUNT(*) FROM members WHERE surname = 'Far {delay}'"}.get(method)
                    if wanted and answer.status < 300:
                        self.assertNotEqual(self.schema.sql(wanted), [("0",)])
            proxy.delay = 0
            wait_for("an answer", lambda: crudd.get("/members/1").status == 200, 15)
            for delay in (0.2, 1.1, 2.7):
                again = crudd.send("POST", "/members", row, {"Idempotency-Key": f"far-{delay}"})
                self.assertEqual(again.status, 201)
            self.assertEqual(self.schema.sql("SELECT COUNT(*) FROM members WHERE name = 'Far'"), [("3",)])


if __name__ == "__main__":
    unittest.main()
