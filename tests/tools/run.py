#!/usr/bin/env python3
"""The service with a MariaDB server of its own and sample data, until Ctrl-C.

    run.py [PORT]       default 8080, or any free one if that is taken

Everything is below build/run; it is created by each run and removed at its end.
"""

import datetime
import fcntl
import os
import random
import signal
import socket
import sys
import threading

import sample
from server import TOP, Crudd, MariaDB, free_port


def choose_port():
    if len(sys.argv) > 1:
        return int(sys.argv[1])
    with socket.socket() as s:
        try:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(("127.0.0.1", 8080))
            return 8080
        except OSError:
            return free_port()


def alone():
    """A lock on build/, so that there is one run at a time; it is held as long as the caller keeps it."""
    os.makedirs(TOP / "build", exist_ok=True)
    lock = os.open(TOP / "build", os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit("run.py: already running in this tree")
    return lock


def fill(crudd):
    """Plans, members and subscriptions around today; except for the dates, the same on every day."""
    chance = random.Random(1)
    today = datetime.date.today()
    connection = crudd.connect()

    def post(path, row):
        answer = crudd.send("POST", path, row, connection=connection)
        if answer.status != 201:
            sys.exit(f"run.py: POST {path} {row}: {answer.body.decode()}")
        return answer.json

    plans = [post("/plans", dict(zip(("name", "type", "price"), plan))) for plan in sample.PLANS]
    members = [post("/members", member) for member in sample.members()]
    for member in members:
        for _ in range(chance.choice((0, 1, 1, 1, 2))):
            plan = chance.choice(plans)
            days = {"day": 0, "month": 29, "half_year": 181, "year": 364}[plan["type"]]
            start = today - datetime.timedelta(chance.randint(-14, days + 40))
            end = start + datetime.timedelta(days) if chance.random() < 0.85 else None
            post(
                "/subscriptions",
                {
                    "member_id": member["id"],
                    "plan_id": plan["id"],
                    "start_date": start.isoformat(),
                    "end_date": end and end.isoformat(),
                    "active": end is None or end >= today,
                },
            )


def introduce(crudd):
    url = f"http://127.0.0.1:{crudd.port}"
    print(
        f"""
The gym's admin page:       {url}/
API reference:              {url}/docs
Metrics, for Prometheus:    http://127.0.0.1:{crudd.admin_port}/metrics

Try it (with curl, or on the page of the API reference):

    curl '{url}/members?q=mar&limit=3'
    curl '{url}/subscriptions?active=true&sort=end_date&limit=5'
    curl -i '{url}/members?limit=10&count=true'        # Link: the next page
    curl -i {url}/members/1                            # ETag: the row's version
    curl -i {url}/members -H 'Content-Type: application/json' -d '{{"name": "Ada", "phone": "12"}}'
    curl -i {url}/members -H 'Content-Type: application/json' -d '{{"name": "Ada", "surname": "Lovelace"}}'
    curl -i -X PATCH {url}/members/1 -H 'Content-Type: application/json' -H 'If-Match: "1"' -d '{{"phone": null}}'

Ctrl-C stops everything.""",
        flush=True,
    )


def main():
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    lock = alone()
    folder = TOP / "build/run"
    print("starting a MariaDB server and the service below build/run", flush=True)
    with MariaDB(folder=folder / "database") as database:
        with Crudd(database.schema("gym"), folder=folder / "service", port=choose_port(), title="City Gym") as crudd:
            fill(crudd)
            introduce(crudd)
            while not stop.wait(0.5):
                if crudd.process.popen.poll() is not None:
                    sys.exit(f"run.py: the service ended with {crudd.process.popen.returncode}: {crudd.errors()}")
                if database.process.popen.poll() is not None:
                    sys.exit("run.py: the database ended")
            print("\nstopping", flush=True)
    folder.rmdir()
    os.close(lock)


if __name__ == "__main__":
    main()
