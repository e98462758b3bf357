#!/usr/bin/env python3
"""A new entity is one table of columns and one line; a new column is one row. Without any other change, they get an
API, tables, documentation and admin forms.

The sources are copied, entity.c is changed, as a later migration, and what app/Makefile builds of that is started on a
database which the service as it is has filled.
"""

import os
import re
import shutil
import subprocess
import unittest
from pathlib import Path

from server import TOP, Crudd, Folder, ServiceCase, shared_database, wait_for

COLUMNS = """\
static const char *const locker_sizes[] = {"small", "large", NULL};

static const struct column locker_columns[] = {
	{.name = "label", .label = "Label", .type = COLUMN_TEXT, .flags = REQUIRED | UNIQUE | FILTER | SORT | SEARCH,
		.min = 1, .max = 20, .doc = "On its door."},
	{.name = "size", .label = "Size", .type = COLUMN_CHOICE, .flags = REQUIRED | FILTER, .choices = locker_sizes,
		.doc = "How much fits."},
	{.name = "member_id", .label = "Member", .type = COLUMN_REFERENCE, .flags = FILTER, .references = "members",
		.doc = "Who has it."},
	{.name = "deposit", .label = "Deposit", .type = COLUMN_DECIMAL, .flags = FILTER | SORT, .max = 6, .decimals = 2,
		.def = "5.00", .doc = "Given back."},
	{.name = "until", .label = "Until", .type = COLUMN_DATE, .flags = FILTER | SORT, .doc = "Last day."},
	{.name = "broken", .label = "Broken", .type = COLUMN_BOOL, .flags = FILTER, .def = "false", .doc = "Out of order."},
};

"""
LINE = """\
	{.name = "lockers", .one = "locker", .title = "Lockers", COLUMNS(locker_columns), .label = {"label"}, .since = 2,
		.doc = "Where things are kept."},
"""
ROW = """\
	{.name = "nickname", .label = "Nickname", .type = COLUMN_TEXT, .flags = UNIQUE | FILTER | SEARCH, .min = 1,
		.max = 20, .since = 2, .doc = "As the others say."},
	{.name = "level", .label = "Level", .type = COLUMN_DECIMAL, .flags = FILTER | SORT, .max = 3, .decimals = 1,
		.def = "1.0", .since = 2, .doc = "From 0 to 99.9."},
"""
FIRST = """\
	{.name = "note", .label = "Note", .type = COLUMN_TEXT, .flags = FILTER, .min = 1, .max = 80, .since = 2,
		.doc = "Whatever else matters."},
"""


def add_entity(text):
    """entity.c with the table of columns before entities[] and the line in it."""
    at = text.index("#define COLUMNS(list)")
    text = text[:at] + COLUMNS + text[at:]
    table = re.search(r"const struct entity entities\[\] = \{\n(?:.*\n)*?(?=\};)", text)
    return text[: table.end()] + LINE + text[table.end() :]


def add_columns(text):
    """entity.c with more columns: after the members' last one and before the subscriptions' first one."""
    table = re.search(r"member_columns\[\] = \{\n(?:.*\n)*?(?=\};)", text)
    text = text[: table.end()] + ROW + text[table.end() :]
    begin = text.index("subscription_columns[] = {\n") + len("subscription_columns[] = {\n")
    return text[:begin] + FIRST + text[begin:]


