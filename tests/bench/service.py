"""Speed and memory of the service, as ratios within one run: beside a bare loop of its statements, and beside the
same API written with what a user would take instead (peers.py). Service, database, peers and load share this machine.

It is measured on MariaDB and on MySQL, on this machine and at a distance. What is compared runs in turn (A B A B ...),
and the medians are compared. The bare loop sends the service's own statements from as many connections as the service
has, and does nothing else. CPU is what the kernel counts. The service logs each request, the peers log none. Exits 1
when a figure is beyond its bound.
"""

import contextlib
import json
import os
import statistics
import subprocess
import sys
import time
from typing import NamedTuple

from figures import missed, report
from load import Load, compiled, load
from peers import Peer, built, check_same
from proxy import Proxy
from rooted import SERVERS
from roots import CannotRun
from server import Crudd, MariaDB

ROUNDS = 5
SECONDS = 1
MEMBERS = 1000
WORKERS = 4  # the service's default
DISTANCE = 0.002  # seconds to the distant database and back
ONE = "GET /members/{1-1000}"
NEW = 'POST /members {"name": "Load", "surname": "Generator", "phone": "{n}"}'
# The mix of the original's load test: its lists, in the paths that its clients know, and its documentation.
MIX = ("30 GET /members/", "25 GET /plans/", "25 GET /subscriptions/", "20 GET /docs/")
CHANGES = (
    '4 POST /members {"name": "Load", "surname": "Generator", "phone": "{n}"}',
    '4 PATCH /members/{1-1000} {"surname": "Changed"}',
    '2 PUT /members/update/{1-1000} {"name": "Changed"}',
)
ORIGINAL = "the original, measured with its own lists and 1,000 members: 1.6 requests a second"


class Race(NamedTuple):
    """A request from c connections. least: bounds for the service's throughput : that of others. bare: the bare loop's
    statement; "": it takes no part."""

    what: str
    request: str
    least: dict = {}
    c: int = 64
    bare: str = ""

    def __str__(self):
        return f"{self.what}, {self.c} connections"


BY_ID = Race("GET by id", ONE, {"bare loop": 0.75, "Go": 2.0}, bare="select")
RACES = (
    Race("GET by id", ONE, {"Go": 2.0}, c=16),
    Race("list of 50", "GET /members?limit=50"),
    Race("list of 200", "GET /members?limit=200"),
    Race("PATCH", 'PATCH /members/{1-1000} {"surname": "Changed {n}"}', {"Go": 1.8}),
    # last: the table grows
    Race("POST, durable", NEW, {"bare loop": 2.0, "Go": 2.2}, bare="insert"),
)


class Place(NamedTuple):
    """A database as the service reaches it."""

    name: str
    schema: object
    port: int
    near: bool  # on this machine, without a delay
    main: bool  # the one on which everything is measured


class Figures(NamedTuple):
    rps: float
    p99: float = 0  # milliseconds, as the next one
    longest: float = 0
    cpu: float = 0  # microseconds of the server for each request, and of the database
    database: float = 0


def bare(place, statement, threads=WORKERS):
    args = [compiled("bare", "libmariadb"), place.port, place.schema.user, place.schema.name, threads, SECONDS, statement]
    env = {**os.environ, "MYSQL_PWD": place.schema.password}
    done = subprocess.run(list(map(str, args)), env=env, capture_output=True, text=True, check=True)
    seen = json.loads(done.stdout)
    return Figures(seen["count"] / seen["seconds"])


def failures(result):
    """How many requests got no answer, or another one than they should, such as 503."""
    answers = sum(n for status, n in result["statuses"].items() if status not in ("200", "201"))
    return answers + result["errors"] + result["unfinished"]


def fine(result):
    assert not failures(result), result
    return result


def served(place, server, *requests, c=64):
    processes = server.process, place.schema.server.process
    before = [process.cpu() for process in processes]
    result = fine(load(server.port, *requests, c=c, t=SECONDS))
    cpu = [(p.cpu() - b) / result["answered"] * 1e6 for p, b in zip(processes, before)]
    return Figures(result["rps"], result["p99"], result["max"], *cpu)


def in_turn(*measures):
    """Medians of each after ROUNDS of them all; the first round only warms up."""
    rounds = [[measure() for measure in measures] for _ in range(ROUNDS + 1)][1:]
    return [Figures(*map(statistics.median, zip(*seen))) for seen in zip(*rounds, strict=True)]


def fill(crudd, schema):
    result = fine(load(crudd.port, NEW, c=8, n=MEMBERS))
    assert result["statuses"] == {"201": MEMBERS}
    plan = {"name": "Plan", "type": "month", "price": "10.00"}
    crudd.send("POST", "/plans", plan)
    subscription = '{"member_id": {1-1000}, "plan_id": 1, "start_date": "2026-01-31", "end_date": "2026-12-31"}'
    fine(load(crudd.port, f"POST /subscriptions {subscription}", c=8, n=MEMBERS))
    schema.sql("ANALYZE TABLE members, plans, subscriptions")


def pages(crudd, path):
    """The requests that lead through a list."""
    paths = []
    while path:
        paths.append(f"GET {path}")
        path = crudd.get(path).next
    return paths


