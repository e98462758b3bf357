"""A second model of a group that scales, to compare tfgen simulate with.

It is written from AWS's documents alone: it keeps a clock in seconds, a list of scaling activities and exact fractions, and
looks back over the metrics for each alarm. The assumptions where AWS gives no figure are those that simulate prints.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from functools import cache
from zoneinfo import ZoneInfo

MINUTE = 60


@dataclass
class Group:
    min: int
    max: int
    cooldown: int
    add: int = 1
    remove: int = 1
    cpu_high: int = 80
    cpu_low: int = 20
    out_minutes: int = 1
    in_minutes: int = 5
    requests: int = 0  # a minute in total that add instances; 0: no such alarm
    requests_each: int = 0  # a minute and instance
    target_cpu: int = 0  # percent; with a target, none of the figures above counts but min, max and cooldown
    target_requests: int = 0  # a minute and instance
    schedule: tuple = ()  # actions: name, cron, time zone, min, max
    start: datetime = datetime(2026, 1, 5, tzinfo=timezone.utc)  # of minute 0
    boot: int = 210
    drain: int = 30
    capacity: int = 12000  # requests a minute of an instance
    pending: int = 60
    delay: int = 1  # minutes


class Instance:
    def __init__(self, group, launched):
        self.launched = launched
        self.in_service = launched + group.pending
        self.warm = self.in_service + group.cooldown
        self.serves = launched + group.boot
        self.dismissed = self.ended = None

    def stays(self):
        return self.dismissed is None


def mean(values):
    return sum(values) / Fraction(len(values)) if values else None


def at_least(threshold):
    return lambda value: value is not None and value >= threshold


def targets(group):
    """name of its metric -> (target, value of a minute)"""
    known = {"cpu": (group.target_cpu, lambda m: m["cpu"]), "requests_per_instance": (group.target_requests, lambda m: m["each"])}
    return {name: row for name, row in known.items() if row[0]}


def alarms(group):
    """name -> (policy, minutes, value of a minute, whether a value breaches)"""
    if targets(group):
        found = {}
        for name, (target, value) in targets(group).items():
            above = lambda v, target=target: v is not None and v > target
            below = lambda v, target=target: v is not None and 10 * v < 9 * target
            found |= {name + "_high": ("out", 3, value, above), name + "_low": ("in", 15, value, below)}
        return found

    def load(metrics):
        if group.requests and metrics["requests"] >= group.requests:
            return 100
        left = max(metrics["in_service"] - group.remove, min([group.min, *(action[3] for action in group.schedule)]))
        if group.requests_each and metrics["requests"] >= group.requests_each * left:
            return 100
        return metrics["cpu"]

    found = {"cpu_high": ("out", group.out_minutes, lambda m: m["cpu"], at_least(group.cpu_high))}
    if group.requests:
        found["requests_high"] = ("out", group.out_minutes, lambda m: m["requests"] or None, at_least(group.requests))
    if group.requests_each:
        found["requests_per_instance_high"] = ("out", group.out_minutes, lambda m: m["each"], at_least(group.requests_each))
    found["load_low"] = ("in", group.in_minutes, load, lambda value: value is not None and value <= group.cpu_low)
    return found


def state(alarm, seen):
    """After the minutes of metrics that CloudWatch has; what is missing does not breach."""
    _, needed, value, breaches = alarm
    if not seen:
        return "INSUFFICIENT_DATA"
    last = [breaches(value(metrics)) for metrics in seen[-needed:]]
    return "ALARM" if len(last) == needed and all(last) else "OK"


@cache
def numbers(field, names, least, most):
    """The numbers that a field of a cron expression matches."""
    number = lambda word: names.index(word.upper()) + least if word.upper() in names else int(word)
    found = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = (str(least) + "-" + str(most) if span == "*" else span).partition("-")
        found |= set(range(number(first), number(last or first) + 1, int(step or 1)))
    return found


DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


def fires(cron, zone, when):
    """Whether a cron expression of a time zone fires at a time."""
    local = when.astimezone(ZoneInfo(zone))
    minute, hour, day, month, weekday = cron.split()
    on_day = local.day in numbers(day, (), 1, 31)
    on_weekday = local.isoweekday() % 7 in {number % 7 for number in numbers(weekday, DAYS, 0, 7)}
    both = day.startswith("*") or weekday.startswith("*")
    return (
        local.minute in numbers(minute, (), 0, 59)
        and local.hour in numbers(hour, (), 0, 23)
        and local.month in numbers(month, (), 1, 12)
        and (on_day and on_weekday if both else on_day or on_weekday)
    )


class Run:
    def __init__(self, group):
        self.group = group
        self.least, self.most = group.min, group.max
        for back in range(1, 60 * 24 * 366 if group.schedule else 0):
            if action := self.due(-back):
                self.least, self.most = action[3:]
                break
        self.instances = [Instance(group, -(10**9)) for _ in range(self.least)]
        self.history = []
        self.free_from = 0  # for a simple policy

    def due(self, minute):
        when = self.group.start + timedelta(minutes=minute)
        return next((action for action in self.group.schedule if fires(action[1], action[2], when)), None)

    def follow_schedule(self, now):
        """The group moves into the bounds of an action, and no further."""
        action = self.due(now // MINUTE)
        if not action:
            return None
        self.least, self.most = action[3:]
        there = self.wanted()
        goal = max(min(len(there), self.most), self.least)
        if goal > len(there):
            new = [Instance(self.group, now) for _ in range(goal - len(there))]
            self.instances += new
            self.free_from = max(self.free_from, *(i.warm for i in new))
        elif goal < len(there):
            for instance in there[: len(there) - goal]:
                instance.dismissed, instance.ended = now, now + self.group.drain
            self.free_from = max(self.free_from, now + self.group.drain + self.group.cooldown)
        return {"action": action[0], "before": len(there), "after": goal}

    def wanted(self):
        return [i for i in self.instances if i.stays()]

    def scale_out(self, now):
        """Step scaling: to the warm instances and the step more, unless as many are on their way."""
        size = len(self.wanted())
        warm = sum(i.warm <= now for i in self.wanted())
        goal = min(warm + self.group.add, self.most)
        if goal <= size:
            return "at limit" if warm + self.group.add > max(self.most, size) else "on its way", size, size
        new = [Instance(self.group, now) for _ in range(goal - size)]
        self.instances += new
        self.free_from = max(self.free_from, *(i.warm for i in new))
        return "changed", size, goal

    def scale_in(self, now):
        """Simple scaling: after every activity, and the cooldown behind it."""
        size = len(self.wanted())
        if now < self.free_from:
            return "waits", size, size
        goal = max(size - self.group.remove, self.least)
        if goal == size:
            return "at limit", size, size
        for instance in self.wanted()[: size - goal]:
            instance.dismissed, instance.ended = now, now + self.group.drain
        self.free_from = now + self.group.drain + self.group.cooldown
        return "changed", size, goal

    def needed(self, capacity, seen, ringing):
        """The instances that bring the figures whose alarms ring to their targets."""
        figures = [(value(seen), target) for name, (target, value) in targets(self.group).items() if name in ringing]
        return max(-(-capacity * Fraction(value) // target) for value, target in figures)

    def track_out(self, now, ringing):
        size = len(self.wanted())
        warm = sum(i.warm <= now for i in self.wanted())
        asked = max(self.needed(warm, self.seen, ringing), size)
        goal = max(min(asked, self.most), self.least)
        if goal == size:
            on_its_way = "on its way" if warm < size else "as needed"
            return on_its_way if asked == size else "at limit", size, size
        self.instances += [Instance(self.group, now) for _ in range(goal - size)]
        return "changed", size, goal

    def track_in(self, now, ringing):
        wanted = self.wanted()
        size = len(wanted)
        seen_from = now - (self.group.delay + 1) * MINUTE
        if any(i.warm > now for i in wanted) or any(i.ended is not None and i.ended > seen_from for i in self.instances):
            return "waits", size, size
        leaving = sum(i.dismissed is not None and i.ended > now for i in self.instances)
        asked = min(self.needed(size + leaving, self.seen, ringing), size)
        goal = max(asked, self.least)
        if goal == size:
            return "as needed" if asked == size else "at limit", size, size
        for instance in wanted[: size - goal]:
            instance.dismissed, instance.ended = now, now + self.group.drain
        return "changed", size, goal

    def track(self, now, known, states):
        """Each target asks for more; fewer are enough only if all say so."""
        high, low = (
            {name.removesuffix(end) for name in known if name.endswith(end) and states[name] == "ALARM"} for end in ("_high", "_low")
        )
        if high:
            yield "out", self.track_out(now, high)
        if len(low) == len(targets(self.group)):
            yield "in", self.track_in(now, low)

    def step(self, now, known, states):
        for policy, act in (("out", self.scale_out), ("in", self.scale_in)):
            if any(states[name] == "ALARM" for name in known if known[name][0] == policy):
                yield policy, act(now)

    def minute(self, number, requests):
        group, now = self.group, number * MINUTE
        seen = self.history[: max(0, number - group.delay)]
        scheduled = self.follow_schedule(now)
        known = alarms(group)
        states = {name: state(alarm, seen) for name, alarm in known.items()}
        self.seen = seen[-1] if seen else None
        act = self.track if targets(group) else self.step
        actions = [
            {"policy": policy, "outcome": outcome, "before": before, "after": after}
            for policy, (outcome, before, after) in act(now, known, states)
        ]
        there = self.wanted()
        serving = [i for i in there if i.serves <= now]
        possible = len(serving) * group.capacity
        each = Fraction(min(requests, possible), len(serving)) if serving else 0
        busy = 100 * each / group.capacity
        metrics = {
            "requests": requests if serving else 0,
            "each": Fraction(requests, len(serving)) if serving else 0,
            "cpu": mean([busy if i.serves <= now else 0 for i in there if i.warm <= now]),
            "in_service": sum(i.in_service <= now for i in there),
        }
        self.history.append(metrics)
        return {
            "minute": number,
            "requests": requests,
            "unserved": max(0, requests - possible),
            "serving": len(serving),
            "starting": len(there) - len(serving),
            "warming": sum(i.warm > now for i in there),
            "leaving": sum(i.dismissed is not None and i.ended > now for i in self.instances),
            "in_service": metrics["in_service"],
            "cpu_percent": metrics["cpu"],
            "requests_per_target": metrics["each"],
            "alarms": states,
            "actions": actions,
        } | ({"scheduled": scheduled} if scheduled else {})


def simulate(group, requests):
    """The minutes of a group under so many requests in each, as simulate --format json lists them."""
    run = Run(group)
    return [run.minute(number, arriving) for number, arriving in enumerate(requests)]
