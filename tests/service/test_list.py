#!/usr/bin/env python3
"""Lists: pages, orders, filters, search and counts, compared with the rows that the tests created."""

import datetime
import random
import unittest
import urllib.parse

from server import ServiceCase

NAMES = [
    "Ada",
    "ada",
    "Ädä",
    "Bo",
    "bo",
    "Zoë",
    "Zoe",
    "ñandu",
    "Nandu",
    "日本",
    "💪",
    "💃",
    "100%",
    "a_b",
    "a|b",
    "a'b",
    "a\\b",
    "ab",
    "O'Brien",
    "%",
    "x y",
]


class ListCase(ServiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        chance = random.Random(7)
        case = cls("fill")
        cls.members = [
            case.made(
                "/members",
                {
                    "name": name,
                    "surname": chance.choice(["Same", "Other"]),
                    "phone": str(50000000 + i) if i % 3 else None,
                    "email": f"M{i}@example.com" if i % 2 else None,
                },
            )
            for i, name in enumerate(NAMES)
        ]
        cls.plans = [
            case.plan(name=f"Plan {i}", type=chance.choice(["day", "year"]), price=price)
            for i, price in enumerate(["0", "9.99", "10", "10.00", "100", "9.9", "10.01", "99999999.99"])
        ]
        cls.subscriptions = []
        for _ in range(60):
            start = datetime.date(2026, 1, 1) + datetime.timedelta(chance.randint(0, 5))
            end = start + datetime.timedelta(chance.randint(0, 3)) if chance.random() < 0.6 else None
            row = case.subscription(
                member_id=chance.choice(cls.members[:4])["id"],
                plan_id=chance.choice(cls.plans)["id"],
                start_date=str(start),
                end_date=end and str(end),
                active=chance.random() < 0.5,
            )
            cls.subscriptions.append(row)

    def fill(self):
        """A name for the test case with which setUpClass creates rows."""

    def walk(self, path):
        """Follows the Link headers and returns the rows of all pages."""
        rows, seen = [], 0
        while path:
            answer = self.crudd.get(path)
            self.assertEqual(answer.status, 200, (path, answer.body))
            rows += answer.json
            path, seen = answer.next, seen + 1
            self.assertLess(seen, 200)
        return rows

    def ids(self, path):
        return [row["id"] for row in self.walk(path)]


class Pages(ListCase):
    def test_every_order_to_the_end(self):
        for entity, columns in (
            ("members", ("id", "name", "surname")),
            ("plans", ("id", "name", "price")),
            ("subscriptions", ("id", "start_date", "end_date")),
        ):
            rows = {row["id"]: row for row in getattr(self, entity)}
            for column in columns:
                for sign, way in (("", ""), ("-", "DESC")):
                    want = [
                        int(i) for (i,) in self.schema.sql(f"SELECT id FROM {entity} ORDER BY {column} {way}, id {way}")
                    ]
                    for limit in (1, 2, 7, 200):
                        with self.subTest(entity, sort=sign + column, limit=limit):
                            got = self.walk(f"/{entity}?sort={sign}{column}&limit={limit}")
                            self.assertEqual([row["id"] for row in got], want)
                            self.assertEqual(got, [rows[i] for i in want])

    def test_pages_of_part_of_the_rows(self):
        for query, fits in (
            ("active=true", lambda s: s["active"]),
            ("end_date=", lambda s: s["end_date"] is None),
            ("start_date_from=2026-01-03", lambda s: s["start_date"] >= "2026-01-03"),
        ):
            for sort in ("start_date", "-end_date", "end_date", "-id"):
                got = self.ids(f"/subscriptions?{query}&sort={sort}&limit=3&count=true")
                self.assertEqual(sorted(got), [s["id"] for s in self.subscriptions if fits(s)], (query, sort))
        member = self.members[0]["id"]
        got = self.ids(f"/members/{member}/subscriptions?sort=-end_date&limit=2")
        self.assertEqual(sorted(got), [s["id"] for s in self.subscriptions if s["member_id"] == member])

    def test_limits(self):
        self.assertEqual(len(self.crudd.get("/subscriptions").json), 50)
        self.assertEqual(len(self.crudd.get("/subscriptions?limit=200").json), 60)
        answer = self.crudd.get("/subscriptions?limit=60")
        self.assertEqual((len(answer.json), answer.next), (60, None))  # a full last page has no next page
        self.assertEqual(self.crudd.get("/plans?limit=0008").status, 422)
        for limit in ("0", "-1", "201", "1000", "", "x", "1.0", "1e1", "+1", " 1", "99999999999999999999"):
            self.problem(self.crudd.get(f"/plans?limit={urllib.parse.quote(limit)}"), 422, "invalid", ["limit"])

    def test_count(self):
        for query, want in (
            ("", 60),
            ("active=true", sum(s["active"] for s in self.subscriptions)),
            ("start_date=1999-01-01", 0),
        ):
            answer = self.crudd.get(f"/subscriptions?count=true&limit=1&{query}")
            self.assertEqual(answer.headers["X-Total-Count"], str(want))
            if answer.next:
                self.assertEqual(
                    self.crudd.get(answer.next).headers["X-Total-Count"], str(want)
                )  # of all pages, not of the remaining ones
        for query in ("", "?count=false"):
            self.assertNotIn("X-Total-Count", self.crudd.get("/subscriptions" + query).headers)
        self.problem(self.crudd.get("/subscriptions?count=1"), 422, "invalid", ["count"])

    def test_links_stand_for_themselves(self):
        """The link repeats the query, with the same encoding."""
        path = "/members?q=&surname=Same&sort=-name&limit=2"
        link = self.crudd.get(path).next
        given = urllib.parse.parse_qs(urllib.parse.urlsplit(link).query, keep_blank_values=True)
        self.assertEqual(
            {k: v for k, v in given.items() if k != "after"},
            {"q": [""], "surname": ["Same"], "sort": ["-name"], "limit": ["2"]},
        )
        self.assertRegex(link, r"^/members\?[!-~]+$")

    def test_links_contain_no_delimiters(self):
        """A > in the query would end the target of the link."""
        for name in ('x>y "c', "x>y d"):
            self.plan(name=name)
        for given, encoded in (("x>y", "x%3Ey"), ("x%3ey", "x%3ey"), ("x>y&sort=-name", "x%3Ey&sort=-name")):
            link = self.crudd.get(f"/plans?limit=1&q={given}").headers["Link"]
            self.assertRegex(link, rf'^</plans\?limit=1&q={encoded}&after=[^>]+>; rel="next"$')

    def test_cursor_as_a_header(self):
        for query in ("limit=2", "sort=name&limit=2", "sort=-end_date&limit=7"):
            path = "/subscriptions" if "date" in query else "/members"
            rows, after = [], ""
            while after is not None:
                answer = self.crudd.get(f"{path}?{query}" + (f"&after={after}" if after else ""))
                rows += [row["id"] for row in answer.json]
                after = answer.headers["X-Next-After"]
                self.assertEqual(after is None, answer.next is None)
                if after:
                    self.assertTrue(answer.next.endswith(f"after={after}"))
            self.assertEqual(rows, self.ids(f"{path}?{query}"))

    def test_invalid_cursors(self):
        for query in (
            "after=",
            "after=x",
            "after=-1",
            "after=1,x",
            "after=1.5",
            "after=99999999999999999999",
            "sort=name&after=1",
            "after=1,",
            "after=,1",
            "sort=start_date&after=1,2026-01-01",
            "sort=price&after=1,",
            "after=1&after=2",
        ):
            for entity in ("members", "plans"):
                self.problem(self.crudd.get(f"/{entity}?{query}"), 422, "invalid")
        for query in ("sort=start_date&after=1,2026-02-30", "sort=start_date&after=1,x", "sort=end_date&after=1,0"):
            self.problem(self.crudd.get(f"/subscriptions?{query}"), 422, "invalid", ["after"])
        self.assertEqual(self.crudd.get("/members?after=9223372036854775807").json, [])

    def test_rows_that_come_and_go_disturb_no_page(self):
        kept = [self.member(name=f"Kept {i}", surname="Walk")["id"] for i in range(6)]
        gone = self.member(name="Kept 2b", surname="Walk")["id"]
        path, got = "/members?surname=Walk&sort=name&limit=1", []
        while path:
            answer = self.crudd.get(path)
            got += [row["id"] for row in answer.json]
            if len(got) == 4:  # the row of the cursor
                self.assertEqual(got[-1], gone)
                self.assertEqual(self.crudd.request("DELETE", f"/members/{gone}").status, 204)
                new = self.member(name="Kept 0a", surname="Walk")["id"]
            path = answer.next
        self.assertEqual([i for i in got if i != gone], kept)
        for i in kept + [new]:
            self.crudd.request("DELETE", f"/members/{i}")


class Filters(ListCase):
    def test_equal(self):
        def fold(text):
            return text.lower().replace("ä", "a")

        self.assertEqual(self.ids("/members?name=ada"), [m["id"] for m in self.members if fold(m["name"]) == "ada"])
        one = self.members[1]
        for query in (
            f"phone={one['phone']}",
            f"email={one['email']}",
            f"email={one['email'].lower()}",
            f"name=ada&phone={one['phone']}",
        ):
            self.assertEqual(self.ids(f"/members?{query}"), [one["id"]], query)
        self.assertEqual(self.ids("/members?phone="), [m["id"] for m in self.members if m["phone"] is None])
        self.assertEqual(self.ids("/members?email="), [m["id"] for m in self.members if m["email"] is None])
        self.assertEqual(self.ids("/plans?type=day"), [p["id"] for p in self.plans if p["type"] == "day"])
        for price in ("10", "10.0", "10.00"):
            self.assertEqual(self.ids(f"/plans?price={price}"), [p["id"] for p in self.plans if p["price"] == "10.00"])
        for active in (True, False):
            self.assertEqual(
                self.ids(f"/subscriptions?active={str(active).lower()}"),
                [s["id"] for s in self.subscriptions if s["active"] is active],
            )
        plan = self.plans[2]["id"]
        self.assertEqual(
            self.ids(f"/subscriptions?plan_id={plan}"), [s["id"] for s in self.subscriptions if s["plan_id"] == plan]
        )
        for name in ("💪", "a'b", "a\\b", "100%", "日本", "x y"):
            want = [m["id"] for m in self.members if m["name"] == name]
            self.assertEqual(self.ids("/members?name=" + urllib.parse.quote(name)), want, name)
        self.assertEqual(self.ids("/members?name=x+y"), self.ids("/members?name=x%20y"))
        self.assertEqual(self.ids("/members?name=nobody"), [])

    def test_ranges(self):
        for query, fits in (
            (
                "start_date_from=2026-01-02&start_date_to=2026-01-04",
                lambda s: "2026-01-02" <= s["start_date"] <= "2026-01-04",
            ),
            ("end_date_from=2026-01-05", lambda s: s["end_date"] and s["end_date"] >= "2026-01-05"),
            (
                "end_date_to=2026-01-03&active=true",
                lambda s: s["end_date"] and s["end_date"] <= "2026-01-03" and s["active"],
            ),
            ("start_date_from=2026-01-04&start_date_to=2026-01-02", lambda s: False),
        ):
            self.assertEqual(
                self.ids(f"/subscriptions?{query}"), [s["id"] for s in self.subscriptions if fits(s)], query
            )
        for query, fits in (
            ("price_from=10", lambda p: p >= 10),
            ("price_to=10", lambda p: p <= 10),
            ("price_from=9.9&price_to=9.99", lambda p: 9.9 <= p <= 9.99),
        ):
            self.assertEqual(
                self.ids(f"/plans?{query}"), [p["id"] for p in self.plans if fits(float(p["price"]))], query
            )

    def test_search(self):
        for words, fits in (
            ("ad", lambda m: m["name"] in ("Ada", "ada", "Ädä")),
            ("%", lambda m: "%" in m["name"]),
            ("_", lambda m: "_" in m["name"]),
            ("|", lambda m: "|" in m["name"]),
            ("\\", lambda m: "\\" in m["name"]),
            ("'", lambda m: "'" in m["name"]),
            ("💪", lambda m: m["name"] == "💪"),
            ("ada same", lambda m: m["name"] in ("Ada", "ada", "Ädä") and m["surname"] == "Same"),
            ("5000000", lambda m: m["phone"] and "5000000" in m["phone"]),
            ("m1@", lambda m: m["email"] == "M1@example.com"),
            ("nothing at all", lambda m: False),
            ("", lambda m: True),
            ("  ", lambda m: True),
        ):
            want = [m["id"] for m in self.members if fits(m)]
            self.assertEqual(self.ids("/members?limit=5&q=" + urllib.parse.quote(words)), want, words)
        self.assertEqual(self.ids("/plans?q=plan+3"), [self.plans[3]["id"]])
        self.problem(self.crudd.get("/members?q=" + "x" * 101), 422, "invalid", ["q"])
        self.problem(self.crudd.get("/members?q=a+b+c+d+e"), 422, "invalid", ["q"])
        self.assertEqual(self.crudd.get("/members?q=" + "x" * 100).json, [])

    def test_all_that_is_wrong_at_once(self):
        query = (
            "limit=0&count=x&sort=active&nothing=1&member_id=x&start_date=2026-02-30&active=1&version=1&end_date_from="
        )
        answer = self.crudd.get(f"/subscriptions?{query}")
        self.problem(
            answer,
            422,
            "invalid",
            ["active", "count", "end_date_from", "limit", "member_id", "nothing", "sort", "start_date", "version"],
        )
        for query, field in (
            ("name_from=a", "name_from"),
            ("active_to=true", "active_to"),
            ("created_at=1", "created_at"),
            ("id=1", "id"),
            ("Limit=1", "Limit"),
            ("type=", "type"),
            ("price=", "price"),
            ("offset=5", "offset"),
            ("page=2", "page"),
        ):
            for entity in ("plans",):
                self.problem(self.crudd.get(f"/{entity}?{query}"), 422, "invalid", [field])
        for given, meant in (("order", "sort"), ("per_page", "limit"), ("page", "after"), ("search", "q")):
            problem = self.problem(self.crudd.get(f"/members?{given}=1"), 422, "invalid", [given])
            self.assertIn(f"did you mean '{meant}'?", problem["errors"][0]["detail"])
        for sort in ("", "-", "email", "phone", "created_at", "--id", "id,name", "id desc", "1", "version", "name'"):
            self.problem(self.crudd.get("/members?sort=" + urllib.parse.quote(sort)), 422, "invalid", ["sort"])
        self.problem(self.crudd.get("/members?limit=1&limit=1"), 422, "invalid", ["limit"])

    def test_odd_queries(self):
        for query in ("?", "?&", "?&&limit=5&", "?limit=5&&q="):
            self.assertEqual(self.crudd.get("/members" + query).status, 200, query)
        for query in (
            "?limit",
            "?=",
            "?q=%",
            "?q=%1",
            "?q=%zz",
            "?q=%ff",
            "?q=%c3%28",
            "?q=%ed%a0%80",
            "?q=%f4%90%80%80",
            "?%ff=1",
            "?name=%c0%80",
            "?name=%EF%BF%BD%FF",
            "?%EF%BF%BD%FF=1",
            "?" + "&".join(f"x{i}=1" for i in range(200)),
        ):
            with self.subTest(query[:40]):
                self.problem(self.crudd.get("/members" + query), 422, "invalid")
        for query in ("?q=%00", "?q=a%00b", "?name=%00"):
            self.assertIn(self.crudd.get("/members" + query).status, (400, 422), query)
        for query in (
            "?q=%27%20OR%201=1%20--",
            "?name=%22%20OR%20%22%22=%22",
            "?sort=id;DROP%20TABLE%20members",
            "?surname=x%27;SELECT%20SLEEP(9)%23",
        ):
            self.assertIn(self.crudd.get("/members" + query).status, (200, 422), query)
        self.assertEqual(self.crudd.get("/members?count=true&limit=1").headers["X-Total-Count"], str(len(self.members)))


if __name__ == "__main__":
    unittest.main()
