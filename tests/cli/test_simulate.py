"""tfgen simulate: each rule by hand, a second model that must agree on random specs and loads, and what is printed.

The hand-worked traces have one t3.micro of two vCPUs and requests of 10 ms, so that an instance serves 200 requests a second,
or 12,000 a minute. It serves 210 s after its launch (180 s of boot, two health checks 15 s apart), that is, from the fourth
minute on; the group has it in service after 60 s. Alarms see a minute one minute after its end: minute 0 at the beginning of
minute 2.
"""

import json
import random
import re
import unittest
import xml.etree.ElementTree as xml
from datetime import datetime, timezone

import yaml

from case import MINIMAL, ROOT, Case
from scaling_model import Group, simulate

NS = "{http://www.w3.org/2000/svg}"
QUIET = {"out": {"requests_per_second": 0}}  # CPU alone


class Simulation(Case):
    def write(self, rates, **scaling):
        self.spec("gym.yaml", yaml.safe_dump({"name": "gym", "region": "us-east-1", "scaling": scaling}))
        rows = "".join(f"{minute},{rate}\n" for minute, rate in enumerate(rates))
        self.spec("load.csv", "minute,requests_per_second\n" + rows)

    def simulate(self, *arguments, status=0):
        command = ["simulate", "--load", "load.csv", "--cpu-ms-per-request", "10", *arguments, "gym.yaml"]
        return self.run_tfgen(*command, status=status)

    def minutes(self, rates, status=0, **scaling):
        self.write(rates, **scaling)
        return json.loads(self.simulate("--format", "json", status=status).stdout)["minutes"]


def changes(minutes):
    """When the group was changed, to which size."""
    return [(m["minute"], a["after"]) for m in minutes for a in m["actions"] if a["outcome"] == "changed"]


def outcomes(minutes, policy):
    """minute -> what the policy did"""
    return {m["minute"]: a["outcome"] for m in minutes for a in m["actions"] if a["policy"] == policy}


def ringing(minutes, alarm):
    return [m["minute"] for m in minutes if m["alarms"][alarm] == "ALARM"]


