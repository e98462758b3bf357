#!/usr/bin/env python3
"""Idempotency keys: a request that is repeated after a lost response is executed once."""

import concurrent.futures
import itertools
import json
import unittest

from load import Load
from process import wait_for
from server import ServiceCase

serial = itertools.count(1)


class Keys(ServiceCase):
    def post(self, path, value, key, **more):
        return self.crudd.send("POST", path, value, {"Idempotency-Key": key, **more})

    def count(self, name):
        return int(self.crudd.get(f"/members?name={name}&count=true&limit=1").headers["X-Total-Count"])

    def test_replay(self):
        value = {"name": f"Once{next(serial)}", "surname": 'é💪\u2028"\\', "phone": str(next(self.numbers))}
        first = self.post("/members", value, "key-1")
        self.assertEqual(first.status, 201)
        self.assertNotIn("Idempotency-Replayed", first.headers)
        for _ in range(3):
            again = self.post("/members", value, "key-1")
            self.assertEqual(
                (again.status, again.body, again.headers["Idempotency-Replayed"]), (201, first.body, "true")
            )
            for name in ("Location", "ETag", "Content-Type"):
                self.assertEqual(again.headers[name], first.headers[name])
        self.assertEqual(self.count(value["name"]), 1)

    def test_no_response_is_stored(self):
        """A repetition gets the row as it is; what was corrected or deleted since is kept nowhere."""
        value = {"name": f"Kept{next(serial)}", "surname": "Secret", "email": f"secret{next(serial)}@example.com"}
        first = self.post("/members", value, "kept")
        path = first.headers["Location"]
        changed = self.crudd.send("PATCH", path, {"surname": "New"})
        again = self.post("/members", value, "kept")
        self.assertEqual((again.status, again.body, again.etag), (201, changed.body, changed.etag))
        self.assertEqual(again.headers["Idempotency-Replayed"], "true")
        self.assertNotIn("Secret", str(self.schema.sql("SELECT * FROM idempotency_keys")))
        self.assertEqual(self.crudd.request("DELETE", path).status, 204)
        for _ in range(2):
            self.problem(self.post("/members", value, "kept"), 410, "deleted")
        self.assertNotIn(value["name"], str(self.schema.sql("SELECT * FROM idempotency_keys")))
        self.assertEqual(self.count(value["name"]), 0)

    def test_a_key_is_found_though_the_row_could_not_be_created_again(self):
        """The first request's own row has the unique value; its plan has been deleted since."""
        phone = str(next(self.numbers))
        value = {"name": f"Mine{next(serial)}", "surname": "B", "phone": phone}
        first = self.post("/members", value, "mine")
        self.assertEqual(self.post("/members", value, "mine").body, first.body)
        self.problem(self.post("/members", {**value, "surname": "C"}, "mine"), 422, "idempotency-mismatch")
        plan = self.plan()["id"]
        row = {"plan_id": plan, "member_id": first.json["id"], "start_date": "2026-01-01"}
        made = self.post("/subscriptions", row, "gone")
        self.assertEqual(self.crudd.request("DELETE", made.headers["Location"]).status, 204)
        self.assertEqual(self.crudd.request("DELETE", f"/plans/{plan}").status, 204)
        self.problem(self.post("/subscriptions", row, "gone"), 410, "deleted")

    def test_another_request(self):
        value = {"name": f"Other{next(serial)}", "surname": "B"}
        self.assertEqual(self.post("/members", value, "key-2").status, 201)
        self.problem(self.post("/members", {**value, "surname": "C"}, "key-2"), 422, "idempotency-mismatch")
        self.problem(
            self.post("/plans", {"name": "P", "type": "day", "price": "1"}, "key-2"), 422, "idempotency-mismatch"
        )
        self.assertEqual(self.count(value["name"]), 1)

    def test_a_key_is_not_another_in_capitals(self):
        value = {"name": f"Case{next(serial)}", "surname": "B"}
        for key in ("key-a", "KEY-A", "key-a-", "a" * 255, "A" * 255, "!~'\"\\;--"):
            self.assertEqual(self.post("/members", value, key).status, 201, key)
            self.assertIn("Idempotency-Replayed", self.post("/members", value, key).headers)
        self.assertEqual(self.count(value["name"]), 6)

    def test_without_a_key_nothing_is_kept(self):
        value = {"name": f"Free{next(serial)}", "surname": "B"}
        ids = {self.crudd.send("POST", "/members", value).json["id"] for _ in range(3)}
        self.assertEqual(len(ids), 3)

    def test_invalid_keys(self):
        value = {"name": "Never", "surname": "B"}
        for key in ("a" * 256, "a b", "é", "", "\t"):
            self.problem(self.post("/members", value, key.encode()), 400, "bad-request")
        self.assertEqual(self.count("Never"), 0)

    def test_what_failed_may_be_sent_again(self):
        """Only successful requests are stored."""
        phone = str(next(self.numbers))
        row = self.member(phone=phone)
        value = {"name": f"Again{next(serial)}", "surname": "B", "phone": phone}
        for _ in range(2):
            self.problem(self.post("/members", value, "key-3"), 409, "duplicate", ["phone"])
        self.assertEqual(self.crudd.send("PATCH", f"/members/{row['id']}", {"phone": None}).status, 200)
        answer = self.post("/members", value, "key-3")
        self.assertEqual((answer.status, answer.headers["Idempotency-Replayed"]), (201, None))
        self.problem(
            self.post("/subscriptions", {"member_id": 1, "plan_id": 999999999, "start_date": "2026-01-01"}, "key-4"),
            422,
            "invalid",
        )
        self.problem(self.post("/members", {"name": ""}, "key-4"), 422, "invalid")
        self.assertEqual(self.post("/members", {"name": "A", "surname": "B"}, "key-4").status, 201)

    def test_all_ways_to_create(self):
        member, plan = self.member()["id"], self.plan()["id"]
        for path, value in (
            ("/members/create", {"name": "A", "surname": "B"}),
            (f"/members/{member}/subscriptions", {"plan_id": plan, "start_date": "2026-01-01"}),
            (f"/plans/{plan}/subscriptions", {"member_id": member, "start_date": "2026-01-01"}),
        ):
            key = f"way-{next(serial)}"
            first, again = self.post(path, value, key), self.post(path, value, key)
            self.assertEqual((first.status, again.status, again.body), (201, 201, first.body), first.body)
            self.assertEqual(again.headers["Idempotency-Replayed"], "true")

    def test_together(self):
        """Ten requests at once with one key create one row; the others get a 409 while the first runs."""
        for turn in range(20):
            name, key = f"Together{next(serial)}", f"together-{turn}"
            with concurrent.futures.ThreadPoolExecutor(10) as threads:
                posts = [threads.submit(self.post, "/members", {"name": name, "surname": "B"}, key) for _ in range(10)]
            answers = [post.result() for post in posts]
            self.assertEqual(self.count(name), 1)
            self.assertLessEqual({a.status for a in answers}, {201, 409})
            self.assertEqual(len({a.body for a in answers if a.status == 201}), 1)
            self.assertEqual(sum(a.status == 201 and "Idempotency-Replayed" not in a.headers for a in answers), 1)
            for answer in answers:
                if answer.status == 409:
                    self.problem(answer, 409, "idempotency-in-progress")
                    self.assertIn("Retry-After", answer.headers)

    def test_still_running(self):
        """Another session holds the key's row locked, like a slow instance."""
        value = {"name": f"Held{next(serial)}", "surname": "B"}
        first = self.post("/members", value, "held")
        with concurrent.futures.ThreadPoolExecutor(1) as threads:
            lock = "SELECT `key` FROM idempotency_keys WHERE `key` = 'held' FOR UPDATE"
            lock = f"START TRANSACTION; {lock}; SELECT SLEEP(4); COMMIT"
            held = threads.submit(self.schema.sql, lock)
            answers = [self.post("/members", value, "held") for _ in range(2)]
            self.assertFalse(held.done())
            held.result()
        for answer in answers:
            if answer.status == 201:  # a replay needs no lock
                self.assertEqual(answer.body, first.body)
            elif answer.status == 409:
                self.problem(answer, 409, "idempotency-in-progress")
            else:
                self.problem(answer, 503, "unavailable")
        self.assertEqual(self.post("/members", value, "held").body, first.body)
        self.assertEqual(self.count(value["name"]), 1)

    def test_a_day_later(self):
        value = {"name": f"Day{next(serial)}", "surname": "B"}
        first = self.post("/members", value, "day")
        self.schema.sql("UPDATE idempotency_keys SET created_at = created_at - INTERVAL 23 HOUR WHERE `key` = 'day'")
        self.assertEqual(self.post("/members", value, "day").body, first.body)
        self.schema.sql("UPDATE idempotency_keys SET created_at = created_at - INTERVAL 2 HOUR WHERE `key` = 'day'")
        self.assertIn(self.post("/members", value, "day").status, (201, 503))
        later = self.post("/members", value, "day")
        self.assertEqual(later.status, 201)
        self.assertNotEqual(later.json["id"], first.json["id"])
        self.assertEqual(self.count(value["name"]), 2)

    def test_after_a_restart(self):
        value = {"name": f"Restart{next(serial)}", "surname": "B"}
        first = self.post("/members", value, "restart")
        self.assertEqual(self.crudd.stop(), 0)
        self.crudd.start()
        again = self.post("/members", value, "restart")
        self.assertEqual((again.body, again.headers["Idempotency-Replayed"]), (first.body, "true"))

    def test_the_same_body_is_the_same_bytes(self):
        """A body with other whitespace is a different request."""
        value = {"name": f"Bytes{next(serial)}", "surname": "B"}
        self.assertEqual(self.post("/members", value, "bytes").status, 201)
        answer = self.crudd.request(
            "POST",
            "/members",
            json.dumps(value, indent=1),
            {"Content-Type": "application/json", "Idempotency-Key": "bytes"},
        )
        self.problem(answer, 422, "idempotency-mismatch")


