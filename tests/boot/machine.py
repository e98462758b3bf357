"""A clean Debian 13 as an instance: its own root, in its own namespaces, in a network that contains nothing but
what the tests serve. It has no systemd as its first process; standin.py does what the boot script asks of systemctl.
"""

import os
import subprocess
import threading
import time
from pathlib import Path

from paths import TOP
from process import Folder, Process
from roots import make_system

# What Debian's images for EC2 contain, as far as the boot script can see.
PACKAGES = """systemd dbus libpam-systemd python3 ca-certificates curl openssl sudo procps iproute2 e2fsprogs passwd
    util-linux logrotate""".split()
SCRIPT = "/var/lib/cloud/instance/scripts/part-001"
LOG = "/var/log/cloud-init-output.log"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
DEVICES = ("null", "zero", "full", "random", "urandom")
MOUNTS = r"""
set -e
mount -t tmpfs -o size=1500m,mode=755 tmpfs "$1"
mkdir "$1/changes" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=$0,upperdir=$1/changes,workdir=$1/work" "$1/root"
cd "$1/root"
mkdir -p dev proc run
mount -t tmpfs -o mode=755 tmpfs dev
for device in $2; do touch "dev/$device"; mount --bind "/dev/$device" "dev/$device"; done
touch dev/console
mkdir -m 1777 dev/shm
mount -t proc proc proc
mount -t tmpfs -o mode=755 tmpfs run
rm -f etc/resolv.conf
echo "nameserver 127.0.0.1" >etc/resolv.conf
printf 'deb http://deb.debian.org/%s main\n' 'debian trixie' 'debian trixie-updates' 'debian-security trixie-security' \
    >etc/apt/sources.list
rm -rf etc/apt/sources.list.d var/lib/apt/lists/*
hostname instance
exec chroot . /bin/sh -c 'echo up; exec >/dev/null; while :; do sleep 3600 & wait; done'
"""


class Machine:
    """Use it in a with statement.

    console: what was written to it; seen: command line and environment of every process so far
    """

    def __init__(self, net, ca):
        self.net, self.ca = net, ca
        self.seen, self.watching = set(), False
        self.folder, self.process = Folder("machine-"), None

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def start(self):
        root = make_system("machine-debian-13", "trixie", PACKAGES)
        new = ["unshare", "--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child", "--propagation", "private"]
        first = ["sh", "-c", MOUNTS, root, self.folder.path, " ".join(DEVICES)]
        self.process = Process(first, subprocess.PIPE, None, wrap=(*self.net.enter, *new))
        # run inside the new root: before that, /proc would show this machine
        if self.process.popen.stdout.readline() != b"up\n":
            raise AssertionError("the machine did not start")
        self.pid = int(Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()[0])
        self.space = os.readlink(f"/proc/{self.pid}/ns/pid")
        self.root = Path(f"/proc/{self.pid}/root")
        self.write("/usr/local/share/ca-certificates/tests.crt", self.ca.read_bytes())
        self.write("/usr/local/sbin/systemctl", (TOP / "tests/boot/standin.py").read_bytes(), 0o755)
        self.run("update-ca-certificates")
        self.watching = True
        threading.Thread(target=self.watch, daemon=True).start()

    def __exit__(self, *_):
        self.watching = False
        if self.process:
            self.process.end()
            self.process.popen.stdout.close()
        self.folder.remove()

    def write(self, path, content, mode=0o644):
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        file.chmod(mode)

    def read(self, path):
        return (self.root / path.lstrip("/")).read_text(encoding="utf-8", errors="replace")

    def exists(self, path):
        return os.path.lexists(self.root / path.lstrip("/"))

    def command(self, script, **how):
        enter = ["nsenter", f"--target={self.pid}", "--mount", "--pid", "--uts", "--ipc", "--net", "--root", "--wdns=/"]
        clean = ["env", "-i", f"PATH={PATH}", "LANG=C.UTF-8"]
        return subprocess.run([*enter, *clean, "sh", "-c", script], stdin=subprocess.DEVNULL, timeout=600, **how)

    def run(self, script):
        """The output of a command, which must succeed."""
        done = self.command(script, capture_output=True, text=True)
        if done.returncode:
            raise AssertionError(f"{script}: {done.stdout}{done.stderr}")
        return done.stdout

    def boot(self, user_data):
        """Runs a script as cloud-init does and returns its exit status. Its output goes where cloud-init sends it."""
        self.write(SCRIPT, user_data, 0o700)
        return self.command(f"exec {SCRIPT} >>{LOG} 2>&1").returncode

    @property
    def log(self):
        return self.read(LOG)

    @property
    def console(self):
        return self.read("/dev/console")

    def files_with(self, words):
        """Paths of the files that this machine wrote and that contain any of these."""
        enter = ["nsenter", f"--target={self.pid}", "--mount"]
        patterns = "".join(f"{word}\n" for word in words)
        command = [*enter, "grep", "-raFl", "-f", "-", "--devices=skip", f"{self.folder.path}/changes"]
        done = subprocess.run(command, input=patterns, capture_output=True, text=True, timeout=120)
        changes = f"{self.folder.path}/changes"
        return sorted(path.removeprefix(changes) for path in done.stdout.splitlines())

    def service_pid(self):
        return self.read("/run/standin/crudd.service.pid")

    def watch(self):
        """What anyone who may list the machine's processes can see."""
        while self.watching:
            for process in os.listdir("/proc"):
                if process.isdigit():
                    self.look_at(f"/proc/{process}")
            time.sleep(0.01)

    def look_at(self, process):
        try:
            if os.readlink(f"{process}/ns/pid") == self.space:
                for part in ("cmdline", "environ"):
                    with open(f"{process}/{part}", "rb") as file:
                        self.seen.add(file.read())
        except OSError:
            pass  # it has ended
