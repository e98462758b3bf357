#!/usr/bin/env python3
"""One fault after another while clients send requests: locks, a change of the schema, killed sessions, a frozen and a
restarted database, a full disk, slow readers, a new password, a restart of the service.

    test_chaos.py [mysql | mariadb]...      default: both, CHAOS_SECONDS in all (default 60)

Clients send more than 3,000 mixed requests a minute and know what was acknowledged (clients.py). Each acknowledged write must be
there once, each answer must come within its budget, /healthz within 250 ms; memory and descriptors must not grow.

The databases and the service live on a small file system in memory, in a mount namespace of this test.
"""

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import time

# Requests a second of all clients, and how many must come of it: clients wait while a fault holds them.
CLIENTS, RATE, LEAST = 32, 4000 / 60, 3000 / 60
BUDGET = 2 + 2 * 3 + 1  # seconds: the queue, the statements, and a busy machine
DISK = 900  # MiB
PAUSE = 4  # seconds that a fault lasts

if os.environ.get("CHAOS_DISK") is None:
    # again, in a namespace where a small file system can be mounted
    disk = os.path.abspath("build/chaos")
    os.makedirs(disk, exist_ok=True)
    mount = f"mount -t tmpfs -o size={DISK}m tmpfs '{disk}' && exec \"$@\""
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    probe = ["unshare", *user, "--mount", "sh", "-c", mount, "sh"]
    if subprocess.run([*probe, "true"], capture_output=True).returncode:
        print("SKIP chaos: this system allows no mount namespace", flush=True)
        sys.exit(os.environ.get("CI") == "true")
    os.environ.update(CHAOS_DISK=disk, TMPDIR=disk)
    os.execvp(probe[0], [*probe, sys.executable, *sys.argv])

from database import Session
from clients import Client, Violation, check
from load import Load
from process import wait_for
from roots import CannotRun
from rooted import SERVERS
from server import Crudd