class Rules(Simulation):
    def test_an_alarm_waits_for_all_its_periods(self):
        """CPU is 85 % in minutes 1, 2, 4, 5 and 6. Two in a row have been seen at 4 (1 and 2), at 7 (4 and 5) and at 8."""
        rates = [0, 170, 170, 0, 170, 170, 170, 0, 0, 0]
        minutes = self.minutes(rates, min=1, max=1, out={"requests_per_second": 0, "for": "2m"})
        self.assertEqual([m["cpu_percent"] for m in minutes[:5]], [0, 85, 85, 0, 85])
        self.assertEqual(ringing(minutes, "cpu_high"), [4, 7, 8])

    def test_thresholds_include_their_value(self):
        """160 of 200 requests a second are 80 %; 40 are 20 %. 9,000 a minute are 150 a second."""
        minutes = self.minutes([160, 159.99, 160], min=1, max=1, out={"requests_per_second": 160})
        self.assertEqual([m["alarms"]["cpu_high"] for m in minutes], ["INSUFFICIENT_DATA"] * 2 + ["ALARM"])
        self.assertEqual(ringing(self.minutes([159.99] * 3, min=1, max=1, out={"requests_per_second": 160}), "cpu_high"), [])
        self.assertEqual(ringing(self.minutes([150] * 3, min=1, max=1), "requests_high"), [2])
        self.assertEqual(ringing(self.minutes([149.98] * 3, min=1, max=1), "requests_high"), [])
        low = {"min": 1, "max": 1, "in": {"for": "1m"}, **QUIET}
        self.assertEqual(ringing(self.minutes([40, 40.1, 40, 40, 40], **low), "load_low"), [2, 4])

    def test_alarms_have_no_data_at_first(self):
        minutes = self.minutes([0] * 3, min=1, max=1)
        for name in ("cpu_high", "requests_high", "load_low"):
            states = [m["alarms"][name] for m in minutes]
            self.assertEqual(states, ["INSUFFICIENT_DATA", "INSUFFICIENT_DATA", "OK"], name)

    def test_missing_data_does_not_breach(self):
        """A minute without requests has no RequestCount: 2 and 3 are in a row again, seen at 5."""
        minutes = self.minutes([150, 0, 150, 150, 0, 0], min=1, max=1, out={"for": "2m"})
        self.assertEqual(ringing(minutes, "requests_high"), [5])

    def test_a_parked_stack_has_no_metrics(self):
        minutes = self.minutes([200] * 10, status=1, min=0, max=0)
        for m in minutes[2:]:
            self.assertEqual(set(m["alarms"].values()), {"OK"})
            self.assertEqual((m["cpu_percent"], m["serving"], m["unserved"], m["actions"]), (None, 0, 12000, []))

    def test_an_action_repeats_while_the_alarm_rings(self):
        """Launched at 2, warm after 60 s and the cooldown of 3 m, at 6: then the alarm, which still rings, adds the next one."""
        minutes = self.minutes([160] * 16, min=1, max=4, cooldown="3m", out={"requests_per_second": 10})
        self.assertEqual(changes(minutes), [(2, 2), (6, 3), (10, 4)])
        self.assertEqual([outcomes(minutes, "out")[m] for m in (3, 4, 5)], ["on its way"] * 3)

    def test_a_step_counts_the_instances_that_warm_up(self):
        """A step of two adds two once, not two a minute: only one instance is warm, and two are on their way."""
        minutes = self.minutes([160] * 8, min=1, max=9, cooldown="5m", out={"requests_per_second": 10, "add": 2})
        self.assertEqual(changes(minutes), [(2, 3)])
        self.assertEqual([m["warming"] for m in minutes], [0, 0] + [2] * 6)

    def test_an_instance_counts_when_it_is_warm(self):
        """Launched at 2 with a cooldown of 1 m, it is warm at 4, but serves from 2 m + 210 s on: at 6. So the average of 4 and 5
        is half of the CPU of the one that serves, and at 6 the load is shared."""
        minutes = self.minutes([170] * 7, min=1, max=2, cooldown="1m", out={"requests_per_second": 0})
        self.assertEqual(changes(minutes), [(2, 2)])
        self.assertEqual([m["cpu_percent"] for m in minutes], [85, 85, 85, 85, 42.5, 42.5, 42.5])
        self.assertEqual([m["serving"] for m in minutes], [1, 1, 1, 1, 1, 1, 2])

    def test_it_leaves_metrics_out_while_it_warms_up(self):
        """In service for the group after a minute, serving after four, warm after 60 s and 5 m."""
        minutes = self.minutes([170] * 9, min=1, max=2, cooldown="5m", out={"requests_per_second": 0})
        self.assertEqual([m["in_service"] for m in minutes], [1, 1, 1] + [2] * 6)
        self.assertEqual([m["warming"] for m in minutes], [0, 0] + [1] * 6 + [0])

    def test_boot_time_and_health_checks(self):
        """180 s and three checks a minute apart: launched at 2, serving 360 s later, at 8. Until then 100 of 300 requests a second
        find no capacity."""
        self.write([300] * 10, min=1, max=2)
        spec = yaml.safe_load((self.dir / "gym.yaml").read_text())
        spec["load_balancer"] = {"health_check": {"interval": "60s", "timeout": "5s", "healthy": 3}}
        self.spec("gym.yaml", yaml.safe_dump(spec))
        minutes = json.loads(self.simulate("--format", "json", status=1).stdout)["minutes"]
        self.assertEqual([m["serving"] for m in minutes], [1] * 8 + [2] * 2)
        self.assertEqual([m["unserved"] for m in minutes], [6000] * 8 + [0] * 2)

    def test_nothing_is_removed_while_instances_warm_up_or_in_the_cooldown(self):
        """170 a second for two minutes add one at 2, warm at 8. Idle from 2 on, seen for a minute at 4: it waits until 8. The one
        that leaves has 30 s, then the cooldown of 5 m: the next could leave at 8 m + 330 s, in minute 14, but two is the minimum."""
        rates = [340, 340] + [0] * 14
        minutes = self.minutes(rates, min=2, max=4, cooldown="5m", **{"in": {"for": "1m"}, "out": {"requests_per_second": 0}})
        self.assertEqual(changes(minutes), [(2, 3), (8, 2)])
        acted = outcomes(minutes, "in")
        self.assertEqual([acted[m] for m in (4, 5, 6, 7, 8, 9, 13)], ["waits"] * 4 + ["changed"] + ["waits"] * 2)
        self.assertEqual((acted[14], acted[15]), ("at limit", "at limit"))
        self.assertEqual([m["leaving"] for m in minutes], [0] * 8 + [1] + [0] * 7)

    def test_the_cooldown_begins_when_the_last_instance_is_gone(self):
        """Two are added at 2, warm at 4 with a cooldown of 1 m. One leaves at 4 and takes two minutes, then the cooldown: at 7."""
        self.write([170, 170] + [0] * 12, min=1, max=3, cooldown="1m", **{"in": {"for": "1m"}},
                   out={"requests_per_second": 0, "add": 2})
        spec = yaml.safe_load((self.dir / "gym.yaml").read_text())
        spec["load_balancer"] = {"deregistration_delay": "120s"}
        self.spec("gym.yaml", yaml.safe_dump(spec))
        minutes = json.loads(self.simulate("--format", "json").stdout)["minutes"]
        self.assertEqual(changes(minutes), [(2, 3), (4, 2), (7, 1)])
        self.assertEqual([m["leaving"] for m in minutes], [0] * 4 + [1, 1, 0, 1, 1] + [0] * 5)

    def test_steps_stop_at_min_and_max(self):
        minutes = self.minutes([400, 400] + [0] * 20, min=2, max=3, cooldown="1m",
                               **{"in": {"for": "1m", "remove": 5}, "out": {"add": 5, "for": "1m"}})
        self.assertEqual([after for _, after in changes(minutes)], [3, 2])
        minutes = self.minutes([160] * 5, min=1, max=1)
        self.assertEqual(outcomes(minutes, "out"), {2: "at limit", 3: "at limit", 4: "at limit"})

    def test_requests_of_each_instance(self):
        """100 a second are 50 for each of two, which adds a third at 2. It serves at 6: 33 for each, seen at 8, and at 8 it is
        warm. The two that would remain would have 50 each, so none is removed, however low the CPU."""
        minutes = self.minutes([100] * 20, min=2, max=9, out={"requests_per_second_per_instance": 50}, **{"in": {"for": "1m"}})
        self.assertEqual(changes(minutes), [(2, 3)])
        self.assertEqual(ringing(minutes, "requests_per_instance_high"), [2, 3, 4, 5, 6, 7])
        self.assertEqual(ringing(minutes, "load_low"), [])
        minutes = self.minutes([100] * 10 + [99] * 10, min=2, max=9, out={"requests_per_second_per_instance": 50},
                               **{"in": {"for": "1m"}})
        self.assertEqual(changes(minutes), [(2, 3), (12, 2)])

    def test_many_requests_keep_instances(self):
        """10 a second count as fully busy, although CPU is at 5 % or less."""
        minutes = self.minutes([10] * 10, min=1, max=2, out={"requests_per_second": 10}, **{"in": {"for": "1m"}})
        self.assertEqual(ringing(minutes, "load_low"), [])
        self.assertEqual(changes(minutes), [(2, 2)])

    def test_requests_beyond_capacity(self):
        """200 a second are served. 12,300 of a minute's 12,300 are counted by the alarm, 300 of them find no capacity."""
        (minute,) = self.minutes([205], status=1, min=1, max=1)
        self.assertEqual((minute["requests"], minute["unserved"], minute["cpu_percent"]), (12300, 300, 100))
        self.assertEqual(minute["requests_per_target"], 12300)


