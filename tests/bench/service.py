"""Speed and memory of the service, as ratios within one run: service, database and load share this machine.

Each pair is measured in turn (A B A B ...); medians are compared. The bare loop sends the service's own statements from
as many connections as the service has, and does nothing else. CPU is that of the service alone, as the kernel counts
it. Exits 1 when a figure is beyond its bound.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from load import Load, compiled, load
from server import Crudd, MariaDB

ROUNDS = 5
SECONDS = 1.5
MEMBERS = 1000
WORKERS = 4
NEW = 'POST /members {"name": "Load", "surname": "Generator", "phone": "{n}"}'
# The mix of the original's load test: its lists, in the paths that its clients know, and its documentation.
MIX = ("30 GET /members/", "25 GET /plans/", "25 GET /subscriptions/", "20 GET /docs/")
CHANGES = (
    '4 POST /members {"name": "Load", "surname": "Generator", "phone": "{n}"}',
    '4 PATCH /members/{1-1000} {"surname": "Changed"}',
    '2 PUT /members/update/{1-1000} {"name": "Changed"}',
)
ORIGINAL = "the original, measured with its own lists and 1,000 members: 1.6 requests a second"
failed = False


def report(what, value, bound, unit="", least=False):
    global failed
    good = value >= bound if least else value <= bound
    failed = failed or not good
    verdict = "" if good else "   TOO LITTLE" if least else "   TOO MUCH"
    print(f"{what:92} {value:8.2f}{unit:3} at {'least' if least else 'most'} {bound:g}{unit}{verdict}", flush=True)


def bare(schema, kind, seconds=SECONDS):
    """Statements per second."""
    args = [compiled("bare", "libmariadb"), schema.server.port, schema.user, schema.name, WORKERS, seconds, kind]
    env = {**os.environ, "MYSQL_PWD": schema.password}
    done = subprocess.run(list(map(str, args)), env=env, capture_output=True, text=True, check=True)
    seen = json.loads(done.stdout)
    return seen["count"] / seen["seconds"]


def fine(result, *statuses):
    assert set(result["statuses"]) <= set(map(str, statuses)) and not result["errors"] + result["unfinished"], result
    return result


def served(crudd, *requests, statuses=(200,), c=64, t=SECONDS):
    """Requests a second, and CPU seconds of the service for each."""
    before = crudd.process.cpu()
    result = fine(load(crudd.port, *requests, c=c, t=t), *statuses)
    return result["rps"], (crudd.process.cpu() - before) / result["answered"]


def in_turn(*measures):
    """Medians of each after ROUNDS of them all; the first round only warms up."""
    rounds = [[measure() for measure in measures] for _ in range(ROUNDS + 1)][1:]
    return [statistics.median(values) for values in zip(*rounds, strict=True)]


def fill(crudd, schema):
    result = fine(load(crudd.port, NEW, c=8, n=MEMBERS), 201)
    assert result["statuses"] == {"201": MEMBERS}
    plan = {"name": "Plan", "type": "month", "price": "10.00"}
    crudd.send("POST", "/plans", plan)
    subscription = '{"member_id": {1-1000}, "plan_id": 1, "start_date": "2026-01-31", "end_date": "2026-12-31"}'
    fine(load(crudd.port, f"POST /subscriptions {subscription}", c=8, n=MEMBERS), 201)
    schema.sql("ANALYZE TABLE members, plans, subscriptions")


def pages(crudd, path):
    """The requests that lead through a list."""
    paths = []
    while path:
        paths.append(f"GET {path}")
        path = crudd.get(path).next
    return paths


def by_id(crudd, schema):
    one = "GET /members/{1-1000}"
    cpu = {"fixed": [], "one": []}

    def serve():
        rps, seconds = served(crudd, one)
        cpu["one"].append(seconds)
        return rps

    def fixed():
        rps, seconds = served(crudd, "GET /healthz", t=SECONDS / 2)
        cpu["fixed"].append(seconds)
        return rps

    ours, alone, answers = in_turn(serve, lambda: bare(schema, "select"), fixed)
    report(
        f"GET by id, 64 connections : bare loop ({ours:,.0f}/s : {alone:,.0f}/s)", ours / alone, 0.4, "x", least=True
    )
    one, fixed = (statistics.median(cpu[k][1:]) * 1e6 for k in ("one", "fixed"))
    report(
        f"CPU of GET by id : a fixed reply ({one:.1f} us : {fixed:.1f} us; {answers:,.0f} fixed replies/s)",
        one / fixed,
        6,
        "x",
    )
    report("CPU of GET by id", one, 80, "us")


def lists(crudd):
    walk = pages(crudd, "/members?limit=200")
    (cpu,) = in_turn(lambda: served(crudd, *walk, c=16)[1] * len(walk) * 1000)
    report(f"CPU of a walk through {MEMBERS:,} members in {len(walk)} pages of 200", cpu, 0.8, "ms")


def creation(crudd, schema):
    measures = lambda: served(crudd, NEW, statuses=(201,))[0], lambda: bare(schema, "insert")  # noqa: E731
    ours, alone = in_turn(*measures)
    report(
        f"POST of members, 64 connections, durable : bare loop ({ours:,.0f}/s : {alone:,.0f}/s)",
        ours / alone,
        0.6,
        "x",
        least=True,
    )


def mix(crudd):
    begun, before = time.monotonic(), crudd.process.cpu()
    users = Load(crudd.port, *MIX, *CHANGES, c=200, t=30, T="1000:3000", w=3)
    time.sleep(29)
    memory = crudd.process.rss()
    result = users.result()
    core = (crudd.process.cpu() - before) / (time.monotonic() - begun)
    bad = (
        result["errors"]
        + result["unfinished"]
        + sum(n for s, n in result["statuses"].items() if s not in ("200", "201"))
    )
    report(f"200 users who think 1 to 3 s, writes too: failures ({result['rps']:.0f} requests a second)", bad, 0)
    print(f"    ({ORIGINAL})")
    report(f"    99 of 100 answered within (half of them within {result['p50']:.2f} ms)", result["p99"], 10, "ms")
    report("    CPU of the service, of one core", core * 100, 15, "%")
    report("    resident memory with these 200 connections", memory / 2**20, 16, "MB")


def main():
    with MariaDB(pool_mb=128) as database:
        schema = database.schema()
        with Crudd(schema, db_connections=WORKERS) as crudd:
            fill(crudd, schema)
            by_id(crudd, schema)
            lists(crudd)
            mix(crudd)
            creation(crudd, schema)
    sys.exit(failed)


main()
