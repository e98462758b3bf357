"""The program as a user meets it: commands, exit codes, and what happens to files when things go wrong."""

import fcntl
import hashlib
import io
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import unittest
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/tools"))
import get_terraform
TFGEN = Path(os.environ.get("TFGEN", ROOT / "build/tfgen")).resolve()
MINIMAL = "name: gym\nregion: us-east-1\n"
LARGER = MINIMAL + "scaling: {min: 3}\nstate: {bucket: gym-state-1}\n"


def cannot(case, reason):
    """A check that cannot run says so; in CI it fails instead."""
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

    def files(self, where="."):
        """Every file below a folder with its bytes."""
        top = self.dir / where
        return {str(p.relative_to(top)): p.read_bytes() for p in sorted(top.rglob("*")) if p.is_file()}

    def clean(self, spec_text):
        """What a spec compiles to in an empty folder."""
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


class Commands(Case):
    def test_compiles_once_and_is_then_up_to_date(self):
        first = self.run_tfgen("-o", "out", "gym.yaml")
        self.assertRegex(first.stdout, r"gym-prod: \d+ files in out \(\d+ new, 0 changed, 0 removed\)\nnext: cd out && terraform")
        before = {p: p.stat().st_mtime_ns for p in (self.dir / "out").rglob("*")}
        again = self.run_tfgen("-o", "out", "gym.yaml")
        self.assertIn("up to date", again.stdout)
        self.assertEqual(before, {p: p.stat().st_mtime_ns for p in (self.dir / "out").rglob("*")})

    def test_writes_into_the_current_folder(self):
        self.run_tfgen("gym.yaml")
        self.assertTrue((self.dir / "main.tf").exists())
        self.assertTrue((self.dir / "modules/vpc/main.tf").exists())

    def test_same_bytes_from_anywhere(self):
        self.run_tfgen("-o", "a", "gym.yaml")
        self.run_tfgen("-o", "b", str(self.dir / "gym.yaml"), env={"LANG": "tr_TR.UTF-8", "TZ": "Asia/Tokyo"})
        self.assertEqual(self.files("a"), self.files("b"))

    def test_installed_alone_it_works(self):
        shutil.copy(TFGEN, self.dir / "alone")
        subprocess.run(["./alone", "-q", "-o", "out", "gym.yaml"], cwd=self.dir, check=True, env={})
        self.assert_is("out", MINIMAL)

    def test_standard_input(self):
        self.run_tfgen("-o", "out", "-", stdin=MINIMAL)
        self.assertIn(b"from standard input", self.files("out")["main.tf"])
        readme = self.files("out")["README.md"].decode()
        self.assertIn("\n    tfgen - <", readme)
        self.assertNotIn("`standard input`", readme)

    def test_the_command_of_the_stacks_readme_works_in_its_directory(self):
        (self.dir / "specs").mkdir()
        self.spec("specs/gym it's.yaml", MINIMAL + "environments: {staging: {scaling: {max: 4}}}\n")
        for args, where in [(["specs/gym it's.yaml"], "."), (["-o", "new/staging", "--env", "staging", "specs/gym it's.yaml"], "new/staging"),
                            (["-o", "specs", "specs/gym it's.yaml"], "specs"), (["-o", "out/", "./specs/../specs/gym it's.yaml"], "out")]:
            self.run_tfgen("-q", *args)
            readme = (self.dir / where / "README.md").read_text()
            command = re.search(r"^    (tfgen .*)$", readme, re.M)[1]
            env = {**os.environ, "PATH": f"{self.dir}/bin:{os.environ['PATH']}"}
            (self.dir / "bin").mkdir(exist_ok=True)
            if not (self.dir / "bin/tfgen").exists():
                (self.dir / "bin/tfgen").symlink_to(TFGEN)
            again = subprocess.run(command, shell=True, cwd=self.dir / where, env=env, capture_output=True, text=True)
            self.assertIn("is up to date", again.stdout, (command, again.stderr))

    def test_a_key_left_empty_has_its_default(self):
        """The same for every key that is not required, whatever its type."""
        full = self.run_tfgen("-d", "spec", "gym.yaml").stdout
        want = self.run_tfgen("-d", "plan", "gym.yaml").stdout
        sections, tried = [], 0
        for line in full.splitlines():
            at, key = re.match(r"#?( *)([a-z_]+):", line).groups()
            sections = [*sections[: len(at) // 2], key]
            if key in ("name", "region"):
                continue
            text = MINIMAL + "".join(f"{'  ' * depth}{word}:\n" for depth, word in enumerate(sections))
            self.spec("empty.yaml", text)
            self.assertEqual(self.run_tfgen("-d", "plan", "empty.yaml").stdout.replace("empty.yaml", "gym.yaml"), want, text)
            tried += 1
        self.assertGreater(tried, 40)

    def test_an_unknown_environment_names_those_there_are(self):
        self.spec("gym.yaml", MINIMAL + "environments: {staging: {}, acceptance: {}}\n")
        self.assertIn("there are: prod, staging, acceptance", self.run_tfgen("--env", "qqqq", "gym.yaml", status=1).stderr)

    def test_lint_does_not_speak_of_writing(self):
        self.spec("gym.yaml", "name: gym\n")
        self.assertNotIn("written", self.run_tfgen("lint", "gym.yaml", status=1).stderr)
        self.assertIn("1 error, nothing written", self.run_tfgen("gym.yaml", status=1).stderr)

    def test_a_strange_name_stays_a_comment(self):
        name = "it's\nresource \"x\" \"y\" {} ${x} --> .yaml"
        self.spec(name, MINIMAL)
        self.run_tfgen("-q", "-o", "out", name)
        first, second = self.files("out")["main.tf"].decode().splitlines()[:2]
        self.assertIn("from it's_resource \"x\" \"y\" __ $_x_ --_ .yaml: change that", first)
        self.assertEqual(second, "")
        readme = self.files("out")["README.md"].decode()
        self.assertNotIn(name, readme)
        self.assertIn("tfgen '../it'\\''s_resource", readme)

    def test_user_data_does_not_depend_on_who_wrote_it(self):
        if not shutil.which("terraform"):
            cannot(self, "no terraform on PATH")
        script = "modules/asg/boot.sh.tftpl"
        self.run_tfgen("-q", "-o", "out", "gym.yaml")
        lines = self.files("out")[script].decode().splitlines()
        self.assertIn("Generated by tfgen", lines[1])
        values = {name: "" for name in ["region", "bucket", "key", "object", "sha256", "config", "database_secret", "admin_secret",
                                    "token_secret", "log_group"]}
        ask = f"templatefile({json.dumps(str(self.dir / 'out' / script))}, {json.dumps(values)})\n"
        told = subprocess.run(["terraform", "console"], cwd=self.dir, input=ask, capture_output=True, text=True)
        self.assertIn("#!/bin/bash\n" + lines[2] + "\n", told.stdout, told.stderr)
        self.assertNotIn("Generated", told.stdout)

    def test_check(self):
        missing = self.run_tfgen("--check", "-o", "out", "gym.yaml", status=1)
        self.assertIn("missing main.tf\n", missing.stdout)
        self.assertFalse((self.dir / "out").exists())
        self.run_tfgen("-q", "-o", "out", "gym.yaml")
        self.assertEqual(self.run_tfgen("--check", "-o", "out", "gym.yaml").stdout, "")
        self.spec("gym.yaml", "# a comment\n" + MINIMAL)
        self.run_tfgen("--check", "-o", "out", "gym.yaml")
        (self.dir / "out/main.tf").write_text("edited\n")
        before = self.files()
        self.assertEqual(self.run_tfgen("--check", "-o", "out", "gym.yaml", status=1).stdout, "edited main.tf\n")
        self.assertEqual(self.files(), before)

    def test_check_tells_an_edited_file_from_an_outdated_one(self):
        self.run_tfgen("-q", "-o", "out", "gym.yaml")
        main = self.dir / "out/main.tf"
        main.write_text(main.read_text() + "# mine\n")
        (self.dir / "out/modules/vpc/main.tf").unlink()
        self.spec("gym.yaml", LARGER)
        (self.dir / "out/bootstrap").mkdir()
        (self.dir / "out/bootstrap/main.tf").write_text("theirs\n")
        found = self.run_tfgen("--check", "-o", "out", "gym.yaml", status=1)
        lines = found.stdout.splitlines()
        for line in ["edited main.tf", "missing modules/vpc/main.tf", "foreign bootstrap/main.tf", "changed versions.tf"]:
            self.assertIn(line, lines)
        self.assertIn("move the edit into the spec", found.stderr)
        main.write_bytes(self.clean(LARGER)["main.tf"])
        shutil.rmtree(self.dir / "out/bootstrap")
        self.assertEqual(self.run_tfgen("--check", "-o", "out", "gym.yaml", status=1).stderr, "")

    def test_check_lists_what_is_no_longer_part_of_the_stack(self):
        self.spec("gym.yaml", LARGER)
        self.run_tfgen("-q", "-o", "out", "gym.yaml")
        self.spec("gym.yaml", MINIMAL)
        self.assertIn("extra bootstrap/main.tf\n", self.run_tfgen("--check", "-o", "out", "gym.yaml", status=1).stdout)

    def test_env_and_set(self):
        self.spec("gym.yaml", MINIMAL + "environments: {staging: {scaling: {max: 4}}}\n")
        self.run_tfgen("-q", "-o", "out", "--env", "staging", "--set", "scaling.min=3", "gym.yaml")
        main = self.files("out")["main.tf"]
        self.assertIn(b'"gym-staging"', main)
        self.assertRegex(main, rb"min_size += 3\n +max_size += 4\n")

    def test_dump_of_every_stage(self):
        for stage, want in [("doc", "map of 2"), ("spec", "instance_type: t3.micro"), ("plan", 'plan.name = "gym-prod"'),
                            ("hcl", "==> main.tf <==")]:
            self.assertIn(want, self.run_tfgen("-d", stage, "gym.yaml").stdout)
        self.assertEqual(sorted(p.name for p in self.dir.iterdir()), ["gym.yaml"])

    def test_dumped_spec_compiles_to_the_same(self):
        self.spec("full.yaml", self.run_tfgen("-d", "spec", "gym.yaml").stdout)
        self.run_tfgen("-q", "-o", "a", "gym.yaml")
        self.run_tfgen("-q", "-o", "b", "full.yaml")
        strip = lambda files: {k: v.replace(b"full.yaml", b"gym.yaml") for k, v in files.items() if ".tfgen" not in k}
        self.assertEqual(strip(self.files("a")), strip(self.files("b")))

    def test_explain(self):
        self.assertIn("default:  1m", self.run_tfgen("explain", "scaling.out.for").stdout)
        self.assertIn("error", self.run_tfgen("explain", "unknown-instance-type").stdout)
        self.assertIn("did you mean 'scaling.cooldown'", self.run_tfgen("explain", "cooldown", status=2).stderr)
        self.assertIn("did you mean 'unknown-region'", self.run_tfgen("explain", "unknown-regoin", status=2).stderr)

    def test_every_word_that_explain_lists_it_explains(self):
        listed = self.run_tfgen("explain").stdout
        words = re.findall(r"^  ([a-z0-9_.-]+)", listed, re.M)
        self.assertGreater(len(words), 100)
        for word in words:
            self.assertIn(word.split(".")[-1], self.run_tfgen("explain", word).stdout)

    def test_presets(self):
        for preset in ["starter", "original", "production"]:
            self.spec("new.yaml", self.run_tfgen("init", "--preset", preset).stdout)
            self.run_tfgen("-q", "-o", preset, "new.yaml")
        self.assertEqual(self.run_tfgen("init").stdout, self.run_tfgen("init", "--preset", "starter").stdout)

    def test_starter_with_every_line_taken_in(self):
        text = self.run_tfgen("init").stdout
        # 'image' stands instead of 'os', and the bucket and environment are examples.
        text = re.sub(r"^#( *)(?!image:|state:|bucket:|environments:)([a-z_]+:)", r"\1\2", text, flags=re.M)
        self.assertIn("\n  instance_type: t3.micro", text)
        self.spec("new.yaml", text)
        self.run_tfgen("-q", "-o", "out", "new.yaml")
        self.run_tfgen("-q", "-o", "plain", "gym.yaml")
        self.assertEqual(self.files("out")["main.tf"].replace(b"new.yaml", b"gym.yaml"), self.files("plain")["main.tf"])

    def test_schema_is_json_and_knows_the_keys(self):
        schema = json.loads(self.run_tfgen("schema").stdout)
        self.assertEqual(schema["required"], ["name", "region"])
        self.assertFalse(schema["additionalProperties"])
        self.assertEqual(schema["properties"]["database"]["properties"]["storage_gb"]["minimum"], 20)

    def test_examples_and_refused_specs_against_the_schema(self):
        try:
            import jsonschema
            import yaml
        except ImportError as missing:
            cannot(self, f"no module {missing.name} in this Python")
        schema = jsonschema.Draft202012Validator(json.loads(self.run_tfgen("schema").stdout))
        schema.check_schema(schema.schema)
        for example in (ROOT / "examples").glob("*.yaml"):
            self.assertEqual([e.message for e in schema.iter_errors(yaml.safe_load(example.read_text()))], [], example)
        for text in ["scaling: {min: two}", "scaling: {cooldown: 300}", "nothing: 1", "network: {zones: 9}",
                     "service: {log_days: 10}", "database: {multi_az: 'true'}"]:
            self.assertFalse(schema.is_valid(yaml.safe_load(MINIMAL + text)), text)

    def test_help_of_every_command(self):
        listed = re.findall(r"^  tfgen ([a-z]+)", self.run_tfgen("--help").stdout, re.M)
        self.assertEqual(listed, ["lint", "explain", "schema", "init", "completion", "help"])
        for word in listed:
            text = self.run_tfgen("help", word).stdout
            self.assertIn("example:", text)
            self.assertEqual(text, self.run_tfgen(word, "--help").stdout)
        self.assertRegex(self.run_tfgen("--version").stdout, r"^tfgen \d+\.\d+\.\d+\n$")

    def test_man_page(self):
        page = self.run_tfgen("help", "man").stdout
        if not shutil.which("man"):
            cannot(self, "no man")
        done = subprocess.run(["man", "--warnings", "-l", "-"], input=page, capture_output=True, text=True,
                              env={**os.environ, "MANWIDTH": "100", "LC_ALL": "C.UTF-8"})
        self.assertEqual(done.stderr, "")
        self.assertIn("scaling.out.for", done.stdout)
        self.assertIn("unknown-instance-type", done.stdout)

    def test_completion(self):
        script = self.run_tfgen("completion", "bash").stdout
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)
        (self.dir / ".hidden").mkdir()
        (self.dir / "folder").mkdir()
        (self.dir / "notes.txt").write_text("")

        def complete(*words):
            line = " ".join(f"'{w}'" for w in words)
            ask = f'{script}\nCOMP_WORDS=(tfgen {line}); COMP_CWORD={len(words)}; _tfgen 2>/dev/null; printf "%s\\n" "${{COMPREPLY[@]}}"'
            return subprocess.run(["bash", "-c", ask], cwd=self.dir, capture_output=True, text=True).stdout.split()

        self.assertEqual(complete("explain", "scaling.out.f"), ["scaling.out.for"])
        self.assertEqual(complete("help", "com"), ["completion"])
        self.assertEqual(sorted(complete("help", "")), sorted(["lint", "explain", "schema", "init", "completion", "help", "man"]))
        self.assertEqual(complete("-d", ""), ["doc", "spec", "plan", "hcl"])
        self.assertEqual(complete("--env", ""), [])
        self.assertIn("--preset", complete("init", ""))
        self.assertNotIn("--force", complete("init", ""))
        self.assertNotIn("--check", complete("lint", "--"))
        self.assertEqual(sorted(complete("lint", "")), ["folder", "gym.yaml"])
        self.assertEqual(complete("-o", ""), ["folder"])
        self.assertEqual(complete("-o", ".h"), [".hidden"])
        self.assertIn("lint", complete("l"))
        zsh = self.run_tfgen("completion", "zsh").stdout
        self.assertTrue(zsh.startswith("#compdef tfgen\n"))
        if shutil.which("zsh"):
            subprocess.run(["zsh", "-n"], input=zsh, text=True, check=True)
        else:
            cannot(self, "no zsh")

    def test_machine_formats(self):
        self.spec("gym.yaml", "name: gym\nregion: us-east-9\n")
        found = json.loads(self.run_tfgen("lint", "--format", "json", "gym.yaml", status=1).stderr)
        self.assertEqual([(d["id"], d["file"], d["line"], d["column"], d["end_column"], d["severity"]) for d in found
                          if d["severity"] == "error"], [("unknown-region", "gym.yaml", 2, 9, 18, "error")])
        sarif = json.loads(self.run_tfgen("lint", "-q", "--format", "sarif", "gym.yaml", status=1).stderr)
        run = sarif["runs"][0]
        self.assertEqual(sarif["version"], "2.1.0")
        self.assertEqual(run["results"][0]["ruleId"], "unknown-region")
        self.assertEqual(run["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"], 2)
        self.assertIn("unknown-region", [rule["id"] for rule in run["tool"]["driver"]["rules"]])
        self.spec("gym.yaml", MINIMAL)
        self.assertEqual(json.loads(self.run_tfgen("-q", "--format", "json", "-o", "out", "gym.yaml").stderr), [])

    def test_color(self):
        self.spec("gym.yaml", "name: gym\n")
        self.assertIn("\033[1;31m", self.run_tfgen("lint", "--color", "always", "gym.yaml", status=1).stderr)
        self.assertNotIn("\033", self.run_tfgen("lint", "gym.yaml", status=1).stderr)

    def test_nothing_of_the_spec_reaches_the_terminal_raw(self):
        (self.dir / "gym.yaml").write_bytes(b"name: gym\nregion: us-east-1\ntags: {\"a\\eb\": \"\\e[31m\"}\n")
        self.assertNotIn("\033", self.run_tfgen("lint", "gym.yaml", status=1).stderr)


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

    def test_another_system_is_told_which_packages(self):
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


class Archive(Case):
    def test_same_sources_are_the_same_bytes(self):
        made = []
        for name, umask, mtime in [("a", 0o022, 1), ("b", 0o077, 1000000000)]:
            tree = self.dir / name
            subprocess.run(f"umask {umask:o}; mkdir -p {tree}/templates {tree}/examples; cp -r --parents Makefile app gen/base/embed.sh gen/facts tests/tests.mk {tree}/",
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


class Readme(Case):
    """What README shows is what happens."""

    text = (ROOT / "README.md").read_text()

    def blocks(self, language):
        return re.findall(rf"```{language}\n(.*?)```", self.text, re.S)

    def test_specs_compile_to_what_stands_beside_them(self):
        original, minimal, production = self.blocks("yaml")
        for name, shown in [("original", original), ("minimal", minimal), ("production", production)]:
            self.assertEqual(shown, (ROOT / f"examples/{name}.yaml").read_text())
        self.spec("original.yaml", original)
        self.run_tfgen("-q", "-o", "out", "original.yaml")
        everything = b"\n".join(data for name, data in self.files("out").items() if not name.endswith(".gz")).decode()
        self.assertEqual(len(self.blocks("hcl")), 2)
        for block in self.blocks("hcl"):
            self.assertIn(block, everything)

    def test_the_problem_shown_is_told_so(self):
        self.spec("gym.yaml", MINIMAL + "\n" * 10 + "service:\n  instance_type: t3.mirco\n")
        told = self.run_tfgen("lint", "-q", "gym.yaml", status=1).stderr
        for line in told.splitlines():
            self.assertIn(line, self.text)

    def test_every_command_is_there(self):
        for word in re.findall(r"^  tfgen ([a-z-]+)", self.run_tfgen("--help").stdout, re.M):
            self.assertIn(f"`tfgen {word}", self.text)


class Usage(Case):
    def test_wrong_usage(self):
        for args, want in [
            ([], "tfgen SPEC"),
            (["--chekc", "gym.yaml"], "did you mean '--check'"),
            (["-x"], "unknown option"),
            (["-o"], "option '-o' needs a value"),
            (["--output"], "option '--output' needs a value"),
            (["--check=1", "gym.yaml"], "option '--check' takes no value"),
            (["lint", "-xq", "gym.yaml"], "unknown option '-x'"),
            (["lint", "-qx", "gym.yaml"], "unknown option '-x'"),
            (["a", "b"], "expected 'tfgen SPEC'"),
            (["lnit", "gym.yaml"], "did you mean 'tfgen lint'"),
            (["lint"], "expected 'tfgen lint SPEC'"),
            (["schema", "x"], "too many arguments: expected 'tfgen schema'\n"),
            (["init", "gym.yaml"], "too many arguments: expected 'tfgen init'\n"),
            (["--format", "xml", "gym.yaml"], "expected one of: text json sarif"),
            (["-d", "ast", "gym.yaml"], "expected one of: doc spec plan hcl"),
            (["lint", "--force", "gym.yaml"], "option '--force' does not apply to 'tfgen lint'"),
            (["help", "me"], "no command"),
            (["completion", "fish"], "expected bash or zsh"),
        ]:
            with self.subTest(args):
                self.assertIn(want, self.run_tfgen(*args, status=2).stderr)

    def test_specs_that_are_no_files(self):
        self.assertIn("No such file", self.run_tfgen("none.yaml", status=3).stderr)
        self.assertIn("Is a directory", self.run_tfgen(".", status=3).stderr)
        self.run_tfgen("-", status=1, stdin="")

    def test_a_spec_that_is_wrong_writes_nothing(self):
        self.spec("gym.yaml", "name: gym\n")
        self.run_tfgen("-o", "out", "gym.yaml", status=1)
        self.assertFalse((self.dir / "out").exists())

    def test_full_standard_output(self):
        with open("/dev/full", "w") as full:
            for args in [["explain"], ["schema"], ["-d", "hcl", "gym.yaml"], ["--help"]]:
                done = subprocess.run([TFGEN, *args], cwd=self.dir, stdout=full, stderr=subprocess.PIPE, text=True)
                self.assertEqual((done.returncode, "No space left" in done.stderr), (3, True), args)


class Ownership(Case):
    """What tfgen did not generate, or what was edited since, is not tfgen's to change."""

    def compile(self, text=MINIMAL, **options):
        self.spec("gym.yaml", text)
        return self.run_tfgen("-q", "-o", "out", *options.pop("args", []), "gym.yaml", **options)

    def test_an_edited_file_is_kept(self):
        self.compile()
        (self.dir / "out/main.tf").write_text("mine\n")
        before = self.files("out")
        refused = self.compile(LARGER, status=3)
        self.assertIn("out/main.tf: was edited since tfgen generated it", refused.stderr)
        self.assertIn("--force", refused.stderr)
        self.assertEqual(self.files("out"), before)
        self.compile(LARGER, args=["--force"])
        self.assert_is("out", LARGER)

    def test_a_foreign_file_is_kept(self):
        (self.dir / "out").mkdir()
        (self.dir / "out/main.tf").write_text("theirs\n")
        (self.dir / "out/other.tf").write_text("also theirs\n")
        self.assertIn("out/main.tf: was not generated by tfgen", self.compile(status=3).stderr)
        self.assertEqual(sorted(self.files("out")), ["main.tf", "other.tf"])
        self.compile(args=["--force"])
        self.assertEqual(self.files("out")["other.tf"], b"also theirs\n")

    def test_every_file_in_the_way_is_named(self):
        self.compile()
        for name in ["main.tf", "modules/vpc/main.tf", "README.md"]:
            (self.dir / "out" / name).write_text("mine\n")
        stderr = self.compile(LARGER, status=3).stderr
        for name in ["main.tf", "modules/vpc/main.tf", "README.md"]:
            self.assertIn(f"out/{name}: ", stderr)

    def test_what_is_no_longer_part_of_the_stack_goes(self):
        self.compile(LARGER)
        (self.dir / "out/terraform.tfstate").write_text("{}")
        self.compile(MINIMAL)
        self.assertFalse((self.dir / "out/bootstrap").exists())
        self.assertTrue((self.dir / "out/terraform.tfstate").exists())

    def test_what_is_no_longer_part_but_was_edited_stays(self):
        self.compile(LARGER)
        (self.dir / "out/bootstrap/main.tf").write_text("mine\n")
        before = self.files("out")
        self.assertIn("no longer part of the stack, but was edited", self.compile(MINIMAL, status=3).stderr)
        self.assertEqual(self.files("out"), before)

    def test_a_folder_or_link_in_the_way(self):
        for make in [lambda p: p.mkdir(parents=True), lambda p: (p.parent.mkdir(parents=True, exist_ok=True), p.symlink_to("/etc/passwd"))]:
            shutil.rmtree(self.dir / "out", ignore_errors=True)
            make(self.dir / "out/main.tf")
            for force in [[], ["--force"]]:
                self.assertIn("out/main.tf: in the way", self.compile(status=3, args=force).stderr)
            self.assertEqual([p.name for p in (self.dir / "out").iterdir()], ["main.tf"])

    def test_a_file_where_a_folder_goes(self):
        (self.dir / "out").mkdir()
        (self.dir / "out/modules").write_text("mine\n")
        self.assertIn("in the way", self.compile(status=3).stderr)
        self.assertEqual(self.files("out"), {"modules": b"mine\n"})

    def test_a_damaged_manifest(self):
        self.compile()
        (self.dir / "out/.tfgen/manifest").write_text("garbage\n")
        self.assertIn("damaged", self.compile(LARGER, status=3).stderr)
        self.compile(LARGER, args=["--force"])
        self.assertNotIn(b"garbage", self.files("out")[".tfgen/manifest"])

    def test_a_manifest_that_points_outside(self):
        self.compile()
        self.spec("victim", "keep me\n")
        manifest = self.dir / "out/.tfgen/manifest"
        manifest.write_text(manifest.read_text() + "f" * 64 + " ../victim\n")
        self.compile(args=["--force"])
        self.assertEqual((self.dir / "victim").read_text(), "keep me\n")

    def test_what_a_second_run_wrote_is_compared(self):
        """The directory is locked before it is compared: a run that comes second sees what the first one wrote."""
        if not shutil.which("strace") or subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True).returncode:
            cannot(self, "no strace here")
        self.compile(LARGER)
        second = LARGER + "tags: {a: b}\n"
        self.spec("gym.yaml", second)
        slow = subprocess.Popen(["strace", "-o", "/dev/null", "-e", "inject=flock:delay_enter=1500000", str(TFGEN), "-q", "-o", "out",
                                 "gym.yaml"], cwd=self.dir, stderr=subprocess.PIPE, text=True)
        time.sleep(0.5)
        self.compile(MINIMAL)
        self.assertEqual((slow.wait(), slow.stderr.read()), (0, ""))
        self.spec("gym.yaml", second)
        self.run_tfgen("--check", "-o", "out", "gym.yaml")
        lines = [line.split(" ", 1) for line in (self.dir / "out/.tfgen/manifest").read_text().splitlines()]
        for digest, name in [line for line in lines if len(line[0]) == 64]:
            self.assertEqual(hashlib.sha256((self.dir / "out" / name).read_bytes()).hexdigest(), digest, name)

    def test_two_at_once(self):
        self.compile()
        with open(self.dir / "out/.tfgen/manifest") as _:
            lock = os.open(self.dir / "out/.tfgen", os.O_RDONLY)
            fcntl.flock(lock, fcntl.LOCK_EX)
            before = self.files("out")
            self.assertIn("another tfgen", self.compile(LARGER, status=3).stderr)
            self.assertEqual(self.files("out"), before)
            os.close(lock)


class Faults(Case):
    def test_a_folder_that_cannot_be_written(self):
        self.dir.chmod(0o755)
        (self.dir / "out").mkdir(mode=0o555)
        prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
        if prefix and not shutil.which("setpriv"):
            cannot(self, "root, and no setpriv to be somebody else")
        tool = self.dir / "tfgen"
        shutil.copy(TFGEN, tool)
        done = subprocess.run([*prefix, str(tool), "-o", "out", "gym.yaml"], cwd=self.dir, capture_output=True, text=True)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("Permission denied", done.stderr)
        self.assertEqual(list((self.dir / "out").iterdir()), [])

    def test_a_full_disk(self):
        script = ("mkdir out && mount -t tmpfs -o size=48k none out && "
                  f"{TFGEN} -o out gym.yaml; s=$?; find out -type f; exit $s")
        probe = subprocess.run(["unshare", "-rm", "true"], capture_output=True)
        if probe.returncode:
            cannot(self, "no mount namespace here: " + probe.stderr.decode().strip())
        done = subprocess.run(["unshare", "-rm", "sh", "-c", script], cwd=self.dir, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (3, ""), done.stderr)
        self.assertIn("No space left on device", done.stderr)

    def test_a_full_disk_keeps_what_was_there(self):
        self.run_tfgen("-q", "-o", "out", "gym.yaml")
        before = self.files("out")
        self.spec("gym.yaml", LARGER)

        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))

        done = subprocess.run([TFGEN, "-o", "out", "gym.yaml"], cwd=self.dir, capture_output=True, text=True, preexec_fn=limit)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("File too large", done.stderr)
        self.assertEqual(self.files("out"), before)

    def test_killed_at_every_step(self):
        """A kill at the k-th call of each kind: the next run, without --force, makes the folder right."""
        if not shutil.which("strace") or subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True).returncode:
            cannot(self, "no strace here")
        for call in ["rename", "unlink", "mkdir", "openat,open", "write", "rmdir"]:
            for k in [*range(1, 12), 20, 40, 80]:
                shutil.rmtree(self.dir / "out", ignore_errors=True)
                self.spec("gym.yaml", LARGER)
                self.run_tfgen("-q", "-o", "out", "gym.yaml")
                self.spec("gym.yaml", MINIMAL)
                killed = subprocess.run(["strace", "-o", "/dev/null", "-e", f"inject={call}:signal=KILL:when={k}", str(TFGEN), "-q",
                                         "-o", "out", "gym.yaml"], cwd=self.dir, capture_output=True)
                if killed.returncode == 0:
                    break  # there are fewer than k such calls
                for text in [LARGER + "tags: {a: b}\n", MINIMAL]:
                    self.spec("gym.yaml", text)
                    self.run_tfgen("-q", "-o", "out", "gym.yaml")
                    self.assert_is("out", text)


if __name__ == "__main__":
    unittest.main(verbosity=1)