class Targets(Simulation):
    """Of target tracking: alarms need 3 minutes above the target, or 15 below 90 % of it."""

    def test_it_adds_as_many_as_the_load_needs(self):
        """160 of 200 requests a second are 80 %; at 40 %, one warm instance is worth two."""
        minutes = self.minutes([160] * 8, min=1, max=9, cooldown="5m", target={"cpu_percent": 40})
        self.assertEqual(ringing(minutes, "cpu_high"), [4, 5, 6, 7])
        self.assertEqual(changes(minutes), [(4, 2)])
        self.assertEqual(outcomes(minutes, "out"), {4: "changed", 5: "on its way", 6: "on its way", 7: "on its way"})
        self.assertEqual(changes(self.minutes([160] * 8, min=1, max=9, target={"cpu_percent": 39})), [(4, 3)], "80 / 39 is rounded up")

    def test_at_its_target_nothing_changes(self):
        minutes = self.minutes([100] * 30, min=1, max=9, target={"cpu_percent": 50})
        self.assertEqual(minutes[5]["cpu_percent"], 50)
        self.assertEqual((changes(minutes), ringing(minutes, "cpu_high"), ringing(minutes, "cpu_low")), ([], [], []))

    def test_it_removes_slowly_and_rounds_up(self):
        """160 of 200 a second are 26.7 % of three instances from minute 6 on: below 27, seen 15 times at 22. By then 85 a second
        are 14.2 % of three, which two would have at 21.3 % and one at 42.5 %: two stay. The one that leaves is gone in minute 22,
        so 23, seen at 25, is the first that shows the two."""
        minutes = self.minutes([160] * 20 + [85] * 25, min=1, max=3, cooldown="1m", target={"cpu_percent": 30})
        self.assertEqual(changes(minutes), [(4, 3), (22, 2)])
        removed = outcomes(minutes, "in")
        self.assertEqual([removed.get(m) for m in (21, 22, 23, 24, 25, 44)], [None, "changed", "waits", "waits", "as needed", "as needed"])

    def test_ninety_percent_of_the_target_is_near_enough(self):
        minutes = self.minutes([90] * 30, min=1, max=2, target={"cpu_percent": 50})
        self.assertEqual((minutes[5]["cpu_percent"], ringing(minutes, "cpu_low")), (45, []))
        self.assertEqual(ringing(self.minutes([89] * 30, min=1, max=2, target={"cpu_percent": 50}), "cpu_low")[0], 16)

    def test_the_target_that_needs_more_decides(self):
        """90 a second are 45 % of one instance, and nine times 10."""
        both = {"cpu_percent": 50, "requests_per_second_per_instance": 10}
        minutes = self.minutes([90] * 8, min=1, max=10, target=both)
        self.assertEqual(changes(minutes), [(4, 9)])
        self.assertEqual(set(minutes[0]["alarms"]), {f"{name}_{end}" for name in ("cpu", "requests_per_instance") for end in ("high", "low")})

    def test_all_targets_must_agree_to_remove(self):
        """CPU is far below its target, but 30 a second of each of three instances are exactly the other."""
        both = {"cpu_percent": 90, "requests_per_second_per_instance": 30}
        minutes = self.minutes([95] * 5 + [90] * 30, min=1, max=3, cooldown="1m", target=both)
        self.assertTrue(ringing(minutes, "cpu_low"))
        self.assertEqual((changes(minutes), outcomes(minutes, "in")), ([(4, 3)], {}))

    def test_nothing_is_removed_while_instances_warm_up(self):
        minutes = self.minutes([160] * 5 + [10] * 30, min=1, max=3, cooldown="20m", target={"cpu_percent": 40})
        acted = outcomes(minutes, "in")
        self.assertEqual((acted[21], acted[24], acted[25]), ("waits", "waits", "changed"))

    def test_the_assumption_and_the_hint_are_those_of_targets(self):
        self.write([120 + 5 * minute for minute in range(30)], min=1, max=4, target={"cpu_percent": 98})
        text = self.simulate(status=1).stdout
        self.assertIn("assumed: target tracking adds instances after 3m above a target, and removes them after 15m below 90 % of it, ", text)
        self.assertRegex(text, r"  hint: 'scaling.target.cpu_percent: \d8' would hold this load\n")
        self.assertNotIn("scaling.out", text)


