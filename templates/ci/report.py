#!/usr/bin/env python3
"""Prints what a change means for this stack, as the Markdown of one comment on a pull request.

    ci/report.py [--env NAME] [--base FILE] [--plan FILE] SPEC > report.md

The class of the change, what it costs, the problems in the spec, whether the files of the stack are what the spec compiles to, a
diagram, and what Terraform plans. --base is the spec before the change. --plan makes a plan and writes it to that file. It neither
locks the state nor refreshes it, which would read the stack's secrets, so changes by hand in AWS are not seen, and a role that can
change nothing is enough. Without --plan no credentials are needed.

It needs tfgen on the PATH, and Terraform for --plan. Exits 1 if the spec has errors, the files are not what it compiles to, or
Terraform fails. The report is printed all the same.
"""

import argparse
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

STACK = Path(__file__).resolve().parents[1]
LIMIT = 65536  # characters in a comment on GitHub; GitLab takes more
LONGEST_LINE = 1000
MEANINGS = {
    "in place": "nothing is interrupted",
    "rescale": "instances come or go",
    "roll": "instances are replaced behind the load balancer",
    "interrupt": "minutes without the database or the service",
    "replace": "data or an address is lost",
    "refuse": "AWS would not do it",
}
ACTIONS = {  # of a plan, worst first
    ("delete",): "destroy",
    ("delete", "create"): "replace",
    ("create", "delete"): "replace",
    ("update",): "change",
    ("create",): "add",
    ("forget",): "forget",
}


def run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, errors="replace", check=False)


# --- Markdown: texts from specs, plans and messages appear in code spans and fences only, which nothing in them can end


def clean(text):
    """One line without control characters, and no longer than anyone reads."""
    text = "".join(c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in str(text))
    return text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 1] + "…"


def ticks(text, least):
    """More backticks in a row than the text contains."""
    return "`" * max([least, *(len(found) + 1 for found in re.findall("`+", text))])


def code(text):
    text = clean(text)
    mark = ticks(text, 1)
    return f"{mark} {text} {mark}" if "`" in text or text != text.strip() or not text else f"{mark}{text}{mark}"


class Block:
    """Lines between a head and a tail. Of the lines, the last are left out if the comment would be too long."""

    def __init__(self, head, lines=(), tail=""):
        self.head, self.lines, self.tail = head, list(lines), tail


def fenced(title, kind, text):
    """A fence that readers open."""
    lines = [clean(line) for line in text.splitlines()]
    mark = ticks("\n".join(lines), 3)
    return Block(f"<details><summary>{title}</summary>\n\n{mark}{kind}\n", lines, f"{mark}\n\n</details>\n\n")


def joined(blocks):
    """All blocks in one text of at most LIMIT characters."""
    note = "… {} more lines\n"
    room = LIMIT - sum(len(b.head) + len(b.tail) + len(note) + 8 for b in blocks)
    text = ""
    for block in blocks:
        kept = []
        for line in block.lines:
            room -= len(line) + 1
            if room < 0:
                break
            kept.append(line + "\n")
        left = len(block.lines) - len(kept)
        text += block.head + "".join(kept) + (note.format(left) if left else "") + block.tail
    return text


# --- what tfgen says


def cost_line(before, after, complete):
    least = "" if complete else "at least "
    line = f"{least}${after['min']:.2f} to ${after['max']:.2f} a month"
    if before:
        low, high = (after[end] - before[end] for end in ("min", "max"))
        line += f", {low:+.2f} to {high:+.2f}" if abs(low) >= 0.005 or abs(high) >= 0.005 else ", unchanged"
    return line


def of_change(spec, options, base):
    """(title, cost, block) of what the edit of the spec does."""
    if not base:
        cost = run("tfgen", "cost", *options, "--format", "json", spec)
        if cost.returncode:
            return "cannot be compiled", None, None
        cost = json.loads(cost.stdout)
        return "a new stack", cost_line(None, cost["total"], cost["complete"]), None
    diff = run("tfgen", "diff", *options, "--format", "json", base, spec)
    if diff.returncode not in (0, 2):
        return "cannot be compared", None, None
    diff = json.loads(diff.stdout)
    cost = diff["cost"]
    line = cost_line(cost["before"], cost["after"], cost["complete"])
    if not diff["changes"]:
        return "no change of the spec", line, None
    lines = [
        f"- **{c['class']}** {code(c['key'])}: {code(c['before'])} → {code(c['after'])}: {code(c['effect'])}"
        for c in diff["changes"]
    ]
    return f"{diff['class']}: {MEANINGS[diff['class']]}", line, Block("**Changes of the spec**, worst first\n\n", lines, "\n")


