"""Whether the alarms go off when they should: computed from what was applied and from what AWS sends."""

from alarm import Alarm, metric


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
