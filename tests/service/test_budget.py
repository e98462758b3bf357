#!/usr/bin/env python3
"""The time that a request may take, as the compiler counts it: no request has more statements than it says."""

import re
import unittest

from paths import TOP
from server import ServiceCase

ROUNDS = 10


class Statements(ServiceCase):
    settings = {"db_connections": 1}

    def questions(self):
        return int(self.schema.sql("SHOW GLOBAL STATUS LIKE 'Questions'")[0][1])

    def count(self, *requests):
        """Statements of each request, once its connection has prepared them."""
        most = 0
        for method, path, value, headers in requests:
            for warm in (True, False):
                idle = self.questions()
                before = self.questions()
                for _ in range(ROUNDS):
                    sent = {k: v.format(n=next(self.numbers)) for k, v in headers.items()}
                    answer = self.crudd.send(method, path, value, sent)
                    self.assertIn(answer.status, (200, 201, 409, 412, 422), answer.body)
                each = (self.questions() - before - (before - idle)) / ROUNDS
            most = max(most, each)
        return most

    def test_no_request_has_more_than_the_budget_counts(self):
        header = (TOP / "gen/facts/facts.h").read_text(encoding="utf-8")
        budget = int(re.search(r"REQUEST_STATEMENTS = (\d+)", header)[1])
        row = f"/members/{self.member()['id']}"
        value = {"name": "Ada", "surname": "Lovelace"}
        keyed = self.count(("POST", "/members", value, {"Idempotency-Key": "k{n}"}))
        taken = self.member(phone="491234567890")["phone"]
        duplicate = {**value, "phone": taken}
        dangling = {"member_id": 999999, "plan_id": 999999, "start_date": "2026-01-31"}
        refused = self.count(
            ("POST", "/members", duplicate, {"Idempotency-Key": "d{n}"}),
            ("POST", "/subscriptions", dangling, {"Idempotency-Key": "r{n}"}),
            ("PUT", row, duplicate, {}),
            ("PATCH", row, {"phone": taken}, {}),
        )
        others = self.count(
            ("POST", "/members", value, {}),
            ("PATCH", row, {"surname": "King"}, {}),
            ("PUT", row, value, {}),
            ("GET", "/members?count=true&q=ada", None, {}),
        )
        self.assertEqual(max(keyed, refused, others), budget, (keyed, refused, others))


if __name__ == "__main__":
    unittest.main()
