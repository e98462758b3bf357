"""Instance refreshes in the mock AWS, as EC2 Auto Scaling documents them (User Guide, "How an instance refresh works" and
"Undo changes with a rollback"; API reference, StartInstanceRefresh):

- the group names the version that it had until the refresh has succeeded, and new instances have the desired version;
- a rollback needs a desired configuration with a numbered version, and returns to what the group names;
- at most 100 lie between the healthy percentages, and the greater one is 100 to 200;
- a second refresh is refused while one is active; cancelling one does not undo what it did.

Time passes when the refresh is described: each call is one step, so a test never waits. A version of the template whose number
is in the file that MOCK_AWS_BROKEN names never becomes healthy. A CloudWatch alarm of the refresh that is in ALARM fails it.
"""

import os
import uuid
from pathlib import Path

from moto.autoscaling.models import FakeAutoScalingGroup, InstanceState
from moto.autoscaling.responses import AutoScalingResponse
from moto.cloudwatch.models import cloudwatch_backends
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.elbv2.models import FakeTargetGroup, elbv2_backends

ACTIVE = ("Pending", "InProgress", "Baking", "Cancelling", "RollbackInProgress")
BAKING_STEPS = 5  # with a bake time; one without
PATIENCE = 3  # steps in which a broken instance does not become healthy


def broken_versions():
    path = Path(os.environ.get("MOCK_AWS_BROKEN", os.devnull))
    return path.read_text().split() if path.is_file() else []


def version_of(state):
    return getattr(state.instance, "template_version", None)


class Refresh:
    def __init__(self, group, request):
        self.group = group
        self.preferences = request.get("Preferences", {})
        wanted = request.get("DesiredConfiguration", {}).get("LaunchTemplate", {})
        self.desired = wanted.get("Version")
        if self.preferences.get("AutoRollback") and (not self.desired or self.desired.startswith("$")):
            raise ServiceException("ValidationError", "Automatic rollback needs a desired configuration with a numbered version.")
        if self.preferences.get("AutoRollback") and group.provided_launch_template_version.startswith("$"):
            raise ServiceException("ValidationError", "Automatic rollback needs a group with a numbered version.")
        if self.desired and self.desired not in [str(v.number) for v in group.ec2_launch_template.versions]:
            raise ServiceException("ValidationError", f"The launch template has no version {self.desired}.")
        self.desired = self.desired or group.provided_launch_template_version
        self.target = self.desired
        low = int(self.preferences.get("MinHealthyPercentage", 90))
        high = int(self.preferences.get("MaxHealthyPercentage", 100))
        if not 100 <= high <= 200 or high - low > 100:
            raise ServiceException("ValidationError", f"The healthy percentages {low} and {high} do not go together.")
        self.id = str(uuid.uuid4())
        self.status, self.reason = "Pending", None
        self.waited = 0

    def described(self):
        done = sum(version_of(state) == self.desired for state in self.group.instance_states)
        entry = {
            "InstanceRefreshId": self.id,
            "AutoScalingGroupName": self.group.name,
            "Status": self.status,
            "PercentageComplete": 100 * done // max(1, len(self.group.instance_states)),
            "InstancesToUpdate": len(self.group.instance_states) - done,
            "Preferences": self.preferences,
            "DesiredConfiguration": {
                "LaunchTemplate": {
                    "LaunchTemplateId": self.group.ec2_launch_template.id,
                    "Version": self.desired,
                }
            },
        }
        return entry | ({"StatusReason": self.reason} if self.reason else {})

    def step(self):
        if self.status == "Pending":
            self.status = "InProgress"
        elif self.status == "Cancelling":
            self.status = "Cancelled"
        elif self.status in ("InProgress", "Baking") and self.ringing():
            self.fail(f"The alarm {self.ringing()} went into the ALARM state.")
        elif self.status == "InProgress":
            self.replace_one()
        elif self.status == "Baking":
            self.waited += 1
            if self.waited >= (BAKING_STEPS if self.preferences.get("BakeTime") else 1):
                self.status = "Successful"
                self.group.provided_launch_template_version = self.group.launch_template_version = self.desired
        elif self.status == "RollbackInProgress":
            self.replace_one()

    def ringing(self):
        names = self.preferences.get("AlarmSpecification", {}).get("Alarms", [])
        alarms = cloudwatch_backends[self.group.account_id][self.group.region].alarms
        return next((name for name in names if name in alarms and alarms[name].state_value == "ALARM"), None)

    def fail(self, reason):
        self.reason = reason
        if self.preferences.get("AutoRollback"):
            self.status, self.target = "RollbackInProgress", self.group.provided_launch_template_version
        else:
            self.status = "Failed"

    def replace_one(self):
        """Launches first, and removes the old instance only when the new one is healthy."""
        others = [state for state in self.group.instance_states if version_of(state) != self.target]
        if not others:
            self.status = "Baking" if self.status == "InProgress" else "RollbackSuccessful"
            return
        if self.target in broken_versions():
            self.waited += 1
            if self.waited == 1:
                self.launch()
            if self.waited > PATIENCE:
                self.waited = 0
                self.fail("The new instances did not become healthy.")
            return
        if len(self.group.instance_states) <= self.group.desired_capacity:
            self.launch()
        self.terminate(others[0])

    def launch(self):
        saved = self.group.launch_template_version
        self.group.launch_template_version = self.target
        self.group.replace_autoscaling_group_instances(1, self.group.get_propagated_tags())
        self.group.launch_template_version = saved
        self.group.autoscaling_backend.update_attached_target_groups(self.group.name)

    def terminate(self, state):
        backend = self.group.autoscaling_backend
        self.group.instance_states.remove(state)
        for arn in self.group.target_group_arns:
            backend.elbv2_backend.deregister_targets(arn, [{"Id": state.instance.id}])
        backend.ec2_backend.terminate_instances([state.instance.id])


