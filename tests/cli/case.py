"""What the tests of the command line share: a directory of their own, and the program run in it."""

import os
import shutil
import subprocess
import tempfile
import unittest
import zlib
from pathlib import Path

from paths import TOP

ROOT = TOP
TFGEN = Path(os.environ.get("TFGEN", ROOT / "build/tfgen")).resolve()
CRUDD = Path(os.environ.get("CRUDD", ROOT / "build/crudd")).resolve()
MINIMAL = "name: gym\nregion: us-east-1\n"
LARGER = MINIMAL + "scaling: {min: 3}\nstate: {bucket: gym-state-1}\n"


def cannot(case, reason):
    """Skips a check that cannot run, with the reason; in CI it fails."""
    if os.environ.get("CI") == "true":
        case.fail("cannot run: " + reason)
    print("SKIP", case.id(), reason)
    case.skipTest(reason)


class Case(unittest.TestCase):
    def setUp(self):
        self.dir = Path(tempfile.mkdtemp(prefix="tfgen-cli-"))
        self.addCleanup(shutil.rmtree, self.dir)
        self.spec("gym.yaml", MINIMAL)

    def spec(self, name, text):
        (self.dir / name).write_text(text)

    def run_tfgen(self, *args, status=0, stdin=None, prefix=(), **options):
        done = subprocess.run([*prefix, str(TFGEN), *args], cwd=self.dir, input=stdin, capture_output=True, text=True,
                              timeout=60, **options)
        self.assertEqual(done.returncode, status, (args, done.stdout, done.stderr))
        return done

    def assert_drawn(self, picture, size, least=20000):
        """rsvg-convert, which knows no variables and no dark mode, draws an SVG on white in its size, with more than one color."""
        if not shutil.which("rsvg-convert"):
            cannot(self, "rsvg-convert is not installed")
        done = subprocess.run(["rsvg-convert"], input=picture.encode(), capture_output=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        png = done.stdout
        self.assertEqual([int.from_bytes(png[at : at + 4], "big") for at in (16, 20)], size)
        self.assertGreater(len(png), least)
        chunks, at = b"", 8
        while at < len(png):
            length = int.from_bytes(png[at : at + 4], "big")
            chunks += png[at + 8 : at + 8 + length] if png[at + 4 : at + 8] == b"IDAT" else b""
            at += 12 + length
        self.assertEqual(zlib.decompressobj().decompress(chunks, 4)[1:], b"\xff\xff\xff", "the first pixel")

    def files(self, where="."):
        """Every file below a directory with its bytes."""
        top = self.dir / where
        return {str(p.relative_to(top)): p.read_bytes() for p in sorted(top.rglob("*")) if p.is_file()}

    def clean(self, spec_text):
        """What a spec compiles to in an empty directory."""
        fresh = self.dir / "fresh"
        fresh.mkdir()
        self.spec("fresh/gym.yaml", spec_text)
        self.run_tfgen("-q", "-o", "fresh/out", "fresh/gym.yaml")
        got = self.files("fresh/out")
        shutil.rmtree(fresh)
        return got

    def assert_is(self, where, spec_text):
        got, want = self.files(where), self.clean(spec_text)
        self.assertEqual(sorted(got), sorted(want))
        for name, data in want.items():
            self.assertEqual(got[name], data, name)
