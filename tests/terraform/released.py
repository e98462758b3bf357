"""The outputs of every released tfgen, applied on a mock AWS and then compiled anew: what an upgrade plans."""

import tarfile

from harness import ROOT, MockAws, Stack, tfgen
from life import Life

RELEASED = ROOT / "tests" / "released"
EXAMPLES = ("minimal", "original", "production")
STACKS = [f"{archive.name.removesuffix('.tar.xz')}/{name}" for archive in sorted(RELEASED.iterdir()) for name in EXAMPLES]


class Released(Life):
    def mock(self):
        return MockAws("us-east-1", "eu-central-1")

    def live(self, aws):
        version, name = self.name.split("/")
        with tarfile.open(RELEASED / f"{version}.tar.xz") as archive:
            archive.extractall(self.folder, filter="data")
        stack = Stack(self.terraform, aws, self.folder / version / name)
        self.terraform.init(stack.folder)
        stack.plan()
        stack.apply()
        spec = stack.folder.with_suffix(".yaml")
        self.said = tfgen("diff", "--format", "json", "-o", stack.folder, spec)
        done = tfgen(spec, "-o", stack.folder, "-q")
        assert done.returncode == 0, done.stderr
        self.plans["upgrade"] = stack.plan()
        stack.apply()
        self.plans["again"] = stack.plan()