def race(place, crudd, peers, r):
    """Prints the service's figures : each other's; above 1 the service is the better one."""
    measures = {"service": lambda: served(place, crudd, r.request, c=r.c)}
    if r.bare:
        measures["bare loop"] = lambda: bare(place, r.bare)
    for name, peer in peers.items():
        measures[name] = lambda peer=peer: served(place, peer, r.request, c=r.c)
    ours, *others = in_turn(*measures.values())
    for name, theirs in zip(list(measures)[1:], others):
        more = f"; p99 {theirs.p99 / ours.p99:.2f}x, CPU {theirs.cpu / ours.cpu:.2f}x" if theirs.cpu else ""
        what = f"{r} : {name} ({ours.rps:,.0f}/s : {theirs.rps:,.0f}/s{more})"
        report(what, ours.rps / theirs.rps, r.least.get(name), "x", least=True)
    return ours


def by_id(place, crudd, ours):
    """ours: the figures of GET by id from 64 connections"""
    if not place.near:
        report(f"GET by id a second, {WORKERS} connections to that database", ours.rps, 10000, least=True)
    report("longest GET by id, 64 connections", ours.longest, 30, "ms")
    one, statement, fixed = in_turn(
        lambda: served(place, crudd, ONE, c=1),
        lambda: bare(place, "select", 1),
        lambda: served(place, crudd, "GET /healthz", c=1),
    )
    took, floor, answer = (1e3 / f.rps for f in (one, statement, fixed))
    what = f"mean latency of GET by id, 1 connection : bare loop + fixed reply ({took:.3f} ms : {floor:.3f} + {answer:.3f} ms)"
    report(what, took / (floor + answer), 1.3, "x")


def cpu(place, crudd, ours):
    (fixed,) = in_turn(lambda: served(place, crudd, "GET /healthz"))
    what = f"CPU of GET by id : a fixed reply ({ours.cpu:.1f} us : {fixed.cpu:.1f} us; {fixed.rps:,.0f} fixed replies/s)"
    report(what, ours.cpu / fixed.cpu, 6, "x")
    report("CPU of GET by id, 64 connections: of the service", ours.cpu, 27, "us")
    report("    of the database", ours.database, 15, "us")
    walk = pages(crudd, "/members?limit=200")[: MEMBERS // 200]
    (page,) = in_turn(lambda: served(place, crudd, *walk, c=16))
    what = f"CPU of a walk through {MEMBERS:,} members in {len(walk)} pages of 200"
    report(what, page.cpu * len(walk) / 1000, 0.5, "ms")


def crowd(crudd, what, request):
    """200 connections that do not think, with the default settings."""
    results = [load(crudd.port, request, c=200, t=SECONDS) for _ in range(ROUNDS)]
    failed = sum(map(failures, results))
    report(f"{what}, 200 connections that do not think: failures, 503 among them", failed, 0)
    report("    99 of 100 answered within", statistics.median(r["p99"] for r in results), 100, "ms")
    report("    resident memory", crudd.process.rss() / 2**20, 16, "MB")


def mix(crudd):
    begun, before = time.monotonic(), crudd.process.cpu()
    users = Load(crudd.port, *MIX, *CHANGES, c=200, t=30, T="1000:3000", w=3)
    time.sleep(29)
    memory = crudd.process.rss()
    result = users.result()
    core = (crudd.process.cpu() - before) / (time.monotonic() - begun)
    report(f"200 users who think 1 to 3 s, writes too: failures ({result['rps']:.0f} requests a second)", failures(result), 0)
    print(f"    ({ORIGINAL})")
    report(f"    99 of 100 answered within (half of them within {result['p50']:.2f} ms)", result["p99"], 10, "ms")
    report("    CPU of the service, of one core", core * 100, 15, "%")
    report("    resident memory with these 200 connections", memory / 2**20, 16, "MB")


def measure(place, commands):
    print(f"\n{place.name} (load average {os.getloadavg()[0]:.2f})", flush=True)
    with contextlib.ExitStack() as stack:
        crudd = stack.enter_context(Crudd(place.schema, db_port=place.port))
        if place.near:
            fill(crudd, place.schema)
        peers = {
            name: stack.enter_context(Peer(command, place.schema, place.port))
            for name, command in commands.items()
            if place.main or name in BY_ID.least
        }
        for name, peer in peers.items():
            check_same(crudd, name, peer)
        if place.main:
            mix(crudd)
        ours = race(place, crudd, peers, BY_ID)
        by_id(place, crudd, ours)
        if place.main:
            cpu(place, crudd, ours)
        crowd(crudd, BY_ID.what, ONE)
        for r in RACES:
            if place.main or r.least:
                race(place, crudd, peers, r)
        crowd(crudd, "POST, durable", NEW)


def main():
    commands = built()
    for kind, start in (("MariaDB", lambda: MariaDB(pool_mb=128)), ("MySQL", SERVERS["mysql"])):
        try:
            database = start()
        except CannotRun as reason:
            print(f"SKIP {kind}: {reason}")
            continue
        with database:
            ((version,),) = database.sql("SELECT version()")
            name, schema = f"{kind} {version.split('-')[0]}", database.schema()
            measure(Place(f"{name} on this machine", schema, database.port, True, kind == "MariaDB"), commands)
            with Proxy(database.port, DISTANCE) as proxy:
                measure(Place(f"{name} {DISTANCE * 1e3:g} ms away", schema, proxy.port, False, False), commands)
    sys.exit(bool(missed))


main()
