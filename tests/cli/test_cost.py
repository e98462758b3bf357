"""What a stack costs: `tfgen cost`, the change that `tfgen diff` prints, and the line after a compilation.

tests/terraform/test_cost.py counts the same again in Terraform's plan.
"""

import csv
import json
import re
import unittest

from case import MINIMAL, ROOT, Case

PRICES = ROOT / "gen/facts/prices.csv"
REGIONS = ROOT / "gen/facts/regions.csv"


def rows(path):
    with open(path, newline="") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))


def price(service, item, region):
    (found,) = [row for row in rows(PRICES) if (row["service"], row["item"], row["region"]) == (service, item, region)]
    return float(found["usd"])


class Cost(Case):
    def cost(self, text, *options):
        self.spec("gym.yaml", text)
        return json.loads(self.run_tfgen("cost", "--format", "json", *options, "gym.yaml").stdout)

    def lines(self, text, *options):
        return {line["id"]: line for line in self.cost(text, *options)["lines"]}

    def test_every_line_is_its_quantity_times_its_price(self):
        found = self.cost(MINIMAL, "--requests-per-second", "50", "--data-out-gb", "20000")
        self.assertEqual(set(found["total"]), {"min", "max", "load"})
        for case, total in found["total"].items():
            self.assertAlmostEqual(sum(line["usd"][case] or 0 for line in found["lines"]), total, 6)
        for line in found["lines"]:
            for case, quantity in line["quantity"].items():
                self.assertEqual(quantity is None, line["usd"][case] is None, line)
                if quantity is not None:
                    self.assertAlmostEqual(quantity * line["unit_price"], line["usd"][case], 6, line)
            self.assertRegex(line["as_of"], r"^20\d\d-\d\d-\d\d$")
            self.assertEqual({case: usd is None for case, usd in line["usd"].items()},
                             {"fixed": dict(min=False, max=False, load=False), "load": dict(min=True, max=True, load=False),
                              "use": dict(min=True, max=True, load=True)}[line["by"]], line)
        self.assertEqual(len({line["id"] for line in found["lines"]}), len(found["lines"]))

    def test_every_resource_is_one_of_the_stack(self):
        """The modules and resources that lines name are in the output, for a stack with everything."""
        text = MINIMAL + "network: {nat: single}\nalarms: {email: [a@b.example]}\nstate: {bucket: gym-state-1}\n"
        lines = self.lines(text, "--data-out-gb", "200000")
        self.run_tfgen("-q", "-o", "out", "gym.yaml")
        for line in lines.values():
            path = "bootstrap" if line["module"] == "bootstrap" else "modules/" + line["module"]
            kind, _, name = line["resource"].partition(".")
            self.assertIn(f'resource "{kind}" "{name}' if name else f'resource "{kind}" ',
                          (self.dir / "out" / path / "main.tf").read_text(), line)

    def test_a_parked_stack_has_no_instances(self):
        text = MINIMAL + "scaling: {min: 0, max: 0}\n"
        found = self.cost(text)
        self.assertEqual(found["total"]["min"], found["total"]["max"])
        self.assertFalse({"instances", "instance-volumes", "instance-metrics", "logs"} & {line["id"] for line in found["lines"]})
        self.assertTrue(all(0 not in line["usd"].values() for line in found["lines"]))
        done = self.run_tfgen("-o", "out", "gym.yaml").stdout
        self.assertIn(f"\nabout ${round(found['total']['min'])} a month\n", done)

    def test_one_line_after_a_compilation(self):
        total = self.cost(MINIMAL)["total"]
        line = f"about ${round(total['min'])} to ${round(total['max'])} a month\n"
        self.assertIn(line, self.run_tfgen("-o", "out", "gym.yaml").stdout)
        self.assertIn(line, self.run_tfgen("-o", "out", "gym.yaml").stdout, "up to date")
        self.assertEqual(self.run_tfgen("-q", "-o", "out", "gym.yaml").stdout, "")
        self.assertNotIn("month", self.run_tfgen("--check", "-o", "out", "gym.yaml").stdout)
        self.assertIn(line.strip(), (self.dir / "out/README.md").read_text())

    def test_the_readme_has_the_same_amounts(self):
        self.run_tfgen("-q", "-o", "out", "gym.yaml")
        section = (self.dir / "out/README.md").read_text().split("\n## Cost\n")[1].split("\n## ")[0]
        for line in self.cost(MINIMAL)["lines"]:
            usd = line["usd"]["max"]
            amount = "by use" if usd is None else f"{usd:.2f}" if usd >= 0.005 else "<0.01"
            self.assertRegex(section, rf"(?m)^\|.* {re.escape(line['what'])} \| \S.* \| {re.escape(amount)} \|$")

    def test_hours(self):
        month, half, year = (self.cost(MINIMAL, "--hours", hours)["total"]["min"] for hours in ("730", "365", "8760"))
        self.assertAlmostEqual(half, month / 2, 4)
        self.assertAlmostEqual(year, month * 12, 4)

    def test_a_price_that_is_not_known(self):
        """There is no row for volumes in ap-east-2: the line says so, and the total is the least."""
        text = MINIMAL.replace("us-east-1", "ap-east-2")
        found = self.cost(text)
        line = {line["id"]: line for line in found["lines"]}["instance-volumes"]
        self.assertEqual((line["unit_price"], line["unit"], line["as_of"], line["usd"]), (None, None, None, {"min": None, "max": None}))
        self.assertFalse(found["complete"])
        printed = self.run_tfgen("cost", "gym.yaml").stdout
        self.assertRegex(printed, r"(?m)their volumes, gp3 +no price known +no price known$")
        self.assertRegex(printed, r"(?m)^total +at least [0-9.]+ +at least [0-9.]+$")
        self.assertRegex(self.run_tfgen("-o", "out", "gym.yaml").stdout, r"\nat least \$\d+ to \$\d+ a month\n")
        self.assertIn("| their volumes, gp3 | no price known | no price known |", (self.dir / "out/README.md").read_text())

    def test_every_region_has_figures(self):
        """Nothing that costs is free anywhere: an amount, or no price known."""
        (t3,) = [row for row in rows(PRICES.with_name("ec2_offerings.csv")) if row["type"] == "t3.micro"]
        for row in rows(REGIONS):
            kind = "t3.micro" if t3[row["region"]] else "c6g.medium"
            found = self.cost(MINIMAL.replace("us-east-1", row["region"]), "--set", f"service.instance_type={kind}",
                              "--set", "database.instance_class=db.t3.micro")
            missing = [line["id"] for line in found["lines"] if line["as_of"] is None]
            for line in found["lines"]:
                self.assertTrue(all(usd is None or usd > 0 for usd in line["usd"].values()), (row["region"], line))
            self.assertEqual(found["complete"], not missing)
            self.assertLessEqual(set(missing), {"instance-volumes", "instances"}, row["region"])
            self.assertGreater(found["total"]["max"], found["total"]["min"])
            self.assertGreater(found["total"]["min"], 50)

    def test_environment_and_overrides(self):
        text = (ROOT / "examples/production.yaml").read_text()
        self.assertEqual(self.cost(text, "--env", "staging")["stack"], "gym-staging")
        self.assertLess(self.cost(text, "--env", "staging")["total"]["max"], self.cost(text)["total"]["min"])
        self.assertEqual(self.cost(text, "--set", "scaling.max=3")["instances"], {"min": 3, "max": 3})

    def test_a_load(self):
        """Each figure of a load follows from its stated assumptions."""
        text = MINIMAL + "scaling: {out: {requests_per_second: 0, requests_per_second_per_instance: 50}}\n"
        found = self.cost(text, "--requests-per-second", "200")
        self.assertEqual(found["instances"]["load"], 5)  # with 4, each would have 50
        load = {line["id"]: line["quantity"]["load"] for line in found["lines"]}
        requests = 200 * 3600 * 730
        self.assertEqual(load["load-balancer-units"], 200 / 25 * 730)
        self.assertAlmostEqual(load["data-out"], requests * 2000 / 1e9)
        self.assertAlmostEqual(load["zones-data"], requests * 2000 / 1e9 / 2)
        checks = 5 * 2 * 3600 / 15 * 730  # instances, nodes of the load balancer, one each 15 s
        self.assertAlmostEqual(load["logs"], (requests + checks) * 300 / 1e9, 3)
        self.assertAlmostEqual(load["logs-kept"], load["logs"] * 30 * 24 / 730, 3)
        self.assertEqual(load["instance-credits"], 0)
        self.assertAlmostEqual(load["backups"], 200 * 86400 * 0.1 * 1000 / 1e9 * 7, 3)

    def test_the_firewall_checks_each_request_of_a_load(self):
        lines = self.lines(MINIMAL + "firewall: {rate_limit: 600}\n", "--requests-per-second", "100")
        self.assertAlmostEqual(lines["firewall-requests"]["quantity"]["load"], 100 * 3600 * 730 / 1e6, 3)
        self.assertAlmostEqual(lines["firewall-requests"]["usd"]["load"], 100 * 3600 * 730 / 1e6 * 0.6, 2)
        self.assertEqual([name for name in self.lines(MINIMAL) if name.startswith("firewall")], [])

    def test_copies_cost_what_their_region_asks(self):
        lines = self.lines(MINIMAL + "backup: {copy_to: eu-central-1}\n")
        self.assertEqual((lines["vault"]["unit_price"], lines["copies"]["unit_price"]), (0.095, 0.103))  # of a GB and month
        self.assertEqual(lines["copies-sent"]["unit"], "GB")
        self.assertEqual(lines["copies-key"]["usd"]["min"], 1)
        self.assertNotIn("copies", self.lines(MINIMAL + "backup: {}\n"))
        self.assertEqual([name for name in self.lines(MINIMAL) if name.startswith(("vault", "copies"))], [])

    def test_which_dimension_of_the_load_balancer_counts(self):
        slow = MINIMAL + "load_balancer: {idle_timeout: 300s}\n"
        for text, options, units in [
            (MINIMAL, ["--requests-per-second", "100"], 100 / 25 * 730),
            (slow, ["--requests-per-second", "100"], 100 * 300 / 3000 * 730),
            (MINIMAL, ["--requests-per-second", "1", "--data-out-gb", "5000"], 5000 + 3600 * 730 * 1000 / 1e9),
            (MINIMAL, ["--requests-per-second", "0"], 0),
        ]:
            self.assertAlmostEqual(self.lines(text, *options)["load-balancer-units"]["quantity"]["load"], units, 3)

    def test_credits_above_the_baseline(self):
        """At 1 ms of CPU a request, 1,500 a second are 1.5 vCPUs; a t3.micro has a baseline of 0.2 and at most 2."""
        one = MINIMAL + "scaling: {min: 1, max: 1, out: {requests_per_second: 0}}\n"
        for rps, vcpus in [(100, 0), (200, 0), (1500, 1.3), (9000, 1.8)]:
            self.assertAlmostEqual(self.lines(one, "--requests-per-second", str(rps))["instance-credits"]["quantity"]["load"], vcpus * 730, 3)
        self.assertNotIn("instance-credits", self.lines(one + "service: {cpu_credits: standard}\n"))

    def test_steps_of_data_out(self):
        lines = self.lines(MINIMAL, "--data-out-gb", "200000")
        self.assertEqual([lines[name]["quantity"]["load"] for name in ("data-out", "data-out-10tb", "data-out-50tb", "data-out-150tb")],
                         [10240, 40960, 102400, 200000 - 153600])
        self.assertNotIn("data-out-10tb", self.lines(MINIMAL, "--data-out-gb", "10240"))

    def test_extended_support(self):
        line = self.lines(MINIMAL + "database: {engine_version: \"8.0\"}\n")["extended-support"]
        self.assertEqual(line["quantity"]["min"], 2 * 2 * 730)  # vCPUs of db.t4g.micro and of the standby
        self.assertEqual(line["unit_price"], price("rds-extended-support", "year1-2", "us-east-1"))
        self.assertNotIn("extended-support", self.lines(MINIMAL))

    def test_choices(self):
        """What a choice saves is what the spec costs less with it."""
        for text in (MINIMAL, (ROOT / "examples/production.yaml").read_text(), MINIMAL + "database: {engine_version: \"8.0\"}\n"):
            found = self.cost(text)
            self.assertEqual(len(found["choices"]), 3)
            self.assertEqual([k["saves"]["min"] for k in found["choices"]], sorted((k["saves"]["min"] for k in found["choices"]), reverse=True))
            for choice in found["choices"]:
                cheaper = self.cost(text, "--set", f"{choice['key']}={choice['value']}")["total"]
                for case, saves in choice["saves"].items():
                    self.assertAlmostEqual(found["total"][case] - cheaper[case], saves, 6)
        self.assertEqual({k["key"] for k in self.cost(MINIMAL)["choices"]},
                         {"scaling.min", "database.multi_az", "service.instance_type"})

    def test_a_choice_that_the_checks_refuse_is_not_offered(self):
        text = MINIMAL + "scaling: {min: 1, max: 1}\nservice: {instance_type: t3.nano}\nalarms: {dashboard: false}\n" \
                         "database: {multi_az: false}\n"
        self.assertEqual(self.cost(text)["choices"], [])
        # The smaller class would save most, but has too few connections for ten instances.
        text = MINIMAL + "service: {database_connections: 8}\ndatabase: {instance_class: db.t4g.small, multi_az: false}\n"
        self.assertNotIn("database.instance_class", {choice["key"] for choice in self.cost(text)["choices"]})
        self.run_tfgen("lint", "-q", "--set", "database.instance_class=db.t4g.micro", "gym.yaml", status=1)
        text = text.replace("connections: 8", "connections: 4")
        self.assertIn({"key": "database.instance_class", "value": "db.t4g.micro"},
                      [{"key": choice["key"], "value": choice["value"]} for choice in self.cost(text)["choices"]])

    def test_what_remains(self):
        snapshot = {"what": "the database's final snapshot, if its 20 GB are full", "usd_a_month": 20 * price("backup", "rds-snapshot", "us-east-1")}
        for hours in ("730", "24"):
            self.assertEqual(self.cost(MINIMAL, "--hours", hours)["after_destroy"], [snapshot])
        self.assertRegex(self.run_tfgen("cost", "gym.yaml").stdout, r"(?m)^  the database's final snapshot, if its 20 GB are full +1\.90$")
        self.assertEqual(self.cost(MINIMAL + "database: {final_snapshot: false}\n")["after_destroy"], [])
        self.assertRegex(self.run_tfgen("cost", "gym.yaml").stdout, r"(?m)^What remains after 'terraform destroy'  nothing that costs$")
        found = self.cost(MINIMAL + "state: {bucket: gym-state-1}\n", "--hours", "365")["after_destroy"]
        self.assertEqual(len(found), 2)
        self.assertAlmostEqual(found[1]["usd_a_month"], 0.001 * price("s3", "standard", "us-east-1"), 6)

    def test_the_state_is_priced_in_its_own_region(self):
        lines = self.lines(MINIMAL + "state: {bucket: gym-state-1, region: sa-east-1}\n")
        self.assertEqual(lines["state"]["unit_price"], price("s3", "standard", "sa-east-1"))
        self.assertEqual(lines["archive"]["unit_price"], price("s3", "standard", "us-east-1"))

    def test_compares_two_specs(self):
        self.spec("a.yaml", MINIMAL)
        self.spec("b.yaml", MINIMAL + "network: {nat: single}\ndatabase: {multi_az: false}\n")
        found = json.loads(self.run_tfgen("cost", "--compare", "--format", "json", "a.yaml", "b.yaml").stdout)
        self.assertEqual(found["specs"], ["a.yaml", "b.yaml"])
        ids = [line["id"] for line in found["lines"]]
        self.assertEqual(len(ids), len(set(ids)))
        for name, total in zip(found["specs"], found["total"]):
            alone = json.loads(self.run_tfgen("cost", "--format", "json", name).stdout)
            self.assertEqual(total, alone["total"])
            side = found["specs"].index(name)
            known = {line["id"]: line["usd"] for line in alone["lines"]}
            for line in found["lines"]:
                self.assertEqual(line["usd"][side], known.get(line["id"], {"min": 0, "max": 0}), line)
        text = self.run_tfgen("cost", "--compare", "a.yaml", "b.yaml").stdout
        self.assertRegex(text, r"(?m)NAT gateways +- +32\.85 +\+32\.85 +- +32\.85 +\+32\.85$")
        (total,) = re.findall(r"(?m)^total .*", text)
        first, second, change = map(float, total.split()[1:4])
        self.assertAlmostEqual(second - first, change, 1)

    def test_wrong_options(self):
        for option, wrong, right in [("--hours", ["0", "8785", "-1", "1.5", "nan", "", " 7", "1e3", "99999999999999999999"], "1 to 8784"),
                                     ("--requests-per-second", ["-1", "x", "10000001", "inf"], "0 to 10000000"),
                                     ("--data-out-gb", ["-5", "1000000001", "0x10"], "0 to 1000000000")]:
            for value in wrong:
                done = self.run_tfgen("cost", f"{option}={value}", "gym.yaml", status=2)
                self.assertEqual(done.stderr, f"tfgen: {option} cannot be '{value}', expected a whole number from {right}\n")
                self.assertEqual(done.stdout, "")
        self.assertIn("does not apply", self.run_tfgen("--hours", "5", "gym.yaml", status=2).stderr)
        for arguments in (["gym.yaml", "gym.yaml"], ["--compare", "gym.yaml"]):
            self.assertIn("expected 'tfgen cost SPEC' or", self.run_tfgen("cost", *arguments, status=2).stderr)
        self.assertIn("expected one of: text json", self.run_tfgen("cost", "--format", "sarif", "gym.yaml", status=2).stderr)
        self.spec("wrong.yaml", "name: gym\nregion: mars-1\n")
        self.assertEqual(self.run_tfgen("cost", "wrong.yaml", status=1).stdout, "")
        self.run_tfgen("cost", "missing.yaml", status=3)

    def test_the_largest_load_and_stack(self):
        """Nothing overflows."""
        text = MINIMAL + "scaling: {min: 1000, max: 1000}\nnetwork: {cidr: 10.0.0.0/16, nat: single}\n" \
                         "service: {instance_type: m5.24xlarge, disk_gb: 16384, log_days: 3653}\nload_balancer: {idle_timeout: 4000s}\n" \
                         "database: {instance_class: db.x2iedn.32xlarge, storage_gb: 65536, max_storage_gb: 0}\n"
        self.spec("gym.yaml", text)
        options = ["--hours", "8784", "--requests-per-second", "10000000", "--data-out-gb", "1000000000"]
        done = self.run_tfgen("cost", "--format", "json", *options, "gym.yaml")
        for line in json.loads(done.stdout)["lines"]:
            usd = line["usd"]["load"]
            if usd is not None:
                self.assertAlmostEqual(usd / max(line["quantity"]["load"] * line["unit_price"], 1e-9), 1, 6, line)
        self.assertNotRegex(self.run_tfgen("cost", *options, "gym.yaml").stdout, r" -\d|nan|inf\b")

    def test_quiet_and_the_same_bytes(self):
        self.assertEqual(self.run_tfgen("cost", "-q", "gym.yaml").stdout, "")
        self.assertEqual(self.run_tfgen("cost", "gym.yaml").stdout, self.run_tfgen("cost", "gym.yaml").stdout)