def build(case, change):
    """Builds the service with a changed entity.c."""
    folder = Folder("entity-")
    case.addClassCleanup(folder.remove)
    source = folder.path / "app"
    shutil.copytree(TOP / "app", source, ignore=shutil.ignore_patterns("*.o", "crudd"))
    path = source / "model/entity.c"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    env = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    done = subprocess.run(["make", "-C", source, "CFLAGS=-O1"], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return source


class NewEntity(ServiceCase):
    @classmethod
    def setUpClass(cls):
        cls.source = build(cls, add_entity)
        cls.schema = shared_database().schema()
        with Crudd(cls.schema) as old:  # the state before the upgrade
            cls.member_row = old.send("POST", "/members", {"name": "Ada", "surname": "Lovelace"}).json
            assert old.get("/lockers").status == 404
        cls.old_tables = cls.tables()
        cls.crudd = Crudd(cls.schema, program=cls.source / "crudd")
        cls.addClassCleanup(cls.crudd.__exit__, None)

    @classmethod
    def tables(cls):
        return {name: cls.schema.sql(f"SHOW CREATE TABLE `{name}`")[0][1] for (name,) in cls.schema.sql("SHOW TABLES")}

    def locker(self, **more):
        return self.made("/lockers", {"label": f"L{next(self.numbers)}", "size": "small", **more})

    def test_the_difference_is_one_table_and_one_line(self):
        done = subprocess.run(["diff", "-r", "-q", TOP / "app", self.source], capture_output=True, text=True)
        changed = [text for text in done.stdout.splitlines() if text.startswith("Files ")]
        self.assertEqual(len(changed), 1, changed)
        self.assertIn("entity.c", changed[0])
        added = (self.source / "model/entity.c").read_text().count("\n") - (TOP / "app/model/entity.c").read_text().count("\n")
        self.assertEqual(added, (COLUMNS + LINE).count("\n"))

    def test_tables(self):
        self.assertEqual(self.schema.sql("SELECT version FROM schema_migrations ORDER BY version"), [("1",), ("2",)])
        self.assertEqual([e["detail"] for e in self.crudd.events("migrated")], ["1 applied"])
        tables = self.tables()
        self.assertEqual(set(tables), set(self.old_tables) | {"lockers"})
        for name, text in self.old_tables.items():
            self.assertEqual(re.sub(r" AUTO_INCREMENT=\d+", "", tables[name]), re.sub(r" AUTO_INCREMENT=\d+", "", text))
        for part in (
            "`label` varchar(20)",
            "`deposit` decimal(6,2)",
            "`until` date",
            "FOREIGN KEY (`member_id`) REFERENCES `members` (`id`)",
            "UNIQUE KEY",
        ):
            self.assertIn(part, tables["lockers"])

    def test_api(self):
        row = self.locker(member_id=self.member_row["id"], until="2026-12-31")
        self.assertEqual(
            list(row), ["id", "label", "size", "member_id", "deposit", "until", "broken", "created_at", "updated_at"]
        )
        self.assertEqual((row["deposit"], row["broken"]), ("5.00", False))
        path = f"/lockers/{row['id']}"
        self.assertEqual(self.crudd.get(path).json, row)
        self.assertEqual(
            self.crudd.send("PATCH", path, {"broken": True, "deposit": "7.5"}, {"If-Match": '"1"'}).json["deposit"],
            "7.50",
        )
        self.problem(
            self.crudd.send(
                "PUT",
                path,
                {
                    "label": "",
                    "size": "huge",
                    "deposit": "x",
                    "until": "2026-02-30",
                    "broken": 1,
                    "member_id": 0,
                    "no": 1,
                },
            ),
            422,
            "invalid",
            ["label", "size", "deposit", "until", "broken", "member_id", "no"],
        )
        self.problem(
            self.crudd.send("POST", "/lockers", {"label": row["label"], "size": "large"}), 409, "duplicate", ["label"]
        )
        self.problem(self.crudd.request("DELETE", f"/members/{self.member_row['id']}"), 409, "referenced")
        self.assertEqual(
            [r["id"] for r in self.crudd.get(f"/members/{self.member_row['id']}/lockers").json], [row["id"]]
        )
        self.locker()
        self.assertEqual(
            [
                r["id"]
                for r in self.crudd.get(
                    "/lockers?broken=true&deposit_from=7&until_to=2027-01-01&sort=-until&count=true"
                ).json
            ],
            [row["id"]],
        )
        self.assertEqual([r["id"] for r in self.crudd.get(f"/lockers?q={row['label']}").json], [row["id"]])
        self.assertEqual(self.crudd.send("POST", "/lockers/create", {"label": "old", "size": "small"}).status, 201)
        self.assertEqual(self.crudd.request("DELETE", path).status, 204)
        wait_for("the metrics", lambda: 'route="/lockers/{id}"' in self.crudd.admin("/metrics").body.decode())

    def test_documents(self):
        document = self.crudd.get("/openapi.json").json
        for path in ("/lockers", "/lockers/{id}", "/members/{id}/lockers"):
            self.assertIn(path, document["paths"])
        self.assertIn("On its door.", str(document["components"]))
        entity = document["x-crudd"]["entities"][-1]
        self.assertEqual(
            (entity["name"], entity["title"], entity["one"], entity["label"]),
            ("lockers", "Lockers", "locker", ["label"]),
        )
        columns = {c["name"]: c for c in entity["columns"]}
        self.assertEqual(list(columns), ["label", "size", "member_id", "deposit", "until", "broken"])
        self.assertEqual(columns["size"]["choices"], ["small", "large"])
        self.assertEqual(columns["member_id"]["references"], "members")

    def test_pages_know_no_entity_by_name(self):
        """The pages are generated from the document alone, so that every entity of the document is on them."""
        for path in Path(TOP, "app/web").glob("*"):
            if path.suffix in (".js", ".html", ".css"):
                code = re.sub(r"//.*|/\*(?s:.*?)\*/|<!--(?s:.*?)-->", "", path.read_text(encoding="utf-8"))
                self.assertNotRegex(code, r"\b(members|plans|subscriptions|surname)\b", path.name)

    def test_the_older_version_works_beside_it(self):
        with Crudd(self.schema) as old:
            made = old.send("POST", "/members", {"name": "Old", "surname": "Version"})
            self.assertEqual(made.status, 201)
            self.assertEqual(self.crudd.get(made.headers["Location"]).json, made.json)
            row = self.locker(member_id=made.json["id"])
            self.problem(old.request("DELETE", made.headers["Location"]), 409, "referenced")
            self.assertEqual(self.crudd.request("DELETE", f"/lockers/{row['id']}").status, 204)


class NewColumn(ServiceCase):
    @classmethod
    def setUpClass(cls):
        source = build(cls, add_columns)
        cls.schema = shared_database().schema()
        with Crudd(cls.schema) as old:
            cls.row = old.send("POST", "/members", {"name": "Ada", "surname": "Lovelace"}).json
        cls.crudd = Crudd(cls.schema, program=source / "crudd")
        cls.addClassCleanup(cls.crudd.__exit__, None)

    def test_rows_that_were_there(self):
        path = f"/members/{self.row['id']}"
        row = self.crudd.get(path).json
        self.assertEqual(row, {**self.row, "nickname": None, "level": "1.0"})
        self.assertEqual(self.crudd.send("PUT", path, self.row).json["level"], "1.0")
        changed = self.crudd.send("PATCH", path, {"nickname": "Countess", "level": "99.9"}).json
        self.assertEqual((changed["nickname"], changed["level"]), ("Countess", "99.9"))
        self.problem(self.crudd.send("POST", "/members", {**self.row, "nickname": "countess"}), 409, "duplicate")
        self.assertEqual([r["id"] for r in self.crudd.get("/members?q=count&level_from=50").json], [self.row["id"]])

    def test_rules_find_their_columns(self):
        """The entity's own rule checks the same columns, although their positions have changed."""
        row = self.subscription(member_id=self.row["id"], start_date="2026-02-01", end_date="2026-02-28", note="n")
        for dates in ({"end_date": "2026-01-31"}, {"start_date": "2026-03-01"}):
            answer = self.crudd.send("PATCH", f"/subscriptions/{row['id']}", dates)
            self.problem(answer, 422, "invalid", ["end_date"])

    def test_the_older_version_works_beside_it(self):
        with Crudd(self.schema) as old:
            made = old.send("POST", "/members", {"name": "Old", "surname": "Version"})
            self.assertEqual(made.status, 201)
            self.assertEqual(self.crudd.get(made.headers["Location"]).json["level"], "1.0")
            location = self.made("/members", {"name": "New", "surname": "Version", "level": "2"})["id"]
            self.assertEqual(old.send("PUT", f"/members/{location}", {"name": "New", "surname": "Name"}).status, 200)
            self.assertEqual(self.crudd.get(f"/members/{location}").json["level"], "2.0")


if __name__ == "__main__":
    unittest.main()
