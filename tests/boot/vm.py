"""A virtual machine that believes to be an EC2 instance: its hardware says so, its network is the
tests', and its console goes to a file. Software emulation with one CPU does, which is steady where two were not.
"""

import base64
import functools
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from datetime import datetime, timedelta, timezone

import paths  # noqa: F401
from netns import Net
from process import Folder, Process, wait_for
from roots import CannotRun

PROGRAM = "qemu-system-x86_64"
# Some releases emulate the flags of cmpxchg16b wrongly, which the kernel uses where it can.
EMULATED = ["-accel", "tcg,thread=single", "-cpu", "qemu64,-cx16"]
# Without a disk the kernel stops soon after its start, which shows that it ran.
LAST_WORDS = b"Unable to mount root"
FAILURE = re.compile("^.*boot of .* FAILED.*$", re.M)
SECONDS = 600  # that anything may take which is waited for
COMMON = """-smp 1 -m 1024 -nodefaults -no-user-config -display none -device virtio-rng-pci -device virtio-serial
    -device virtserialport,chardev=agent,name=org.qemu.guest_agent.0"""


def machine_of(kernel, console, *more):
    """Appends what the machine writes to its console."""
    serial = ["-chardev", f"file,id=console,path={console},append=on", "-serial", "chardev:console"]
    return [PROGRAM, "-kernel", kernel, *serial, *more]


@functools.cache
def accelerator(image):
    """Hardware virtualization where it works; some machines announce it but do not have it."""
    if not os.access("/dev/kvm", os.W_OK):
        return EMULATED
    native = ["-accel", "kvm", "-cpu", "host"]
    folder = Folder("vm-")
    console = folder.path / "console"
    kernel = machine_of(
        image.kernel, console, "-append", "console=ttyS0", *native, *"-m 512 -nodefaults -display none".split()
    )
    process = Process(kernel, subprocess.DEVNULL, subprocess.DEVNULL)

    def said_its_last_words():
        return console.exists() and LAST_WORDS in console.read_bytes()

    try:
        wait_for("the kernel", lambda: said_its_last_words() or process.popen.poll() is not None, 10, every=0.1)
    except AssertionError:
        pass  # it runs, but not as it should
    finally:
        process.end()
        works = said_its_last_words()
        folder.remove()
    return native if works else EMULATED


def check():
    """Raises CannotRun if virtual machines cannot run here."""
    if os.geteuid() != 0:
        raise CannotRun("only root can lay out its network")
    if not shutil.which(PROGRAM):
        raise CannotRun(f"there is no {PROGRAM}")
    try:
        with Net():
            pass
    except OSError as error:
        raise CannotRun(str(error)) from error


