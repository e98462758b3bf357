"""Systems of other releases in build/roots. mmdebstrap creates them, again if their recipe changes."""

import shutil
import subprocess
from pathlib import Path

ROOTS = Path(__file__).resolve().parents[2] / "build/roots"
# the index may have expired where only an old copy of the archive is reachable
COMMON = ('--aptopt=Acquire::Check-Valid-Until "false"',)


class CannotRun(Exception):
    pass


def make_root(name, suite, package):
    """A directory with the package and its dependencies, unpacked but not configured."""
    root = make(name, suite, ["--variant=extract", f"--include={package}"], "--no-same-owner")
    for link in ("bin", "sbin", "lib", "lib64"):
        if not (root / link).exists():
            (root / link).symlink_to(f"usr/{link}")
    for folder in ("dev", "mnt", "tmp"):
        (root / folder).mkdir(exist_ok=True)
    return root


def make_system(name, suite, packages):
    """A directory with a whole system in which these packages are installed."""
    excluded = [f"--dpkgopt=path-exclude=/usr/share/{folder}/*" for folder in ("doc", "info", "locale", "man")]
    return make(name, suite, ["--variant=apt", *excluded, f"--include={','.join(packages)}"], "--numeric-owner")


def make(name, suite, options, owner):
    root = ROOTS / name
    made, recipe = root / "made", " ".join([suite, *options])
    if made.exists() and made.read_text(encoding="utf-8") == recipe:
        return root
    if not shutil.which("mmdebstrap"):
        raise CannotRun("mmdebstrap is not installed")
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    archive = root / "archive.tar"
    command = ["mmdebstrap", "-q", *COMMON, *options, suite, archive]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    if done.returncode:
        raise CannotRun(f"mmdebstrap: {done.stderr.strip()[-500:]}")
    command = ["tar", "-x", owner, "--exclude=./dev", "-C", root, "-f", archive]
    subprocess.run(command, check=True)
    archive.unlink()
    made.write_text(recipe, encoding="utf-8")
    return root
