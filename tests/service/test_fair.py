#!/usr/bin/env python3
"""No row, table or caller can hold all database workers: requests for anything else are answered at once."""

import hashlib
import time
import unittest

from database import Session
from load import Load, load
from rooted import OwnServerCase

TOKENS = {"one": "token-one-0123456789", "two": "token-two-0123456789"}
QUICK = 700  # milliseconds, on a busy machine; a wait for a lock takes 1,000 at least


class Fair(OwnServerCase):
    def fill(self, crudd):
        for i in range(4):
            self.assertEqual(crudd.send("POST", "/members", {"name": f"M{i}", "surname": "x"}).status, 201)
            plan = {"name": f"P{i}", "type": "day", "price": "1"}
            self.assertEqual(crudd.send("POST", "/plans", plan).status, 201)

    def unharmed(self, crudd, greedy, *others, **options):
        """The greedy requests get 503 or succeed; every other one succeeds quickly."""
        background = Load(crudd.port, *greedy, c=32, t=6, **options)
        time.sleep(1)
        for request in others:
            result = load(crudd.port, request, c=4, t=1, T="20:40", **options)
            self.assertLessEqual(set(result["statuses"]), {"200", "201"}, (request, result))
            self.assertLess(result["max"], QUICK, request)
            self.assertGreater(result["answered"], 30)
        self.assertLess(load(crudd.port, "GET /healthz", n=50)["max"], 250)
        seen = background.result()
        self.assertLessEqual(set(seen["statuses"]), {"200", "201", "503"}, seen)
        self.assertEqual((seen["errors"], seen["unfinished"]), (0, 0), seen)
        self.assertGreater(seen["statuses"].get("503", 0), 0)

    def test_a_locked_row(self):
        for workers in (2, 4):
            with self.subTest(workers):
                crudd = self.start(db_connections=workers)
                self.fill(crudd) if workers == 2 else None
                with Session(self.schema, "START TRANSACTION; SELECT * FROM members WHERE id = 1 FOR UPDATE"):
                    others = ["GET /plans/1", 'PATCH /plans/2 {"price": "2"}', "GET /subscriptions"]
                    # with two workers, one table has one of them
                    others += ["GET /members/2", 'PATCH /members/2 {"surname": "y"}'] if workers > 2 else []
                    greedy = ['PATCH /members/1 {"surname": "z"}', "DELETE /members/1"]
                    self.unharmed(crudd, greedy, *others)
                self.assertEqual(crudd.send("PATCH", "/members/1", {"surname": "z"}).status, 200)

    def test_a_locked_table(self):
        """Rows that refer to it wait too."""
        crudd = self.start()
        self.fill(crudd)
        with Session(self.schema, "LOCK TABLES members WRITE"):
            row = '{"member_id": 1, "plan_id": 1, "start_date": "2026-01-01"}'
            greedy = ["GET /members/{1-4}", "GET /members?limit=5", f"POST /subscriptions {row}"]
            self.unharmed(crudd, greedy, "GET /plans/1", 'PATCH /plans/2 {"price": "2"}', "GET /plans")
        self.assertEqual(crudd.get("/members/1").status, 200)

    def test_a_greedy_caller(self):
        """One caller's requests are stuck in every table but one; another caller is served all the same."""
        tokens = self.database.path / "tokens"
        tokens.write_text(
            "".join(f"{name} write {hashlib.sha256(t.encode()).hexdigest()}\n" for name, t in TOKENS.items()),
            encoding="ascii",
        )
        crudd = self.start(token_file=str(tokens))
        crudd.token = TOKENS["one"]
        self.fill(crudd)
        with Session(self.schema, "LOCK TABLES members WRITE, subscriptions WRITE"):
            greedy = Load(
                crudd.port,
                "GET /members/{1-4}",
                "GET /subscriptions/{1-4}",
                headers=[f"Authorization: Bearer {TOKENS['one']}"],
                c=32,
                t=6,
            )
            time.sleep(1)
            other = load(crudd.port, "GET /plans/1", headers=[f"Authorization: Bearer {TOKENS['two']}"], c=4, t=2, T="20:40")
            self.assertEqual(set(other["statuses"]), {"200"}, other)
            self.assertLess(other["max"], QUICK)
            self.assertLessEqual(set(greedy.result()["statuses"]), {"503"})


if __name__ == "__main__":
    unittest.main()
