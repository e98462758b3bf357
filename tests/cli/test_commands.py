"""The output and exit status of each command, and what README shows of them."""

import json
import os
import re
import shutil
import subprocess
import time
import unittest

from case import CRUDD, LARGER, MINIMAL, ROOT, TFGEN, Case, cannot


class Commands(Case):
    def test_compiles_once_and_is_then_up_to_date(self):
        first = self.run_tfgen("-o", "out", "gym.yaml")
        self.assertRegex(first.stdout, r"^gym-prod: \d+ files in out \(\d+ new, 0 changed, 0 removed\)\n"
                         r"about \$\d+ to \$\d+ a month\nnext: cd out && terraform")
        before = {p: p.stat().st_mtime_ns for p in (self.dir / "out").rglob("*")}
        again = self.run_tfgen("-o", "out", "gym.yaml")
        self.assertIn("up to date", again.stdout)
        self.assertEqual(before, {p: p.stat().st_mtime_ns for p in (self.dir / "out").rglob("*")})

    def test_writes_into_the_current_directory(self):
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
            at, key = re.match(r"#?( *)([a-z0-9_]+):", line).groups()
            sections = [*sections[: len(at) // 2], key]
            if key in ("name", "region"):
                continue
            text = MINIMAL + "".join(f"{'  ' * depth}{word}:\n" for depth, word in enumerate(sections))
            self.spec("empty.yaml", text)
            self.assertEqual(self.run_tfgen("-d", "plan", "empty.yaml").stdout.replace("empty.yaml", "gym.yaml"), want, text)
            tried += 1
        self.assertGreater(tried, 40)

    def test_a_key_left_empty_in_an_environment_keeps_its_value(self):
        """Whatever its type: a default in its place could open a load balancer to everyone."""
        try:
            import yaml
        except ImportError as missing:
            cannot(self, f"no module {missing.name} in this Python")
        base = yaml.safe_load((ROOT / "examples/production.yaml").read_text())
        base["load_balancer"]["allow"] = ["203.0.113.0/24"]
        del base["environments"]

        def paths(value, path=()):
            for key, inner in value.items():
                yield (*path, key)
                if isinstance(inner, dict):
                    yield from paths(inner, (*path, key))

        def plan(overlay):
            self.spec("gym.yaml", yaml.safe_dump({**base, "environments": {"qa": overlay}}))
            return self.run_tfgen("-d", "plan", "--env", "qa", "gym.yaml").stdout + self.run_tfgen(
                "-d", "spec", "--env", "qa", "gym.yaml").stdout

        want = plan({})
        self.assertIn("203.0.113.0/24", want)
        tried = [path for path in paths(base) if path[0] not in ("name", "region")]
        self.assertGreater(len(tried), 30)
        for path in tried:
            overlay = None
            for key in reversed(path):
                overlay = {key: overlay}
            self.assertEqual(plan(overlay), want, path)

    def test_an_unknown_environment_names_those_there_are(self):
        self.spec("gym.yaml", MINIMAL + "environments: {staging: {}, acceptance: {}}\n")
        self.assertIn("there are: prod, staging, acceptance", self.run_tfgen("--env", "qqqq", "gym.yaml", status=1).stderr)

    def test_lint_checks_every_environment(self):
        wrong = "".join(f"  e{i}: {{service: {{instance_type: t3.mirco}}}}\n" for i in range(49))
        self.spec("gym.yaml", MINIMAL + "environments:\n" + wrong + "  fine: {service: {instance_type: t3.small}}\n")
        text = self.run_tfgen("lint", "-q", "gym.yaml", status=1).stderr
        self.assertEqual(re.findall(r":(\d+):\d+: error: unknown instance type 't3.mirco' \(environment 'e(\d+)'\)", text),
                         [(str(i + 4), str(i)) for i in range(49)])
        self.assertIn("\n49 errors\n", self.run_tfgen("lint", "gym.yaml", status=1).stderr)
        found = json.loads(self.run_tfgen("lint", "-q", "--format", "json", "gym.yaml", status=1).stderr)
        self.assertEqual({(d["environments"][0], d["message"]) for d in found},
                         {(f"e{i}", "unknown instance type 't3.mirco'") for i in range(49)})
        sarif = json.loads(self.run_tfgen("lint", "-q", "--format", "sarif", "gym.yaml", status=1).stderr)
        self.assertIn("(environment 'e7'); did you mean", sarif["runs"][0]["results"][7]["message"]["text"])
        one = self.run_tfgen("lint", "-q", "--env", "e7", "gym.yaml", status=1).stderr
        self.assertEqual(one.count("error: unknown instance type 't3.mirco' ["), 1)
        self.run_tfgen("lint", "-q", "--env", "fine", "gym.yaml")
        self.run_tfgen("-q", "gym.yaml")

    def test_what_the_spec_and_its_environments_share_is_said_once(self):
        alone = self.run_tfgen("lint", "gym.yaml").stderr
        self.assertGreater(alone.count(": note:"), 3)
        self.spec("gym.yaml", MINIMAL + "environments: {qa: {load_balancer: {idle_timeout: 30s}}, dev: {database: {backup_days: 9}}, uat: }\n")
        self.assertEqual(self.run_tfgen("lint", "gym.yaml").stderr, alone)

    def test_many_environments_are_quick(self):
        """A thousand take ten times as long as a hundred, not a hundred times."""
        def seconds(n):
            self.spec("gym.yaml", MINIMAL + "environments:\n" + "".join(f"  e{i}: {{scaling: {{max: {3 + i % 7}}}}}\n" for i in range(n)))
            began = time.monotonic()
            self.run_tfgen("lint", "-q", "gym.yaml")
            return time.monotonic() - began
        self.assertLess(seconds(1000), 30 * seconds(100) + 1)

    def test_lint_does_not_mention_writing(self):
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

    def test_the_service_accepts_what_a_spec_generates(self):
        """The ends of every range that the spec and the service share."""
        large = MINIMAL + "database: {instance_class: db.m7g.16xlarge}\n"
        there = {"token_file": "0123456789abcdef0123456789abcdef", "db_ca_file": "any file",
                 "db_secret_file": '{"username": "crudd", "password": "secret"}'}
        for name, text in there.items():
            (self.dir / name).write_text(text)
        for lines in ["", "service: {port: 1024, database_connections: 1}", "service: {port: 65535, database_connections: 64}",
                      "load_balancer: {idle_timeout: 1s}", "load_balancer: {idle_timeout: 4000s}",
                      'service: {auth: none, settings: {title: "a \\"b\\" ü 健\\t\\x7f", log_requests: false, queue_ms: 1100}}',
                      "service: {settings: {db_timeout: 4, request_seconds: 12, queue_ms: 2000, queue_length: 10000}}"]:
            self.spec("gym.yaml", large + lines + "\n")
            plan = self.run_tfgen("-d", "plan", "gym.yaml").stdout
            settings = re.search(r"^plan.settings = \{\n(.*?)^\}", plan, re.M | re.S)[1]
            config = {name: json.loads(value) for name, value in re.findall(r'^([a-z_]+) = (".*")$', settings, re.M)}
            self.assertGreater(len(config), 6)
            config.update({name: str(self.dir / name) for name in there if name in config})
            (self.dir / "config.json").write_text(json.dumps(config))
            done = subprocess.run([CRUDD, "--config", "config.json", "--check-config"], cwd=self.dir, capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""), lines)

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
        output = subprocess.run(["terraform", "console"], cwd=self.dir, input=ask, capture_output=True, text=True)
        self.assertIn("#!/bin/bash\n" + lines[2] + "\n", output.stdout, output.stderr)
        self.assertNotIn("Generated", output.stdout)

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

    def test_check_distinguishes_edited_from_outdated(self):
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
        for preset in ["starter", "original", "production", "fortress"]:
            text = self.run_tfgen("init", "--preset", preset).stdout
            self.assertEqual(text, (ROOT / f"examples/{preset}.yaml").read_text())
            self.spec("new.yaml", text)
            self.run_tfgen("-q", "-o", preset, "new.yaml")

    def test_commented_spec_with_every_key_set(self):
        text = self.run_tfgen("init").stdout
        # A target, 'image', requests for each instance, a network that exists and a snapshot are alternatives; the optional sections, a boundary, an account
        # and the environments are examples.
        text = re.sub(r"^#  target:\n(?:( {4})?#.*\n)*", "", text, flags=re.M)
        others = "image|requests_per_second_per_instance|restore|permissions_boundary|allowed_account|budget|monthly_usd|scope"
        others += "|https|domain|zone|certificate_arn|cloudfront|firewall|rate_limit|mode|state|bucket|region|environments"
        others += "|vpc_id|public_subnets|private_subnets|database_subnets"
        others += "|backup|daily_days|monthly_months|copy_to|lock"
        text = re.sub(rf"^#( *)(?!({others}):)([a-z0-9_]+:)", r"\1\3", text, flags=re.M)
        self.assertIn("\n  instance_type: t3.micro", text)
        self.spec("new.yaml", text)
        self.run_tfgen("-q", "-o", "out", "new.yaml")
        self.run_tfgen("-q", "-o", "plain", "gym.yaml")
        self.assertEqual(self.files("out")["main.tf"].replace(b"new.yaml", b"gym.yaml"), self.files("plain")["main.tf"])

    def test_the_bucket_for_the_state_has_a_region_of_its_own(self):
        self.spec("gym.yaml", LARGER.replace("gym-state-1}", "gym-state-1, region: eu-west-1}"))
        self.run_tfgen("-q", "-o", "out", "gym.yaml")
        versions, bootstrap = ((self.dir / "out" / name).read_text() for name in ("versions.tf", "bootstrap/main.tf"))
        self.assertRegex(versions, r'backend "s3" {[^}]*region += "eu-west-1"')
        self.assertIn('provider "aws" {\n  region = "us-east-1"\n', versions)
        self.assertIn('provider "aws" {\n  region = "eu-west-1"\n', bootstrap)
        self.assertIn("`gym-state-1` in eu-west-1", (self.dir / "out/README.md").read_text())
        self.spec("gym.yaml", LARGER)
        self.run_tfgen("-q", "-o", "out", "gym.yaml")
        self.assertNotIn("eu-west-1", str(self.files("out")))

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
        self.assertEqual(listed, ["lint", "diff", "cost", "controls", "graph", "simulate", "explain", "schema", "init", "completion", "help"])
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
        self.assertEqual(sorted(complete("help", "")), sorted(["lint", "diff", "cost", "controls", "graph", "simulate", "explain", "schema", "init", "completion", "help", "man"]))
        self.assertEqual(complete("-d", ""), ["doc", "spec", "plan", "hcl"])
        self.assertEqual(complete("--env", ""), [])
        self.assertIn("--preset", complete("init", ""))
        self.assertNotIn("--force", complete("init", ""))
        self.assertNotIn("--check", complete("lint", "--"))
        self.assertEqual(sorted(complete("lint", "")), ["folder", "gym.yaml"])
        self.assertEqual(complete("-o", ""), ["folder"])
        self.assertEqual(complete("-o", ".h"), [".hidden"])
        self.assertEqual(complete("simulate", "--load", "n"), ["notes.txt"])
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

    # Control characters of every kind, what reorders text, and bytes that are not UTF-8.
    HOSTILE = [b"\x1b[31m", b"\xc2\x9b31m", b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xae", b"\xe2\x81\xa6", b"\xd8\x9c", b"\x07",
               b"\x9b31m", b"\xfc"]

    def assert_harmless(self, output, args):
        for sequence in self.HOSTILE:
            self.assertNotIn(sequence, output, args)

    def test_nothing_reaches_the_terminal_raw(self):
        """From the spec, its name, any option, any directory, a manifest or another spec, in any format."""
        escaped = ["\\e[31m", "\\u009b31m", "\\u0085", "\\u2028", "\\u202e", "\\u2066", "\\u061c", "\\a"]
        wrong = "".join(f'tags: {{"a{i}{e}": "{e}"}}\nscaling: {{"{e}": 1, max: "{e}"}}\nnetwork: {{zones: ["{e}"]}}\n"{e}": 1\n'
                        f'environments: {{"{e}": {{x: 1}}}}\n' for i, e in enumerate(escaped[:1]))
        runs = []
        for i, e in enumerate(escaped):
            self.spec(f"wrong{i}.yaml", MINIMAL + wrong.replace(escaped[0], e))
            for form in ["text", "json", "sarif"]:
                runs.append(["lint", "--format", form, f"wrong{i}.yaml"])
            title = f'service: {{settings: {{title: "x{e}"}}}}\n'
            self.spec(f"old{i}.yaml", MINIMAL + "load_balancer: {idle_timeout: 30s}\n" + title)
            self.spec(f"new{i}.yaml", MINIMAL + title.replace("x", "y"))
            runs += [["diff", f"old{i}.yaml", f"new{i}.yaml"], ["diff", "--format", "json", f"old{i}.yaml", f"new{i}.yaml"],
                     ["-d", "spec", f"old{i}.yaml"], ["-d", "doc", f"old{i}.yaml"]]
        for raw in self.HOSTILE:
            name = b"s" + raw.replace(b"/", b"") + b".yaml"
            (self.dir / os.fsdecode(name)).write_text(MINIMAL)
            (self.dir / os.fsdecode(b"raw" + name)).write_bytes(b"name: gym\nregion: " + raw + b" # " + raw + b"\n" + raw + b": 1\n")
            tree = b"d" + raw
            (self.dir / os.fsdecode(tree) / "main.tf").mkdir(parents=True)
            (self.dir / "out/.tfgen").mkdir(parents=True, exist_ok=True)
            (self.dir / "out/.tfgen/manifest").write_bytes(b"tfgen 0.2.0\n" + b"0" * 64 + b" x" + raw + b"\n")
            runs += [[b"no" + raw], [b"-v", b"-o", b"o" + raw, name], [b"-o", tree, name], [b"lint", b"raw" + name], [b"--env", raw, name],
                     [b"--set", raw, name], [b"--set", b"scaling.max=" + raw, name], [b"--set", raw + b"=1", name], [b"--format", raw, name],
                     [b"--x" + raw], [b"-" + raw], [b"explain", raw], [b"help", raw], [b"completion", raw], [b"-o", b"out", name], [b"diff", b"-o", raw, name],
                     [b"-d", raw, name], [raw, raw]]
        self.assertGreater(len(runs), 150)
        for args in runs:
            done = subprocess.run([TFGEN, *args], cwd=self.dir, capture_output=True)
            self.assertIn(done.returncode, (0, 1, 2, 3), args)
            self.assert_harmless(done.stdout + done.stderr, args)
            shutil.rmtree(self.dir / "out", ignore_errors=True)
            (self.dir / "out/.tfgen").mkdir(parents=True)
            (self.dir / "out/.tfgen/manifest").write_bytes(b"tfgen 0.2.0\n" + b"0" * 64 + b" x" + self.HOSTILE[0] + b"\n")

    def test_hidden_characters_of_values_are_escaped_in_what_is_generated(self):
        """Also in the resolved spec, which the next run reads: YAML would fold a raw line separator, and refuse a raw C1."""
        self.spec("gym.yaml", MINIMAL + 'service: {settings: {title: "a\\u009bb\\u2028c\\u202ed"}}\n')
        self.run_tfgen("-q", "-o", "out", "gym.yaml")
        for name, data in self.files("out").items():
            if not name.endswith(".gz"):
                self.assert_harmless(data, name)
        self.assertIn(b"a\\u009bb\\u2028c\\u202ed", self.files("out")["main.tf"])
        self.assertEqual(self.run_tfgen("diff", "-o", "out", "gym.yaml").stdout, "")

    def test_names_that_a_shell_reads_otherwise(self):
        """What is generated is UTF-8, and the commands that are shown name the file and the directory that are meant."""
        for name in [b"-rf.yaml", b"a b<c>{d}.yaml", b"$(touch x)`y`.yaml", b"it's.yaml", b"gr\xfc\xdfe.yaml", "größe.yaml".encode(), b"\xe2\x80\xae.yaml",
                     b"tab\tnew\nline.yaml", b"back\\slash'.yaml", b"%{ if true }${x}.yaml"]:
            for where in [b".", b"-o" + name[:-5]]:
                top = self.dir / "top"
                top.mkdir()
                (top / os.fsdecode(name)).write_text(MINIMAL + "environments: {staging: {}}\n")
                out = top / os.fsdecode(where)
                first = subprocess.run([TFGEN, "--env", "staging", "-o", where, b"--", name], cwd=top, capture_output=True)
                self.assertEqual(first.returncode, 0, first.stderr)
                for file in out.rglob("*"):
                    if file.is_file() and file.suffix != ".gz" and file.name != os.fsdecode(name):
                        file.read_text(encoding="utf-8")
                command = re.search(r"^    (tfgen .*)$", (out / "README.md").read_text(), re.M)[1]
                (top / "bin").mkdir()
                (top / "bin/tfgen").symlink_to(TFGEN)
                (top / "bin/terraform").symlink_to("/bin/true")
                env = {**os.environ, "PATH": f"{top}/bin:{os.environ['PATH']}"}
                again = subprocess.run(["bash", "-c", command], cwd=out, env=env, capture_output=True, text=True)
                self.assertIn("is up to date", again.stdout, (command, again.stderr))
                follow = re.search(r"^next: (.*)$", first.stdout.decode(), re.M)[1]
                done = subprocess.run(["bash", "-c", follow.replace("terraform init", "ls main.tf")], cwd=top, env=env, capture_output=True, text=True)
                self.assertEqual((done.returncode, done.stdout), (0, "main.tf\n"), (follow, done.stderr))
                self.assertFalse((out / "x").exists())
                shutil.rmtree(top)

class Readme(Case):
    """What README shows is what happens."""

    text = (ROOT / "README.md").read_text()

    def blocks(self, language):
        return re.findall(rf"```{language}\n(.*?)```", self.text, re.S)

    def test_specs_compile_to_the_code_beside_them(self):
        original, minimal, production = self.blocks("yaml")
        for name, shown in [("original", original), ("minimal", minimal), ("production", production)]:
            self.assertEqual(shown, (ROOT / f"examples/{name}.yaml").read_text())
        self.spec("original.yaml", original)
        self.run_tfgen("-q", "-o", "out", "original.yaml")
        everything = b"\n".join(data for name, data in self.files("out").items() if not name.endswith(".gz")).decode()
        self.assertEqual(len(self.blocks("hcl")), 2)
        for block in self.blocks("hcl"):
            self.assertIn(block, everything)

    def test_the_problem_is_reported_as_shown(self):
        self.spec("gym.yaml", MINIMAL + "\n" * 10 + "service:\n  instance_type: t3.mirco\n")
        output = self.run_tfgen("lint", "-q", "gym.yaml", status=1).stderr
        for line in output.splitlines():
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
            (["controls", "--format", "sarif", "gym.yaml"], "--format cannot be 'sarif' for 'tfgen controls', expected one of: text json\n"),
            (["-d", "ast", "gym.yaml"], "expected one of: doc spec plan hcl"),
            (["lint", "--force", "gym.yaml"], "option '--force' does not apply to 'tfgen lint'"),
            (["help", "me"], "no command"),
            (["completion", "fish"], "expected bash or zsh"),
        ]:
            with self.subTest(args):
                said = self.run_tfgen(*args, status=2).stderr
                self.assertIn(want, said)
                self.assertTrue(said.endswith("\n"), said)

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


if __name__ == "__main__":
    unittest.main(verbosity=1)
