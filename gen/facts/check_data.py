"""Checks the tables beside it and says how old they are; `make data` runs it. It changes nothing.

It finds what a refreshed table gets wrong: columns, cells, order, rows given twice, dates, references to rows of another
table, and prices out of line. A deviation that is true is in EXCEPTIONS, with the reason.
"""

import csv
import re
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
NUMBER, WHOLE, FLAG, DAY, TEXT = r"\d+(\.\d+)?", r"\d+", "[01]", r"20\d\d-[01]\d-[0-3]\d", "[ -~]+"
ARCH = "x86_64|arm64"
RUNS = r"no|yes|all|[\d.+ -]+"
# Each column's cells; one that may be empty ends with "|".
TABLES = {
    "prices": {
        **dict(service="[a-z0-9-]+", item="[A-Za-z0-9.-]+", region="[a-z0-9-]+", unit="[A-Za-z0-9-]+", usd=NUMBER),
        **dict(src="[A-Z][0-9]?", as_of=DAY + "|", note=TEXT + "|"),
    },
    "ec2_instance_types": {
        **dict(type=r"[a-z0-9-]+\.[a-z0-9-]+", vcpu=WHOLE, memory_mib=WHOLE, arch=ARCH, burstable=FLAG, current_gen=FLAG),
        **dict(network=TEXT, net_base_gbps=NUMBER + "|", net_peak_gbps=NUMBER + "|", hypervisor="nitro|xen|metal|"),
        **dict(ebs_optimized="default|supported|unsupported", free_tier=FLAG, local_ssd=FLAG, max_eni=WHOLE),
        **dict(ipv4_per_eni=WHOLE, cpu_credits_per_hour=NUMBER + "|"),
    },
    "ec2_offerings": {"type": r"[a-z0-9-]+\.[a-z0-9-]+"},  # and a column a region
    "rds_classes": {
        **{"class": r"db\.[a-z0-9-]+\.[a-z0-9-]+", "vcpu": WHOLE, "memory_mib": WHOLE, "arch": ARCH, "burstable": FLAG},
        **dict(status="current|previous|deprecated", mysql57=RUNS + "|", mysql80=RUNS + "|", mysql84=RUNS + "|"),
        **dict(mariadb=RUNS + "|", mysql_regions=WHOLE, src="rds|ec2|notes", note=TEXT + "|"),
    },
    "rds_offerings": {"class": r"db\.[a-z0-9-]+\.[a-z0-9-]+"},  # and a column a region
    "rds_mysql_versions": {
        **dict(engine="mysql|mariadb", version=r"\d+\.\d+(\.\d+(-rds\.\d{8})?)?", major=r"\d+\.\d+", rds_release=DAY + "|"),
        **dict(end_standard=DAY + "|", end_extended=DAY + "|", status="retired|extended|standard|active|deprecated|"),
    },
    "regions": {
        **dict(region="[a-z]+-[a-z]+-[1-9]", name=TEXT, az_count=WHOLE, az_letters="[a-f]+", opt_in="yes|no"),
        **dict(az_ids=TEXT + "|", vpc_origins="yes|no", src="[12]", note=TEXT + "|"),
    },
    "time_zones": dict(name=r"[A-Za-z0-9_+/-]+", rule=r"[A-Za-z0-9<>+:,./-]+"),
    "limits": {
        **dict(item="[A-Za-z0-9_.]+", kind="name|range|enum|rule|quota", min="-?[0-9]+|", max="-?[0-9]+|"),
        **dict(default=TEXT + "|", pattern_or_values=TEXT + "|", note=TEXT + "|", src=TEXT),
    },
}
KEYS = {"prices": ("service", "item", "region"), "rds_mysql_versions": ("engine", "version")}  # else the first column
REGIONS = {"ec2_offerings": r"[a-f]+|\*|", "rds_offerings": "1|"}
# The services of prices.csv whose items are rows of another table.
ITEMS = {"ec2": "ec2_instance_types", "rds-mysql-single": "rds_classes", "rds-mysql-multi": "rds_classes"}
JUMP = 3  # a price may be this many times another region's
STANDBY = 0.05  # Multi-AZ is twice the price of a single instance, within this share
EXCEPTIONS = {
    ("prices", "jump", "transfer-region"): "between two regions of a country transfer costs a fraction",
    ("prices", "jump", "transfer out-other-region"): "likewise",
    ("prices", "standby", "ca-west-1"): "four times the single price as published for db.m6id and db.r6id",
}


class Table:
    def __init__(self, path):
        self.name = path.stem
        lines = path.read_text(encoding="ascii").split("\n")
        self.comments = [line for line in lines if line.startswith("#")]
        self.first = len(self.comments) + 1  # the line of the column names
        reader = csv.DictReader(lines[len(self.comments) :], strict=True)
        self.columns = reader.fieldnames
        self.rows = list(reader)
        self.key = KEYS.get(self.name, self.columns[:1])
        self.dates = ("?", "?")
        self.keys = [tuple(row[column] or "" for column in self.key) for row in self.rows]


