"""A model of CloudWatch alarms: from the definition and the metrics of each minute to the state of the alarm.

A happening is a list of minutes, oldest first. A minute maps a metric, that is (namespace, name, dimensions), to the
samples which came in that minute; a metric that sent none is missing, which is not the same as 0. Where missing data stays missing,
the alarm has too little data and does not go off.
"""

import ast
import math
import operator

COMPARISONS = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanOrEqualToThreshold": operator.le,
    "LessThanThreshold": operator.lt,
}
OPERATORS = {
    ast.Add: operator.add,
    ast.Div: operator.truediv,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Mult: operator.mul,
    ast.Sub: operator.sub,
}
STATISTICS = {
    "Sum": sum,
    "Average": lambda samples: sum(samples) / len(samples),
    "Maximum": max,
    "Minimum": min,
    "SampleCount": len,
    "p99": lambda samples: sorted(samples)[math.ceil(0.99 * len(samples)) - 1],
}


def metric(namespace, name, **dimensions):
    return namespace, name, frozenset(dimensions.items())


class Alarm:
    def __init__(self, values):
        """From the values of an aws_cloudwatch_metric_alarm in a state."""
        self.values = values
        self.actions = values.get("alarm_actions")  # not in a plan, if they are new

    def rings(self, minutes):
        """Whether it is in alarm after the last of these minutes."""
        needed = self.values["evaluation_periods"]
        to_alarm = self.values.get("datapoints_to_alarm") or needed
        breaches = 0
        for period in range(needed):
            value = self.value(minutes, period)
            if value is None:
                assert self.values["treat_missing_data"] != "ignore", "not needed so far"
                breaches += self.values["treat_missing_data"] == "breaching"
            else:
                breaches += COMPARISONS[self.values["comparison_operator"]](value, self.values["threshold"])
        return breaches >= to_alarm

    def value(self, minutes, period):
        """The value of a period, counted back from the last; None if it is missing."""
        queries = {query["id"]: query for query in self.values.get("metric_query") or []}
        if not queries:
            return statistic(self.values, self.values["statistic"] or self.values["extended_statistic"], minutes, period)
        (result,) = [query for query in queries.values() if query["return_data"]]

        def look_up(id):
            if queries[id]["expression"]:
                return calculate(ast.parse(queries[id]["expression"], mode="eval").body, look_up)
            (described,) = queries[id]["metric"]
            return statistic(described, described["stat"], minutes, period)

        return look_up(result["id"])


def statistic(described, name, minutes, period):
    length = described["period"] // 60
    assert described["period"] == length * 60
    last = len(minutes) - period * length
    key = metric(described["namespace"], described["metric_name"], **described["dimensions"])
    samples = [sample for minute in minutes[max(0, last - length) : max(0, last)] for sample in minute.get(key, [])]
    return STATISTICS[name](samples) if samples else None


def calculate(node, look_up):
    """The metric math that the stacks use: numbers, metrics, comparison, arithmetic, IF and FILL.

    A missing operand makes the result missing.
    """
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return look_up(node.id)
    if isinstance(node, ast.Compare):
        (compare,) = node.ops
        left, right = calculate(node.left, look_up), calculate(node.comparators[0], look_up)
        return None if left is None or right is None else OPERATORS[type(compare)](left, right)
    if isinstance(node, ast.BinOp):
        left, right = calculate(node.left, look_up), calculate(node.right, look_up)
        return None if left is None or right is None else OPERATORS[type(node.op)](left, right)
    assert isinstance(node, ast.Call)
    if node.func.id == "FILL":
        value, instead = (calculate(argument, look_up) for argument in node.args)
        return instead if value is None else value
    assert node.func.id == "IF"
    condition, then, otherwise = (calculate(argument, look_up) for argument in node.args)
    return None if condition is None else then if condition else otherwise
