"""Programs that the tests start. They end with their owner or at the end of the test process; if that is killed, the
kernel ends them.
"""

import atexit
import contextlib
import ctypes
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None, use_errno=True)


given = set()


def free_port():
    """A port that no one listens on and that this process was not given before: two of them may be chosen before either is used.
    It is below the ports of outgoing connections, which could take it before its owner does."""
    while True:
        port = random.randrange(10000, 32768)
        if port in given:
            continue
        with contextlib.suppress(OSError), socket.socket() as s:
            s.bind(("127.0.0.1", port))
            given.add(port)
            return port


def environment(**extra):
    """The environment of this process without settings of crudd."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("CRUDD_", "DB_TEST_"))}
    return {**env, **extra}


def is_sanitized(program):
    """Is the program built with a sanitizer? Then its memory and speed mean nothing."""
    data = Path(program).read_bytes()
    return b"__asan_init" in data or b"__tsan_init" in data


def wait_for(what, condition, seconds=20, every=0.01):
    """The first true result of condition()."""
    end = time.monotonic() + seconds
    while not (result := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s for {what}")
        time.sleep(every)
    return result


def cpu_of(pid):
    """CPU seconds of the threads of a process and, in turn, of its children."""
    seconds = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
            own = int((task / "schedstat").read_text().split()[0]) / 1e9
            seconds += own + sum(map(cpu_of, (task / "children").read_text().split()))
    return seconds


class Process:
    """A program in a new session. The kernel ends it with the thread that started it."""

    running = set()

    def __init__(self, args, out, err, env=None, wrap=()):
        self.popen = subprocess.Popen(
            [*wrap, *map(str, args)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env=env,
            start_new_session=True,
            preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL),
        )
        self.pid = self.popen.pid
        Process.running.add(self)

    def send(self, number):
        if self.popen.poll() is None:
            os.killpg(self.pid, number)

    def end(self, number=signal.SIGKILL, seconds=60):
        """Sends the signal and returns the exit status; kills the program if it takes too long."""
        self.send(number)
        try:
            return self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            self.popen.wait()
            raise AssertionError(f"{self.popen.args[0]} did not end within {seconds} s") from None
        finally:
            Process.running.discard(self)

    # from /proc

    def rss(self):
        """Resident bytes."""
        return int(re.search(r"VmRSS:\s*(\d+)", Path(f"/proc/{self.pid}/status").read_text())[1]) * 1024

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def threads(self):
        return len(os.listdir(f"/proc/{self.pid}/task"))

    def cpu(self):
        """CPU seconds of its threads and of its children."""
        return cpu_of(self.pid)


@atexit.register
def end_all():
    for process in list(Process.running):
        process.end()
    for folder in list(Folder.made):
        folder.remove()


def terminated(number, _):
    """Not with sys.exit, which a test case would report as its failure."""
    end_all()
    os._exit(128 + number)


if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
    signal.signal(signal.SIGTERM, terminated)


class Folder:
    """A temporary directory that is deleted with its owner; or the directory `path`, emptied first."""

    made = set()

    def __init__(self, prefix, path=None):
        if path:
            shutil.rmtree(path, ignore_errors=True)
            os.makedirs(path, 0o700)
        self.path = Path(path or tempfile.mkdtemp(prefix=prefix))
        Folder.made.add(self)

    def remove(self):
        Folder.made.discard(self)
        shutil.rmtree(self.path, ignore_errors=True)
