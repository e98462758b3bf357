"""Compiles the load generator of tests/bench if it is missing or outdated, and runs it."""

import json
import subprocess
from pathlib import Path

from process import Process

TOP = Path(__file__).resolve().parents[2]


def compiled(name, package=""):
    """The program of tests/bench/NAME.c, compiled with the flags that pkg-config has for the package."""
    source, program = TOP / f"tests/bench/{name}.c", TOP / f"build/tests/bench/{name}"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        program.parent.mkdir(parents=True, exist_ok=True)
        command = ["cc", "-std=c11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-Werror", "-o", program, source]
        if package:
            command += subprocess.check_output(["pkg-config", "--cflags", "--libs", package], text=True).split()
        subprocess.run([*command, "-lpthread"], check=True)
    return program


class Load:
    """Load on a port, in the background. The options are those of load.c, as in Load(port, "GET /", c=10, t=5)."""

    def __init__(self, port, *requests, headers=(), **options):
        args = [f"-{k}{'' if v is True else v}" for k, v in options.items()] + [f"-H{h}" for h in headers]
        self.process = Process([compiled("load"), *args, port, *requests], subprocess.PIPE, None)

    def result(self):
        """Waits for the end, and returns the figures."""
        out, _ = self.process.popen.communicate()
        Process.running.discard(self.process)
        if self.process.popen.returncode:
            raise AssertionError(f"load ended with {self.process.popen.returncode}")
        return json.loads(out)


def load(port, *requests, **options):
    return Load(port, *requests, **options).result()