class Bounds(ServiceCase):
    """The number of keys is limited, and old keys are deleted under load too."""

    settings = {"idempotency_keys": 100}

    def left(self):
        return int(self.schema.sql("SELECT COUNT(*) FROM idempotency_keys")[0][0])

    def fill(self, count, days):
        digits = "(SELECT 0 d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6"
        digits += " UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)"
        number = "a.d + 10 * b.d + 100 * c.d + 1000 * e.d"
        self.schema.sql(
            f"INSERT INTO idempotency_keys SELECT 's', CONCAT('old-{days}-', {number}), REPEAT('0', 64), 201, '/members/1',"
            f" '', UTC_TIMESTAMP(3) - INTERVAL {days} DAY FROM {digits} a, {digits} b, {digits} c, {digits} e"
            f" WHERE {number} < {count}"
        )

    def test_bound(self):
        value = {"name": "Bound", "surname": "B"}
        for i in range(100):
            self.assertEqual(self.crudd.send("POST", "/members", value, {"Idempotency-Key": f"b{i}"}).status, 201)
        refused = self.crudd.send("POST", "/members", value, {"Idempotency-Key": "b100"})
        self.assertIn("100 idempotency keys", self.problem(refused, 429, "too-many-keys")["detail"])
        self.assertIn("Retry-After", refused.headers)
        again = self.crudd.send("POST", "/members", value, {"Idempotency-Key": "b7"})
        self.assertEqual((again.status, again.headers["Idempotency-Replayed"]), (201, "true"))
        self.assertEqual(self.crudd.send("POST", "/members", value).status, 201)
        self.assertEqual(self.left(), 100)
        self.schema.sql("UPDATE idempotency_keys SET created_at = created_at - INTERVAL 2 DAY")

    def test_old_keys_go_under_load(self):
        """No worker is idle during this test."""
        self.fill(5000, 3)
        self.fill(40, 0)
        self.crudd.stop()
        self.crudd.start()
        load = Load(self.crudd.port, "GET /members/1", c=32, t=60)
        wait_for("the old keys to go", lambda: self.left() == 40, 30)
        self.assertIsNone(load.process.popen.poll())
        load.process.end()


if __name__ == "__main__":
    unittest.main()
