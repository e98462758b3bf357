"""The disk of a virtual machine: Debian 13 like its EC2 images, as far as cloud-init and the boot script can see.

It is built once, below build/vm, and again when its recipe changes. Two things differ from EC2: QEMU loads the kernel and
the initial file system from outside, and the guest agent is installed, so that the tests can look inside.
"""

import hashlib
import shutil
import subprocess
from pathlib import Path

from paths import TOP
from roots import CannotRun

FOLDER = TOP / "build/vm"
SIZE = "3G"
ARCHIVE = "http://deb.debian.org/debian"  # of the same day for the disk and for the packages that the boot script installs
SOURCES = [f"deb {ARCHIVE} {suite} main" for suite in ("trixie", "trixie-updates")]
PACKAGES = """systemd systemd-sysv systemd-resolved systemd-timesyncd libpam-systemd dbus udev netplan.io dhcpcd-base
    iproute2 linux-image-cloud-amd64 initramfs-tools e2fsprogs cloud-init cloud-guest-utils python3 ca-certificates curl
    sudo procps openssh-server qemu-guest-agent"""
# The tests need no documentation, no translations and no nightly jobs.
OPTIONS = (
    "--variant=apt",
    '--aptopt=Acquire::Check-Valid-Until "false"',
    '--aptopt=Acquire::Languages "none"',
    '--aptopt=APT::Install-Recommends "false"',
    "--dpkgopt=force-unsafe-io",
    *(f"--dpkgopt=path-exclude=/usr/share/{folder}/*" for folder in ("doc", "info", "locale", "man")),
)
UNWANTED = (
    "apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer"
)
# Written before the packages are installed: the initial file system has to find one disk only.
FIRST_FILES = {
    "etc/initramfs-tools/conf.d/small": "MODULES=list\nCOMPRESS=zstd\n",
    "etc/initramfs-tools/modules": "virtio_pci\nvirtio_blk\next4\n",
}
FILES = {"etc/fstab": "/dev/vda / ext4 rw,errors=remount-ro 0 0\n", "etc/hostname": "localhost\n"}
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"


class Image:
    """disk, a raw ext4 file system; kernel; initrd: paths of files that no machine may change."""

    def __init__(self, folder):
        self.folder = folder
        self.disk, self.kernel, self.initrd = folder / "disk", folder / "vmlinuz", folder / "initrd"

    def copy(self, path, ca):
        """A disk for one machine, which also trusts the tests' certificate authority."""
        subprocess.run(["cp", "--sparse=always", "--reflink=auto", self.disk, path], check=True)
        bundle = path.with_suffix(".bundle")
        bundle.write_bytes((self.folder / "bundle").read_bytes() + ca.read_bytes())
        authority = path.with_suffix(".authority")
        authority.write_bytes(ca.read_bytes())
        for file in (bundle, authority):
            file.chmod(0o644)
        commands = [
            f"write {authority} /usr/local/share/ca-certificates/tests.crt",
            f"rm {BUNDLE}",
            f"write {bundle} {BUNDLE}",
        ]
        self.debugfs(path, commands)
        bundle.unlink()
        authority.unlink()

    @staticmethod
    def debugfs(disk, commands):
        """Its exit status is useless; its output counts."""
        done = subprocess.run(
            ["debugfs", "-w", "-f", "-", disk],
            input="\n".join(commands) + "\n",
            capture_output=True,
            text=True,
            timeout=60,
        )
        output = [line for line in done.stderr.splitlines() if line and not line.startswith("debugfs 1.")]
        if done.returncode or output:
            raise AssertionError(f"debugfs: {output}")


def write_files(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def make_root(root):
    first = FOLDER / "first"
    shutil.rmtree(first, ignore_errors=True)
    write_files(first, FIRST_FILES)
    command = [
        "mmdebstrap",
        "-q",
        *OPTIONS,
        f"--include={','.join(PACKAGES.split())}",
        f"--setup-hook=copy-in {first}/etc /",
    ]
    done = subprocess.run([*command, "trixie", root, *SOURCES], capture_output=True, text=True, timeout=1500)
    shutil.rmtree(first)
    if done.returncode:
        raise CannotRun(f"mmdebstrap: {done.stderr.strip()[-500:]}")
    write_files(root, FILES)
    for unit in UNWANTED.split():
        (root / "etc/systemd/system" / unit).symlink_to("/dev/null")
    (root / "etc/resolv.conf").unlink(missing_ok=True)
    (root / "etc/resolv.conf").symlink_to("../run/systemd/resolve/stub-resolv.conf")
    (root / "etc/machine-id").write_text("uninitialized\n")


def recipe():
    """What the disk is built from; another recipe gives another disk."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()


def make_image():
    """The image; built if there is none, or one of another recipe."""
    image, made, root = Image(FOLDER), FOLDER / "made", FOLDER / "root"
    if made.exists() and made.read_text() == recipe():
        return image
    for tool in ("mmdebstrap", "mke2fs", "debugfs"):
        if not shutil.which(tool, path="/usr/sbin:/sbin:/usr/bin:/bin"):
            raise CannotRun(f"there is no {tool}")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    make_root(root)
    shutil.copy(next(root.glob("boot/vmlinuz-*")), image.kernel)
    shutil.copy(next(root.glob("boot/initrd.img-*")), image.initrd)
    shutil.copy(root / BUNDLE.lstrip("/"), FOLDER / "bundle")
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-d", root, image.disk, SIZE], check=True, capture_output=True)
    shutil.rmtree(root)
    made.write_text(recipe())
    return image
