#!/usr/bin/env python3
"""How the service describes itself: methods, pages, and the OpenAPI document with the part that the pages read."""

import re
import unittest

from openapi_spec_validator import OpenAPIV31SpecValidator
from server import ServiceCase


class Methods(ServiceCase):
    ALLOWED = (
        ("/healthz", "GET HEAD OPTIONS"),
        ("/", "GET HEAD OPTIONS"),
        ("/docs", "GET HEAD OPTIONS"),
        ("/docs/", "GET HEAD OPTIONS"),
        ("/openapi.json", "GET HEAD OPTIONS"),
        ("/whoami", "GET HEAD OPTIONS"),
        ("/members", "GET HEAD POST OPTIONS"),
        ("/plans", "GET HEAD POST OPTIONS"),
        ("/subscriptions", "GET HEAD POST OPTIONS"),
        ("/members/{id}", "GET HEAD PUT PATCH DELETE OPTIONS"),
        ("/members/{id}/subscriptions", "GET HEAD POST OPTIONS"),
        ("/members/", "GET HEAD OPTIONS"),
    )

    def test_options_and_405(self):
        member = str(self.member()["id"])
        for path, methods in self.ALLOWED:
            path = path.replace("{id}", member)
            answer = self.crudd.request("OPTIONS", path)
            self.assertEqual(
                (answer.status, set(answer.headers["Allow"].split(", "))), (204, set(methods.split())), path
            )
            for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "BREW", "TRACE", "CONNECT"):
                if method in methods.split() or method == "CONNECT":
                    continue
                answer = self.crudd.request(method, path, b"" if method in ("POST", "PUT", "PATCH") else None)
                self.problem(answer, 405, "method-not-allowed")
                self.assertEqual(set(answer.headers["Allow"].split(", ")), set(methods.split()), (method, path))
        self.problem(self.crudd.request("OPTIONS", "/nothing"), 404, "not-found")

    def test_head_is_get_without_a_body(self):
        member = self.member()["id"]
        for path in (
            "/",
            "/healthz",
            "/docs",
            "/docs/",
            "/openapi.json",
            "/whoami",
            "/members?count=true&limit=1",
            f"/members/{member}",
            "/plans/",
            "/nothing",
        ):
            get, head = self.crudd.get(path), self.crudd.request("HEAD", path)
            self.assertEqual((head.status, head.body), (get.status, b""), path)
            for name in ("Content-Type", "Content-Length", "ETag", "X-Total-Count", "Content-Security-Policy"):
                if not (name == "Content-Length" and get.status == 404):  # request ids differ in length
                    self.assertEqual(head.headers[name], get.headers[name], (path, name))

    def test_whoami_without_tokens(self):
        """Everyone may write, and no one has a name."""
        self.assertEqual(self.crudd.get("/whoami").json, {"name": None, "role": "write"})

    def test_home(self):
        page = self.crudd.get("/", {"Accept": "text/html,application/xhtml+xml"})
        self.assertEqual((page.status, page.headers["Content-Type"]), (200, "text/html; charset=utf-8"))
        plain = self.crudd.get("/", {"Accept": "*/*"})
        self.assertEqual((plain.status, plain.headers["Content-Type"]), (200, "application/json"))
        self.assertEqual(plain.json["name"], "crudd")
        docs = self.crudd.get("/docs")
        for answer in (page, docs, self.crudd.get("/docs/")):
            self.assertEqual(answer.status, 200)
            self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])
            text = answer.body.decode()
            for address in re.findall(r'(?:src|href|action)="([^"]*)"', text):
                self.assertRegex(address, r"^(/(?!/)|#|\?|data:)", "the page asks for something from elsewhere")
            for asset in re.findall(r'(?:src|href)="(/assets/[^"]*)"', text):
                got = self.crudd.get(asset)
                self.assertEqual(got.status, 200, asset)
                self.assertEqual(self.crudd.get(asset, {"If-None-Match": got.etag}).status, 304)


