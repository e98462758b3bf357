"""Speed and memory of the compiler, as ratios within one run.

Each pair is measured in turn (A B A B ...) as user and system time of whole processes; medians are printed, and the ratio of
the medians. Exits 1 when a ratio is above its bound.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from figures import missed, report

ROUNDS = 60
ROOT = Path(__file__).resolve().parents[2]
TFGEN = str(Path(os.environ.get("TFGEN", ROOT / "build/tfgen")).resolve())
SPEC = str(ROOT / "examples/production.yaml")


def cpu(args):
    """CPU seconds of one command."""
    pid = os.posix_spawn(args[0], args, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
    _, status, usage = os.wait4(pid, 0)
    assert status == 0, args
    return usage.ru_utime + usage.ru_stime


def pair(what, bound, ours, theirs, prepare):
    times = ([], [])
    for i in range(-3, ROUNDS):
        for command, seen in zip((ours, theirs), times):
            prepare()
            seconds = cpu(command)
            if i >= 0:
                seen.append(seconds)
    a, b = (statistics.median(seen) for seen in times)
    report(f"{what} ({1e3 * a:.2f} ms : {1e3 * b:.2f} ms)", a / b, bound, "x")


with tempfile.TemporaryDirectory(prefix="tfgen-bench-") as name:
    work = Path(name)
    tree, out = str(work / "tree"), str(work / "out")
    subprocess.run([TFGEN, "-q", "-o", tree, SPEC], check=True)
    cp = shutil.which("cp")
    fresh = lambda: shutil.rmtree(out, ignore_errors=True)
    pair("compile production.yaml : cp -r of the same tree", 2, [TFGEN, "-o", out, SPEC], [cp, "-r", tree, out], fresh)
    last = str(work / "last")  # compiled before; every key is compared, and one changed
    edited = [TFGEN, "--set", "scaling.max=13", "-o", last, SPEC]
    compiled = lambda: (fresh(), shutil.copytree(tree, last, dirs_exist_ok=True))
    pair("compile an edit of production.yaml : cp -r of the same tree", 1.1, edited, [cp, "-r", tree, out], compiled)
    pair("diff of production.yaml with itself : compile it", 1, [TFGEN, "diff", SPEC, SPEC], [TFGEN, "-o", out, SPEC], fresh)
    pair("graph of production.yaml : compile it", 1, [TFGEN, "graph", SPEC], [TFGEN, "-o", out, SPEC], fresh)
    day = str(ROOT / "examples/loads/gym-day.csv")
    pair("simulate production.yaml for a day : compile it", 2, [TFGEN, "simulate", "--load", day, SPEC], [TFGEN, "-o", out, SPEC], fresh)
    pair("cost of production.yaml : compile it", 1, [TFGEN, "cost", SPEC], [TFGEN, "-o", out, SPEC], fresh)
    pair("--check, nothing to do : cp -r of the same tree", 1, [TFGEN, "--check", "-o", tree, SPEC], [cp, "-r", tree, out], fresh)

    def environments(n):
        spec = work / f"environments-{n}.yaml"
        spec.write_text("name: gym\nregion: us-east-1\nenvironments:\n" +
                        "".join(f"  e{i}: {{scaling: {{max: {3 + i % 7}}}}}\n" for i in range(n)))
        return str(spec)

    pair("lint of 50 environments, all checked : of one", 2.5, [TFGEN, "lint", "-q", environments(50)],
         [TFGEN, "lint", "-q", environments(1)], lambda: None)

    peak = subprocess.run(["/usr/bin/time", "-f", "%M", TFGEN, "-q", "-o", out, SPEC], capture_output=True, text=True, check=True)
    report("peak memory of a compilation", int(peak.stderr) / 1024, 10, "MB")
    peak = subprocess.run(["/usr/bin/time", "-f", "%M", TFGEN, "cost", "-q", SPEC], capture_output=True, text=True, check=True)
    report("peak memory of a cost", int(peak.stderr) / 1024, 10, "MB")
    report("size of the program", os.path.getsize(TFGEN) / 1e6, 4, "MB")

    # A thousand specs one after another: the second half takes no longer than the first.
    specs = []
    for i in range(1000):
        specs.append(work / f"spec-{i}.yaml")
        specs[-1].write_text(f"name: gym\nregion: us-east-1\nscaling: {{min: {2 + i % 5}, max: {10 + i % 3}}}\n")
    times = []
    for spec in specs:
        fresh()
        times.append(cpu([TFGEN, "-q", "-o", out, str(spec)]))
    first, second = statistics.median(times[:500]), statistics.median(times[500:])
    report(f"1,000 specs one after another, median of the second 500 : first ({1e3 * second:.2f} ms : {1e3 * first:.2f} ms)",
           second / first, 1.25, "x")

    if shutil.which("valgrind"):
        for what, args in [("compile", ["-q", "-o", out + "2", SPEC]), ("--check", ["--check", "-o", tree, SPEC])]:
            done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", TFGEN, *args],
                                  capture_output=True, text=True)
            count = re.search(r"Collected : (\d+)", done.stderr)
            report(f"instructions, {what}", int(count[1]) / 1e6, unit="M")
    else:
        print("SKIP instructions: no valgrind")

sys.exit(bool(missed))
