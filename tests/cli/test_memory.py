"""No spec of 64 KB takes more than 64 MB or more than a few seconds, whatever it repeats."""

import os
import resource
import subprocess
import unittest

from case import MINIMAL, TFGEN, Case

SIZE = 64 * 1024
MEGABYTES = 64
SECONDS = 10  # of CPU; a construct with quadratic time takes much longer


def filled(head, item, tail="", size=SIZE):
    """As many items as fit, numbered."""
    lines, room = [], size - len(MINIMAL) - len(head) - len(tail)
    while room > 0:
        lines.append(item.replace("@", str(len(lines))).replace("~at~", "@"))
        room -= len(lines[-1])
    return MINIMAL + head + "".join(lines[:-1]) + tail


LONG = "a" * 30000
CONSTRUCTS = {
    "equal mails": filled("alarms:\n  email:\n", "    - a~at~b.cd\n"),
    "equal networks": filled("load_balancer:\n  allow:\n", "    - 10.0.0.0/8\n"),
    "equal zones": filled("network:\n  zones:\n", "    - us-east-1a\n"),
    "different mails": filled("alarms:\n  email:\n", "    - a@~at~b.cd\n"),
    "different networks": filled("load_balancer:\n  allow:\n", "    - 10.0.@.0/24\n"),
    "different zones": filled("network:\n  zones:\n", "    - us-east-1@\n"),
    "aliases of a mail": filled("x-a: &a a~at~b.cd\nalarms:\n  email: [".replace("~at~", "@"), "*a,", "]\n"),
    "aliases of a long text": MINIMAL + f"x-a: &a {LONG}\nalarms:\n  email: [{'*a,' * 10000}]\n",
    "a long text in every environment": MINIMAL + f"x-a: &a {{tags: {{a: {'é' * 15000}}}}}\nenvironments:\n" +
        "".join(f" e{i}: *a\n" for i in range(2500)),
    "a long malformed text in every environment": MINIMAL + f"x-a: &a {{region: {LONG}}}\nenvironments:\n" +
        "".join(f" e{i}: *a\n" for i in range(2500)),
    "a section that is a long text": MINIMAL + f"x-a: &a {{scaling: {LONG}}}\nenvironments:\n" +
        "".join(f" e{i}: *a\n" for i in range(2500)),
    "unknown keys": filled("", "k@: \n"),
    "unknown keys of a section": filled("scaling:\n", "  k@: \n"),
    "unknown keys of an environment": filled("environments:\n a:\n", "  k@: \n"),
    "environments with an unknown key": filled("environments:\n", " e@: {q: }\n"),
    "environments": filled("environments:\n", " e@: {}\n"),
    "environments that differ": filled("environments:\n", " e@: {scaling: {max: @}}\n"),
    "environments beside keys for anchors": filled("".join(f"x-{i}: 1\n" for i in range(3500)) + "environments:\n", " e@: {}\n"),
    "environments beside tags": filled("tags:\n" + "".join(f" t{i}: 1\n" for i in range(3500)) + "environments:\n", " e@: {tags: {a: b}}\n"),
    "environments beside unknown keys": filled("".join(f"k{i}: 1\n" for i in range(900)) + "environments:\n", " e@: {}\n"),
    "environments with long names": filled("environments:\n", " " + "a" * 90 + "@: {}\n"),
    "tags": filled("tags:\n", " k@: v\n"),
    "tags given twice": filled("tags:\n", " k: v\n"),
    "tags with bad values": filled("tags:\n", " k@: '" + "<" * 90 + "'\n"),
    "unknown settings": filled("service:\n settings:\n", "  k@: v\n"),
    "one large merge": filled("x-a: &a\n", " k@: \n", "tags:\n <<: *a\n"),
    "merged aliases": filled("x-a: &a {b: c}\ntags:\n <<: [", "*a,", "]\n"),
    "merged mappings": filled("tags:\n <<: [", "{k@: },", "]\n"),
    "merges of merges": MINIMAL + "x-0: &a0 {k0: }\n" + "".join(f"x-{i}: &a{i} {{<<: *a{i - 1}, k{i}: }}\n" for i in range(1, 400)),
    "aliases of lists": MINIMAL + "x-a: &a [" + "x," * 190 + "]\nx-b: [" + "*a," * 100 + "]\n",
    "anchors": MINIMAL + "x-a:\n" + "".join(f" - &a{i} x\n" for i in range(499)) + "x-b: [" + "*a0," * 14000 + "]\n",
    "quoted texts after a hidden line break": filled("# \u2028\nx-a: [", "'a',", "]\n"),
    "hidden line breaks": filled("", "# a\u2028"),
    "a long key": MINIMAL + f"? {LONG}\n: 1\n",
    "a long word": MINIMAL + f"network: {{nat: {LONG}}}\n",
    "a long number": MINIMAL + f"scaling: {{max: {'1' * 60000}, cooldown: {'1' * 100}s}}\n",
    "one long line": MINIMAL + "tags: {" + ",".join(f"k{i}: '<'" for i in range(6000)) + "}\n",
    "deep lists": MINIMAL + "x-a: " + "[" * 60000,
    "deep mappings": MINIMAL + "x-a: " + "{a: " * 16000,
    "open quotes": MINIMAL + "x-a: '" + "a\n " * 20000,
    "comments": filled("", "#\n"),
    # Each name is twice the one before: bombs, as in "billion laughs".
    "a bomb of lists": MINIMAL + "x-0: &a0 [1, 1]\n" + "".join(f"x-{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 40)),
    "a bomb of mappings": MINIMAL + "x-0: &a0 {a: 1}\n" + "".join(f"x-{i}: &a{i} {{a: *a{i - 1}, b: *a{i - 1}}}\n" for i in range(1, 40)),
    "a bomb of merges": MINIMAL + "x-0: &a0 {a0: 1}\n" +
        "".join(f"x-{i}: &a{i} {{<<: [*a{i - 1}, *a{i - 1}], a{i}: 1}}\n" for i in range(1, 40)),
    "a bomb of keys": MINIMAL + "x-0: &a0 {a: 1}\n" + "".join(f"x-{i}: &a{i} {{? *a{i - 1} : *a{i - 1}}}\n" for i in range(1, 40)),
    "an alias inside its anchor": MINIMAL + "x-a: &a [*a, *a]\n",
    "a bomb in an environment": MINIMAL + "environments:\n e0: &a0 {tags: {a: b}}\n" +
        "".join(f" e{i}: &a{i} {{<<: [*a{i - 1}, *a{i - 1}], tags: *a{i - 1}}}\n" for i in range(1, 40)),
}


def limit_memory():
    resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES << 20, MEGABYTES << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


class Memory(Case):
    """Under a limit of address space, so that no peak is missed."""

    def test_every_construct(self):
        # A sanitizer reserves terabytes; then only the results are looked at.
        sanitized = subprocess.run([TFGEN, "--version"], capture_output=True, preexec_fn=limit_memory).returncode != 0
        for name, text in CONSTRUCTS.items():
            self.assertLess(len(text), 1.2 * SIZE, name)
            self.spec("large.yaml", text)
            for args in [["lint"], ["-o", "out"], ["-d", "doc"]]:
                with self.subTest(name, args=args):
                    done = subprocess.run([TFGEN, *args, "large.yaml"], cwd=self.dir, capture_output=True, text=True, timeout=100,
                                          preexec_fn=None if sanitized else limit_memory)
                    self.assertIn(done.returncode, (0, 1), done.stderr[-300:])
                    self.assertLess(len(done.stderr), 300_000)

    def test_what_is_left_out_is_counted(self):
        self.spec("gym.yaml", filled("", "k@: \n"))
        said = self.run_tfgen("lint", "gym.yaml", status=1).stderr
        keys = (self.dir / "gym.yaml").read_text().count("k")
        self.assertEqual(said.count(": error: unknown key 'k"), 100)
        self.assertRegex(said, rf"\n100 problems shown, \d+ more left out\n{keys} errors\n$")
        self.assertIn(f"{keys - 100} more left out\n", self.run_tfgen("lint", "-q", "gym.yaml", status=1).stderr)

    def test_errors_are_shown_before_notes(self):
        self.spec("gym.yaml", filled("environments:\n", " e@: {scaling: {max: 3}}\n", "tags: {aws:x: y}\n", size=40000))
        said = self.run_tfgen("lint", "gym.yaml", status=1).stderr
        self.assertEqual(said.count(": error: 'aws:x' in 'tags'"), 1)
        self.assertIn("more left out\n", said)

    def test_environments_that_are_not_checked_are_counted(self):
        self.spec("gym.yaml", filled("environments:\n", " e@: {service: {instance_type: t@.x}}\n"))
        said = self.run_tfgen("lint", "gym.yaml", status=1).stderr
        self.assertRegex(said, r"\n\d+ environments not checked\n$")

    def test_one_problem_a_repeated_item(self):
        self.spec("gym.yaml", MINIMAL + "alarms: {email: [" + "a@b.cd, " * 20 + "]}\n")
        self.assertEqual(self.run_tfgen("lint", "-q", "gym.yaml", status=1).stderr.count("[repeated-item]"), 19)
        self.spec("gym.yaml", MINIMAL + "alarms: {email: [" + "a@b.cd, " * 21 + "]}\n")
        said = self.run_tfgen("lint", "-q", "gym.yaml", status=1).stderr
        self.assertIn("'email' has 21 items, expected at most 20", said)
        self.assertEqual(said.count("[repeated-item]"), 19)


if __name__ == "__main__":
    unittest.main(verbosity=1)
