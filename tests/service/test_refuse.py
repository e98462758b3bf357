#!/usr/bin/env python3
"""Invalid bodies: the right status, a report of every bad field, and no change."""

import json
import unittest

from server import ServiceCase

JSON = {"Content-Type": "application/json"}
TEXTS = [
    "",
    " ",
    " a",
    "a ",
    "a\n",
    "a\tb",
    "a\x00b",
    "\x7f",
    "\x1b[31m",
    "x" * 81,
    "é" * 81,
    5,
    1.5,
    True,
    [],
    ["a"],
    {},
    {"a": 1},
]
IDS = ["1", "", 0, -1, 1.0, 1.5, 1e3, True, [], {}, "x"]
DATES = [
    "2023-02-29",
    "1900-02-29",
    "2024-02-30",
    "2024-04-31",
    "2024-13-01",
    "2024-00-10",
    "2024-01-00",
    "2024-01-32",
    "0999-12-31",
    "0000-00-00",
    "24-01-01",
    "2024-1-1",
    "2024-01-01T00:00:00Z",
    "2024-01-01 ",
    " 2024-01-01",
    "20240101",
    "10000-01-01",
    "+2024-01-01",
    "2024/01/01",
    "",
    "today",
    "２０２４-01-01",
    20240101,
    0,
    True,
    [],
    {},
]
# For each column, the values besides null that the service must refuse in an otherwise valid body.
REFUSED = {
    "/members": {
        "name": TEXTS,
        "surname": TEXTS,
        "phone": [
            "",
            "1234567",
            "1" * 16,
            "1" * 300,
            "+12345678",
            "12 34 56 78",
            "12345678 ",
            "1234567a",
            "１２３４５６７８",
            "٠١٢٣٤٥٦٧",
            "-12345678",
            12345678,
            True,
            [],
            {},
        ],
        "email": [
            "",
            "a",
            "@",
            "@b",
            "a@",
            "a@b..c",
            "a@.b",
            "a@b.",
            "a@-b",
            "a@b-",
            "a b@c",
            "a@b c",
            "a@b\n",
            "é@b",
            "a@é",
            "a@b@c",
            "<a@b>",
            "a@" + "x" * 64,
            "a" * 243 + "@example.com",
            5,
            True,
            [],
            {},
        ],
    },
    "/plans": {
        "name": TEXTS,
        "type": ["Day", "", "week", "day ", "days", "DAY", "dáy", 1, True, [], {}],
        "price": [
            "",
            "-1",
            "-0",
            "+1",
            "1e3",
            "1E3",
            "050",
            "00",
            "1.234",
            "100000000",
            "123456789.00",
            ".5",
            "5.",
            ".",
            "1,5",
            "1 000",
            " 1",
            "1 ",
            "0x1",
            "NaN",
            "Infinity",
            "1" * 500,
            "１",
            50,
            49.9,
            True,
            [],
            {},
        ],
    },
    "/subscriptions": {
        "member_id": IDS,
        "plan_id": IDS,
        "start_date": DATES,
        "end_date": DATES,
        "active": ["true", "", 1, 0, "yes", [], {}],
    },
}
OPTIONAL = {"phone", "email", "end_date", "active"}


def nested(depth, begin, end):
    return '{"name":' + begin * depth + end * depth + ',"surname":"x"}'