def of_problems(spec, options):
    """(summary, block, whether it is good) of what lint says."""
    lint = run("tfgen", "lint", *options, "--format", "json", spec)
    try:
        found = json.loads(lint.stdout or lint.stderr)
    except ValueError:
        return "tfgen failed", fenced("What tfgen printed", "", lint.stdout + lint.stderr), False
    found = [p for p in found if p["severity"] != "note"]
    lines = []
    for p in found:
        line = f"- {p['severity']}: {code(p['message'])} at {code('%s:%s:%s' % (p['file'], p['line'], p['column']))}"
        lines.append(line + (f", hint: {code(p['hint'])}" if p.get("hint") else ""))
    count = Counter(p["severity"] for p in found)
    summary = ", ".join(f"{n} {kind}{'s' * (n > 1)}" for kind, n in sorted(count.items())) or "none"
    return summary, Block("**Problems in the spec**\n\n", lines, "\n") if found else None, lint.returncode == 0


def of_files(spec, options):
    """(summary, block, whether it is good) of what --check says."""
    check = run("tfgen", "--check", *options, "-o", STACK, spec)
    if check.returncode == 0:
        return "are what the spec compiles to", None, True
    if not check.stdout:
        return "cannot be compared with the spec", None, False
    return "are not what the spec compiles to: compile it and commit the result", fenced("Files that differ", "", check.stdout), False


def of_graph(spec, options):
    graph = run("tfgen", "graph", *options, "--format", "mermaid", spec)
    return fenced("Diagram", "mermaid", graph.stdout) if graph.returncode == 0 else None


# --- what Terraform says


def terraform(*arguments):
    return run("terraform", f"-chdir={STACK}", *arguments)


def planned(file):
    """(summary, blocks, whether it is good) of a new plan, which is written to a file."""
    file = Path(file).resolve()
    for arguments in (
        ("init", "-input=false", "-no-color", "-lockfile=readonly"),
        ("plan", "-input=false", "-no-color", "-lock=false", "-refresh=false", f"-out={file}"),
    ):
        done = terraform(*arguments)
        print(done.stdout, done.stderr, sep="", file=sys.stderr)
        if done.returncode:
            title = f"terraform {arguments[0]} failed"
            return title, [fenced(title, "", done.stderr or done.stdout)], False
    changes = json.loads(terraform("show", "-json", file).stdout).get("resource_changes", [])
    by_action = [(ACTIONS.get(tuple(c["change"]["actions"])), c["address"]) for c in changes if c["mode"] == "managed"]
    order = list(dict.fromkeys(ACTIONS.values()))
    by_action = sorted(((a, address) for a, address in by_action if a), key=lambda c: (order.index(c[0]), c[1]))
    if not by_action:
        return "no changes", [], True
    count = Counter(action for action, _ in by_action)
    summary = ", ".join(f"{count[action]} to {action}" for action in order if count[action])
    lines = [f"- {action} {code(address)}" for action, address in by_action if action != "add"]
    blocks = [Block("**Terraform plans**, without what is only added\n\n", lines, "\n")] if lines else []
    return summary, [*blocks, fenced("Plan", "", terraform("show", "-no-color", file).stdout)], True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("spec", metavar="SPEC")
    parser.add_argument("--env", metavar="NAME", help="environment of the spec")
    parser.add_argument("--base", metavar="FILE", help="the spec before the change")
    parser.add_argument("--plan", metavar="FILE", help="make a plan, and write it to this file")
    given = parser.parse_args()

    options = ["--env", given.env] if given.env else []
    title, cost, changes = of_change(given.spec, options, given.base)
    problems, problem_block, spec_good = of_problems(given.spec, options)
    files, file_block, files_good = of_files(given.spec, options)
    plan, plan_blocks, plan_good = planned(given.plan) if given.plan else ("not made: no credentials here", [], True)
    head = f"<!-- tfgen {STACK.name} -->\n## {code(STACK.name)}: {title}\n\n"
    facts = [("Cost", cost), ("Problems in the spec", problems), ("Files of the stack", files), ("Terraform's plan", plan)]
    summary = Block(head, [f"- {name}: {fact}" for name, fact in facts if fact], "\n")
    blocks = [summary, changes, problem_block, file_block, of_graph(given.spec, options), *plan_blocks]
    print(joined([block for block in blocks if block]), end="")
    return 0 if spec_good and files_good and plan_good else 1


if __name__ == "__main__":
    sys.exit(main())
