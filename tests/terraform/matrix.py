"""Specs that combine the options: every pair of values of two options is in at least one of them."""

import itertools
import random
from collections import Counter

REGIONS = {  # region -> letters of zones that offer every instance type below
    "us-east-1": "abc",
    "us-west-1": "ab",
    "eu-central-1": "abc",
    "ap-northeast-1": "acd",
}
BURSTABLE = ("t3.micro", "t4g.small")
FIXED = {"min": 2, "max": 2}
OPTIONS = {
    "region": list(REGIONS),
    "environment": [None, "staging"],
    "tags": [None, {"team": "backend"}, {"Kostenträger": "Größe 健身房", "cost:center/id": "a+b=c @ 4.7_1-1"}],
    "zones": [2, 3, "named"],
    "flow_logs": [None, True],
    "access_logs": [None, True],
    "nat": ["none", "single", "per_zone"],
    "existing_network": [None, [], ["subnet-0c0c0c0c", "subnet-0d0d0d0d0d0d0d0d0"]],  # private subnets in one
    "instance_type": [*BURSTABLE, "m7i.large", "c7g.large"],
    "cpu_credits": [None, "standard", "unlimited"],
    "image": ["debian-12", "debian-13", "ubuntu-24.04", "ami-0123456789abcdef0"],
    "auth": ["token", "none"],
    "log_days": [0, 30],
    "port": [None, 9000],
    "prebuilt": ["source", "binary"],
    "rollout": [None, {"wait": False, "min_healthy": 50}, {"rollback_on_5xx": False, "bake": "0s"}],
    "settings": [None, {"title": 'a "quoted" \\ ${name} %{ if x } $${y}\nline', "log_requests": "false"}],
    "scaling": [
        None,
        {"min": 3, "max": 6, "out": {"for": "3m", "add": 2}, "in": {"remove": 2}, "cooldown": "90s"},
        {"out": {"requests_per_second": 0}},
        {"out": {"requests_per_second_per_instance": 50}},
        {"out": {"requests_per_second": 150, "requests_per_second_per_instance": 50}},
        {"min": 0, "max": 0},
        FIXED,
        {"target": {"cpu_percent": 50}},
        {"min": 1, "max": 4, "target": {"cpu_percent": 60, "requests_per_second_per_instance": 40}, "cooldown": "2m"},
        {"target": {"requests_per_second_per_instance": 50}},
    ],
    "schedule": [
        None,
        [{"name": "day", "cron": "30 7 * * 1-5", "time_zone": "Europe/Madrid", "min": 3, "max": 8}, {"name": "night-2", "cron": "0 22 * * *", "min": 2, "max": 3}],
    ],
    "allow": [None, ["10.0.0.0/8", "203.0.113.7/32"]],
    "https": [None, {"zone": "gym.example"}, {"certificate_arn": "arn:aws:acm:{}:123456789012:certificate/0123-abcd"}, {"cloudfront": True}],
    "firewall": [None, {"rate_limit": 100000}, {"mode": "count"}],
    "balancer_protection": [False, True],
    "restore": [None, "gym-prod-final-0123456789abcdef0"],
    "engine_version": ["8.4", "8.4.9", "8.0", "9.7"],
    "storage_gb": [20, 400],
    "multi_az": [True, False],
    "max_storage_gb": [0, 500],
    "final_snapshot": [True, False],
    "insights": [None, True],
    "database_protection": [False, True],
    "backup": [None, {}, {"monthly_months": 0, "lock": "governance"}, {"copy_to": "us-west-2", "lock": "compliance"}],
    "email": [None, ["ops@gym.example"], ["ops@gym.example", "ana@gym.example"]],
    "dashboard": [True, False],
    "budget": [None, {"monthly_usd": 900}, {"monthly_usd": 900, "scope": "stack"}],
    "security": [None, {"kms": True}, {"permissions_boundary": "arn:aws:iam::123456789012:policy/team/boundary", "allowed_account": "123456789012"}],
    "state": [None, "gym-tfstate"],
}
SIZE = 64
VALIDATED = 24  # Terraform also validates this many of them; nearly every pair is among them


def possible(choice):
    """Whether the chosen values, as indexes, are compatible. Some options may not be chosen yet."""
    value = {option: OPTIONS[option][index] for option, index in choice.items()}
    if value.get("region") == "us-west-1" and value.get("zones") == 3:
        return False  # it has two
    if value.get("existing_network") is not None and (value.get("zones", 2) != 2 or value.get("nat", "none") != "none" or value.get("flow_logs")):
        return False  # its owner decided about them
    if value.get("prebuilt") == "binary" and value.get("image") not in (None, "debian-13"):
        return False  # tfgen contains programs for some releases only
    if value.get("budget") and "email" in value and not value["email"]:
        return False  # its mails need an address
    if value.get("schedule") and (value.get("scaling") or {}).get("max") == 0:
        return False  # a parked stack has no schedule
    if (value.get("https") or {}).get("cloudfront") and (value.get("allow") or value.get("firewall") or value.get("existing_network") is not None):
        return False  # the first two would not see the callers, and the zones of the third are unknown
    burstable = value.get("instance_type", BURSTABLE[0]) in BURSTABLE
    return burstable or value.get("cpu_credits") is None


