"""Whether the alarms go off when they should: computed from what was applied and from what AWS sends."""

import json
import re
import shutil
import subprocess

import pytest
import yaml

from alarm import Alarm, metric
from harness import TFGEN, Stack, compile_spec, fresh


class Traffic:
    """Minutes of a stack's load, under AWS's names of the group and the load balancer."""

    def __init__(self, life):
        group = life.seen["first"]["group"]["AutoScalingGroupName"]
        balancer = life.seen["first"]["balancer"]["LoadBalancerArn"].split(":loadbalancer/")[1]
        self.cpu = metric("AWS/EC2", "CPUUtilization", AutoScalingGroupName=group)
        self.requests = metric("AWS/ApplicationELB", "RequestCount", LoadBalancer=balancer)

    def minute(self, cpu=None, requests_per_second=0):
        """Each of two instances sends its CPU once a minute; each request is a sample of 1."""
        requests = round(requests_per_second * 60)
        minute = {}
        if cpu is not None:
            minute[self.cpu] = [cpu, cpu]
        if requests:
            minute[self.requests] = [1] * requests
        return minute


def alarms(life, step="first"):
    resources = life.resources[step]
    found = {
        name: Alarm(resources[f"module.alarms.aws_cloudwatch_metric_alarm.{name}"])
        for name in ("cpu_high", "requests_high", "load_low")
    }
    policy = {name: resources[f"module.asg.aws_autoscaling_policy.{name}"]["arn"] for name in ("out", "in")}
    assert policy["out"] != policy["in"]
    assert found["cpu_high"].actions == found["requests_high"].actions == [policy["out"]]
    assert found["load_low"].actions == [policy["in"]]
    return found


def test_requests_add_instances(life):
    rings, minute = alarms(life)["requests_high"].rings, Traffic(life).minute
    assert rings([minute(requests_per_second=150.1)])
    assert rings([minute(requests_per_second=150)])
    assert not rings([minute(requests_per_second=149.9)])
    assert not rings([minute(requests_per_second=1000), minute()])


def test_server_errors_roll_a_version_back(life):
    """Ten a minute and 5 % of the requests, whoever sends them: the instances, or the load balancer for one that drops connections."""
    alarm = Alarm(life.resources["first"]["module.alarms.aws_cloudwatch_metric_alarm.rollback"])
    traffic = Traffic(life)
    target_group = life.resources["first"]["module.alb.aws_lb_target_group.this"]["arn_suffix"]
    dimensions = dict(traffic.requests[2])
    from_target = metric("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", TargetGroup=target_group, **dimensions)
    from_balancer = metric("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", **dimensions)

    def rings(requests, target=0, balancer=0):
        minute = {traffic.requests: [1] * requests} if requests else {}
        minute |= {from_target: [1] * target} if target else {}
        return alarm.rings([minute | ({from_balancer: [1] * balancer} if balancer else {})])

    assert rings(200, target=10) and rings(200, balancer=10) and rings(200, target=5, balancer=5)
    assert not rings(200, target=9) and not rings(100, target=9)
    assert not rings(1000, target=40) and rings(1000, target=50)
    assert not rings(0, balancer=100) and not rings(0) and not alarm.rings([])
    assert not alarm.actions, "only a refresh looks at it"


def test_cpu_adds_instances(life):
    rings, minute = alarms(life)["cpu_high"].rings, Traffic(life).minute
    assert rings([minute(cpu=80)])
    assert not rings([minute(cpu=79.9)])
    assert not rings([minute(cpu=100), minute(cpu=10)])


def test_missing_data_adds_nothing(life):
    for name in ("cpu_high", "requests_high"):
        assert not alarms(life)[name].rings([Traffic(life).minute()] * 10)


def test_idle_instances_are_removed(life):
    rings, minute = alarms(life)["load_low"].rings, Traffic(life).minute
    assert rings([minute(cpu=20)] * 5)
    assert rings([minute(cpu=20, requests_per_second=149.9)] * 5)
    assert rings([minute(cpu=0)] * 5), "no request at all is no reason to keep them"
    assert not rings([minute(cpu=20)] * 4)
    assert not rings([minute(cpu=30)] + [minute(cpu=20)] * 4)
    assert not rings([minute(cpu=20.1)] * 5)
    assert not rings([minute()] * 10), "no figures at all are no reason to remove them"


def test_removes_nothing_while_requests_add(life):
    rings, minute = alarms(life)["load_low"].rings, Traffic(life).minute
    assert not rings([minute(cpu=1, requests_per_second=150)] * 10)
    assert not rings([minute(cpu=1)] * 4 + [minute(cpu=1, requests_per_second=150)])