class Fields(ServiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls("test_every_column")
        cls.rows = {"/members": case.member(), "/plans": case.plan(), "/subscriptions": case.subscription()}
        cls.columns = {path: list(columns) for path, columns in REFUSED.items()}

    def test_every_column(self):
        """Each value alone, in POST, PUT and PATCH."""
        for path, columns in REFUSED.items():
            row = self.rows[path]
            fine = {k: row[k] for k in columns}
            connection = self.crudd.connect()
            for column, values in columns.items():
                for value in values + ([] if column in OPTIONAL else [None]):
                    if value == "a\x00b":
                        continue  # not valid JSON: see test_malformed
                    with self.subTest(path, column=column, value=value):
                        body = {**fine, column: value}
                        for method, where, sent in (
                            ("POST", path, body),
                            ("PUT", f"{path}/{row['id']}", body),
                            ("PATCH", f"{path}/{row['id']}", {column: value}),
                        ):
                            answer = self.crudd.send(method, where, sent, connection=connection)
                            self.problem(answer, 422, "invalid", [column])
            connection.close()
            self.assertEqual(self.crudd.get(f"{path}/{row['id']}").json, row)

    def test_all_at_once(self):
        for path, columns in REFUSED.items():
            row = self.rows[path]
            bad = {column: {} for column in columns}
            for body, fields in (
                (bad, columns),
                ({}, [c for c in columns if c not in OPTIONAL]),
                (
                    {**bad, "nonsense": 1, "version": 2, "created_at": 5, "id": "x"},
                    [*columns, "nonsense", "version", "created_at", "id"],
                ),
            ):
                self.problem(self.crudd.send("POST", path, body), 422, "invalid", fields)
                self.problem(self.crudd.send("PUT", f"{path}/{row['id']}", body), 422, "invalid", fields)
                if body:
                    self.problem(self.crudd.send("PATCH", f"{path}/{row['id']}", body), 422, "invalid", fields)

    def test_order_of_dates(self):
        row = self.rows["/subscriptions"]
        body = {k: row[k] for k in self.columns["/subscriptions"]}
        for method, path in (
            ("POST", "/subscriptions"),
            ("PUT", f"/subscriptions/{row['id']}"),
            ("PATCH", f"/subscriptions/{row['id']}"),
        ):
            answer = self.crudd.send(method, path, {**body, "start_date": "2026-01-02", "end_date": "2026-01-01"})
            self.problem(answer, 422, "invalid", ["end_date"])

    def test_what_the_service_keeps_itself(self):
        path = f"/members/{self.rows['/members']['id']}"
        for value, field in (
            ({"id": "1"}, "id"),
            ({"id": 0}, "id"),
            ({"id": None}, "id"),
            ({"created_at": 1}, "created_at"),
            ({"updated_at": None}, "updated_at"),
        ):
            for method, where in (("POST", "/members"), ("PUT", path), ("PATCH", path)):
                self.problem(
                    self.crudd.send(method, where, {"name": "A", "surname": "B", **value}), 422, "invalid", [field]
                )

    def test_bodies_that_are_no_objects(self):
        for body in ("[]", "[{}]", "null", "true", "1", '"x"', '[{"name":"A","surname":"B"}]'):
            for method, path in (
                ("POST", "/members"),
                ("PUT", f"/members/{self.rows['/members']['id']}"),
                ("PATCH", f"/members/{self.rows['/members']['id']}"),
            ):
                answer = self.crudd.request(method, path, body, JSON)
                problem = self.problem(answer, 422, "invalid", [""])  # without a report of missing fields
                self.assertEqual(problem["errors"][0]["detail"], "the body must be a JSON object")

    def test_a_wrong_type_is_reported_as_such(self):
        """491234567890 has 8 to 15 digits: the message must be about the type."""
        for path, value, detail in (
            ("/members", {"phone": 491234567890}, "must be a string"),
            ("/members", {"name": 1}, "must be a string"),
            ("/members", {"email": ["a@example.com"]}, "must be a string"),
            ("/plans", {"price": 49.9}, "must be a string"),
            ("/plans", {"type": True}, "must be a string"),
            ("/subscriptions", {"start_date": 20260101}, "must be a string"),
            ("/subscriptions", {"active": "true"}, "must be true or false"),
            ("/subscriptions", {"plan_id": "1"}, "must be a whole number"),
        ):
            answer = self.crudd.send("PATCH", f"{path}/{self.rows[path]['id']}", value)
            (error,) = self.problem(answer, 422, "invalid", list(value))["errors"]
            self.assertEqual((error["code"], error["detail"]), ("type", detail), value)

    def test_malformed(self):
        fine = '"surname":"B"'
        bodies = [
            "",
            " ",
            "{",
            "}",
            "{]",
            '{"name"}',
            '{"name":}',
            "{'name':'A'}",
            '{"name":"A",}',
            '{"name":"A"} x',
            '{"name":"A"}{}',
            "nul",
            "NaN",
            "{name:1}",
            '{"a":01}',
            '{"name":"A\n"}',
            '{"name":"A\\u0000","surname":"B"}',
            '{"name":"\\ud800","surname":"B"}',
            '{"name":"\\udc00\\ud800","surname":"B"}',
            '{"name":"\\ud83dx"}',
            '{"name":"\\x"}',
            '{"name":"\\u12"}',
            '{"na\\u0000me":"x"}',
            '{"a":1e999999}',
            '{"a":-1e400}',
            '{"name":"A",' + fine + ',"name":"B"}',
            '{"name":"A",' + fine + ',"n\\u0061me":"B"}',
            "// x\n{}",
            "\ufeff{}",
            "{" * 60000,
            "[" * 60000,
            '{"a":' * 9000,
            nested(17, "[", "]"),
            nested(4000, "[", "]"),
            nested(4000, '{"a":', "}").replace('{"a":}', "{}"),
        ]
        raw = [text.encode() for text in bodies]
        raw += [
            b'{"name":"\xff","surname":"B"}',
            b'{"name":"\xc0\x80","surname":"B"}',
            b'{"name":"\xed\xa0\x80","surname":"B"}',
            b'{"name":"\xf4\x90\x80\x80"}',
            b'{"name":"\xc3',
            b'{"name":"A\0","surname":"B"}',
            b'{"name":"A","surname":"B"}\0',
            b"\0" * 100,
            b"\xff\xfe{\0}\0",
            '{"name":"A"}'.encode("utf-16"),
            b"\x1f\x8b\x08\0",
        ]
        path = f"/members/{self.rows['/members']['id']}"
        for body in raw:
            for method, where in (("POST", "/members"), ("PUT", path), ("PATCH", path)):
                with self.subTest(body[:60]):
                    self.problem(self.crudd.request(method, where, body, JSON), 400, "malformed-json")

    def test_numbers_beyond_measure(self):
        for number in (
            "9223372036854775808",
            "-9223372036854775809",
            "1" * 1000,
            "1" * 60000,
            "1e99999999999",
            "-1e-99999999999",
            "0." + "0" * 60000 + "1",
            "1.7976931348623159e308",
        ):
            for body in (
                '{"member_id":%s,"plan_id":1,"start_date":"2026-01-01"}',
                '{"id":%s,"member_id":1,"plan_id":1,"start_date":"2026-01-01"}',
            ):
                with self.subTest(number[:40]):
                    answer = self.crudd.request("POST", "/subscriptions", body % number, JSON)
                    self.assertIn(answer.status, (400, 422), answer.body)
        for number in (9223372036854775807, 999999999999):
            self.problem(
                self.crudd.send("PATCH", f"/subscriptions/{self.rows['/subscriptions']['id']}", {"plan_id": number}),
                422,
                "invalid",
                ["plan_id"],
            )

    def test_many_bad_fields(self):
        answer = self.crudd.send("POST", "/members", {f"field {i} \u2028 \"'<b>": i for i in range(1000)})
        self.assertEqual(answer.status, 422)
        self.assertLessEqual(len(answer.json["errors"]), 200)
        self.assertLess(len(answer.body), 65536)
        answer = self.crudd.send("POST", "/members", {"x" * 60000: 1})
        self.assertEqual(answer.status, 422)

    def test_size(self):
        for method, path in (
            ("POST", "/members"),
            ("PUT", f"/members/{self.rows['/members']['id']}"),
            ("PATCH", "/members/1"),
        ):
            answer = self.crudd.request(method, path, json.dumps({"name": "x" * 70000, "surname": "B"}), JSON)
            self.problem(answer, 413, "too-large")
        answer = self.crudd.send("POST", "/members", {"name": "x" * 60000, "surname": "B"})
        self.problem(answer, 422, "invalid", ["name"])


if __name__ == "__main__":
    unittest.main()