class OpenApi(ServiceCase):
    settings = {"title": 'City "Gym" 💪'}

    def setUp(self):
        self.document = self.crudd.get("/openapi.json").json

    def test_is_valid(self):
        self.assertRegex(self.document["openapi"], r"^3\.1\.\d$")
        OpenAPIV31SpecValidator(self.document).validate()
        answer = self.crudd.get("/openapi.json")
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        self.assertEqual(self.crudd.get("/openapi.json", {"If-None-Match": answer.etag}).status, 304)

    def test_lists_every_route(self):
        """The document lists exactly the methods that each of its paths allows."""
        member = self.member()["id"]
        old = [p for p in self.document["paths"] if re.search(r".(/|/create|/(update|delete)/\{id\})$", p)]
        for path, item in self.document["paths"].items():
            with self.subTest(path):
                real = re.sub(r"\{[^}]*\}", str(member) if "assets" not in path else "admin.js", path)
                allowed = self.crudd.request("OPTIONS", real).headers["Allow"].split(", ")
                told = {m.upper() for m in item if m in ("get", "head", "post", "put", "patch", "delete", "options")}
                self.assertLessEqual(told, set(allowed))
                self.assertEqual(set(allowed) - {"HEAD", "OPTIONS"}, told - {"HEAD", "OPTIONS"})
                for method, operation in item.items():
                    if method in ("get", "post", "put", "patch", "delete") and path in old:
                        self.assertTrue(operation.get("deprecated"), (method, path))
        for path in ("/members", "/plans", "/subscriptions"):
            for more in ("", "/{id}"):
                self.assertIn(path + more, self.document["paths"])
        self.assertIn("/members/{id}/subscriptions", self.document["paths"])
        self.assertIn("/plans/{id}/subscriptions", self.document["paths"])

    def test_operations_have_names_of_their_own(self):
        methods = ("get", "post", "put", "patch", "delete")
        names = [o.get("operationId") for i in self.document["paths"].values() for m, o in i.items() if m in methods]
        self.assertEqual(len(names), len(set(names)))

    def operations(self):
        methods = ("get", "post", "put", "patch", "delete")
        return {(m, path): o for path, i in self.document["paths"].items() for m, o in i.items() if m in methods}

    def test_headers_and_members_that_clients_follow(self):
        headers = self.document["paths"]["/members"]["get"]["responses"]["200"]["headers"]
        self.assertEqual(set(headers), {"Link", "X-Next-After", "X-Total-Count"})
        self.assertIn("conflict", self.document["components"]["schemas"]["Problem"]["properties"])

    def test_info_is_complete(self):
        self.assertEqual(self.document["info"]["license"], {"name": "MIT", "identifier": "MIT"})
        self.assertEqual(self.document["servers"], [{"url": "/"}])

    def test_summaries_are_plain_english(self):
        expected = {
            ("get", "/members"): "List members",
            ("post", "/members"): "Create a member",
            ("get", "/members/{id}"): "Get a member",
            ("put", "/members/{id}"): "Replace a member",
            ("patch", "/members/{id}"): "Change fields of a member",
            ("delete", "/members/{id}"): "Delete a member",
            ("get", "/members/{id}/subscriptions"): "List the subscriptions of a member",
            ("post", "/members/{id}/subscriptions"): "Create a subscription of a member",
        }
        summaries = {key: operation["summary"] for key, operation in self.operations().items()}
        self.assertEqual({key: summaries[key] for key in expected}, expected)

    def test_every_problem_has_an_example(self):
        """It shows what the service sends: the members of a real problem, and the status of this response."""
        self.problem(real := self.crudd.get("/members/999999"), 404, "not-found")
        for key, operation in self.operations().items():
            for status, response in operation["responses"].items():
                if status[0] in "45":
                    example = response["content"]["application/problem+json"]["example"]
                    self.assertLessEqual(set(real.json), set(example), (key, status))
                    self.assertEqual(example["status"], int(status), key)

    def test_every_pattern_is_also_said_in_words(self):
        def walk(node):
            if isinstance(node, dict):
                if "pattern" in node:
                    self.assertRegex(node.get("x-shape", ""), r"^[\w ,-]+$", node)
                for value in node.values():
                    walk(value)
            elif isinstance(node, list):
                for value in node:
                    walk(value)

        walk({"paths": self.document["paths"], "components": self.document["components"]})

    def test_for_the_pages(self):
        x = self.document["x-crudd"]
        self.assertEqual(x["title"], self.settings["title"])
        self.assertEqual([e["name"] for e in x["entities"]], ["members", "plans", "subscriptions"])
        members, plans, subscriptions = x["entities"]
        self.assertEqual(
            (members["one"], members["title"], members["label"]), ("member", "Members", ["name", "surname"])
        )
        name = {"name": "name", "label": "Name", "type": "text", "required": True, "filter": True, "sort": True}
        name.update({"search": True, "min": 1, "max": 80})
        self.assertEqual({k: v for k, v in members["columns"][0].items() if k != "doc"}, name)
        columns = {c["name"]: c for e in x["entities"] for c in e["columns"]}
        self.assertEqual(columns["type"]["choices"], ["day", "month", "half_year", "year"])
        self.assertEqual((columns["price"]["type"], columns["price"]["decimals"]), ("decimal", 2))
        self.assertEqual((columns["member_id"]["type"], columns["member_id"]["references"]), ("reference", "members"))
        self.assertIs(columns["active"]["default"], True)
        self.assertTrue(columns["email"]["unique"])
        self.assertEqual([name for name, column in columns.items() if "format" in column], ["phone"])
        self.assertNotIn("required", columns["email"])
        for entity in x["entities"]:
            self.assertTrue(entity["doc"] and all(c["doc"] and c["label"] for c in entity["columns"]))
        self.assertEqual([h["label"] for h in x["home"]], ["Members", "Active subscriptions", "Ending this week"])
        for count in x["home"]:
            query = count["query"].format(week_start="2026-11-16", week_end="2026-11-22")
            answer = self.crudd.get(f"/{count['entity']}?{query}&count=true&limit=1")
            self.assertEqual(answer.status, 200, query)
            self.assertIn("X-Total-Count", answer.headers)


if __name__ == "__main__":
    unittest.main()
