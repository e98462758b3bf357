#!/usr/bin/env python3
"""`tfgen init --ci`, and the report on a change, with a stand-in for Terraform, gh and curl; tests/terraform/test_ci.py has the
roles. The files are read as GitHub's and GitLab's own rules read them: actionlint, and GitLab's schema.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import unittest

import yaml
from case import ROOT, TFGEN, Case, cannot
from get_terraform import SHA256, VERSION
from markdown_it import MarkdownIt

SPEC = "name: gym\nregion: us-east-1\nstate: {bucket: gym-tfstate}\n"
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"
LIMIT = 65536  # GitHub: "Body is too long (maximum is 65536 characters)"

# Terraform's part: a plan whose content two files prepare.
TERRAFORM = """#!/bin/sh
echo "$*" >>"$NOTES"
case $* in
*" init "*) exit "${INIT_STATUS:-0}" ;;
*" plan "*) for out; do :; done; echo a plan >"${out#-out=}" ;;
*" show -json "*) cat "$PLANS/plan.json" ;;
*" show -no-color "*) cat "$PLANS/plan.txt" ;;
esac
"""
# GitHub's comments: one file for each.
GH = r"""#!/bin/sh
for arg; do case $arg in body=@*) body=${arg#body=@} ;; repos/*) path=$arg ;; PATCH | POST) method=$arg ;; esac; done
case $method in
POST) cp "$body" "$COMMENTS_DIR/$(($(ls "$COMMENTS_DIR" | wc -l) + 1))" ;;
PATCH) test -e "$COMMENTS_DIR/${path##*/}" && cp "$body" "$COMMENTS_DIR/${path##*/}" ;;
*) for c in "$COMMENTS_DIR"/*; do test -e "$c" && case $(cat "$c") in "$MARK"*) basename "$c" ;; esac; done; true ;;
esac
"""
# GitLab's notes, as its API lists them.
CURL = r"""#!/usr/bin/env python3
import json, os, pathlib, sys
notes, arguments = pathlib.Path(os.environ["COMMENTS_DIR"]), sys.argv[1:]
assert "PRIVATE-TOKEN: secret" in pathlib.Path(arguments[arguments.index("--config") + 1]).read_text()
method = arguments[arguments.index("--request") + 1] if "--request" in arguments else "GET"
if method == "GET":
    print(json.dumps([{"id": int(n.name), "body": n.read_text()} for n in sorted(notes.iterdir())]))
else:
    (data,) = [a for a in arguments if a.startswith("body@")]
    id = str(len(list(notes.iterdir())) + 1) if method == "POST" else arguments[-1].rpartition("/")[2]
    (notes / id).write_text(pathlib.Path(data[5:]).read_text())
"""


def go():
    return shutil.which("go", path=f"{os.environ['PATH']}:/usr/local/go/bin")


class Files(Case):
    """The two files, as printed."""

    def setUp(self):
        super().setUp()
        self.texts = {system: self.run_tfgen("init", "--ci", system).stdout for system in ("github", "gitlab")}
        self.github, self.gitlab = (yaml.safe_load(self.texts[system]) for system in ("github", "gitlab"))

    def test_usage(self):
        for system, text in self.texts.items():
            self.assertEqual(text, (ROOT / f"examples/ci/{system}.yml").read_text())
        done = self.run_tfgen("init", "--ci", "github", "--preset", "starter", status=2)
        self.assertEqual(done.stderr, "tfgen: '--ci' and '--preset' print different files: give one of them\n")
        done = self.run_tfgen("init", "--ci", "jenkins", status=2)
        self.assertEqual(done.stderr, "tfgen: --ci cannot be 'jenkins', expected one of: github gitlab\n")

    def test_actionlint_finds_nothing(self):
        program = ROOT / "build/tools/actionlint"
        if not program.exists():
            if not go():
                cannot(self, "Go is not installed, and actionlint is built with it")
            environment = os.environ | {"GOBIN": str(program.parent), "GOFLAGS": "-mod=mod"}
            done = subprocess.run([go(), "install", ACTIONLINT], env=environment, capture_output=True, text=True, check=False)
            if done.returncode:
                cannot(self, f"actionlint cannot be built: {done.stderr[-500:]}")
        done = subprocess.run([program, "-"], input=self.texts["github"], capture_output=True, text=True, check=False)
        self.assertEqual((done.stdout, done.returncode), ("", 0))

    def test_the_schema_of_gitlab_holds(self):
        for schema, system in (("vendor.gitlab-ci", "gitlab"), ("vendor.github-workflows", "github")):
            self.spec("ci.yml", self.texts[system])
            command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(self.dir / "ci.yml")]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_shellcheck_finds_nothing_in_gitlabs_scripts(self):
        common = self.gitlab[".terraform"]["before_script"]
        for job in ("report", "apply"):
            script = "\n".join(["set -e", "shopt -s expand_aliases", *common, *self.gitlab[job]["script"]])
            command = ["shellcheck", "--shell", "bash", "--exclude", "SC2154", "-"]  # SC2154: variables of GitLab
            done = subprocess.run(command, input=script, capture_output=True, text=True, check=False)
            self.assertEqual(done.stdout, "", job)

    def test_actions_are_pinned(self):
        uses = re.findall(r"uses: (.*)", self.texts["github"])
        self.assertGreater(len(uses), 8)
        for line in uses:
            self.assertRegex(line, r"^[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
        versions = {}
        for line in uses:
            name, pin = line.split("@")
            self.assertEqual(versions.setdefault(name, pin), pin)

    def test_terraform_is_the_pinned_one(self):
        self.assertEqual(self.texts["github"].count(f"terraform_version: {VERSION}\n"), self.texts["github"].count("setup-terraform@"))
        self.assertEqual(self.gitlab["variables"]["TERRAFORM_VERSION"], VERSION)
        self.assertEqual(self.gitlab["variables"]["TERRAFORM_SHA256"], SHA256["linux_amd64"])

    def test_each_job_has_what_it_needs_and_no_more(self):
        jobs = self.github["jobs"]
        self.assertEqual(self.github["permissions"], {})
        self.assertEqual({name: job["permissions"] for name, job in jobs.items()}, {
            "report": {"contents": "read", "id-token": "write"},
            "comment": {"pull-requests": "write"},
            "apply": {"contents": "read", "id-token": "write"},
        })
        self.assertNotIn("pull_request_target", self.github[True])  # YAML reads `on` as true
        self.assertEqual(jobs["apply"]["environment"], "production")
        self.assertEqual(jobs["apply"]["if"], "github.event_name == 'push'")
        for system, text in self.texts.items():
            self.assertNotIn("secrets.", text)
            self.assertIsNone(re.search(r"AWS_(SECRET_)?ACCESS_KEY", text), system)

    def test_forks_get_no_credentials(self):
        own = "github.event.pull_request.head.repo.full_name == github.repository"
        for step in self.github["jobs"]["report"]["steps"]:
            if "configure-aws-credentials" in step.get("uses", ""):
                self.assertEqual(step["if"], f"github.event_name == 'push' || {own}")
        self.assertIn(own, self.github["jobs"]["comment"]["if"])

    def test_no_expression_is_pasted_into_a_script(self):
        for job in self.github["jobs"].values():
            for step in job["steps"]:
                self.assertNotIn("${{", step.get("run", ""))

    def test_the_plan_that_was_approved_is_applied(self):
        apply = self.github["jobs"]["apply"]["steps"][-1]["run"]
        self.assertIn('apply -input=false "$RUNNER_TEMP/plan.tfplan"', apply)
        self.assertIn('apply -input=false "$CI_PROJECT_DIR/plan.tfplan"', self.gitlab["apply"]["script"][-1])
        self.assertEqual(self.gitlab["apply"]["rules"], [{"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", "when": "manual"}])

    def test_what_to_set_is_said_at_the_top(self):
        for text in self.texts.values():
            head = re.match(r"(?:#.*\n)+", text)[0]
            used = set(re.findall(r"vars\.(\w+)|\$\{?((?:TFGEN|AWS|COMMENT)_\w+)", text[len(head):]))
            for name in {a or b for a, b in used} - {"AWS_TOKEN"}:
                self.assertRegex(head, rf"(?m)^#      {name} ")


class Steps(Case):
    """Scripts of the two files, run in a repository."""

    def setUp(self):
        super().setUp()
        self.bin, self.comments = self.dir / "bin", self.dir / "comments"
        for folder in (self.bin, self.comments, self.dir / "repository", self.dir / "temp"):
            folder.mkdir()
        for name, text in (("terraform", TERRAFORM), ("gh", GH), ("curl", CURL)):
            self.program(name, text)
        (self.bin / "tfgen").symlink_to(TFGEN)
        self.plan([])
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(("TFGEN", "GIT_"))} | {
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "NOTES": str(self.dir / "notes"),
            "PLANS": str(self.dir),
            "COMMENTS_DIR": str(self.comments),
            "RUNNER_TEMP": str(self.dir / "temp"),
            "GITHUB_STEP_SUMMARY": str(self.dir / "summary"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "HOME": str(self.dir),
            "SPEC": "gym.yaml",
            "STACK": "gym",
            "TFGEN_ENV": "",
            "CREDENTIALS": "success",
        }
        self.spec("notes", "")

    def program(self, name, text):
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def plan(self, changes, text="Terraform will perform the following actions:\n"):
        resources = [{"address": a, "mode": "managed", "change": {"actions": actions}} for a, actions in changes]
        self.spec("plan.json", json.dumps({"resource_changes": resources}))
        self.spec("plan.txt", text)

    def git(self, *arguments):
        command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments]
        subprocess.run(command, cwd=self.dir / "repository", env=self.environment, capture_output=True, check=True)

    def commit(self, spec, *options, compile=True):
        """A commit with a spec, and with the stack that it compiles to."""
        self.spec("repository/gym.yaml", spec)
        if compile:
            self.run_tfgen("-q", "--allow-replace", *options, "-o", "repository/gym", "repository/gym.yaml")
        if not (self.dir / "repository/.git").exists():
            self.git("init", "-q")
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "x")

    def step(self, job, name, folder="repository", status=0, **environment):
        """A step of GitHub's workflow."""
        workflow = yaml.safe_load((ROOT / "examples/ci/github.yml").read_text())
        (script,) = [s["run"] for s in workflow["jobs"][job]["steps"] if s.get("name") == name]
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]  # as `shell: bash` runs it
        done = subprocess.run(
            command, cwd=self.dir / folder, env=self.environment | environment, capture_output=True, text=True, check=False
        )
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)

    def report(self, status=0, **environment):
        self.step("report", "Report", status=status, **environment)
        return (self.dir / "temp/report.md").read_text()

    def edited(self, spec, *options, compile=True, status=0):
        """The report on a change of the plain spec."""
        self.commit(SPEC)
        self.commit(spec, *options, compile=compile)
        return self.report(status)


class Report(Steps):
    def test_each_class(self):
        for spec, title, change in (
            ("scaling: {out: {cpu_percent: 70}}", "in place: nothing is interrupted", "`scaling.out.cpu_percent`: `80` → `70`"),
            ("scaling: {min: 3}", "rescale: instances come or go", "`scaling.min`: `2` → `3`"),
            ("service: {port: 9000}", "roll: instances are replaced behind the load balancer", "`service.port`: `8080` → `9000`"),
            ("database: {instance_class: db.t4g.small}", "interrupt: minutes without the database or the service",
             "`database.instance_class`: `db.t4g.micro` → `db.t4g.small`"),
            # No key is of the class 'replace' now: what would be is refused.
            ("network: {cidr: 10.1.0.0/16}", "refuse: AWS would not do it", "`network.cidr`: `10.0.0.0/16` → `10.1.0.0/16`"),
            ("database: {engine_version: '8.0'}", "refuse: AWS would not do it", "`database.engine_version`: `8.4` → `8.0`"),
        ):
            report = self.edited(SPEC + spec + "\n")
            self.assertTrue(report.startswith(f"<!-- tfgen gym -->\n## `gym`: {title}\n"), (spec, report[:300]))
            self.assertIn(f"- **{title.split(':')[0]}** {change}: `", report)
            self.assertRegex(report, r"\n- Cost: \$[\d.]+ to \$[\d.]+ a month, (unchanged|[+-][\d.]+ to [+-][\d.]+)\n")
            self.assertIn("\n- Problems in the spec: ", report)
            self.assertIn("\n- Files of the stack: are what the spec compiles to\n", report)
            self.assertIn("\n- Terraform's plan: no changes\n", report)
            shutil.rmtree(self.dir / "repository")
            (self.dir / "repository").mkdir()
        self.assertEqual((self.dir / "summary").read_text().count("<!-- tfgen gym -->"), 6)

    def test_worst_first_and_what_it_costs(self):
        report = self.edited(SPEC + "scaling: {max: 12}\nservice: {port: 9000}\ndatabase: {multi_az: false}\n")
        self.assertEqual(re.findall(r"^- \*\*([a-z ]+)\*\*", report, re.M), ["roll", "rescale", "in place"])
        text = self.run_tfgen("diff", "--env", "x", "gym.yaml", status=1)
        self.assertTrue(text.stderr)
        self.spec("old.yaml", SPEC)
        diff = self.run_tfgen("diff", "--format", "json", "old.yaml", "repository/gym.yaml", status=2)
        cost = json.loads(diff.stdout)["cost"]
        low, high = (cost["after"][end] - cost["before"][end] for end in ("min", "max"))
        self.assertIn(f"- Cost: ${cost['after']['min']:.2f} to ${cost['after']['max']:.2f} a month, {low:+.2f} to {high:+.2f}\n", report)

    def test_without_a_change(self):
        self.assertIn("## `gym`: no change of the spec\n", self.edited(SPEC))

    def test_a_new_stack(self):
        self.commit(SPEC)
        report = self.report()
        self.assertIn("## `gym`: a new stack\n", report)
        self.assertRegex(report, r"\n- Cost: \$[\d.]+ to \$[\d.]+ a month\n")

    def test_an_environment(self):
        spec = SPEC + "environments: {staging: {scaling: {max: 4}}}\n"
        self.commit(spec, "--env", "staging")
        self.commit(spec.replace("max: 4", "max: 5"), "--env", "staging")
        self.assertIn("`scaling.max`: `4` → `5`", self.report(TFGEN_ENV="staging"))

    def test_files_that_differ_fail_the_run(self):
        report = self.edited(SPEC + "scaling: {max: 12}\n", compile=False, status=1)
        self.assertIn("- Files of the stack: are not what the spec compiles to: compile it and commit the result\n", report)
        self.assertIn("\nchanged main.tf\n", report)

    def test_an_error_fails_the_run(self):
        report = self.edited(SPEC + "service: {instance_type: t3.mirco}\n", compile=False, status=1)
        self.assertIn("## `gym`: cannot be compared\n", report)
        self.assertIn("\n- Problems in the spec: 1 error\n", report)
        self.assertIn("\n- error: `unknown instance type 't3.mirco'` at `gym.yaml:4:26`, hint: `did you mean 't3.micro'?`\n", report)

    def test_a_plan(self):
        self.commit(SPEC)
        self.plan([("module.a.x.new", ["create"]), ("module.a.x.old", ["delete"]), ("module.a.x.b", ["update"]),
                   ("module.a.x.swap", ["create", "delete"]), ("module.a.x.same", ["no-op"])], "  # module.a.x.new\n")
        report = self.report()
        self.assertIn("\n- Terraform's plan: 1 to destroy, 1 to replace, 1 to change, 1 to add\n", report)
        self.assertIn("\n- destroy `module.a.x.old`\n- replace `module.a.x.swap`\n- change `module.a.x.b`\n", report)
        self.assertIn("<details><summary>Plan</summary>\n\n```\n  # module.a.x.new\n```\n", report)
        notes = (self.dir / "notes").read_text()
        self.assertIn("plan -input=false -no-color -lock=false -refresh=false -out=", notes)
        self.assertTrue((self.dir / "temp/plan.tfplan").exists())

    def test_terraform_fails(self):
        self.commit(SPEC)
        report = self.report(status=1, INIT_STATUS="1")
        self.assertIn("\n- Terraform's plan: terraform init failed\n", report)

    def test_without_credentials(self):
        self.commit(SPEC)
        report = self.report(CREDENTIALS="skipped")
        self.assertIn("\n- Terraform's plan: not made: no credentials here\n", report)
        self.assertEqual((self.dir / "notes").read_text(), "")

    def test_a_diagram(self):
        report = self.edited(SPEC + "scaling: {max: 12}\n")
        if "\n  tfgen graph " not in self.run_tfgen("--help").stdout:
            self.assertNotIn("```mermaid", report)
            return
        self.assertIn(f"<details><summary>Diagram</summary>\n\n```mermaid\n{self.run_tfgen('graph', '--format', 'mermaid', 'gym.yaml').stdout[:9]}", report)

    def test_nothing_breaks_out(self):
        """Texts of the user's are in code spans and fences, wherever they come from."""
        evil = "`` ``` x\n````\n# owned <img src=x> @everyone [a](http://x) ~~~ </details>"
        self.commit(SPEC)
        self.commit(SPEC + "tags: {team: %s}\n" % json.dumps("``` # owned @everyone"), compile=False)
        self.plan([(f'module.a["{evil}"]', ["delete"])], evil + "\n\x1b[31m\u202eend\n")
        report = self.report(status=1)
        tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(report)
        self.assertEqual([t.tag for t in tokens if t.type == "heading_open"], ["h2"])
        fences = [t.content for t in tokens if t.type == "fence"]
        self.assertTrue(any("# owned <img src=x>" in content for content in fences))
        for token in tokens:
            if token.type == "inline":
                for child in token.children:
                    if child.type != "code_inline":
                        self.assertNotIn("owned", child.content)
                        self.assertNotIn("@everyone", child.content)
            if token.type == "html_block":
                self.assertRegex(token.content, r"^(<!-- tfgen gym -->|<details><summary>[\w ]+</summary>|</details>)\n$")
        self.assertIn("owned", "".join(c.content for t in tokens if t.type == "inline" for c in t.children if c.type == "code_inline"))
        self.assertNotIn("\x1b", report)
        self.assertNotIn("\u202e", report)

    def test_it_fits_into_a_comment(self):
        self.commit(SPEC)
        many = [(f"module.a.x.y[{i}]", ["update"]) for i in range(3000)]
        for text in ("line\n" * 40000, "é" * 200000 + "\n", "`" * 5000 + "\n", "x" * 900 + "\n" + "y\n" * 100000):
            self.plan(many if text.startswith("line") else [("a.b", ["create"])], text)
            report = self.report()
            self.assertLessEqual(len(report), LIMIT)
            self.assertTrue(report.endswith("</details>\n\n"))
            self.assertNotEqual([t for t in MarkdownIt().parse(report) if t.type == "fence"], [])
        self.assertGreater(len(report), LIMIT - 500)
        self.assertRegex(report, r"\n… \d+ more lines\n```\n")


class Comment(Steps):
    def check(self, comment):
        self.spec("temp/report.md", "<!-- tfgen gym -->\nfirst\n")
        (self.comments / "1").write_text("<!-- tfgen other -->\n")
        comment()
        self.spec("temp/report.md", "<!-- tfgen gym -->\nsecond\n")
        comment()
        self.assertEqual([c.read_text() for c in sorted(self.comments.iterdir())],
                         ["<!-- tfgen other -->\n", "<!-- tfgen gym -->\nsecond\n"])

    def test_github_has_one_that_is_updated(self):
        self.check(lambda: self.step("comment", "Write the comment, or update it", "temp", COMMENTS="repos/a/b/issues/1/comments",
                                     COMMENT="repos/a/b/issues/comments"))

    def test_gitlab_has_one_that_is_updated(self):
        if not shutil.which("jq"):
            cannot(self, "jq is not installed")
        (script,) = [s for s in yaml.safe_load((ROOT / "examples/ci/gitlab.yml").read_text())["report"]["script"] if "COMMENT_TOKEN" in s]
        environment = self.environment | {"COMMENT_TOKEN": "secret", "CI_MERGE_REQUEST_IID": "7", "CI_PROJECT_ID": "1", "CI_API_V4_URL": "x"}
        script = script.replace("/tmp/", f"{self.dir}/")
        self.check(lambda: subprocess.run(["bash", "-e", "-c", script], cwd=self.dir / "temp", env=environment, check=True))


if __name__ == "__main__":
    unittest.main()