class Schedules(Simulation):
    DAY = {"name": "day", "cron": "2 8 * * MON-FRI", "time_zone": "Europe/Madrid", "min": 3, "max": 4}
    NIGHT = {"name": "night", "cron": "30 20 * * *", "min": 1, "max": 2}

    def scheduled(self, rates, start, **scaling):
        self.write(rates, **scaling)
        text = self.simulate("--format", "json", "--start", start).stdout
        return json.loads(text)["minutes"]

    def test_an_action_moves_the_group_into_its_bounds(self):
        """8:02 in Madrid is 6:02 UTC in summer, 7:02 in winter."""
        for start in ("2026-07-06T06:00", "2026-01-05T07:00"):
            minutes = self.scheduled([0] * 8, start, min=1, max=2, schedule=[self.DAY, self.NIGHT], **QUIET)
            self.assertEqual([m.get("scheduled") for m in minutes], [None, None, {"action": "day", "before": 1, "after": 3}] + [None] * 5)
            self.assertEqual([m["starting"] for m in minutes], [0, 0, 2, 2, 2, 2, 0, 0])
        self.assertNotIn("scheduled", self.scheduled([0] * 8, "2026-07-05T06:00", min=1, max=2, schedule=[self.DAY, self.NIGHT], **QUIET)[2])

    def test_instances_within_the_bounds_stay(self):
        """Of three, the night keeps two. The one of the night before stays alone."""
        for schedule, before, after in (([self.DAY, self.NIGHT], 3, 2), ([self.NIGHT], 1, 1)):
            minutes = self.scheduled([0] * 4, "2026-07-06T20:29", min=9, max=9, schedule=schedule, **QUIET)
            self.assertEqual(minutes[1]["scheduled"], {"action": "night", "before": before, "after": after})

    def test_policies_stay_within_the_new_bounds(self):
        loaded = {"out": {"requests_per_second": 10}, "in": {"for": "1m"}}
        minutes = self.scheduled([160] * 20, "2026-07-06T06:00", min=1, max=1, schedule=[self.DAY, self.NIGHT], cooldown="1m", **loaded)
        self.assertEqual(changes(minutes), [(4, 4)])
        self.assertEqual(outcomes(minutes, "out")[19], "at limit")

    def test_the_last_action_before_the_load_holds(self):
        """On Sunday, the day action of Friday was followed by two nights."""
        schedule = [self.DAY, self.NIGHT]
        for start, serving in (("2026-07-05T12:00", 1), ("2026-07-03T12:00", 3), ("2026-07-03T20:30", 3)):
            minutes = self.scheduled([0], start, min=2, max=9, schedule=schedule, **QUIET)
            self.assertEqual(minutes[0]["serving"] + minutes[0]["leaving"], serving)

    def test_what_is_printed(self):
        self.write([0] * 4, min=1, max=2, schedule=[self.DAY, self.NIGHT], **QUIET)
        text = self.simulate("--start", "2026-07-06T06:00").stdout
        self.assertIn("assumed: minute 0 is 2026-07-06 06:00, a Monday, in UTC; ", text)
        self.assertRegex(text, r"\n2 .* 0  day: 1 to 3\n")
        self.assertIn("minute 0 is 2026-01-05 00:00, a Monday", self.simulate().stdout)
        self.write([900] * 20, min=1, max=2, schedule=[self.DAY, self.NIGHT], **QUIET)
        self.assertNotIn("scaling.m", self.simulate(status=1).stdout, "no hint of sizes that an action replaces")

    def test_a_wrong_start_is_shown_at_its_place(self):
        self.write([0], min=1, max=2)
        for start, said in [
            ("2026-02-30T00:00", "--start:1:1: error: there is no day '2026-02-30' [out-of-range]"),
            ("2026-07-06", "--start:1:1: error: '2026-07-06' in 'start', expected a time in UTC such as 2026-07-06T08:00 [malformed-value]"),
            ("2026-07-06T24:00", "[malformed-value]"),
        ]:
            self.assertIn(said, self.run_tfgen("simulate", "--load", "load.csv", "--start", start, "gym.yaml", status=1).stderr)


