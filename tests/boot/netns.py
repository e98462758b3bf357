"""A network of one machine and of what the tests serve to it: sockets are made inside, for programs outside."""

import ctypes
import os
import shutil
import socket
import subprocess
import threading

METADATA = "169.254.169.254"
AWS = "10.99.0.10"  # everything of Amazon's, and the package archive
DATABASE = "10.99.0.20"
CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


class Net:
    """A network namespace whose loopback has the addresses above. Use it in a with statement, as root."""

    def __enter__(self):
        if not shutil.which("ip"):
            raise OSError("there is no ip")
        ready = "ip link set lo up && for a in $*; do ip addr add $a/32 dev lo || exit; done && echo up && exec cat"
        self.holder = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", ready, "sh", METADATA, AWS, DATABASE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if self.holder.stdout.readline() != "up\n":
            self.__exit__()
            raise OSError("no network namespace can be made here")
        self.path = f"/proc/{self.holder.pid}/ns/net"
        self.enter = ("nsenter", f"--net={self.path}")
        return self

    def __exit__(self, *_):
        self.holder.stdin.close()
        self.holder.wait(timeout=10)
        self.holder.stdout.close()

    def inside(self, make):
        """The result of make(), called by a thread that has entered the namespace."""
        result = []

        def enter():
            try:
                fd = os.open(self.path, os.O_RDONLY)
                try:
                    if libc.setns(fd, CLONE_NEWNET):
                        raise OSError(ctypes.get_errno(), "setns")
                finally:
                    os.close(fd)
                result.append((make(), None))
            except OSError as error:
                result.append((None, error))

        thread = threading.Thread(target=enter)
        thread.start()
        thread.join()
        ((made, error),) = result
        if error:
            raise error
        return made

    def listen(self, host, port, kind=socket.SOCK_STREAM):
        """A socket bound inside; it listens unless it is for datagrams."""

        def make():
            made = socket.socket(socket.AF_INET, kind)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind((host, port))
            if kind == socket.SOCK_STREAM:
                made.listen(64)
            return made

        return self.inside(make)

    def connect(self, host, port, timeout=10):
        """A socket connected from inside."""
        return self.inside(lambda: socket.create_connection((host, port), timeout=timeout))
