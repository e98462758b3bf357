#!/usr/bin/env python3
"""The API of the entities with valid requests: create, read, change, delete, legacy routes."""

import json
import unittest

from server import ServiceCase

UNICODE = [
    "é",
    "Ω",
    "日本語",
    "💪🏽",
    "a\u2028b\u2029c",
    "e\u0301",
    "\ufeffx",
    "\u200bx",
    "𝒜",
    "עברית",
    "a\u00a0b",
    "<script>alert(1)</script>",
]
INJECTIONS = [
    "'; DROP TABLE members; --",
    '" OR "1"="1',
    "Robert'); DELETE FROM members WHERE ('1'='1",
    "\\",
    "\\'",
    "a\\",
    "`members`",
    "%",
    "_",
    "%s%n",
    "{0}",
    "$(id)",
    "NULL",
    "0x41",
    "?",
    "/* */",
    "';SELECT SLEEP(5)#",
]


class Rows(ServiceCase):
    def test_create_and_read(self):
        value = {"name": "Zoë", "surname": "Müller 💪", "phone": "12025550100", "email": "zoe@example.com"}
        made = self.crudd.send("POST", "/members", value)
        self.assertEqual((made.status, made.headers["Content-Type"]), (201, "application/json"))
        row = made.json
        self.assertEqual(list(row), ["id", "name", "surname", "phone", "email", "created_at", "updated_at"])
        self.assertEqual({k: row[k] for k in value}, value)
        self.assertRegex(row["created_at"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertEqual(row["created_at"], row["updated_at"])
        self.assertEqual((made.headers["Location"], made.etag), (f"/members/{row['id']}", '"1"'))
        got = self.crudd.get(made.headers["Location"])
        self.assertEqual((got.status, got.json, got.etag), (200, row, '"1"'))
        self.assertEqual(got.headers["Cache-Control"], "no-store")
        head = self.crudd.request("HEAD", made.headers["Location"])
        self.assertEqual(
            (head.status, head.body, head.etag, head.headers["Content-Length"]), (200, b"", '"1"', str(len(got.body)))
        )

    def test_what_is_optional(self):
        row = self.made("/members", {"name": "A", "surname": "B"})
        self.assertEqual((row["phone"], row["email"]), (None, None))
        row = self.made("/members", {"name": "A", "surname": "B", "phone": None, "email": None})
        self.assertEqual((row["phone"], row["email"]), (None, None))
        row = self.subscription()
        self.assertEqual((row["end_date"], row["active"]), (None, True))
        self.assertIs(self.subscription(active=False)["active"], False)
        self.assertIs(self.subscription(active=None)["active"], True)

    def test_types_in_json(self):
        row = self.plan(price="50", type="half_year")
        self.assertEqual((row["price"], row["type"]), ("50.00", "half_year"))
        row = self.subscription(start_date="2024-02-29", end_date="2024-02-29")
        self.assertEqual((row["start_date"], row["end_date"]), ("2024-02-29", "2024-02-29"))
        self.assertIs(type(row["member_id"]), int)
        self.assertIs(type(row["plan_id"]), int)

    def test_values_at_their_limits(self):
        for path, value in (
            ("/members", {"name": "x", "surname": "y" * 80}),
            ("/members", {"name": "é" * 80, "surname": "💪" * 80}),
            ("/members", {"name": "a  b", "surname": "'"}),
            ("/members", {"name": "a", "surname": "b", "phone": "00000000"}),
            ("/members", {"name": "a", "surname": "b", "phone": "9" * 15}),
            ("/members", {"name": "a", "surname": "b", "email": "a@b"}),
            ("/members", {"name": "a", "surname": "b", "email": "a" * 242 + "@example.com"}),
            ("/members", {"name": "a", "surname": "b", "email": "!#$%&'*+-/=?^_`{|}~.@" + "x" * 63 + ".de"}),
            *(
                ("/plans", {"name": f"limit {price}", "type": kind, "price": price})
                for price, kind in (
                    ("0", "day"),
                    ("0.1", "month"),
                    ("0.00", "year"),
                    ("99999999.99", "half_year"),
                    ("99999999", "day"),
                )
            ),
        ):
            with self.subTest(path, value=value):
                row = self.made(path, value)
                if "price" in value:
                    value["price"] = f"{float(value['price']):.2f}"
                self.assertEqual({k: row[k] for k in value}, value)
                self.assertEqual(self.crudd.get(f"{path}/{row['id']}").json, row)
        for start, end in (("1000-01-01", "9999-12-31"), ("2000-02-29", None), ("2023-12-31", "2024-01-01")):
            row = self.subscription(start_date=start, end_date=end)
            self.assertEqual((row["start_date"], row["end_date"]), (start, end))

    def test_any_text_comes_back_as_it_was(self):
        for text in UNICODE + INJECTIONS:
            with self.subTest(text):
                for raw in (
                    json.dumps({"name": text, "surname": text}),
                    json.dumps({"name": text, "surname": text}, ensure_ascii=False),
                ):
                    made = self.crudd.request("POST", "/members", raw.encode(), {"Content-Type": "application/json"})
                    self.assertEqual(made.status, 201, made.body)
                    self.assertEqual((made.json["name"], made.json["surname"]), (text, text))
                    self.assertEqual(self.crudd.get(made.headers["Location"]).json, made.json)
                    changed = self.crudd.send("PATCH", made.headers["Location"], {"name": text + "x"})
                    self.assertEqual((changed.json["name"], changed.json["surname"]), (text + "x", text))
        self.assertEqual(self.crudd.get("/members?limit=1").status, 200)

    def test_what_was_read_can_be_sent_back(self):
        for path, row in (
            ("/members", self.member(phone=str(next(self.numbers)))),
            ("/plans", self.plan()),
            ("/subscriptions", self.subscription()),
        ):
            answer = self.crudd.send("PUT", f"{path}/{row['id']}", row)
            self.assertEqual(answer.status, 200, answer.body)
            for key in row.keys() - {"updated_at"}:
                self.assertEqual(answer.json[key], row[key])
            self.assertEqual(self.crudd.send("PATCH", f"{path}/{row['id']}", row).status, 200)
        row = {
            "id": 7,
            "created_at": "2020-01-01T00:00:00.000Z",
            "updated_at": "2020-01-01T00:00:00.000Z",
            "name": "A",
            "surname": "B",
        }
        made = self.made("/members", row)
        self.assertNotEqual((made["id"], made["created_at"]), (7, row["created_at"]))

    def test_delete(self):
        row = self.member()
        path = f"/members/{row['id']}"
        answer = self.crudd.request("DELETE", path)
        self.assertEqual((answer.status, answer.body, answer.headers["Content-Type"]), (204, b"", None))
        for method in ("GET", "DELETE"):
            self.problem(self.crudd.request(method, path), 404, "not-found")
        self.problem(self.crudd.send("PATCH", path, {"name": "x"}), 404, "not-found")
        self.problem(self.crudd.send("PUT", path, {"name": "x", "surname": "y"}), 404, "not-found")

    def test_invalid_ids(self):
        for text in (
            "abc",
            "0",
            "-1",
            "+1",
            "1.0",
            "1e0",
            "01",
            "0x1",
            "9223372036854775808",
            "9" * 30,
            "1;2",
            "%20",
            "1%20",
            "%C3%A9",
            "null",
        ):
            for path in (f"/members/{text}", f"/members/{text}/subscriptions"):
                with self.subTest(path):
                    self.problem(self.crudd.get(path), 404, "not-found")
            self.problem(self.crudd.send("PATCH", f"/plans/{text}", {}), 404, "not-found")
        for text in ("9223372036854775807", "999999999999"):
            self.problem(self.crudd.get(f"/members/{text}"), 404, "not-found")
            self.problem(self.crudd.get(f"/members/{text}/subscriptions"), 404, "not-found")
            self.problem(
                self.crudd.send(
                    "POST",
                    f"/plans/{text}/subscriptions",
                    {"member_id": self.member()["id"], "start_date": "2026-01-01"},
                ),
                404,
                "not-found",
            )

    def test_invalid_paths(self):
        row = self.member()
        for path in (
            "/nothing",
            "//members",
            "/members//1",
            f"/members/{row['id']}/",
            f"/members/{row['id']}/plans",
            "/Members",
            "/members/1/subscriptions/1",
            "/subscriptions/1/members",
            "/idempotency_keys",
            "/schema_migrations",
            "/assets/",
            "/assets/nothing.js",
            "/assets/../app/main.c",
            "/assets/%2e%2e/main.c",
            "/assets/..%2fmain.c",
            "/members%2F1x",
        ):
            with self.subTest(path):
                self.problem(self.crudd.get(path), 404, "not-found")


class Changes(ServiceCase):
    def test_put_replaces(self):
        row = self.member(phone=str(next(self.numbers)), email=f"a{next(self.numbers)}@example.com")
        path = f"/members/{row['id']}"
        answer = self.crudd.send("PUT", path, {"name": "New", "surname": "Name"})
        self.assertEqual((answer.status, answer.etag), (200, '"2"'))
        want = {
            **row,
            "name": "New",
            "surname": "Name",
            "phone": None,
            "email": None,
            "updated_at": answer.json["updated_at"],
        }
        self.assertEqual(answer.json, want)
        self.assertGreaterEqual(want["updated_at"], row["updated_at"])
        self.assertEqual(self.crudd.get(path).json, want)
        row = self.subscription(active=False, end_date="2026-12-31")
        answer = self.crudd.send(
            "PUT", f"/subscriptions/{row['id']}", {k: row[k] for k in ("member_id", "plan_id", "start_date")}
        )
        self.assertEqual((answer.json["active"], answer.json["end_date"]), (True, None))
        self.problem(self.crudd.send("PUT", path, {"name": "x"}), 422, "invalid", ["surname"])

    def test_patch_merges(self):
        row = self.subscription(active=False, end_date="2026-12-31")
        path = f"/subscriptions/{row['id']}"
        for patch, change in (
            ({"end_date": None}, {"end_date": None}),
            ({"active": True}, {"active": True}),
            ({"start_date": "2025-01-01", "end_date": "2025-01-02"},) * 2,
            ({"active": False},) * 2,
            ({"active": None}, {"active": True}),
        ):
            answer = self.crudd.send("PATCH", path, patch)
            self.assertEqual(answer.status, 200, answer.body)
            row.update(change, updated_at=answer.json["updated_at"])
            self.assertEqual(answer.json, row)
            self.assertEqual(self.crudd.get(path).json, row)
        self.problem(self.crudd.send("PATCH", path, {"start_date": None}), 422, "invalid", ["start_date"])
        self.problem(
            self.crudd.send("PATCH", path, {"end_date": "2024-12-31"}), 422, "invalid", ["end_date"]
        )  # before the start_date, which this request does not change
        self.assertEqual(self.crudd.send("PATCH", path, {}).status, 200)

    def test_media_types(self):
        row = self.member()
        path = f"/members/{row['id']}"
        for method, kind, status in (
            ("PATCH", "application/merge-patch+json", 200),
            ("PATCH", "application/json", 200),
            ("PATCH", "Application/JSON; charset=utf-8", 200),
            ("PATCH", "application/json-patch+json", 415),
            ("PATCH", "text/plain", 415),
            ("PUT", "application/json;charset=utf-8", 200),
            ("PUT", "application/merge-patch+json", 415),
            ("PUT", "application/jsonx", 415),
            ("PUT", "application/x-www-form-urlencoded", 415),
            ("PUT", "", 415),
            ("PUT", None, 415),
            ("PUT", "application/", 415),
        ):
            with self.subTest(method, kind=kind):
                body = json.dumps({"name": "A", "surname": "B"})
                answer = self.crudd.request(method, path, body, {"Content-Type": kind} if kind is not None else {})
                self.assertEqual(answer.status, status, answer.body)
                if status == 415:
                    self.problem(answer, 415, "unsupported-media-type")
        self.problem(
            self.crudd.send("POST", "/members", {}, {"Content-Encoding": "gzip"}), 415, "unsupported-media-type"
        )

    def test_if_match(self):
        row = self.member()
        path, body = f"/members/{row['id']}", {"name": "A", "surname": "B"}
        for method in ("PUT", "PATCH", "DELETE"):
            for tag in ('"9"', 'W/"1"', '"0", "7"', '""', '"1x"'):
                with self.subTest(method, tag=tag):
                    answer = (
                        self.crudd.send(method, path, body, {"If-Match": tag})
                        if method != "DELETE"
                        else self.crudd.request(method, path, headers={"If-Match": tag})
                    )
                    self.problem(answer, 412, "changed")
            for tag in ("1", "W/1", '"1', '1"', "'1'", '"1" "2"', '*, "1"', ","):
                with self.subTest(method, tag=tag):
                    answer = self.crudd.send(method, path, body, {"If-Match": tag})
                    self.assertIn("If-Match must be", self.problem(answer, 400, "bad-request")["detail"])
        self.assertEqual(self.crudd.get(path).json, row)
        self.assertEqual(self.crudd.send("PUT", path, body, {"If-Match": '"1"'}).etag, '"2"')
        self.problem(self.crudd.send("PUT", path, body, {"If-Match": '"1"'}), 412, "changed")
        self.assertEqual(self.crudd.send("PATCH", path, body, {"If-Match": '"1","2"'}).etag, '"3"')
        self.assertEqual(self.crudd.send("PATCH", path, body, {"If-Match": "*"}).etag, '"4"')
        self.assertEqual(self.crudd.request("DELETE", path, headers={"If-Match": '"4"'}).status, 204)
        self.assertIn(self.crudd.send("PATCH", path, body, {"If-Match": "*"}).status, (404, 412))

    def test_parameters_that_nothing_takes(self):
        """An unknown parameter is refused: a client must not believe that it has an effect."""
        row = self.member()
        path, body = f"/members/{row['id']}", {"name": "A", "surname": "B"}
        for method, where, value in (
            ("GET", path, None),
            ("HEAD", path, None),
            ("PUT", path, body),
            ("PATCH", path, body),
            ("DELETE", path, None),
            ("POST", "/members", body),
            ("POST", f"{path}/subscriptions", body),
            ("PUT", f"/members/update/{row['id']}", body),
            ("DELETE", f"/members/delete/{row['id']}", None),
        ):
            for query, field in (("fields=name", "fields"), ("x", "x"), ("limit=1", "limit"), ("a=%ff", "")):
                with self.subTest(method, where=where, query=query):
                    if value is None:
                        answer = self.crudd.request(method, f"{where}?{query}")
                    else:
                        answer = self.crudd.send(method, f"{where}?{query}", value)
                    if method == "HEAD":
                        self.assertEqual(answer.status, 422)
                        continue
                    problem = self.problem(answer, 422, "invalid", [field])
                    if field:
                        self.assertEqual(problem["errors"][0]["code"], "unknown")
        for query in ("?", "?&"):
            self.assertEqual(self.crudd.get(path + query).json, row)

    def test_if_none_match(self):
        row = self.member()
        path = f"/members/{row['id']}"
        for tag in ('"1"', 'W/"1"', '"7", "1"', "*"):
            for method in ("GET", "HEAD"):
                answer = self.crudd.request(method, path, headers={"If-None-Match": tag})
                self.assertEqual((answer.status, answer.body, answer.etag), (304, b"", '"1"'), tag)
        for tag in ('"2"', '"11"', '""', "garbage"):
            self.assertEqual(self.crudd.get(path, {"If-None-Match": tag}).status, 200, tag)
        self.crudd.send("PATCH", path, {"name": "x"})
        self.assertEqual(self.crudd.get(path, {"If-None-Match": '"1"'}).status, 200)


class Between(ServiceCase):
    """Constraints between rows: unique values and references."""

    def test_duplicates(self):
        phone, email = str(next(self.numbers)), f"Zoe{next(self.numbers)}@example.com"
        first, other = self.member(phone=phone, email=email), self.member()
        for value, field in (
            ({"phone": phone}, "phone"),
            ({"email": email}, "email"),
            ({"email": email.lower()}, "email"),
        ):
            row = {"name": "A", "surname": "B", **value}
            for answer in (
                self.crudd.send("POST", "/members", row),
                self.crudd.send("POST", "/members", row, {"Idempotency-Key": f"k{next(self.numbers)}"}),
                self.crudd.send("PATCH", f"/members/{other['id']}", value),
                self.crudd.send("PUT", f"/members/{other['id']}", row),
            ):
                problem = self.problem(answer, 409, "duplicate", [field])
                self.assertEqual(problem["conflict"], f"/members/{first['id']}")
            self.assertEqual(
                self.crudd.send("PATCH", f"/members/{first['id']}", value).status, 200
            )  # a row does not conflict with itself
        self.assertEqual(self.crudd.get(f"/members/{other['id']}").json, other)
        plan = self.plan()
        problem = self.problem(
            self.crudd.send("POST", "/plans", {"name": plan["name"].upper(), "type": "day", "price": "1"}),
            409,
            "duplicate",
            ["name"],
        )
        self.assertEqual(problem["conflict"], f"/plans/{plan['id']}")
        for _ in range(2):
            self.member(phone=None, email=None)  # null does not conflict with null

    def test_dangling_references(self):
        member, plan = self.member()["id"], self.plan()["id"]
        row = self.subscription()
        for value, field in (({"member_id": 999999999}, "member_id"), ({"plan_id": 9223372036854775807}, "plan_id")):
            body = {"member_id": member, "plan_id": plan, "start_date": "2026-01-01", **value}
            self.problem(self.crudd.send("POST", "/subscriptions", body), 422, "invalid", [field])
            self.problem(self.crudd.send("PUT", f"/subscriptions/{row['id']}", body), 422, "invalid", [field])
            self.problem(self.crudd.send("PATCH", f"/subscriptions/{row['id']}", value), 422, "invalid", [field])
        self.assertEqual(self.crudd.get(f"/subscriptions/{row['id']}").json, row)

    def test_what_is_referred_to_stays(self):
        row = self.subscription()
        for path in (f"/members/{row['member_id']}", f"/plans/{row['plan_id']}"):
            self.problem(self.crudd.request("DELETE", path), 409, "referenced")
            self.problem(self.crudd.request("DELETE", path, headers={"If-Match": '"1"'}), 409, "referenced")
            self.assertEqual(self.crudd.get(path).status, 200)
        self.assertEqual(self.crudd.request("DELETE", f"/subscriptions/{row['id']}").status, 204)
        for path in (f"/members/{row['member_id']}", f"/plans/{row['plan_id']}"):
            self.assertEqual(self.crudd.request("DELETE", path).status, 204)

    def test_children(self):
        member, plan = self.member()["id"], self.plan()["id"]
        path = f"/members/{member}/subscriptions"
        self.assertEqual(self.crudd.get(path).json, [])
        self.assertEqual(self.crudd.get(f"/plans/{plan}/subscriptions").json, [])
        made = self.crudd.send("POST", path, {"plan_id": plan, "start_date": "2026-01-01"})
        self.assertEqual((made.status, made.json["member_id"]), (201, member), made.body)
        self.assertEqual(made.headers["Location"], f"/subscriptions/{made.json['id']}")
        other = self.crudd.send(
            "POST", f"/plans/{plan}/subscriptions", {"member_id": member, "start_date": "2026-02-01"}
        )
        self.assertEqual((other.status, other.json["plan_id"]), (201, plan), other.body)
        self.subscription(plan_id=plan)
        self.assertEqual(self.crudd.get(path).json, [made.json, other.json])
        self.assertEqual(len(self.crudd.get(f"/plans/{plan}/subscriptions").json), 3)
        self.assertEqual(self.crudd.get(path + "?sort=-start_date&limit=1").json, [other.json])
        self.assertEqual(self.crudd.get(path + "?count=true&limit=1").headers["X-Total-Count"], "2")
        self.problem(self.crudd.get(path + "?member_id=1"), 422, "invalid", ["member_id"])
        self.problem(self.crudd.send("POST", path, {"start_date": "2026-01-01"}), 422, "invalid", ["plan_id"])
        self.assertEqual(
            self.crudd.send("POST", path, {"member_id": member, "plan_id": plan, "start_date": "2026-01-01"}).status,
            201,
        )
        self.problem(
            self.crudd.send("POST", path, {"member_id": member + 1, "plan_id": plan, "start_date": "2026-01-01"}),
            422,
            "invalid",
            ["member_id"],
        )
        self.assertEqual(self.crudd.request("HEAD", path).status, 200)

    def test_legacy_routes(self):
        for path, value in (
            ("/members", {"name": "A", "surname": "B"}),
            ("/plans", {"name": f"Old {next(self.numbers)}", "type": "day", "price": "1"}),
            (
                "/subscriptions",
                {"member_id": self.member()["id"], "plan_id": self.plan()["id"], "start_date": "2026-01-01"},
            ),
        ):
            made = self.crudd.send("POST", path + "/create", value)
            self.assertEqual((made.status, made.headers["Location"]), (201, f"{path}/{made.json['id']}"), made.body)
            self.assertIn(made.json, self.crudd.get(path + "/?limit=200").json)
            last = list(value)[-1]
            changed = self.crudd.send(
                "PUT", f"{path}/update/{made.json['id']}", {last: value[last]}
            )  # it changes only the given fields, like PATCH
            self.assertEqual((changed.status, changed.etag), (200, '"2"'), changed.body)
            self.problem(self.crudd.send("POST", path + "/create", {}), 422, "invalid")
            self.problem(self.crudd.send("PUT", path + "/update/999999999", {}), 404, "not-found")
            self.assertEqual(self.crudd.request("DELETE", f"{path}/delete/{made.json['id']}").status, 204)
            self.problem(self.crudd.request("DELETE", f"{path}/delete/{made.json['id']}"), 404, "not-found")
        self.assertRegex(self.crudd.get("/members/?limit=1").headers["Link"] or "", r'^</members/\?.*>; rel="next"$')


if __name__ == "__main__":
    unittest.main()