class Agreement(Simulation):
    """A thousand random specs and loads, minute by minute."""

    def target_of(self, dice):
        cpu, each = dice.choice([(1, 0), (0, 1), (1, 1)])
        target = {"cpu_percent": dice.randint(10, 90)} if cpu else {}
        return target | ({"requests_per_second_per_instance": dice.randint(5, 250)} if each else {})

    def spec_of(self, dice):
        minimum = dice.randint(1, 4)
        scaling = {"min": minimum, "max": minimum + dice.randint(0, 6), "cooldown": f"{dice.choice([45, 60, 90, 150, 240, 300, 610])}s"}
        if dice.random() < 0.4:
            scaling["target"] = self.target_of(dice)
        else:
            scaling |= self.steps_of(dice)
        if dice.random() < 0.3:
            scaling["schedule"] = self.schedule_of(dice)
        checks = {"interval": f"{dice.choice([10, 15, 40])}s", "timeout": "5s", "healthy": dice.randint(2, 4)}
        balancer = {"deregistration_delay": f"{dice.choice([30, 60, 61, 200])}s", "health_check": checks}
        return {"name": "gym", "region": "us-east-1", "scaling": scaling, "load_balancer": balancer}

    def schedule_of(self, dice):
        """Actions at different minutes of the hour, so that no two coincide; where the clock differs by half an hour, too."""
        zones = ["America/New_York", "Europe/Madrid", "Asia/Kolkata", "Etc/UTC", "America/St_Johns", "Australia/Lord_Howe"]
        actions, minutes = [], dice.sample(range(30), 3)
        for number in range(dice.randint(1, 3)):
            least = dice.randint(1, 6)
            hours = dice.choice(["*", "*", "*/2", "6-20", "22,23,0-3"])
            days = dice.choice(["* * *", "* * *", "* * mon-FRI", "1-15 * 3", "*/2 * 0,7", "13 1-12/2 Fri"])
            cron = f"{minutes[number]} {hours} {days}"
            actions.append({"name": f"action-{number}", "cron": cron, "time_zone": dice.choice(zones), "min": least, "max": least + dice.randint(0, 4)})
        return actions

    def steps_of(self, dice):
        low = dice.randint(5, 40)
        out = {"cpu_percent": dice.randint(low + 1, 100), "for": f"{dice.randint(1, 4)}m", "add": dice.randint(1, 3)}
        total, each = dice.choice([(0, 0), (dice.randint(20, 900), 0), (0, dice.randint(5, 250)), (dice.randint(20, 900), dice.randint(5, 250))])
        out["requests_per_second"] = total
        if each:
            out["requests_per_second_per_instance"] = each
        return {"out": out, "in": {"cpu_percent": low, "for": f"{dice.randint(1, 6)}m", "remove": dice.randint(1, 3)}}

    def rates_of(self, dice):
        rates, rate = [], dice.choice([0, 20, 200])
        for _ in range(dice.randint(1, 90)):
            kind = dice.random()
            if kind < 0.1:
                rate = dice.choice([0, dice.randint(0, 1500)])
            elif kind < 0.6:
                rate = max(0, rate + dice.randint(-60, 60))
            rates.append(rate + dice.choice([0, 0.5, 0.125]))
        return rates

    def group_of(self, spec, cpu_ms, start):
        scaling, balancer = spec["scaling"], spec["load_balancer"]
        target, checks = scaling.get("target", {}), balancer["health_check"]
        number = lambda text: int(text[:-1])
        steps = {}
        if not target:
            out, low = scaling["out"], scaling["in"]
            steps = dict(
                add=out["add"], remove=low["remove"], cpu_high=out["cpu_percent"], cpu_low=low["cpu_percent"],
                out_minutes=number(out["for"]), in_minutes=number(low["for"]),
                requests=60 * out["requests_per_second"], requests_each=60 * out.get("requests_per_second_per_instance", 0))
        return Group(
            min=scaling["min"], max=scaling["max"], cooldown=number(scaling["cooldown"]), **steps,
            schedule=tuple(tuple(action.values()) for action in scaling.get("schedule", ())), start=start,
            target_cpu=target.get("cpu_percent", 0), target_requests=60 * target.get("requests_per_second_per_instance", 0),
            boot=180 + number(checks["interval"]) * checks["healthy"], drain=number(balancer["deregistration_delay"]),
            capacity=2 * 60 * 1000 // cpu_ms)

    def test_both_models_agree(self):
        acted, scheduled = {}, 0
        for seed in range(1000):
            dice = random.Random(seed)
            spec, rates, cpu_ms = self.spec_of(dice), self.rates_of(dice), dice.choice([7, 10, 20, 50])
            self.spec("gym.yaml", yaml.safe_dump(spec))
            self.spec("load.csv", "minute,requests_per_second\n" + "".join(f"{m},{rate}\n" for m, rate in enumerate(rates)))
            # Around the days on which clocks change, too.
            start = datetime(2026, *dice.choice([(1, 5), (3, 8), (3, 29), (7, 6), (10, 25), (11, 1)]), dice.randint(0, 23), 30, tzinfo=timezone.utc)
            want = simulate(self.group_of(spec, cpu_ms, start), [int(rate * 60 + 0.5) for rate in rates])
            command = ["simulate", "--load", "load.csv", "--cpu-ms-per-request", str(cpu_ms), "--format", "json", "gym.yaml"]
            command += ["--start", start.strftime("%Y-%m-%dT%H:%M")]
            short = any(minute["unserved"] for minute in want)
            got = json.loads(self.run_tfgen(*command, status=int(short)).stdout)
            self.assertEqual(got["verdict"]["held"], not short)
            self.assertEqual(len(got["minutes"]), len(want))
            for ours, theirs in zip(got["minutes"], want):
                with self.subTest(seed=seed, minute=ours["minute"]):
                    for figure in ("cpu_percent", "requests_per_target"):
                        self.assertAlmostEqual(ours.pop(figure), theirs.pop(figure), places=3)
                    self.assertEqual(ours, theirs)
                scheduled += "scheduled" in ours
                for action in ours["actions"]:
                    kind = (action["policy"], action["outcome"])
                    acted[kind] = acted.get(kind, 0) + 1
        # Three outcomes of each policy, and of a target that as many are needed as there are.
        self.assertEqual(len(acted), 7, acted)
        self.assertGreater(scheduled, 100)
        self.assertGreater(min(acted.values()), 50, acted)


class Output(Simulation):
    def test_a_load_that_is_held(self):
        self.write([100] * 10, min=2, max=2)
        text = self.simulate().stdout
        self.assertIn("\nholds 100 requests a second\nmost instances: 2, first in minute 0\n", text)
        # Two for ten minutes are a third of an hour.
        self.assertIn("\ninstances cost $0.01: 0.3 instance-hours at $0.01628, the price of ", text)
        self.assertNotIn("hint", text)

    def test_a_load_that_is_not(self):
        """400 a second are served; 500 for ten minutes are 60,000 too many of 300,000."""
        self.write([500] * 10 + [100] * 5, min=2, max=2, out={"requests_per_second": 0})
        text = self.simulate(status=1).stdout
        self.assertIn(
            "\ndoes not hold 500 requests a second\nshort for 10 minutes: 60,000 requests found no capacity (18.2 %)\n"
            "longest shortage: 10 minutes from minute 0\nmost instances: 2, first in minute 0\n", text)
        self.assertIn("  hint: 'scaling.max: 3' and 'scaling.min: 3' would hold this load\n", text)

    def test_rows_are_together_until_something_changes(self):
        self.write([10, 10, 10, 20, 30, 10, 10, 10], min=2, max=2, out={"requests_per_second": 0})
        rows = [line.split()[:3] for line in self.simulate().stdout.split("\n\n")[1].splitlines()[1:]]
        self.assertEqual(rows, [["0-1", "10", "2"], ["2-5", "10-30", "2-8"], ["6-7", "10", "2"]])
        every = [line.split()[:2] for line in self.simulate("-v").stdout.split("\n\n")[1].splitlines()[1:]]
        self.assertEqual(every, [[str(m), str(rate)] for m, rate in enumerate([10, 10, 10, 20, 30, 10, 10, 10])])

    def test_hints_hold_the_load(self):
        for seed in range(60):
            dice = random.Random(seed)
            scaling = {"min": dice.randint(1, 3), "max": dice.randint(3, 5), "out": {"requests_per_second": 0}}
            self.write([dice.randint(0, 80)] * 12 + [dice.randint(601, 1400)] * 20, **scaling)
            text = self.simulate("--format", "json", status=1).stdout
            hints = json.loads(text)["verdict"]["hints"]
            self.assertTrue(hints, seed)
            for hint in hints:
                sets = [f"--set={path}={value}" for path, value in re.findall(r"'([a-z_.]+): (\d+)'", hint)]
                self.assertIn(f"  hint: {hint} would hold this load\n", self.simulate(status=1).stdout)
                self.simulate("-q", *sets)

    def test_the_least_that_holds(self):
        """700 a second need four of 200. Until there are 900, which need five, the fifth one serves: at 70 % the alarm rings."""
        self.write([100] * 5 + [700] * 30 + [900] * 10, min=1, max=8, out={"requests_per_second": 0, "cpu_percent": 50})
        self.assertIn("  hint: 'scaling.min: 4' would hold this load\n", self.simulate(status=1).stdout)
        self.assertNotIn("'scaling.min: 5'", self.simulate(status=1).stdout)

    def test_a_lower_threshold_is_enough(self):
        """5 more a second each minute: 176 of 200, which are 88 %, come 5 minutes before 200, and 156 nine minutes before. The alarm
        takes two of them and the boot four."""
        rates = [120 + 5 * minute for minute in range(30)]
        self.write(rates, min=1, max=4, out={"requests_per_second": 0, "cpu_percent": 98})
        self.assertIn("  hint: 'scaling.out.cpu_percent: 78' would hold this load\n", self.simulate(status=1).stdout)

    def test_no_hint_is_a_spec_that_is_refused(self):
        """Thirty instances need more connections than the smallest database accepts."""
        self.write([5900] * 3, min=2, max=2)
        self.assertNotIn("hint", self.simulate(status=1).stdout)
        self.assertIn("[connection-budget]", self.run_tfgen("lint", "--set", "scaling.max=30", "gym.yaml", status=1).stderr)

    def test_no_price_is_not_zero(self):
        self.write([10], min=2, max=2)
        prices = (ROOT / "gen/facts/prices.csv").read_text()
        missing = next(kind for kind in ("m8i.large", "c8i.large", "r8i.large", "m8a.large") if f"ec2,{kind},us-west-2," not in prices)
        spec = {"name": "gym", "region": "us-west-2", "service": {"instance_type": missing}}
        self.spec("gym.yaml", yaml.safe_dump(spec))
        self.assertIn("\ninstances cost: no price known for 0.0 instance-hours\n", self.simulate().stdout)
        verdict = json.loads(self.simulate("--format", "json").stdout)["verdict"]
        self.assertEqual((verdict["instances_usd"], verdict["hourly_usd"], verdict["price_as_of"]), (None, None, None))

    def test_cost_counts_every_instance(self):
        """From minute 2 on a second one starts, and is paid. At 8 it is warm, and one leaves: that minute is paid, too."""
        self.write([160] * 2 + [0] * 10, min=1, max=2, **{"in": {"for": "1m"}})
        verdict = json.loads(self.simulate("--format", "json").stdout)["verdict"]
        self.assertEqual(verdict["instance_minutes"], 2 * 1 + 7 * 2 + 3 * 1)
        self.assertAlmostEqual(verdict["instances_usd"], 19 / 60 * float(verdict["hourly_usd"]))

    def test_vcpus_and_cpu_of_a_request(self):
        for kind, vcpus in (("t3.micro", 2), ("c7g.2xlarge", 8)):
            self.spec("gym.yaml", MINIMAL + f"service: {{instance_type: {kind}}}\n")
            out = self.run_tfgen("simulate", "--peak", "5", "--for", "1m", "--cpu-ms-per-request", "0.25", "--format", "json", "gym.yaml")
            assumed = json.loads(out.stdout)["assumptions"]
            self.assertEqual((assumed["vcpus"], assumed["cpu_us_per_request"]), (vcpus, 250))
            self.assertEqual(assumed["requests_per_minute_and_instance"], vcpus * 240000)

    def test_the_same_bytes_each_time(self):
        dice = random.Random(1)
        self.write([dice.randint(0, 900) for _ in range(300)], min=1, max=4)
        for form in ("text", "json", "svg"):
            first, second = (self.simulate("--format", form, status=1).stdout for _ in range(2))
            self.assertEqual(first, second)

    def draw(self, rates, status=0, name="load.csv", **scaling):
        self.write(rates, **scaling)
        (self.dir / "load.csv").rename(self.dir / name)
        command = ["simulate", "--load", name, "--cpu-ms-per-request", "10", "--format", "svg", "gym.yaml"]
        text = self.run_tfgen(*command, status=status).stdout
        return text, xml.fromstring(text)

    def test_a_chart(self):
        text, root = self.draw([100] * 5 + [500] * 20, status=1, min=2, max=3, out={"requests_per_second": 0})
        self.assertEqual(root.tag, NS + "svg")
        self.assertEqual(root.find(NS + "title").text, "does not hold 500 requests a second")
        self.assertIn("Load: load.csv. Most instances: 3", root.find(NS + "desc").text)
        self.assertNotRegex(text.replace("http://www.w3.org/2000/svg", ""), r"https?:|href|url\(|@import|<script|<image")
        self.assertIn("prefers-color-scheme: dark", text)
        width, height = map(int, root.get("viewBox").split()[2:])
        self.assert_drawn(text, [width, height])
        for rect in root.iter(NS + "rect"):
            x, y, w, h = (float(rect.get(key, 0)) for key in ("x", "y", "width", "height"))
            self.assertTrue(0 <= x and x + w <= width + 0.11 and 0 <= y and y + h <= height + 0.11, rect.attrib)
        # The shortage begins at minute 5 of 25 and ends when the third instance serves.
        lack = [rect for rect in root.iter(NS + "rect") if rect.get("class") == "lack"]
        minute = 616 / 25
        served = next(m["minute"] for m in self.minutes([100] * 5 + [500] * 20, status=1, min=2, max=3, out={"requests_per_second": 0})
                      if m["serving"] == 3)
        self.assertAlmostEqual(float(lack[0].get("x")), 76 + 5 * minute, delta=0.1)
        self.assertAlmostEqual(float(lack[-1].get("x")) + float(lack[-1].get("width")), 76 + served * minute, delta=0.2)

    def test_a_chart_of_a_month_is_small(self):
        text, _ = self.draw([50 + minute % 400 for minute in range(44640)], status=0, min=3, max=3)
        self.assertLess(len(text), 100_000)

    def test_a_column_of_several_minutes(self):
        """3,080 minutes are five a column. An instance joins at 6, and 390 requests a second with it: the column has the capacity
        of minute 5 and the load of minute 6, but no request of it found none."""
        _, root = self.draw([170] * 6 + [390] * 9 + [0] * 3065, min=1, max=2, out={"requests_per_second": 0})
        self.assertEqual([rect for rect in root.iter(NS + "rect") if rect.get("class") == "lack"], [])
        room = next(rect for rect in root.iter(NS + "rect") if rect.get("class") == "room")
        self.assertEqual(float(room.get("width")), 2)

    def test_a_chart_of_nothing(self):
        _, root = self.draw([0], min=0, max=0)
        self.assertEqual(root.find(NS + "title").text, "holds 0 requests a second")

    def test_a_name_cannot_break_out_of_a_chart(self):
        name = '<script>&"\x1b\u202e.csv'
        text, root = self.draw([1], name=name, min=1, max=1)
        self.assertIn("&lt;script&gt;&amp;&quot;__.csv", text)
        self.assertIn('Load: <script>&"__.csv.', root.find(NS + "desc").text)
        raw = b"\xff.csv".decode(errors="surrogateescape")
        self.draw([1], name=raw, min=1, max=1)
        json.loads(self.run_tfgen("simulate", "--load", raw, "--format", "json", "gym.yaml").stdout)

    def test_readme_shows_what_is_printed(self):
        readme = (ROOT / "README.md").read_text()
        (line,) = re.findall(r"^tfgen (simulate --peak .*) examples/original.yaml \|\| .*$", readme, re.M)
        text = self.run_tfgen(*line.split(), str(ROOT / "examples/original.yaml"), status=1).stdout
        self.assertIn("".join(f"    {row}" if row.strip() else row for row in text.splitlines(True)), readme)

    def test_an_environment_and_overrides(self):
        self.write([500] * 5, min=1, max=1)
        self.assertEqual(self.simulate("-q", "--set", "scaling.min=3", "--set", "scaling.max=3").stdout, "")
        with (self.dir / "gym.yaml").open("a") as spec:
            spec.write("environments: {big: {scaling: {min: 3, max: 3}}}\n")
        self.simulate("--env", "big")
        self.simulate(status=1)


class Loads(Simulation):
    def test_examples(self):
        """Each is one, says in its first line what it is, and is held by the example of the original."""
        files = sorted((ROOT / "examples/loads").glob("*.csv"))
        self.assertEqual([file.stem for file in files], ["gym-day", "lunch", "users-200"])
        for file, peak, minutes in zip(files, (424, 600, 100), (1440, 120, 30)):
            self.assertRegex(file.read_text(), r"\A# [A-Z].*\.\n")
            done = self.run_tfgen("simulate", "--load", str(file), "--format", "json", str(ROOT / "examples/original.yaml"))
            got = json.loads(done.stdout)
            self.assertEqual((round(got["verdict"]["peak_requests"] / 60), len(got["minutes"])), (peak, minutes), file)

    def test_the_test_of_the_original(self):
        """200 users who think 2 s on average send 100 requests a second: the group stays as it is."""
        done = self.run_tfgen("simulate", "--users", "200", "--for", "30m", str(ROOT / "examples/original.yaml"))
        self.assertIn("\nholds 100 requests a second\nmost instances: 2, first in minute 0\n", done.stdout)

    def test_peaks(self):
        load = lambda *arguments: [m["requests"] for m in json.loads(
            self.run_tfgen("simulate", *arguments, "--format", "json", "gym.yaml").stdout)["minutes"]]
        peak = load("--peak", "60", "--for", "2m")
        self.assertEqual(peak, [600, 1200, 1800, 2400, 3000, 3600, 3600, 3000, 2400, 1800, 1200, 600])
        self.assertEqual(load("--users", "120", "--think", "1s-3s", "--for", "2m"), peak)
        self.assertEqual(load("--users", "60", "--think", "1s", "--for", "2m"), peak)

    def test_standard_input(self):
        text = "minute,requests_per_second\n0,5\n"
        self.assertIn("holds 5 ", self.run_tfgen("simulate", "--load", "-", "gym.yaml", stdin=text).stdout)
        self.spec("load.csv", text)
        self.assertIn("holds 5 ", self.run_tfgen("simulate", "--load", "load.csv", "-", stdin=MINIMAL).stdout)

    def test_a_wrong_load_is_shown_at_its_place(self):
        self.spec("load.csv", "minute,requests_per_second\n0,5\n2,5\n3,x\n")
        said = self.simulate(status=1)
        self.assertEqual(said.stdout, "")
        self.assertIn("load.csv:3:1: error: minute 2 follows minute 0: every minute needs a row [invalid-load]\n    3 | 2,5\n", said.stderr)
        self.assertIn("load.csv:4:3: error: the rate 'x' is not a number", said.stderr)
        found = json.loads(self.simulate("--format", "json", status=1).stderr)
        self.assertEqual([(d["id"], d["line"], d["column"]) for d in found if d["severity"] == "error"],
                         [("invalid-load", 3, 1), ("invalid-load", 4, 3)])
        self.spec("load.csv", "#" * (2**20 + 1))
        self.assertIn("[file-too-large]", self.simulate(status=1).stderr)
        self.spec("load.csv", "minute,requests_per_second\n" + "x\n" * 300_000)
        self.assertIn("more left out", self.simulate(status=1).stderr)

    def test_a_wrong_figure_is_shown_at_its_place(self):
        for arguments, said in [
            (["--peak", "none", "--for", "1m"], "--peak:1:1: error: 'peak' needs a whole number, got 'none' [wrong-type]"),
            (["--peak", "5", "--for", "30"], "--for:1:1: error: 'for' is a duration and '30' has no unit [missing-unit]"),
            (["--users", "5", "--think", "2s-9", "--for", "1m"], "--think:1:4: error: 'think' is a duration and '9' has no unit"),
            (["--peak", "5", "--for", "1m", "--cpu-ms-per-request", "0"], "--cpu-ms-per-request:1:1: error: "),
        ]:
            self.assertIn(said, self.run_tfgen("simulate", *arguments, "gym.yaml", status=1).stderr)

    def test_wrong_usage(self):
        for arguments, said in [
            ([], "a simulation needs one load: --load FILE, --peak N --for TIME, or --users N --for TIME\n"),
            (["--peak", "5", "--users", "5", "--for", "1m"], "a simulation needs one load"),
            (["--peak", "5"], "option '--for' is missing: how long the load lasts\n"),
            (["--load", "load.csv", "--for", "1m"], "option '--for' does not apply to a load file\n"),
            (["--peak", "5", "--for", "1m", "--think", "1s"], "option '--think' applies to '--users' only\n"),
            (["--peak", "5", "--for", "1m", "--format", "sarif"], "--format cannot be 'sarif' for 'tfgen simulate', expected one of: text json svg\n"),
        ]:
            self.assertIn(said, self.run_tfgen("simulate", *arguments, "gym.yaml", status=2).stderr)
        self.assertIn("not both", self.run_tfgen("simulate", "--load", "-", "-", status=2, stdin="").stderr)
        self.assertIn("No such file", self.run_tfgen("simulate", "--load", "none.csv", "gym.yaml", status=3).stderr)
        self.assertIn("'svg' for 'tfgen lint'", self.run_tfgen("lint", "--format", "svg", "gym.yaml", status=2).stderr)

    def test_a_wrong_spec_is_not_simulated(self):
        self.write([5], min=3, max=2)
        said = self.simulate(status=1)
        self.assertEqual(said.stdout, "")
        self.assertIn("[min-over-max]", said.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=1)
