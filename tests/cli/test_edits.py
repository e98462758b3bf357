"""What an edit of a spec does, said before it is compiled: tfgen diff, and what a compilation refuses."""

import json
import subprocess
import tarfile
import unittest
from pathlib import Path

import yaml

from case import Case

RELEASED = Path(__file__).resolve().parents[1] / "released"
BASE = {"name": "gym", "region": "us-east-1"}
TWO_STACKS = {
    **BASE,
    "database": {"deletion_protection": True},
    "environments": {
        "staging": {"scaling": {"min": 1, "max": 2}, "database": {"multi_az": False, "deletion_protection": False}}
    },
}
REFUSED = {
    "region": {"region": "us-west-2", "network": {"zones": 2}},
    "network.cidr": {"network": {"cidr": "10.42.0.0/16"}},
    "network.zones": {"network": {"zones": ["us-east-1a", "us-east-1c"]}},
    "database.storage_gb": {"database": {"storage_gb": 30, "engine_version": "8.4"}},
    "database.engine_version": {"database": {"storage_gb": 50, "engine_version": "8.0"}},
}
LIVING = {
    **BASE,
    "network": {"zones": ["us-east-1a", "us-east-1b"]},
    "database": {"storage_gb": 50, "engine_version": "8.4"},
}


class Edits(Case):
    def compile(self, spec, *arguments, status=0):
        self.spec("gym.yaml", yaml.safe_dump(spec, sort_keys=False))
        return self.run_tfgen("-o", "out", *arguments, "gym.yaml", status=status)

    def diff(self, *arguments, status=2):
        return json.loads(self.run_tfgen("diff", "--format", "json", *arguments, status=status).stdout)

    def test_another_environment_is_refused(self):
        self.compile(TWO_STACKS)
        before = self.files("out")
        refused = self.compile(TWO_STACKS, "--env", "staging", status=1).stderr
        for word in ("'gym-prod'", "'gym-staging'", "-o gym-staging", "[other-stack]", "gym.yaml:6:3: error"):
            self.assertIn(word, refused)
        self.assertEqual(self.files("out"), before)
        self.compile(TWO_STACKS, "--env", "staging", "--force")
        self.assertIn(b'"gym-staging"', self.files("out")["main.tf"])

    def test_another_name_is_refused(self):
        self.compile(BASE)
        before = self.files("out")
        refused = self.compile({**BASE, "name": "shop"}, "--allow-replace", status=1).stderr
        self.assertIn("gym.yaml:1:7: error: the directory 'out' holds the stack 'gym-prod', and this spec is 'shop-prod'", refused)
        self.assertEqual(self.files("out"), before)

    def test_an_edit_that_aws_refuses_is_refused_at_its_place(self):
        for key, edit in REFUSED.items():
            with self.subTest(key=key):
                self.compile(LIVING, "--force", "--allow-replace", "-q")
                before = self.files("out")
                refused = self.compile(LIVING | edit, status=1).stderr
                self.assertRegex(refused, rf"gym.yaml:\d+:\d+: error: '{key}' was .* in the last compilation and is .*: .*\[refused-edit\]")
                self.assertIn("nothing written", refused)
                self.assertEqual(self.files("out"), before)
                allowed = self.compile(LIVING | edit, "--allow-replace").stdout
                self.assertIn(f"{key}: ", allowed)
                self.assertIn("\n  refuse: ", allowed)

    def test_a_compilation_says_what_its_edits_do(self):
        self.compile(BASE)
        edited = self.compile({**BASE, "service": {"port": 9000}, "scaling": {"min": 3}}).stdout
        self.assertIn("service.port: 8080 -> 9000\n  roll: ", edited)
        self.assertLess(edited.index("service.port"), edited.index("scaling.min: 2 -> 3\n  rescale: "))
        self.assertNotIn("service.port", self.compile({**BASE, "service": {"port": 9000}, "scaling": {"min": 3}}).stdout)

    def test_diff_compares_two_specs(self):
        self.spec("old.yaml", yaml.safe_dump(BASE))
        self.spec("new.yaml", yaml.safe_dump({**BASE, "database": {"instance_class": "db.m7g.large"}, "scaling": {"min": 2}}))
        found = self.diff("old.yaml", "new.yaml")
        self.assertEqual(found["class"], "interrupt")
        (change,) = found["changes"]
        self.assertEqual(
            (change["key"], change["before"], change["after"], change["class"]),
            ("database.instance_class", "db.t4g.micro", "db.m7g.large", "interrupt"),
        )
        same = self.diff("old.yaml", "old.yaml", status=0)
        self.assertEqual((same["class"], same["changes"]), ("none", []))
        self.assertEqual(self.run_tfgen("diff", "-q", "old.yaml", "new.yaml", status=2).stdout, "")
        text = self.run_tfgen("diff", "old.yaml", "new.yaml", status=2).stdout
        self.assertTrue(text.startswith("database.instance_class: db.t4g.micro -> db.m7g.large\n  interrupt: "))

    def test_diff_compares_with_the_last_compilation(self):
        self.compile(BASE)
        self.assertEqual(self.diff("-o", "out", "gym.yaml", status=0)["changes"], [])
        (change,) = self.diff("-o", "out", "--set", "scaling.max=12", "gym.yaml")["changes"]
        self.assertEqual((change["key"], change["after"], change["class"]), ("scaling.max", "12", "rescale"))
        other = self.diff("-o", "out", "--set", "environment=staging", "gym.yaml")
        self.assertEqual([change["key"] for change in other["changes"]], ["environment"])
        self.assertEqual(other["class"], "refuse")

    def test_diff_says_what_is_wrong(self):
        self.spec("old.yaml", yaml.safe_dump(BASE))
        self.assertIn("no stack to compare with", self.run_tfgen("diff", "old.yaml", status=1).stderr)
        self.assertIn("missing.yaml: No such file", self.run_tfgen("diff", "old.yaml", "missing.yaml", status=1).stderr)
        self.spec("bad.yaml", yaml.safe_dump({**BASE, "scaling": {"min": -1}}))
        self.assertIn("bad.yaml:4:8: error", self.run_tfgen("diff", "old.yaml", "bad.yaml", status=1).stderr)
        self.run_tfgen("diff", "--format", "sarif", "old.yaml", "old.yaml", status=2)

    def test_a_checkout_keeps_the_line_breaks(self):
        """User data with line breaks of Windows does not run."""
        self.compile(BASE)
        git = ["git", "-c", "core.autocrlf=true", "-C", str(self.dir / "out")]
        subprocess.run([*git, "init", "-q"], check=True)
        archive = next(name for name in self.files("out") if name.endswith(".tar.gz"))
        files = ["modules/asg/boot.sh.tftpl", "modules/asg/rollout.sh", "main.tf", archive]
        shown = subprocess.run([*git, "check-attr", "eol", "text", "--", *files], check=True, capture_output=True, text=True).stdout
        for name in files[:-1]:
            self.assertIn(f"{name}: eol: lf", shown)
        self.assertIn(f"{archive}: text: unset", shown)

    def test_a_file_of_the_users_own_survives(self):
        self.compile(BASE)
        own = self.dir / "out/override.tf"
        own.write_text('terraform {\n  required_version = ">= 1.12"\n}\n')
        self.compile({**BASE, "scaling": {"min": 3}})
        self.assertIn(">= 1.12", own.read_text())
        self.compile({**BASE, "scaling": {"min": 3}}, "--check")

    def test_a_damaged_memory_is_reported(self):
        self.compile(BASE)
        memory = self.dir / "out/.tfgen/spec.yaml"
        for text in ("name: [unclosed\n", "\x00\x01"):
            memory.write_text(text)
            self.assertIn("out/.tfgen: damaged; --force ignores it", self.compile(BASE, status=3).stderr)
        self.compile(BASE, "--force")
        self.assertIn("up to date", self.compile(BASE).stdout)

    def test_another_environment_of_an_earlier_version_is_refused(self):
        """tfgen 0.1.0 kept no spec, but the stack's README names the stack."""
        with tarfile.open(RELEASED / "0.1.0.tar.xz") as released:
            released.extractall(self.dir, filter="data")
        before = self.files("0.1.0/production")
        refused = self.run_tfgen("-o", "0.1.0/production", "--env", "staging", "0.1.0/production.yaml", status=1).stderr
        self.assertIn("holds the stack 'gym-prod', and this spec is 'gym-staging'", refused)
        self.assertEqual(self.files("0.1.0/production"), before)

    def test_a_stack_of_an_earlier_version_is_taken_over(self):
        with tarfile.open(RELEASED / "0.1.0.tar.xz") as released:
            released.extractall(self.dir, filter="data")
        spec = self.dir / "0.1.0/minimal.yaml"
        found = self.diff("-o", str(spec.with_suffix("")), str(spec))
        self.assertEqual([change["class"] for change in found["changes"] if change["key"] == "tfgen"], ["roll"])
        self.assertEqual(found["class"], "roll")
        done = self.run_tfgen("-o", str(spec.with_suffix("")), str(spec)).stdout
        self.assertIn("tfgen: 0.1.0 -> 0.2.0\n  roll: ", done)
        self.assertEqual(self.diff("-o", str(spec.with_suffix("")), str(spec), status=0)["changes"], [])


if __name__ == "__main__":
    unittest.main()
