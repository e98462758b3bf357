#!/usr/bin/env python3
"""A server's own defaults, as an RDS parameter group may set them: the service's sessions do not depend on any."""

import json
import subprocess
import unittest

from database import MariaDB
from process import wait_for
from rooted import OwnServerCase
from server import CRUDD, Crudd

# Of both servers: a hostile value, and the one to go back to.
HOSTILE = [
    ("autocommit", "0", "1"),
    ("completion_type", "1", "0"),
    ("completion_type", "2", "0"),
    ("foreign_key_checks", "0", "1"),
    ("unique_checks", "0", "1"),
    ("sql_safe_updates", "1", "0"),
    ("sql_select_limit", "1", "18446744073709551615"),
    ("sql_auto_is_null", "1", "0"),
    ("max_join_size", "1", "18446744073709551615"),
    ("sql_big_selects", "0", "1"),
    ("innodb_lock_wait_timeout", "1", "50"),
    ("lock_wait_timeout", "1", "86400"),
    ("time_zone", "'+05:30'", "'SYSTEM'"),
    ("default_storage_engine", "'MyISAM'", "'InnoDB'"),
    ("lc_messages", "'de_DE'", "'en_US'"),
    ("character_set_server", "'latin1'", "'utf8mb4'"),
    ("collation_connection", "'utf8mb4_bin'", "'utf8mb4_unicode_ci'"),
    ("explicit_defaults_for_timestamp", "0", "1"),
    ("auto_increment_increment", "7", "1"),
    ("div_precision_increment", "0", "4"),
    ("block_encryption_mode", "'aes-256-cbc'", "'aes-128-ecb'"),
    ("group_concat_max_len", "4", "1024"),
    ("sql_notes", "0", "1"),
    ("sql_warnings", "1", "0"),
    ("max_sort_length", "64", "1024"),
    ("old_alter_table", "1", "0"),
    ("net_read_timeout", "1", "30"),
    ("sql_mode", "''", "'STRICT_TRANS_TABLES'"),
    ("sql_mode", "'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES'", "'STRICT_TRANS_TABLES'"),
    ("init_connect", "'SET autocommit = 0, SESSION sql_mode = \\'\\', foreign_key_checks = 0'", "''"),
    ("init_connect", "'SET NAMES latin1'", "''"),
]
MYSQL = [
    ("max_execution_time", "1", "0"),
    ("transaction_isolation", "'SERIALIZABLE'", "'REPEATABLE-READ'"),
    ("transaction_read_only", "1", "0"),
    ("sql_require_primary_key", "1", "0"),
]
MARIADB = [
    ("max_statement_time", "0.001", "0"),
    ("tx_isolation", "'SERIALIZABLE'", "'REPEATABLE-READ'"),
    ("tx_read_only", "1", "0"),
]
NAMES = [f"n{i:02}{'x' * 60}{'yz'[i % 2]}" for i in range(12)]


class Defaults(OwnServerCase):
    def check(self, crudd):
        """Constraints, order and messages do not depend on the defaults."""
        for i, name in enumerate(NAMES):
            headers = {"Idempotency-Key": f"k{i}"} if i % 3 == 0 else None
            answer = crudd.send("POST", "/members", {"name": name, "surname": "é💪"}, headers)
            self.assertEqual(answer.status, 201, answer.body)
            path = answer.headers["Location"]
            self.assertEqual(crudd.send("PATCH", path, {"surname": "健"}).status, 200)
            self.assertEqual(crudd.get(path).json["surname"], "健")
        dangling = {"member_id": 999999, "plan_id": 999999, "start_date": "2026-01-01"}
        self.assertEqual(crudd.send("POST", "/subscriptions", dangling).status, 422)
        listed = crudd.get("/members?sort=name&limit=200")
        self.assertEqual([m["name"] for m in listed.json], sorted(NAMES))
        self.assertEqual(crudd.send("POST", "/plans", {"name": "A", "type": "day", "price": "1"}).status, 201)
        taken = crudd.send("POST", "/plans", {"name": "a", "type": "day", "price": "1"})
        self.assertEqual((taken.status, taken.json["errors"][0]["field"]), (409, "name"))

    def test_each_default(self):
        for name, hostile, back in HOSTILE + (MARIADB if self.mariadb else MYSQL):
            schema = self.database.schema()
            with self.subTest(f"{name} = {hostile}"):
                try:
                    self.database.sql(f"SET GLOBAL {name} = {hostile}")
                except AssertionError as error:  # a variable of the other server or of another version
                    self.assertRegex(str(error), "Unknown system variable|SESSION variable|read.only|removed")
                    continue
                try:
                    with Crudd(schema, log_requests="false") as crudd:
                        self.check(crudd)
                finally:
                    self.database.sql(f"SET GLOBAL {name} = {back}")
                # what was acknowledged is there for others too
                self.assertEqual(schema.sql("SELECT COUNT(*) FROM members WHERE surname = '健'"), [("12",)])
                self.assertEqual(schema.sql("SELECT COUNT(*) FROM idempotency_keys"), [("4",)])

    def test_time_zone(self):
        """Times are stored in UTC, whatever the server's zone is."""
        schema = self.database.schema()
        self.database.sql("SET GLOBAL time_zone = '+05:30'")
        self.addCleanup(self.database.sql, "SET GLOBAL time_zone = 'SYSTEM'")
        with Crudd(schema) as crudd:
            made = crudd.send("POST", "/members", {"name": "A", "surname": "B"}).json
            seconds = schema.sql("SELECT ABS(TIMESTAMPDIFF(SECOND, created_at, UTC_TIMESTAMP())) FROM members")[0][0]
            self.assertLess(int(seconds), 60, made)


class Refused(unittest.TestCase):
    def test_what_the_server_does_not_take(self):
        """The log names the variable and how to mend it; nothing is served until then."""
        with MariaDB(options=["--maximum-max_sort_length=512"]) as database:
            schema = database.schema()
            with Crudd(schema, wait="listening") as crudd:
                told = wait_for("a report", lambda: crudd.events("database"))[0]["detail"]
                self.assertEqual(
                    told,
                    "the session cannot be used: max_sort_length is 512, expected 1024; "
                    "change it in the server's configuration or parameter group",
                )
                self.assertEqual(crudd.send("POST", "/members", {"name": "A", "surname": "B"}).status, 503)
                self.assertEqual(crudd.admin("/readyz").status, 503)
                config = crudd.path / "migrate.json"
                config.write_text(json.dumps(crudd.settings), encoding="utf-8")
                done = subprocess.run([CRUDD, "migrate", "--config", config], capture_output=True, text=True)
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertEqual(done.stderr, f"crudd: migrate: {told}\n")
            self.assertEqual(schema.sql("SHOW TABLES"), [])


if __name__ == "__main__":
    unittest.main()
