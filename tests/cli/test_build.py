"""Building, installing, and the tools around it."""

import hashlib
import importlib.metadata
import io
import os
import shutil
import subprocess
import tarfile
import unittest
import zipfile

import get_terraform
from packaging.specifiers import SpecifierSet

from case import ROOT, TFGEN, Case


class Tools(Case):
    def test_only_the_pinned_terraform_is_taken(self):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as z:
            z.writestr("terraform", "#!/bin/sh\necho fake\n")
        program = self.dir / "tools/terraform"
        with self.assertRaisesRegex(SystemExit, "not the release that was pinned"):
            get_terraform.unpack(archive.getvalue(), get_terraform.SHA256["linux_amd64"], program)
        self.assertFalse(program.exists())
        get_terraform.unpack(archive.getvalue(), hashlib.sha256(archive.getvalue()).hexdigest(), program)
        self.assertEqual(subprocess.run([program], capture_output=True, text=True).stdout, "fake\n")


    def test_pinned_packages_run_on_the_python_of_debian_12(self):
        for name, pins in (("venv", "requirements.txt"), ("checkov", "checkov.txt")):
            (packages,) = (ROOT / "build" / name / "lib").glob("python3.*/site-packages")
            found = list(importlib.metadata.distributions(path=[str(packages)]))
            self.assertGreaterEqual(len(found), (ROOT / "tests/tools" / pins).read_text().count("=="))
            for package in found:
                needed = package.metadata["Requires-Python"] or ""
                self.assertIn("3.11.2", SpecifierSet(needed), f"{package.name} {package.version}")


    def without(self, *programs, **fakes):
        """A PATH with the usual programs but these, and some stand-ins."""
        folder = self.dir / "bin"
        folder.mkdir()
        for name in ("sh", "dirname", "cat", "id", "command", "env", "echo", "sed", "cut", "grep", "mkdir", "touch", "make", "find"):
            if shutil.which(name) and name not in programs:
                (folder / name).symlink_to(shutil.which(name))
        for name, text in fakes.items():
            (folder / name.replace("_", "-")).write_text(f"#!/bin/sh\n{text}\n")
            (folder / name.replace("_", "-")).chmod(0o755)
        return {"PATH": str(folder), "HOME": "/"}

    def test_without_root_and_sudo_the_command_for_root_is_shown(self):
        env = self.without(id="echo 1000", dpkg_query="exit 1", apt_get="exit 9", gcc="exit 0")
        done = subprocess.run(["/bin/sh", "tests/tools/deps.sh", "build"], cwd=ROOT, env=env, capture_output=True, text=True)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertRegex(done.stderr, r"run this as root.*\n  apt-get update && apt-get install -y --no-remove gcc make .*libyaml-dev")
        self.assertNotIn("not found", done.stderr)

    def test_another_system_gets_the_list_of_packages(self):
        env = self.without(id="echo 0", dpkg_query="exit 1")
        done = subprocess.run(["/bin/sh", "tests/tools/deps.sh", "build"], cwd=ROOT, env=env, capture_output=True, text=True)
        self.assertEqual((done.returncode, "not Debian or Ubuntu" in done.stderr), (1, True), done.stderr)

    def test_make_says_what_a_build_lacks(self):
        for fakes, want in [({}, "the build lacks: gcc libc6-dev"), ({"cc": "exit 1"}, "libyaml-dev libjansson-dev")]:
            env = self.without(**fakes)
            make = [shutil.which("make"), "-s", f"BUILD={self.dir}/build", "all"]
            done = subprocess.run(make, cwd=ROOT, env=env, capture_output=True, text=True)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(want, done.stderr)
            self.assertIn("'make demo' installs these", done.stderr)
            shutil.rmtree(self.dir / "bin")


    def test_the_c_compiler_refuses_a_wrong_row_or_setting(self):
        """A field whose member has another struct than its type needs, and a setting that does not exist."""
        head = '#include "spec/fields.h"\n#include "spec/settings.h"\n#include "spec/spec.h"\n'
        for text, fine in [
            ("const struct field f = { FIELD_BOOL(struct spec_database, multi_az) };", True),
            ("const struct field f = { FIELD_INT(struct spec_database, multi_az) };", False),
            ("const struct field f = { FIELD_TEXT(struct spec_database, storage_gb) };", False),
            ("int n = SETTING_drain_seconds;", True),
            ("int n = SETTING_drain_second;", False),
        ]:
            done = subprocess.run(["cc", "-std=c11", "-fsyntax-only", "-Igen", "-x", "c", "-"], cwd=ROOT, input=head + text,
                                  capture_output=True, text=True)
            self.assertEqual(done.returncode == 0, fine, (text, done.stderr))

    def test_the_demo_says_where_to_get_terraform(self):
        shutil.copytree(ROOT / "examples", self.dir / "examples")
        (self.dir / "build").mkdir()
        (self.dir / "build/tfgen").symlink_to(TFGEN)
        for fakes, want in [({}, "developer.hashicorp.com/terraform/install"), ({"tofu": "exit 0"}, "tofu init && tofu apply"),
                            ({"terraform": "exit 0"}, "terraform init && terraform apply")]:
            env = self.without("terraform", "tofu", wc="exec /usr/bin/wc \"$@\"", **fakes)
            done = subprocess.run(["/bin/sh", ROOT / "tests/tools/demo.sh"], cwd=self.dir, env=env, capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn(want, done.stdout)
            self.assertEqual("developer.hashicorp.com" in done.stdout, not fakes)
            shutil.rmtree(self.dir / "bin")


class Archive(Case):
    def test_same_sources_are_the_same_bytes(self):
        made = []
        for name, umask, mtime in [("a", 0o022, 1), ("b", 0o077, 1000000000)]:
            tree = self.dir / name
            subprocess.run(f"umask {umask:o}; mkdir {tree}; cp -r --parents Makefile app gen templates examples tests/tests.mk {tree}/",
                           shell=True, cwd=ROOT, check=True)
            for path in tree.rglob("*"):
                os.utime(path, (mtime, mtime))
            subprocess.run(["make", "-s", "BUILD=out", "out/crudd.tar.gz"], cwd=tree, check=True, env={**os.environ, "TZ": name, "LC_ALL": "C"})
            made.append((tree / "out/crudd.tar.gz").read_bytes())
        self.assertEqual(made[0], made[1])
        self.assertIn("crudd/base/settings.def", tarfile.open(fileobj=io.BytesIO(made[0])).getnames())


class Install(Case):
    def test_make_help_names_what_there_is(self):
        shown = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True).stdout
        for target in ["demo", "check", "check-vm", "run", "install", "uninstall", "test", "asan", "bench", "help"]:
            self.assertRegex(shown, rf"\b{target}\b")
        self.assertTrue(all(line.startswith(("make", "    ")) for line in shown.splitlines()), shown)

    def test_make_install(self):
        done = subprocess.run(["make", "install", f"DESTDIR={self.dir}/root", "PREFIX=/usr"], cwd=ROOT, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(sorted(self.files("root")), [
            "usr/bin/tfgen",
            "usr/sbin/crudd",
            "usr/share/bash-completion/completions/tfgen",
            "usr/share/man/man1/tfgen.1",
            "usr/share/man/man8/crudd.8",
            "usr/share/zsh/site-functions/_tfgen",
        ])
        installed = subprocess.run([self.dir / "root/usr/bin/tfgen", "--version"], capture_output=True, text=True, env={})
        self.assertEqual(installed.stdout, self.run_tfgen("--version").stdout)
        subprocess.run(["make", "-s", "uninstall", f"DESTDIR={self.dir}/root", "PREFIX=/usr"], cwd=ROOT, check=True)
        self.assertEqual(self.files("root"), {})


if __name__ == "__main__":
    unittest.main(verbosity=1)