def test_edited_thresholds_apply(life):
    edited, minute = alarms(life, "scaling"), Traffic(life).minute
    assert edited["requests_high"].rings([minute(requests_per_second=200)] * 2)
    assert not edited["requests_high"].rings([minute(requests_per_second=199.9), minute(requests_per_second=500)])
    assert edited["cpu_high"].rings([minute(cpu=70)] * 2)
    assert not edited["cpu_high"].rings([minute(cpu=100)])
    assert edited["load_low"].rings([minute(cpu=25)] * 4)
    assert not edited["load_low"].rings([minute(cpu=25, requests_per_second=200)] * 4)


def test_finds_the_defects_of_the_original(life):
    """Its alarm used the average of requests, which is always 1, for a load balancer named by its whole ARN."""
    minute = Traffic(life).minute
    right = alarms(life)["requests_high"].values
    arn = life.seen["first"]["balancer"]["LoadBalancerArn"]
    for defect in ({"statistic": "Average"}, {"dimensions": {"LoadBalancer": arn}}, {"threshold": 150.0}):
        wrong = Alarm(right | defect)
        assert not (
            wrong.rings([minute(requests_per_second=150.1)]) and not wrong.rings([minute(requests_per_second=149.9)])
        ), defect


# --- what else a spec can say, planned with the alarms alone

ARN = "arn:aws:test:us-east-1:123456789012:"
SCALES = re.compile("(cpu|requests|requests_per_instance)_high|load_low")  # alarms that add or remove instances


@pytest.fixture
def planned(request, terraform, aws):
    """scaling, in a spec -> the alarms of its stack"""

    def plan(**scaling):
        spec = {"name": "gym", "region": "us-east-1", "scaling": scaling, "alarms": {"email": ["ops@gym.example"]}}
        whole = compile_spec(spec, fresh(f"alarms/{request.node.name}") / "whole")
        alone = whole.with_name("alone")
        shutil.copytree(whole / "modules/alarms", alone / "modules/alarms")
        shutil.copy(whole / "versions.tf", alone)
        (call,) = re.findall(r'(?ms)^module "alarms" \{.*?^\}\n', (whole / "main.tf").read_text())
        (alone / "main.tf").write_text(re.sub(r"= module\.(\S+)", rf'= "{ARN}\1"', call))
        terraform.init(alone)
        prefix = "module.alarms.aws_cloudwatch_metric_alarm."
        resources = Stack(terraform, aws, alone).plan().resources()
        return {name.removeprefix(prefix): values for name, values in resources.items() if name.startswith(prefix)}

    return plan


def load(cpu=None, requests_per_second=0, instances=2):
    """A minute of a group under one load, shared by its instances."""
    requests = round(requests_per_second * 60)
    balancer, targets, group = ARN + "alb.arn_suffix", ARN + "alb.target_group_arn_suffix", ARN + "asg.group_name"
    minute = {metric("AWS/AutoScaling", "GroupInServiceInstances", AutoScalingGroupName=group): [instances]}
    if cpu is not None:
        minute[metric("AWS/EC2", "CPUUtilization", AutoScalingGroupName=group)] = [cpu] * instances
    if requests:
        minute[metric("AWS/ApplicationELB", "RequestCount", LoadBalancer=balancer)] = [1] * requests
        each = metric("AWS/ApplicationELB", "RequestCountPerTarget", LoadBalancer=balancer, TargetGroup=targets)
        minute[each] = [requests / instances]
    return minute


def test_cpu_alone(planned):
    alarms = planned(out={"cpu_percent": 70, "requests_per_second": 0})
    assert not [name for name in alarms if name.startswith("requests")]
    high, low = Alarm(alarms["cpu_high"]), Alarm(alarms["load_low"])
    assert high.rings([load(cpu=70)]) and not high.rings([load(cpu=69.9, requests_per_second=1000)])
    assert low.rings([load(cpu=20, requests_per_second=1000)] * 5)
    assert not low.rings([load(cpu=20.1)] * 5)
    assert not low.rings([load()] * 10), "no figures at all are no reason to remove instances"


