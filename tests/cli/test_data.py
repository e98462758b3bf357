"""What gen/facts/check_data.py finds in tables that were refreshed wrongly."""

import re
import shutil
import subprocess
import sys
import unittest

from case import ROOT, TFGEN, Case

FACTS = ROOT / "gen/facts"
LINE = "ebs,gp3,us-east-1,"


def line_of(text, start):
    return re.search(f"^{re.escape(start)}.*\n", text, re.M)[0]


def cell(start, column, value):
    """An edit: sets a cell of the line that begins so."""

    def edit(text):
        line = line_of(text, start)
        cells = line.rstrip("\n").split(",")
        cells[column] = value
        return text.replace(line, ",".join(cells) + "\n")

    return edit


CASES = [
    ("prices", lambda t: t.replace("unit,usd", "usd,unit"), "the columns are service,item,region,usd,unit,"),
    ("prices", lambda t: t.replace(line_of(t, LINE), line_of(t, LINE) * 2), f"{LINE[:-1]} is given twice"),
    ("prices", lambda t: t.replace(line_of(t, LINE), "") + line_of(t, LINE), f"{LINE[:-1]} is not in order"),
    ("prices", cell(LINE, 4, "free"), "'free' is no usd"),
    ("prices", cell(LINE, 4, "0.00"), f"{LINE[:-1]} costs nothing"),
    ("prices", cell(LINE, 4, "0.8"), "ebs,gp3: us-east-1 is 10.0 times "),
    ("prices", cell(LINE, 5, "Z"), "the head names no source Z"),
    ("prices", cell(LINE, 6, "2099-01-01"), "2099-01-01 has not come yet"),
    ("prices", cell(LINE, 6, "2026-02-30"), "'2026-02-30' is no day"),
    ("prices", cell("ebs,snapshot,us-east-1,", 6, ""), "a price without a date needs a note"),
    ("prices", lambda t: t.replace("ec2,a1.medium,", "ec2,a1.mediun,"), "a1.mediun is not in ec2_instance_types.csv"),
    ("prices", cell("rds-mysql-multi,db.t3.micro,us-east-1,", 4, "0.05"), "is 2.94 times the single price"),
    ("prices", lambda t: t + "zz,item,us-gov-1,GB,1,V,2025-12-06,\n", "us-gov-1 is not in regions.csv"),
    ("ec2_instance_types", cell("t3.micro,", 1, "two"), "'two' is no vcpu"),
    ("ec2_instance_types", lambda t: t.replace(line_of(t, "t3.micro,"), ""), "t3.micro is not in ec2_instance_types.csv"),
    ("ec2_offerings", cell("t3.micro,", 1, "xyz"), "'xyz' is no af-south-1"),
    ("ec2_offerings", lambda t: t.replace(line_of(t, "t3.micro,"), ""), "t3.micro is not in ec2_offerings.csv"),
    ("rds_classes", lambda t: t.replace(line_of(t, "db.t3.micro,"), ""), "db.t3.micro is not in rds_classes.csv"),
    ("rds_offerings", cell("db.t3.micro,", 1, "0"), "'0' is no af-south-1"),
    ("rds_mysql_versions", cell("mysql,8.4,", 4, "soon"), "'soon' is no end_standard"),
    ("regions", lambda t: t + "xx-north-1,X,3,abc,no,,1,\n", "the columns are"),
    ("limits", lambda t: t.replace("# dates: ", "# days: "), "needs one line '# dates: FIRST to LAST'"),
    ("limits", lambda t: re.sub(r"(# dates: \S+ to )\S+", r"\g<1>2026-08-30", t), "the dates of '# dates' are those of no source"),
]


class Data(Case):
    def check(self):
        return subprocess.run(
            [sys.executable, FACTS / "check_data.py", self.dir / "facts"], capture_output=True, text=True, check=False
        )

    def setUp(self):
        super().setUp()
        (self.dir / "facts").mkdir()
        for path in FACTS.glob("*.csv"):
            shutil.copy(path, self.dir / "facts")

    def test_a_wrong_table_is_reported_at_its_line(self):
        self.assertEqual(self.check().returncode, 0)
        for name, edit, message in CASES:
            with self.subTest(name=name, message=message):
                path = self.dir / f"facts/{name}.csv"
                text = path.read_text()
                changed = edit(text)
                self.assertNotEqual(changed, text)
                path.write_text(changed)
                done = self.check()
                path.write_text(text)
                self.assertIn(message, done.stdout)
                self.assertEqual(done.returncode, 1)
                number = re.search(rf"^\w+\.csv:(\d+): {re.escape(message)}", done.stdout, re.M)
                if number and "not in" not in message:
                    near = changed.split("\n")[int(number[1]) - 1]
                    self.assertTrue(message.split("'")[1] in near if "'" in message else near, near)

    def test_a_table_that_is_missing_or_new(self):
        (self.dir / "facts/limits.csv").rename(self.dir / "facts/quotas.csv")
        done = self.check()
        self.assertIn("no limits.csv", done.stdout)
        self.assertIn("quotas.csv: a table without columns here", done.stdout)
        self.assertEqual(done.returncode, 1)

    def test_the_dates_are_printed_and_in_the_readme(self):
        printed = self.run_tfgen("--version", "-v").stdout.splitlines()[1:]
        self.assertEqual({line.split()[0] for line in printed}, {path.name for path in FACTS.glob("*.csv")})
        checked = dict(re.findall(r"^(\S+) .* rows +(.*)$", self.check().stdout, re.M))
        self.assertEqual({line.split(None, 1)[0]: line.split(None, 1)[1] for line in printed}, checked)
        readme = (ROOT / "README.md").read_text()
        for line in printed:
            self.assertIn(f"    {line}\n", readme)
        self.assertEqual(len(self.run_tfgen("--version").stdout.splitlines()), 1)


if __name__ == "__main__":
    unittest.main()