class Chaos:
    def __init__(self, server, seconds):
        self.database, self.seconds = server, seconds
        self.schema = server.schema()
        self.crudd = Crudd(self.schema)
        self.clients = [Client(f"c{i}", self.crudd.port, RATE / CLIENTS, BUDGET) for i in range(CLIENTS)]
        self.slowest_health, self.waited, self.sizes = 0.0, 0.0, []

    # ---- faults; each one undoes what it did

    def calm(self):
        time.sleep(PAUSE)

    def locked_rows(self):
        with Session(self.schema, "START TRANSACTION; SELECT id FROM members ORDER BY id DESC LIMIT 20 FOR UPDATE"):
            time.sleep(PAUSE)

    def locked_table(self):
        with Session(self.schema, "LOCK TABLES members WRITE"):
            time.sleep(PAUSE)

    def changed_schema(self):
        """An ALTER TABLE waits for a transaction, and every statement on the table waits for both."""
        with Session(self.schema, "START TRANSACTION; SELECT COUNT(*) FROM members"):
            time.sleep(PAUSE / 2)
            change = Session(self.schema, "SET lock_wait_timeout = 60; ALTER TABLE members COMMENT 'changed'", wait=False)
            time.sleep(PAUSE / 2)
        change.end()

    def killed_sessions(self):
        end = time.monotonic() + PAUSE
        while time.monotonic() < end:
            self.database.kill_sessions(self.schema)
            time.sleep(0.15)

    def frozen(self):
        self.database.freeze()
        time.sleep(PAUSE)
        self.database.thaw()

    def restarted(self):
        self.database.kill9()
        time.sleep(1)
        self.database.start()

    def full_disk(self):
        path = os.path.join(os.environ["CHAOS_DISK"], "full")
        with open(path, "wb", buffering=0) as file:
            with contextlib.suppress(OSError):
                while file.write(b"\0" * 65536):
                    pass
            # rows of the largest size, so that the tables must grow
            name = "\U0001f4aa" * 60
            row = f'POST /plans {{"name": "{{n}}{name}", "type": "day", "price": "1"}}'
            seen = Load(self.crudd.port, row, c=8, t=PAUSE).result()
            check(set(seen["statuses"]) <= {"201", "503"}, "full disk", seen)
        os.remove(path)
        if self.database.process.popen.poll() is not None:  # MySQL ends when it cannot write
            self.database.start()

    def slow_readers(self):
        """They ask for much and read nothing."""
        sockets = []
        for _ in range(100):
            s = socket.socket()
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            s.connect(("127.0.0.1", self.crudd.port))
            s.sendall(b"GET /members?limit=200 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 2)
            sockets.append(s)
        time.sleep(PAUSE)
        for s in sockets:
            s.close()

    def new_password(self):
        self.schema.password = secrets.token_urlsafe(12)
        self.database.sql(f"ALTER USER '{self.schema.user}'@'%' IDENTIFIED BY '{self.schema.password}'")
        self.database.kill_sessions(self.schema)
        time.sleep(0.5)
        self.schema.write_secret(self.crudd.path)

    def restart_service(self):
        for client in self.clients:
            client.lenient.set()
        check(self.crudd.stop() == 0, "the service's exit status")
        self.crudd.start()
        time.sleep(1)
        for client in self.clients:
            client.lenient.clear()

    # ---- the run

    def strike(self, fault):
        """Causes one fault and watches /healthz during it, then waits until writes are acknowledged again."""
        health = Load(self.crudd.port, "GET /healthz", c=1, t=PAUSE, T="20:40")
        begun = time.monotonic()
        fault()
        seen = health.result()
        check(set(seen["statuses"]) == {"200"} and not seen["errors"], fault.__name__, seen)
        self.slowest_health = max(self.slowest_health, seen["max"])
        check(seen["max"] < 250, fault.__name__, seen)
        self.recover(fault.__name__)
        print(f"{time.monotonic() - self.begun:5.0f} s  {fault.__name__:16} {time.monotonic() - begun:5.1f} s"
              f"  /healthz at most {seen['max']:.1f} ms", flush=True)

    def recover(self, name):
        self.alive()
        row = {"name": "probe", "surname": name}
        # MySQL looks once a minute whether a full disk has room again; no pace is expected until then
        begun = time.monotonic()
        wait_for(f"recovery from {name}", lambda: self.crudd.send("POST", "/members", row).status == 201, 90, 0.2)
        self.waited += time.monotonic() - begun

    def alive(self):
        for client in self.clients:
            if client.problem:
                raise client.problem

    def size(self):
        """Once the connections of the last fault have ended."""
        wait_for("quiet", lambda: self.crudd.metrics()["crudd_connections"] <= CLIENTS + 2, 90, 0.5)
        self.sizes.append((self.crudd.process.rss(), self.crudd.process.descriptors(), self.crudd.process.threads()))

    def run(self):
        faults = [
            self.calm, self.locked_rows, self.locked_table, self.changed_schema, self.killed_sessions, self.frozen,
            self.restarted, self.full_disk, self.slow_readers, self.new_password,
        ]
        self.begun = time.monotonic()
        for client in self.clients:
            client.thread.start()
        self.recover("the start")
        self.restart_service()
        rounds = 0
        while rounds < 1 or time.monotonic() - self.begun < self.seconds:
            for fault in faults:
                self.strike(fault)
            rounds += 1
            self.size()
        self.restart_service()
        self.recover("the restart")
        for client in self.clients:
            client.stopping.set()
        for client in self.clients:
            client.thread.join(60)
        self.alive()
        self.verify(rounds)

    def check_checker(self, stored):
        """It notices a row that is lost, that is there twice, or that has another value."""
        client = self.clients[0]
        name = next(row.name for row in client.rows if len(row.states) == 1 and row.states != ["gone"])
        (found,) = stored[name]
        for wrong in ([], [found, found], [(found[0], "another")]):
            try:
                client.verify({**stored, name: wrong})
            except Violation:
                continue
            raise AssertionError(f"the checker accepts {wrong}")

    def verify(self, rounds):
        stored = {}
        for number, name, surname in self.schema.sql("SELECT id, name, surname FROM members WHERE name <> 'probe'"):
            stored.setdefault(name, []).append((int(number), surname))
        for client in self.clients:
            client.settle()
        for number, name, surname in self.schema.sql("SELECT id, name, surname FROM members WHERE name <> 'probe'"):
            if (int(number), surname) not in stored.setdefault(name, []):
                stored[name].append((int(number), surname))
        for client in self.clients:
            client.verify(stored)
        self.check_checker(stored)
        known = {row.name for client in self.clients for row in client.rows}
        check(set(stored) <= known, "rows that no client created", set(stored) - known)
        counts = {}
        for client in self.clients:
            for what, count in client.counts.items():
                counts[what] = counts.get(what, 0) + count
        sent, seconds = sum(counts.values()), time.monotonic() - self.begun
        check(sent / (seconds - self.waited) > LEAST, "too few requests", sent, seconds)
        check(set(counts) <= {200, 201, 204, 404, 409, 503, "no answer"}, counts)
        check(self.crudd.stop() == 0 and self.crudd.errors() == "", self.crudd.errors())
        (memory, descriptors, threads), last = self.sizes[0], self.sizes[-1]
        # The heap keeps the room of its busiest moment, which a later round may have: what grows, grows from half to half.
        early, late = self.sizes[: (len(self.sizes) + 1) // 2], self.sizes[len(self.sizes) // 2 :]
        check(max(late)[0] < max(early)[0] * 1.1 + 2e6, self.sizes)
        check(last[1] <= descriptors + 2 and last[2] == threads, self.sizes)
        slowest = max(client.slowest for client in self.clients)
        print(
            f"{rounds} rounds, {sent} requests in {seconds:.0f} s: {counts}; the slowest answer took {slowest:.1f} s, /healthz"
            f" {self.slowest_health:.0f} ms; memory {memory / 1e6:.1f} -> {last[0] / 1e6:.1f} MB, descriptors"
            f" {descriptors} -> {last[1]}; {len(known)} rows as acknowledged",
            flush=True,
        )


def main():
    names = sys.argv[1:] or list(SERVERS)
    seconds = int(os.environ.get("CHAOS_SECONDS", "60")) / len(names)
    failed = False
    for name in names:
        try:
            server = SERVERS[name]()
        except (CannotRun, subprocess.SubprocessError, OSError) as error:
            print(f"SKIP chaos on {name}: {error}", flush=True)
            failed = failed or os.environ.get("CI") == "true"
            continue
        print(f"-- chaos on {name} {server.sql('SELECT VERSION()')[0][0]}", flush=True)
        with server:
            chaos = Chaos(server, seconds)
            try:
                chaos.run()
            except (Violation, AssertionError) as problem:
                print(f"FAIL: {problem}", flush=True)
                lines = [x for x in chaos.crudd.output().splitlines() if '"event":"request"' not in x]
                database = (server.path / "log").read_text(errors="replace").splitlines()
                print("the service:", *lines[-20:], "the database:", *database[-20:], sep="\n  ", flush=True)
                failed = True
            finally:
                chaos.crudd.close()
    sys.exit(failed)


if __name__ == "__main__":
    main()