class Readme(Case):
    def test_its_table(self):
        found = re.findall(r"(?m)^\| `(examples/\S+)` \| ([0-9.]+) \| ([0-9.]+) \|$", (ROOT / "README.md").read_text())
        self.assertEqual({name for name, _, _ in found}, {f"examples/{path.name}" for path in (ROOT / "examples").glob("*.yaml")})
        for name, least, most in found:
            total = json.loads(self.run_tfgen("cost", "--format", "json", str(ROOT / name)).stdout)["total"]
            self.assertEqual((f"{total['min']:.2f}", f"{total['max']:.2f}"), (least, most), name)
            if name == "examples/starter.yaml":
                self.assertLessEqual(total["max"], 50, "'tfgen help init' promises that")


class Change(Case):
    def test_of_two_specs(self):
        self.spec("new.yaml", MINIMAL + "database: {multi_az: false}\n")
        total = [json.loads(self.run_tfgen("cost", "--format", "json", name).stdout)["total"] for name in ("gym.yaml", "new.yaml")]
        found = json.loads(self.run_tfgen("diff", "--format", "json", "gym.yaml", "new.yaml", status=2).stdout)
        self.assertEqual(found["cost"], {"before": total[0], "after": total[1], "complete": True})
        self.assertRegex(self.run_tfgen("diff", "gym.yaml", "new.yaml", status=2).stdout,
                         rf"\ncost: about \$\d+ to \$\d+ a month, about \$\d+ to \$\d+ a month before: {total[1]['min'] - total[0]['min']:.2f}\n$")
        self.spec("new.yaml", MINIMAL + "scaling: {cooldown: 4m}\n")
        self.assertRegex(self.run_tfgen("diff", "gym.yaml", "new.yaml", status=2).stdout, r"\ncost: about \S+ to \S+ a month, as before\n$")
        self.assertEqual(self.run_tfgen("diff", "gym.yaml", "gym.yaml").stdout, "")

    def test_of_the_last_compilation(self):
        self.run_tfgen("-q", "-o", "out", "gym.yaml")
        found = json.loads(self.run_tfgen("diff", "--format", "json", "-o", "out", "--set", "scaling.max=12", "gym.yaml", status=2).stdout)
        self.assertEqual(found["cost"]["before"]["min"], found["cost"]["after"]["min"])
        self.assertGreater(found["cost"]["after"]["max"], found["cost"]["before"]["max"])

    def test_of_a_spec_that_this_version_refuses(self):
        self.run_tfgen("-q", "-o", "out", "gym.yaml")
        kept = self.dir / "out/.tfgen/spec.yaml"
        kept.write_text(kept.read_text().replace("t3.micro", "t9.gone"))
        done = self.run_tfgen("diff", "-o", "out", "gym.yaml", status=2)
        self.assertRegex(done.stdout, r"\ncost: about \S+ to \S+ a month; before: not known, this tfgen refuses the spec that was compiled last\n$")
        found = json.loads(self.run_tfgen("diff", "--format", "json", "-o", "out", "gym.yaml", status=2).stdout)
        self.assertIsNone(found["cost"]["before"])
        self.assertFalse(found["cost"]["complete"])