def test_requests_of_each_instance(planned):
    alarms = planned(out={"requests_per_second_per_instance": 50})
    assert "requests_high" not in alarms, "the default for all requests would hold the group at its maximum"
    high, low = Alarm(alarms["requests_per_instance_high"]), Alarm(alarms["load_low"])
    assert high.actions == Alarm(alarms["cpu_high"]).actions == [ARN + "asg.scale_out_policy_arn"]
    assert high.rings([load(requests_per_second=100)]) and not high.rings([load(requests_per_second=99.9)])
    assert not high.rings([load(requests_per_second=100, instances=3)]), "more instances lower it"
    assert not high.rings([load()])
    # Three instances with 100 requests a second: two would each have 50, which adds the third again.
    assert not low.rings([load(cpu=5, requests_per_second=100, instances=3)] * 10)
    assert low.rings([load(cpu=5, requests_per_second=99, instances=3)] * 5)
    assert low.rings([load(cpu=5, instances=3)] * 5)
    assert not low.rings([load(cpu=21, instances=3)] * 5)


def test_the_group_never_goes_below_its_minimum(planned):
    """A removal of five stops there, so it is the minimum that must carry the requests."""
    alarms = planned(min=1, out={"requests_per_second_per_instance": 50}, **{"in": {"remove": 5}})
    low = Alarm(alarms["load_low"])
    for instances in (2, 5, 6):
        assert low.rings([load(cpu=5, requests_per_second=49, instances=instances)] * 5), instances
        assert not low.rings([load(cpu=5, requests_per_second=50, instances=instances)] * 5), instances
    assert low.rings([load(cpu=5, requests_per_second=99, instances=7)] * 5)


def test_requests_in_total_and_of_each_instance(planned):
    alarms = planned(out={"requests_per_second": 150, "requests_per_second_per_instance": 50}, **{"in": {"remove": 2}})
    total, each, low = (Alarm(alarms[name]) for name in ("requests_high", "requests_per_instance_high", "load_low"))
    assert total.actions == each.actions
    few = [load(requests_per_second=120, instances=2)]
    assert each.rings(few) and not total.rings(few)
    many = [load(requests_per_second=150, instances=6)]
    assert total.rings(many) and not each.rings(many)
    assert not low.rings([load(cpu=5, requests_per_second=150, instances=9)] * 5)
    assert not low.rings([load(cpu=5, requests_per_second=100, instances=4)] * 5)
    assert low.rings([load(cpu=5, requests_per_second=99, instances=4)] * 5)


def test_targets_have_no_alarms_of_the_stack(planned):
    """AWS makes those of target tracking itself; the stack's would scale beside them."""
    alarms = planned(target={"cpu_percent": 50, "requests_per_second_per_instance": 50})
    assert "server_errors" in alarms
    assert not [name for name in alarms if SCALES.fullmatch(name)]


def simulated(scaling, rates):
    """What tfgen simulate says of each minute under so many requests a second of 100 ms, so that an instance serves 20."""
    folder = fresh("alarms/simulated")
    spec, rows = folder / "gym.yaml", folder / "load.csv"
    spec.write_text(yaml.safe_dump({"name": "gym", "region": "us-east-1", "scaling": scaling}))
    rows.write_text("minute,requests_per_second\n" + "".join(f"{minute},{rate}\n" for minute, rate in enumerate(rates)))
    command = [TFGEN, "simulate", "--load", rows, "--cpu-ms-per-request", "100", "--format", "json", spec]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert done.returncode in (0, 1)
    return json.loads(done.stdout)["minutes"]


def sent(minute):
    """The metrics of a simulated minute, as AWS names them."""
    balancer, targets, group = ARN + "alb.arn_suffix", ARN + "alb.target_group_arn_suffix", ARN + "asg.group_name"
    each = metric("AWS/ApplicationELB", "RequestCountPerTarget", LoadBalancer=balancer, TargetGroup=targets)
    metrics = {
        metric("AWS/AutoScaling", "GroupInServiceInstances", AutoScalingGroupName=group): [minute["in_service"]],
        each: [minute["requests_per_target"]],
    }
    warm = minute["serving"] + minute["starting"] - minute["warming"]
    if warm:
        metrics[metric("AWS/EC2", "CPUUtilization", AutoScalingGroupName=group)] = [minute["cpu_percent"]]
    if minute["requests"] and minute["serving"]:
        metrics[metric("AWS/ApplicationELB", "RequestCount", LoadBalancer=balancer)] = [1] * minute["requests"]
    return metrics


