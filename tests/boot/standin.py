#!/usr/bin/python3
"""Replaces systemctl on a machine without systemd as its first process: reads the real units, and carries out of them
what the boot script counts on. What it keeps is below /run/standin: pid of each service, what is enabled, every call.
"""

import configparser
import grp
import os
import pwd
import signal
import socket
import sys
import time
from pathlib import Path

STATE = Path("/run/standin")
UNITS = Path("/etc/systemd/system")


def read_unit(name):
    unit = configparser.RawConfigParser(strict=False, delimiters="=", comment_prefixes="#", interpolation=None)
    unit.optionxform = str
    unit.read([UNITS / name, *sorted(UNITS.glob(f"{name}.d/*.conf"))])
    return unit


def full_name(name):
    return name if name.endswith((".service", ".timer")) else f"{name}.service"


def pid_of(name):
    try:
        pid = int((STATE / f"{name}.pid").read_text())
        os.kill(pid, 0)
        return pid
    except (FileNotFoundError, ProcessLookupError):
        return 0


def stop(name):
    pid = pid_of(name)
    if pid:
        os.kill(pid, signal.SIGTERM)
    for _ in range(450):
        if not pid_of(name):
            return
        time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)


def start(name):
    """Waits until the service reports that it has started."""
    if not (UNITS / name).exists():
        return False
    service = dict(read_unit(name)["Service"]) if name.endswith(".service") else {}
    if not service:
        return True
    ready = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    path = str(STATE / f"{name}.notify")
    Path(path).unlink(missing_ok=True)
    ready.bind(path)
    os.chmod(path, 0o777)
    ready.settimeout(90)
    if os.fork() == 0:
        become(service, path)
    try:
        while b"READY=1" not in ready.recv(4096).split(b"\n"):
            pass
    except TimeoutError:
        return False
    return pid_of(name) != 0


def become(service, notify):
    """Starts the service in a child of a child, so that no parent waits for it."""
    os.setsid()
    if os.fork():
        os._exit(0)
    name = Path(notify).name.removesuffix(".notify")
    (STATE / f"{name}.pid").write_text(str(os.getpid()))
    log = os.open(STATE / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    nothing = os.open("/dev/null", os.O_RDONLY)
    for fd, copy in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(fd, copy)
    user = pwd.getpwnam(service["User"])
    if "LogsDirectory" in service:
        logs = Path("/var/log", service["LogsDirectory"])
        logs.mkdir(exist_ok=True)
        os.chown(logs, user.pw_uid, user.pw_gid)
    os.setgroups([])
    os.setgid(grp.getgrnam(service["Group"]).gr_gid)
    os.setuid(user.pw_uid)
    os.umask(int(service.get("UMask", "0022"), 8))
    command = service["ExecStart"].split()
    more = dict([service["Environment"].split("=", 1)]) if "Environment" in service else {}
    os.execve(command[0], command, {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "NOTIFY_SOCKET": notify, **more})


def main():
    os.umask(0o022)
    STATE.mkdir(exist_ok=True, mode=0o755)
    with open(STATE / "calls", "a", encoding="utf-8") as calls:
        calls.write(" ".join(sys.argv[1:]) + "\n")
    options = [word for word in sys.argv[1:] if word.startswith("-")]
    verb, *names = [word for word in sys.argv[1:] if not word.startswith("-")]
    names = [full_name(name) for name in names]
    done = True
    for name in names if verb != "list-unit-files" else []:
        if verb == "enable":
            done = (UNITS / name).exists() and done
            (STATE / f"{name}.enabled").touch()
        elif verb == "restart":
            stop(name)
            done = start(name) and done
        elif verb == "stop":
            stop(name)
        elif verb == "is-active":
            done = pid_of(name) != 0
        elif verb == "kill":
            (signal_name,) = [o.partition("=")[2] for o in options if o.startswith("--signal=")]
            os.kill(pid_of(name), getattr(signal, f"SIG{signal_name}"))
    sys.exit(not done)


main()