class Check:
    def __init__(self, folder):
        self.found = []
        self.used = set()
        self.tables = {path.stem: Table(path) for path in sorted(folder.glob("*.csv"))}

    def report(self, table, row, what):
        where = f":{table.first + 1 + row}" if row is not None else ""
        self.found.append(f"{table.name}.csv{where}: {what}")

    def excused(self, *why):
        if why in EXCEPTIONS:
            self.used.add(why)
        return why in EXCEPTIONS

    def everything(self):
        regions = [key[0] for key in self.tables["regions"].keys]
        for name in sorted(TABLES.keys() ^ self.tables.keys()):
            self.found.append(f"{name}.csv: a table without columns here" if name in self.tables else f"no {name}.csv")
        for name, table in self.tables.items():
            cells = dict(TABLES.get(name, {}))
            cells.update(dict.fromkeys(regions, REGIONS[name]) if name in REGIONS else {})
            self.cells(table, cells)
            self.rows(table)
        if self.found:
            return  # what follows relies on columns and cells
        for table in self.tables.values():
            self.dates(table)
        self.references()
        self.prices()
        for why in sorted(EXCEPTIONS.keys() - self.used):
            self.found.append(f"an exception that nothing needs: {' '.join(why)}")

    def cells(self, table, cells):
        if table.columns != list(cells):
            self.report(table, None, f"the columns are {','.join(table.columns)}, expected {','.join(cells)}")
            return
        patterns = {column: re.compile(pattern) for column, pattern in cells.items()}
        for i, row in enumerate(table.rows):
            for column, pattern in patterns.items():
                if row[column] is None or not pattern.fullmatch(row[column]):
                    self.report(table, i, f"'{row[column]}' is no {column}")
            if None in row:
                self.report(table, i, "too many cells")

    def rows(self, table):
        """Prices are found by bisection, so their order matters."""
        seen = {}
        for i, key in enumerate(table.keys):
            if key in seen:
                self.report(table, i, f"{','.join(key)} is given twice")
            elif table.name == "prices" and i and key < table.keys[i - 1]:
                self.report(table, i, f"{','.join(key)} is not in order")
            seen[key] = i

    def dates(self, table):
        """'# dates: FIRST to LAST' says when the facts were read or published."""
        lines = [re.fullmatch(f"# dates: ({DAY}) to ({DAY})", line) for line in table.comments]
        found = [line for line in lines if line]
        if len(found) != 1:
            self.report(table, None, "needs one line '# dates: FIRST to LAST'")
            return
        table.dates = found[0].groups()
        self.day(table, None, table.dates[1], date.today().isoformat())
        if table.name == "prices":
            days = [row["as_of"] for row in table.rows if row["as_of"]]
            if table.dates != (min(days), max(days)):
                self.report(table, None, f"the dates are {min(days)} to {max(days)}")
        elif not all(any(day in line for line in table.comments if line != found[0][0]) for day in table.dates):
            self.report(table, None, "the dates of '# dates' are those of no source")

    def day(self, table, row, text, last):
        try:
            date.fromisoformat(text)
        except ValueError:
            self.report(table, row, f"'{text}' is no day")
        if text > last:
            self.report(table, row, f"{text} has not come yet")

    def references(self):
        known = {name: {key[0] for key in table.keys} for name, table in self.tables.items()}
        for one, other in (("ec2_offerings", "ec2_instance_types"), ("rds_offerings", "rds_classes")):
            for name, there in ((one, other), (other, one)):
                for i, key in enumerate(self.tables[name].keys):
                    if key[0] not in known[there]:
                        self.report(self.tables[name], i, f"{key[0]} is not in {there}.csv")
        prices = self.tables["prices"]
        sources = {line.split()[2] for line in prices.comments if line.startswith("# src ")}
        for i, row in enumerate(prices.rows):
            if row["service"] in ITEMS and row["item"] not in known[ITEMS[row["service"]]]:
                self.report(prices, i, f"{row['item']} is not in {ITEMS[row['service']]}.csv")
            if row["region"] != "global" and row["region"] not in known["regions"]:
                self.report(prices, i, f"{row['region']} is not in regions.csv")
            if row["src"] not in sources:
                self.report(prices, i, f"the head names no source {row['src']}")
            if row["as_of"]:
                self.day(prices, i, row["as_of"], date.today().isoformat())
            elif not row["note"]:
                self.report(prices, i, "a price without a date needs a note")

    def prices(self):
        table = self.tables["prices"]
        items = defaultdict(dict)
        for row in table.rows:
            items[row["service"], row["item"]][row["region"]] = float(row["usd"])
        for (service, item), by_region in items.items():
            low, high = min(by_region, key=by_region.get), max(by_region, key=by_region.get)
            if by_region[low] <= 0:
                self.report(table, None, f"{service},{item},{low} costs nothing")
            elif by_region[high] > JUMP * by_region[low]:
                if not self.excused("prices", "jump", service) and not self.excused("prices", "jump", f"{service} {item}"):
                    ratio = by_region[high] / by_region[low]
                    self.report(table, None, f"{service},{item}: {high} is {ratio:.1f} times {low}")
            for region, usd in by_region.items() if service == "rds-mysql-multi" else ():
                single = items["rds-mysql-single", item].get(region)
                if single and abs(usd / single - 2) > 2 * STANDBY and not self.excused("prices", "standby", region):
                    self.report(table, None, f"{service},{item},{region} is {usd / single:.2f} times the single price")


def main():
    check = Check(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
    check.everything()
    for table in check.tables.values():
        print(f"{table.name + '.csv':24}{len(table.rows):>7,} rows   {' to '.join(table.dates)}")
    print(*check.found[:50], sep="\n", end="\n" if check.found else "")
    if len(check.found) > 50:
        print(f"and {len(check.found) - 50} more")
    sys.exit(1 if check.found else 0)


if __name__ == "__main__":
    main()