class Machine:
    """Powered on when created. Use it in a with statement.

    net: its network, where Surroundings serve; facts: the facts in its metadata
    ca: the authority that it trusts besides the usual ones
    port: the service's, which request() asks
    processor: in words, what it runs on; served: seconds from power on until /healthz first answered, or None
    """

    def __init__(self, net, image, facts, ca, port=8080):
        self.net, self.facts, self.port = net, facts, port
        self.folder = Folder("vm-")
        self.path = self.folder.path
        self.console_file, self.agent = self.path / "console", self.path / "agent"
        image.copy(self.path / "disk", ca)
        (self.path / "resolv.conf").write_text("nameserver 127.0.0.1\n")
        self.served, self.process = None, None
        self.lock = threading.Lock()
        self.image, processor = image, accelerator(image)
        self.processor = "an emulated processor" if processor == EMULATED else "the host's processor"
        self.options = [*processor, *COMMON.split()]
        try:
            self.began = time.monotonic()
            self.power_on()
            threading.Thread(target=self.watch, daemon=True).start()
        except BaseException:
            self.stop()
            raise

    def power_on(self):
        options = [*self.options, *self.devices(), "-initrd", self.image.initrd]
        options += ["-append", "root=/dev/vda ro console=tty0 console=ttyS0"]
        # the network's program resolves names
        within = f'mount --bind "{self.path}/resolv.conf" /etc/resolv.conf && exec "$@"'
        enter = (*self.net.enter, "unshare", "--mount", "sh", "-c", within, "sh")
        with open(self.path / "log", "ab") as log:
            self.process = Process(machine_of(self.image.kernel, self.console_file, *options), log, log, wrap=enter)

    def devices(self):
        """Disk, network and what Nitro's firmware reports of an instance."""
        address, mac = self.facts["address"], self.facts["mac"]
        subnet = address.rpartition(".")[0]
        network = f"user,id=net,ipv6=off,net={subnet}.0/24,host={subnet}.1,dns={subnet}.2,dhcpstart={address}"
        number = re.sub("[^0-9a-f]", "", self.facts["instance_id"]).rjust(17, "0")[-17:]
        uuid = f"ec2{number[:5]}-{number[5:9]}-4{number[9:12]}-8000-0000000{number[12:]}"
        drive = f"file={self.path}/disk,format=raw,if=virtio,cache=unsafe"
        yield from ("-drive", drive, "-netdev", f"{network},hostfwd=tcp:127.0.0.1:{self.port}-:{self.port}")
        yield from ("-device", f"virtio-net-pci,netdev=net,mac={mac},romfile=")
        # certificates are made while it runs, and its clock has whole seconds only: it must not be behind
        ahead = datetime.now(timezone.utc) + timedelta(seconds=10)
        yield from ("-rtc", f"base={ahead:%Y-%m-%dT%H:%M:%S}")
        yield from ("-smbios", "type=0,vendor=Amazon EC2,version=1.0")
        yield from ("-smbios", f"type=1,manufacturer=Amazon EC2,product={self.facts['type']},serial={uuid},uuid={uuid}")
        yield from ("-chardev", f"socket,id=agent,path={self.agent},server=on,wait=off")

    # ---- from outside

    def watch(self):
        while self.process and self.process.popen.poll() is None:
            if self.healthy():
                self.served = time.monotonic() - self.began
                return
            time.sleep(0.5)

    def request(self, method, path, body=None, headers=None, seconds=30):
        """(status, body) of a request like the load balancer's."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        connection.sock = self.net.connect("127.0.0.1", self.port, seconds)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def healthy(self):
        try:
            return self.request("GET", "/healthz", seconds=5)[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def console(self):
        text = self.console_file.read_bytes().decode(errors="replace") if self.console_file.exists() else ""
        return text.replace("\r", "")

    def wait(self, what, condition, seconds=SECONDS, every=0.5):
        """The first true result of condition(); fails with the console's text if there is none, or the machine has ended."""

        def running():
            if self.process.popen.poll() is not None:
                raise AssertionError(f"the machine ended: {(self.path / 'log').read_text()}{self.console()[-3000:]}")
            return condition()

        try:
            return wait_for(what, running, seconds, every)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.console()[-5000:]}") from None

    def wait_serving(self):
        self.wait("the service to answer", lambda: self.served or self.failures())
        if not self.served:
            raise AssertionError(f"{self.failures()}\n{self.console()[-5000:]}")

    def failures(self):
        """The lines in which the boot script reported a failure."""
        return FAILURE.findall(self.console())

    # ---- from inside

    def run(self, command, check=True, seconds=120, stdin=""):
        """The output of a shell command run by root; if it may fail, its exit status and all output."""
        deadline = time.monotonic() + seconds
        with self.lock, Agent(self.agent, seconds) as agent:
            arguments = {"path": "/bin/bash", "arg": ["-c", command], "capture-output": True}
            arguments["input-data"] = base64.b64encode(stdin.encode()).decode()
            pid = agent.ask("guest-exec", **arguments)["pid"]
            while not (done := agent.ask("guest-exec-status", pid=pid))["exited"]:
                if time.monotonic() > deadline:
                    raise AssertionError(f"{command}: not done within {seconds} s")
                time.sleep(0.2)
        code = done.get("exitcode", -1)
        output = [base64.b64decode(done.get(name, "")).decode(errors="replace") for name in ("out-data", "err-data")]
        if not check:
            return code, "".join(output)
        if code:
            raise AssertionError(f"{command}: exit status {code}\n{''.join(output)}")
        return output[0]

    def wait_booted(self):
        """Until cloud-init has run everything, whatever came of it. The console may lose lines, so the machine is asked."""
        self.run("cloud-init status --wait", check=False, seconds=SECONDS)

    def reboot(self):
        """Returns the seconds from the command until the service answers again."""
        before = self.run("cat /proc/sys/kernel/random/boot_id")
        begun = time.monotonic()
        self.run("systemctl --no-block reboot")
        self.wait("the machine to be up again", lambda: self.boot_id() not in (None, before))
        self.wait("the service to answer again", self.healthy)
        return time.monotonic() - begun

    def stop_and_start(self):
        """Stops and starts it as EC2 does: only the disk remains. Returns the seconds from power-on until the service answers."""
        self.run("systemctl --no-block poweroff")
        wait_for("the machine to power itself off", lambda: self.process.popen.poll() is not None, SECONDS, every=0.5)
        self.process.end()
        begun = time.monotonic()
        self.power_on()
        self.wait("the service to answer again", self.healthy)
        return time.monotonic() - begun

    def boot_id(self):
        try:
            return self.run("cat /proc/sys/kernel/random/boot_id", seconds=5)
        except (OSError, AssertionError):
            return None

    def stop(self):
        """Cuts the power."""
        if self.process:
            self.process.end()
        self.folder.remove()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Agent:
    """The guest agent, for one conversation. Half an answer to an earlier client may still arrive."""

    def __init__(self, path, seconds):
        self.path, self.seconds = str(path), seconds

    def __enter__(self):
        self.socket = socket.socket(socket.AF_UNIX)
        self.lines = self.socket.makefile("rb")
        number = time.monotonic_ns() % 1000000007
        try:
            self.socket.settimeout(self.seconds)
            self.socket.connect(self.path)
            self.send("guest-sync", id=number)
            while self.answer().get("return") != number:
                pass
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.lines.close()
        self.socket.close()

    def send(self, command, **arguments):
        self.socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")

    def answer(self):
        line = self.lines.readline()
        if not line:
            raise OSError("the machine is gone")
        return json.loads(line)

    def ask(self, command, **arguments):
        self.send(command, **arguments)
        answer = self.answer()
        if "error" in answer:
            raise AssertionError(f"{command}: {answer['error']}")
        return answer["return"]
