"""Clients of the service that know what was acknowledged to them.

Each client changes only its own rows, so it knows the states that each of them may be in: the one after the last
acknowledged request, and the one after each later request that got 503 or no answer. A request with an idempotency key
is sent again until it is acknowledged, and must then have been executed once.
"""

import http.client
import json
import random
import threading
import time

UNCERTAIN = {503}
GONE = "gone"


class Violation(AssertionError):
    pass


def check(condition, *what):
    if not condition:
        raise Violation(what)


class Row:
    """One member: what it may look like. states[0] was acknowledged; None: it may never have been created."""

    def __init__(self, name, number, states):
        self.name, self.number, self.states = name, number, states


class Client:
    def __init__(self, name, port, rate, budget):
        self.name, self.port, self.pause, self.budget = name, port, 1 / rate, budget
        self.chance = random.Random(name)
        self.connection = None
        self.rows, self.serial = [], 0
        self.pending = None  # a keyed request without an acknowledgement: name, key, body
        self.counts, self.slowest, self.problem = {}, 0.0, None
        self.stopping = threading.Event()
        self.lenient = threading.Event()  # the service is being restarted: refused connections are fine
        self.thread = threading.Thread(target=self.run, daemon=True)

    # ---- one request

    def send(self, method, path, value=None, headers=None):
        """The status and the body; None without an answer."""
        if not self.connection:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        begun = time.monotonic()
        try:
            kind = {"Content-Type": "application/json"} if value is not None else {}
            body = json.dumps(value) if value is not None else None
            self.connection.request(method, path, body, {**kind, **(headers or {})})
            answer = self.connection.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            # a kept connection may be closed at any time; while the service restarts, a new one too
            check(self.lenient.is_set() or not isinstance(error, ConnectionRefusedError), method, path, repr(error))
            self.count("no answer")
            return None, None
        seconds = time.monotonic() - begun
        self.slowest = max(self.slowest, seconds)
        check(seconds < self.budget, "slow", method, path, seconds, answer.status)
        if answer.getheader("Connection") == "close":
            self.close()
        self.count(answer.status)
        if answer.status == 503:
            check(answer.getheader("Retry-After"), "503 without Retry-After", data)
        return answer.status, json.loads(data) if data else None

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    # ---- what it does

    def create(self):
        self.serial += 1
        value = {"name": f"{self.name}-{self.serial}", "surname": "0"}
        status, row = self.send("POST", "/members", value)
        check(status in (201, None) or status in UNCERTAIN, "POST", status, row)
        if status == 201:
            check(row["name"] == value["name"], "another row", value, row)
        self.rows.append(Row(value["name"], row["id"] if status == 201 else None, ["0"] if status == 201 else [None, "0"]))

    def create_with_key(self):
        if not self.pending:
            self.serial += 1
            name = f"{self.name}-k{self.serial}"
            self.pending = (name, {"name": name, "surname": "0"})
        name, value = self.pending
        status, row = self.send("POST", "/members", value, {"Idempotency-Key": name})
        check(status in (201, 409, None) or status in UNCERTAIN, "POST with key", status, row)
        if status == 201:
            check(row["name"] == name, "another row", value, row)
            self.rows.append(Row(name, row["id"], ["0"]))
            self.pending = None

    def known(self):
        rows = [row for row in self.rows if row.number and row.states != [GONE]]
        return self.chance.choice(rows[-40:]) if rows else None

    def change(self):
        row = self.known()
        if not row:
            return self.create()
        self.serial += 1
        value = str(self.serial)
        status, now = self.send("PATCH", f"/members/{row.number}", {"surname": value})
        if status == 200:
            check(now["surname"] == value and now["name"] == row.name, "another row", row.name, now)
            check(row.states != [GONE], "changed after it was deleted", row.name)
            row.states = [value]
        elif status == 404:
            check(GONE in row.states, "lost", row.name, row.states)
            row.states = [GONE]
        else:
            check(status is None or status in UNCERTAIN, "PATCH", status, now)
            row.states.append(value)

    def delete(self):
        row = self.known()
        if not row:
            return self.create()
        status, problem = self.send("DELETE", f"/members/{row.number}")
        if status == 204:
            row.states = [GONE]
        elif status == 404:
            check(GONE in row.states, "lost", row.name, row.states)
            row.states = [GONE]
        else:
            check(status is None or status in UNCERTAIN, "DELETE", status, problem)
            row.states.append(GONE)

    def read(self):
        row = self.known()
        if not row:
            return self.create()
        status, now = self.send("GET", f"/members/{row.number}")
        if status == 200:
            check(now["surname"] in row.states and now["name"] == row.name, "read", row.name, row.states, now)
        elif status == 404:
            check(GONE in row.states, "lost", row.name, row.states)
        else:
            check(status is None or status in UNCERTAIN, "GET", status, now)

    def browse(self):
        path = self.chance.choice(
            ("/members?limit=50&sort=name", f"/members?q={self.name}&limit=5", "/plans", "/subscriptions?limit=20", "/members?count=true&limit=1")
        )
        status, rows = self.send("GET", path)
        check(status in (200, None) or status in UNCERTAIN, "GET", path, status, rows)

    def run(self):
        acts = [self.read] * 8 + [self.browse] * 4 + [self.create] * 3 + [self.create_with_key] * 3 + [self.change] * 4 + [self.delete]
        due = time.monotonic() + self.chance.random() * self.pause
        try:
            while not self.stopping.is_set():
                time.sleep(max(0.0, due - time.monotonic()))
                due = max(due + self.pause, time.monotonic() - 1)
                self.chance.choice(acts)()
        except BaseException as problem:  # for the checker, which stops everything
            self.problem = problem
        self.close()

    # ---- at the end

    def settle(self, seconds=30):
        """Repeats the last keyed request until it is acknowledged."""
        end = time.monotonic() + seconds
        while self.pending:
            check(time.monotonic() < end, "never acknowledged", self.pending)
            self.create_with_key()
            time.sleep(0.2)

    def verify(self, stored):
        """stored: {name: [(id, surname), ...]}, every member in the database."""
        for row in self.rows:
            found = stored.get(row.name, [])
            check(len(found) <= 1, "twice", row.name, found)
            if not found:
                check(GONE in row.states or None in row.states, "an acknowledged row is lost", row.name, row.states)
                continue
            number, surname = found[0]
            check(row.number in (None, number), "another id", row.name, row.number, number)
            check(surname in row.states, "an acknowledged change is lost", row.name, row.states, surname)