def test_simulated_alarms_are_the_planned_ones(planned):
    """The states that tfgen simulate gives the alarms are those of the alarms that Terraform plans, for the same metrics."""
    rates = [0] * 3 + [12] * 12 + [36] * 12 + [44] * 12 + [20, 0] * 3 + [6] * 12 + [0] * 20
    slow = {"cpu_percent": 15, "for": "3m", "remove": 2}
    seen = set()
    for out in (
        {"cpu_percent": 70, "requests_per_second": 0},
        {"requests_per_second": 30, "for": "2m"},
        {"requests_per_second_per_instance": 12, "add": 2},
        {"requests_per_second": 40, "requests_per_second_per_instance": 15},
    ):
        scaling = {"min": 1, "max": 4, "cooldown": "2m", "out": out, "in": slow}
        alarms = {name: Alarm(values) for name, values in planned(**scaling).items() if SCALES.fullmatch(name)}
        minutes = simulated(scaling, rates)
        sample = [sent(minute) for minute in minutes]
        for number, minute in enumerate(minutes):
            for name, state in minute["alarms"].items():
                known = sample[: max(0, number - 1)]  # a minute is seen one minute after its end
                rings = bool(known) and alarms[name].rings(known)
                assert (state == "ALARM") == rings, (out, number, name)
                seen.add((name, state))
        assert set(minute["alarms"]) == set(alarms)
    assert len(seen) == 4 * 3, "each of the four was in each state"


def test_a_parked_stack_is_silent(planned):
    """No minute has any metric of instances; the load balancer answers the requests that still come itself."""
    errors = metric("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", LoadBalancer=ARN + "alb.arn_suffix")

    def ringing(alarms):
        mine = {name: values | {"alarm_actions": []} for name, values in alarms.items() if values["namespace"] != "AWS/RDS"}
        assert {"cpu_high", "load_low", "server_errors"} <= set(mine)
        return {name for name, values in mine.items() if Alarm(values).rings([{errors: [1] * 100}] * 20)}

    assert ringing(planned(min=0, max=0)) == set()
    assert ringing(planned(min=1, max=1)) == {"no_healthy_instance", "load_balancer_errors"}


def group_metrics(instances, least, most):
    group = {"AutoScalingGroupName": ARN + "asg.group_name"}
    return {
        metric("AWS/AutoScaling", "GroupInServiceInstances", **group): [instances],
        metric("AWS/AutoScaling", "GroupMinSize", **group): [least],
        metric("AWS/AutoScaling", "GroupMaxSize", **group): [most],
    }


def test_a_group_that_cannot_grow_is_reported(planned):
    """Also while a scheduled action decides how many instances are the most, unless it is to have just as many."""
    by_load = Alarm(planned(max=6)["group_at_max"])
    scheduled = Alarm(planned(max=6, schedule=[{"name": "day", "cron": "0 8 * * *", "min": 4, "max": 4}])["group_at_max"])
    for alarm in (by_load, scheduled):
        assert alarm.rings([group_metrics(6, 2, 6)] * 15) and alarm.rings([group_metrics(4, 2, 4)] * 15)
        assert not alarm.rings([group_metrics(6, 2, 6)] * 10 + [group_metrics(5, 2, 6)] * 5)
        assert not alarm.rings([group_metrics(6, 2, 8)] * 15) and not alarm.rings([])
    assert not scheduled.rings([group_metrics(4, 4, 4)] * 15)


def test_slow_answers_are_reported(planned):
    alarm = Alarm(planned()["slow"])
    times = metric("AWS/ApplicationELB", "TargetResponseTime", LoadBalancer=ARN + "alb.arn_suffix", TargetGroup=ARN + "alb.target_group_arn_suffix")
    slow, fine = {times: [0.01] * 98 + [1.0] * 2}, {times: [0.01] * 99 + [30.0]}
    assert alarm.rings([slow] * 5)
    assert not alarm.rings([slow] * 4 + [fine]) and not alarm.rings([fine] * 5) and not alarm.rings([])


def test_scarce_credits_and_memory_are_reported(planned):
    alarms = planned()
    database = {"DBInstanceIdentifier": ARN + "rds.identifier"}
    credits = {
        "credits": metric("AWS/EC2", "CPUCreditBalance", AutoScalingGroupName=ARN + "asg.group_name"),
        "database_credits": metric("AWS/RDS", "CPUCreditBalance", **database),
    }
    for name, balance in credits.items():
        alarm = Alarm(alarms[name])
        assert alarm.rings([{balance: [0]}] * 60)
        assert not alarm.rings([{balance: [0]}] * 55 + [{balance: [2]}] * 5), name
    memory = metric("AWS/RDS", "FreeableMemory", **database)
    alarm = Alarm(alarms["database_memory"])
    assert alarm.rings([{memory: [53_000_000]}] * 15), "of 1 GiB"
    assert not alarm.rings([{memory: [54_000_000]}] * 15)