def pairs(choice):
    return itertools.combinations(sorted(choice.items()), 2)


def all_pairs():
    return [
        ((one, i), (other, k))
        for one, other in itertools.combinations(sorted(OPTIONS), 2)
        for i in range(len(OPTIONS[one]))
        for k in range(len(OPTIONS[other]))
        if possible({one: i, other: k})
    ]


def choices():
    """Greedy: each row is the best of some candidates that begin with a missing pair, or with the rarest one."""
    chance = random.Random(1)
    seen = Counter({pair: 0 for pair in all_pairs()})
    rows = []
    while len(rows) < SIZE or 0 in seen.values():
        rarest = min(seen.values())
        start = next(pair for pair, times in seen.items() if times == rarest)
        candidates = [complete(dict(start), chance) for _ in range(40)]
        best = max(candidates, key=lambda row: sum(1 / (1 + seen[pair]) ** 3 for pair in pairs(row)))
        seen.update(pairs(best))
        rows.append(best)
    return rows


def complete(choice, chance):
    """The choice completed with a value for every option, in random order."""
    rest = [option for option in OPTIONS if option not in choice]
    chance.shuffle(rest)
    for option in rest:
        indexes = [i for i in range(len(OPTIONS[option])) if possible({**choice, option: i})]
        choice[option] = chance.choice(indexes)
    return choice


def without_nothing(section):
    return {key: value for key, value in section.items() if value is not None}


def spec_of(choice):
    value = {option: OPTIONS[option][index] for option, index in choice.items()}
    zones = value["zones"]
    if zones == "named":
        zones = [value["region"] + letter for letter in REGIONS[value["region"]][:2]]
    network = {"zones": zones, "nat": value["nat"], "flow_logs": bool(value["flow_logs"])}
    if value["existing_network"] is not None:
        network = {"vpc_id": "vpc-0123456789abcdef0", "private_subnets": value["existing_network"]} | {
            f"{use}_subnets": [f"subnet-0{digit}000000", f"subnet-0{digit}00000000000000a"] for use, digit in (("public", "a"), ("database", "e"))
        }
    image = value["image"]
    https = value["https"]
    if https and "cloudfront" not in https:
        https = {"domain": "api.gym.example"} | {key: text.format(value["region"]) for key, text in https.items()}
    spec = {
        "name": "gym",
        "region": value["region"],
        "environment": value["environment"],
        "tags": value["tags"],
        "network": network,
        "service": without_nothing(
            {
                "instance_type": value["instance_type"],
                "cpu_credits": value["cpu_credits"],
                "image" if image.startswith("ami-") else "os": image,
                "auth": value["auth"],
                "log_days": value["log_days"],
                "port": value["port"],
                "prebuilt": value["prebuilt"],
                "detailed_metrics": False if value["scaling"] == FIXED and not value["schedule"] else None,
                "rollout": value["rollout"],
                "settings": value["settings"],
            }
        ),
        "scaling": (value["scaling"] or {}) | {"schedule": value["schedule"]} if value["schedule"] else value["scaling"],
        "load_balancer": without_nothing(
            {"allow": value["allow"], "access_logs": value["access_logs"], "deletion_protection": value["balancer_protection"]}
        ),
        "https": https,
        "firewall": value["firewall"],
        "database": without_nothing(
            {
                "restore": value["restore"],
                "engine_version": value["engine_version"],
                "multi_az": value["multi_az"],
                "storage_gb": value["storage_gb"],
                "max_storage_gb": value["max_storage_gb"],
                "final_snapshot": value["final_snapshot"],
                "insights": value["insights"],
                "instance_class": "db.t4g.medium" if value["insights"] else None,
                "deletion_protection": value["database_protection"],
            }
        ),
        "backup": value["backup"],
        "alarms": without_nothing({"email": value["email"], "dashboard": value["dashboard"]}),
        "budget": value["budget"],
        "security": value["security"],
        "state": {"bucket": value["state"]} if value["state"] else None,
    }
    return without_nothing(spec)


def specs():
    """name -> spec, the same in every run"""
    return {f"matrix-{number:02}": spec_of(choice) for number, choice in enumerate(choices())}