def group_of(response):
    return response.autoscaling_backend.autoscaling_groups[response._get_param("AutoScalingGroupName")]


def active(group):
    return next((refresh for refresh in getattr(group, "refreshes", []) if refresh.status in ACTIVE), None)


def supply_instance_refresh():
    def start(self):
        group = group_of(self)
        if active(group):
            raise ServiceException("InstanceRefreshInProgress", "An Instance Refresh is already in progress.")
        refresh = Refresh(group, self._get_params())
        group.refreshes = [refresh, *getattr(group, "refreshes", [])]
        return ActionResult({"InstanceRefreshId": refresh.id})

    def describe(self):
        group = group_of(self)
        if active(group):
            active(group).step()
        wanted = self._get_params().get("InstanceRefreshIds")
        shown = [r.described() for r in getattr(group, "refreshes", []) if not wanted or r.id in wanted]
        return ActionResult({"InstanceRefreshes": shown})

    def cancel(self):
        refresh = active(group_of(self))
        if not refresh:
            raise ServiceException("ActiveInstanceRefreshNotFound", "No in progress or pending Instance Refresh found.")
        refresh.status = "Cancelling"
        return ActionResult({"InstanceRefreshId": refresh.id})

    AutoScalingResponse.start_instance_refresh = start
    AutoScalingResponse.describe_instance_refreshes = describe
    AutoScalingResponse.cancel_instance_refresh = cancel


def remember_versions():
    """The version of the template that each instance was launched from; moto shows the group's for all."""
    launch = FakeAutoScalingGroup.replace_autoscaling_group_instances

    def launch_and_note(self, count, tags):
        before = {state.instance.id for state in self.instance_states}
        launch(self, count, tags)
        for state in self.instance_states:
            if state.instance.id not in before:
                state.instance.template_version = self.launch_template_version

    def launch_template(self):
        return {
            "LaunchTemplateId": self.auto_scaling_group.ec2_launch_template.id,
            "LaunchTemplateName": self.auto_scaling_group.ec2_launch_template.name,
            "Version": version_of(self),
        }

    FakeAutoScalingGroup.replace_autoscaling_group_instances = launch_and_note
    InstanceState.launch_template = property(launch_template)


def is_used(target_group):
    account, region = target_group.arn.split(":")[4], target_group.arn.split(":")[3]
    return any(
        action.data.get("TargetGroupArn") == target_group.arn
        for balancer in elbv2_backends[account][region].load_balancers.values()
        for listener in balancer.listeners.values()
        for action in listener.default_actions
    )


def judge_health():
    """A target is checked only while a listener uses its group, and an instance of a broken version fails."""
    health = FakeTargetGroup.health_for

    def health_for(self, target, ec2_backend):
        found = health(self, target, ec2_backend)
        if found.status != "healthy":
            return found
        if not is_used(self):
            found.status, found.reason = "unused", "Target.NotInUse"
        instance = ec2_backend.get_instance_by_id(target["Id"])
        if instance is not None and getattr(instance, "template_version", None) in broken_versions():
            found.status, found.reason = "unhealthy", "Target.FailedHealthChecks"
        return found

    FakeTargetGroup.health_for = health_for
