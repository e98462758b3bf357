#!/usr/bin/env python3
"""The programs of `make service-binaries`: each serves on its release and architecture, and the same sources give the same bytes."""

import hashlib
import os
import platform
import shutil
import subprocess
import tarfile
import tempfile
import unittest
from pathlib import Path

from paths import TOP
from server import Crudd, MariaDB

SOURCES = TOP / "build/crudd.tar.gz"
MADE = TOP / "build/binaries" / hashlib.sha256(SOURCES.read_bytes()).hexdigest()[:12]
MACHINES = {"amd64": (0x3E, "x86_64"), "arm64": (0xB7, "aarch64")}  # ELF's number, the kernel's name


class Binaries(unittest.TestCase):
    def archives(self):
        found = sorted(MADE.glob("crudd-*.tar.gz"))
        self.assertTrue(found, "run make service-binaries")
        return [(path, path.name[len("crudd-") : -len(".tar.gz")]) for path in found]

    def test_each_serves_on_its_release_and_architecture(self):
        with MariaDB(tls_name="127.0.0.1") as database:
            for path, target in self.archives():
                with self.subTest(target), tempfile.TemporaryDirectory() as folder:
                    with tarfile.open(path) as archive:
                        archive.extractall(folder)
                    held = sorted(str(p.relative_to(folder)) for p in Path(folder).rglob("*") if p.is_file())
                    deploy = ["crudd-secrets.service", "crudd-secrets.timer", "crudd.service", "secrets.sh"]
                    self.assertEqual(held, ["crudd/crudd", *(f"crudd/deploy/{name}" for name in deploy)])
                    number, machine = MACHINES[target.rpartition("-")[2]]
                    with open(f"{folder}/crudd/crudd", "rb") as program:
                        self.assertEqual(program.read(20)[18], number)
                    self.serve(database, f"{folder}/crudd/crudd", self.there(target, machine))

    def serve(self, database, program, there):
        schema = database.schema(ca=database.ca)
        with Crudd(schema, program=program, wrap=there) as crudd:
            made = crudd.send("POST", "/members", {"name": "Ada", "surname": "Lovelace"})
            self.assertEqual(made.status, 201, made.body)
            self.assertEqual(crudd.get(made.headers["Location"]).json, made.json)
        self.assertEqual(schema.sql("SELECT surname FROM members"), [("Lovelace",)])

    def there(self, target, machine):
        """The command that runs a program with the libraries of the root it was built in; in an emulator for another architecture."""
        root = TOP / "build/roots" / f"binary-{target}"
        if machine == platform.machine():
            libraries = f"{root}/usr/lib/{machine}-linux-gnu"
            loader = "ld-linux-x86-64.so.2" if machine == "x86_64" else "ld-linux-aarch64.so.1"
            return (f"{libraries}/{loader}", "--library-path", libraries)
        emulator = shutil.which(f"qemu-{machine}-static")
        if not emulator:
            if os.environ.get("CI") == "true":
                self.fail(f"cannot run {target}: no qemu-{machine}-static")
            print(f"SKIP {target}: no qemu-{machine}-static")
            self.skipTest(f"no qemu-{machine}-static")
        return (emulator, "-L", str(root))

    def test_the_same_sources_give_the_same_bytes(self):
        path, target = self.archives()[0]
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["sh", "app/deploy/binary.sh", target, SOURCES, folder], cwd=TOP, check=True)
            (again,) = Path(folder).glob("*/*.tar.gz")
            self.assertEqual(again.read_bytes(), path.read_bytes())

    def test_unknown_releases_and_architectures(self):
        for target in ("debian-9-amd64", "debian-13-mips", "amd64"):
            command = ["sh", "app/deploy/binary.sh", target, SOURCES, "/nonexistent"]
            run = subprocess.run(command, cwd=TOP, capture_output=True, text=True)
            self.assertEqual(run.returncode, 2, target)
            self.assertRegex(run.stderr, "unknown (release|architecture)")


if __name__ == "__main__":
    unittest.main()
