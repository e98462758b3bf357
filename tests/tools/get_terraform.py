"""Puts the pinned Terraform release into build/tools, at the end of the Makefile's PATH, unless PATH has a terraform already.

What comes from the network is taken only if its SHA-256 is the one written here, of the release's terraform_*_SHA256SUMS.
"""

import hashlib
import io
import os
import platform
import shutil
import sys
import urllib.request
import zipfile
from pathlib import Path

VERSION = "1.11.4"
SHA256 = {
    "linux_amd64": "1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc",
    "linux_arm64": "a43d1d0da9b9bab214a8305a39db0e40869572594ccf50c416a7756499143633",
}
PROGRAM = Path(__file__).resolve().parents[2] / "build/tools/terraform"


def cannot(reason):
    """Tests that need terraform are skipped; in CI this fails."""
    print(f"SKIP tests with terraform: it is not on PATH, and {reason}")
    sys.exit(os.environ.get("CI") == "true")


def fetch():
    kind = {"x86_64": "linux_amd64", "aarch64": "linux_arm64"}.get(platform.machine())
    if sys.platform != "linux" or kind is None:
        cannot("no release is pinned for this machine")
    url = f"https://releases.hashicorp.com/terraform/{VERSION}/terraform_{VERSION}_{kind}.zip"
    try:
        archive = urllib.request.urlopen(url, timeout=120).read()
    except OSError as error:
        cannot(f"{url} cannot be fetched: {error}")
    unpack(archive, SHA256[kind], PROGRAM)


def unpack(archive, sha256, program):
    """Writes the program of a release's archive, or exits if the archive is not the pinned one."""
    digest = hashlib.sha256(archive).hexdigest()
    if digest != sha256:
        sys.exit(f"not the release that was pinned: its SHA-256 is {digest}")
    program.parent.mkdir(parents=True, exist_ok=True)
    partial = program.with_suffix(".partial")
    partial.write_bytes(zipfile.ZipFile(io.BytesIO(archive)).read("terraform"))
    partial.chmod(0o755)
    partial.rename(program)


if __name__ == "__main__" and not shutil.which("terraform") and not PROGRAM.exists():
    fetch()
