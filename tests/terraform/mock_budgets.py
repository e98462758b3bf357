"""Budgets in the mock AWS: what moto lacks, and the bound on addresses.

https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_NotificationWithSubscribers.html
"""

import json

from moto.budgets.models import Budget, BudgetsBackend
from moto.budgets.responses import BudgetsResponse
from moto.core.exceptions import JsonRESTError

ADDRESSES = 10  # of a notification, beside one topic


def judge_addresses(subscribers):
    if sum(subscriber["SubscriptionType"] == "EMAIL" for subscriber in subscribers) > ADDRESSES:
        raise JsonRESTError("CreationLimitExceededException", f"A notification can have {ADDRESSES} email subscribers.")


def judge_notifications():
    create = BudgetsBackend.create_notification

    def create_notification(self, account_id, budget_name, notification, subscribers):
        judge_addresses(subscribers)
        create(self, account_id, budget_name, notification, subscribers)

    BudgetsBackend.create_notification = create_notification


def answer_as_aws():
    """Amounts have a decimal."""
    describe = Budget.to_dict

    def to_dict(self):
        budget = describe(self)
        budget["BudgetLimit"]["Amount"] = str(float(budget["BudgetLimit"]["Amount"]))
        return budget

    Budget.to_dict = to_dict


def supply_calls():
    def named(self, name):
        return self.backend.budgets[self._get_param("AccountId")][name]

    def describe_subscribers_for_notification(self):
        wanted = self._get_param("Notification")
        wanted = {key: wanted[key] for key in ("ComparisonOperator", "NotificationType", "Threshold")}
        (found,) = [n for n in named(self, self._get_param("BudgetName")).notifications if wanted.items() <= n.details.items()]
        return json.dumps({"Subscribers": found.subscribers})

    def update_budget(self):
        new = self._get_param("NewBudget")
        old = named(self, new["BudgetName"])
        old.budget = {"TimePeriod": old.budget["TimePeriod"]} | new
        return json.dumps({})

    def list_tags_for_resource(self):
        arn = self._get_param("ResourceARN")
        return json.dumps({"ResourceTags": [{"Key": key, "Value": value} for key, value in tags.get(arn, {}).items()]})

    def tag_resource(self):
        given = {tag["Key"]: tag["Value"] for tag in self._get_param("ResourceTags")}
        tags.setdefault(self._get_param("ResourceARN"), {}).update(given)
        return json.dumps({})

    def untag_resource(self):
        for key in self._get_param("ResourceTagKeys"):
            tags[self._get_param("ResourceARN")].pop(key, None)
        return json.dumps({})

    create = BudgetsResponse.create_budget

    def create_budget(self):
        arn = f"arn:aws:budgets::{self.current_account}:budget/{self._get_param('Budget')['BudgetName']}"
        answer = create(self)
        tags[arn] = {tag["Key"]: tag["Value"] for tag in self._get_param("ResourceTags") or []}
        return answer

    tags = {}  # of an ARN
    for call in (describe_subscribers_for_notification, update_budget, list_tags_for_resource, tag_resource, untag_resource, create_budget):
        setattr(BudgetsResponse, call.__name__, call)


def supply_budgets():
    judge_notifications()
    answer_as_aws()
    supply_calls()