class Original(unittest.TestCase):
    """The AWS calculator gave 66.06 for the stack that examples/original.yaml follows, on 2023-12-05."""

    def test_the_figure_of_the_calculator(self):
        half, month, region = 365, 730, "us-east-1"  # instances and database for half of the hours
        parts = {
            "EC2": 2 * half * price("ec2", "t2.micro", region),
            # db.t2.micro, 20 GB of gp2 at the price of gp3, and an RDS Proxy that the stack does not have
            "RDS": half * price("rds-mysql-multi", "db.t2.micro", region) + 20 * price("rds-storage", "gp3-multi", region)
                   + 2 * month * price("rds-proxy", "vcpu", region),
            "ELB": month * price("elb", "alb-hour", region) + 0.04 * month * price("elb", "alb-lcu", region),
            "S3": price("s3", "standard", region),
            "CloudWatch": 3 * price("cloudwatch", "metric-custom", region),
            "VPC": 10 * price("transfer", "out-internet-first-10TB", region) + 2 * 10 * price("transfer", "intra-region-gb", region),
        }
        self.assertEqual({name: round(usd, 2) for name, usd in parts.items()},
                         {"EC2": 8.47, "RDS": 38.91, "ELB": 16.66, "S3": 0.02, "CloudWatch": 0.9, "VPC": 1.1})
        self.assertEqual(round(sum(round(usd, 2) for usd in parts.values()), 2), 66.06)


if __name__ == "__main__":
    unittest.main()
