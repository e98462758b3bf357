"""The rollouts of one stack on a mock AWS: good and bad versions, an alarm, an apply that is interrupted, another port."""

import signal
import subprocess
import time

import yaml

from harness import EXAMPLES, MockAws, Stack, compile_spec, merged
from life import REGION, Life

STEPS = {
    "good": {"service": {"disk_gb": 9, "rollout": {"min_healthy": 0}}},
    "broken": {"service": {"disk_gb": 10}},
    "next good": {"service": {"disk_gb": 11, "rollout": {"min_healthy": 90}}},
    "alarm": {"service": {"disk_gb": 12}},
    "interrupted": {"service": {"disk_gb": 13}},
    "overtaken": {"service": {"disk_gb": 14}},
    "port": {"service": {"port": 9000}},
    "no token": {"service": {"auth": "none"}},
    "public": {"network": {"nat": "none"}},
}


class Rollouts(Life):
    def mock(self):
        self.broken = self.folder / "broken"
        self.broken.write_text("")
        self.outcomes = {}
        return MockAws(REGION, log=self.folder / "log", broken=self.broken)

    def live(self, aws):
        self.aws, self.stack = aws, Stack(self.terraform, aws, self.folder / "stack")
        self.spec = yaml.safe_load((EXAMPLES / "minimal.yaml").read_text()) | {"network": {"nat": "single"}}
        compile_spec(self.spec, self.stack.folder)
        self.terraform.init(self.stack.folder)
        self.step(self.stack, "first")
        self.outcomes["first"] = self.outcome(0, "", 0)

        self.apply("good")
        self.broken.write_text("3")
        self.apply("broken")
        self.apply("next good")
        self.apply("alarm", during=self.ring)
        self.silence()
        self.interrupt("interrupted")
        self.again("resumed")
        self.interrupt("overtaken")
        self.apply("port")
        self.apply("no token")
        self.apply("public")
        self.plans["again"] = self.stack.plan()

    def edit(self, name):
        self.spec = merged(self.spec, STEPS[name])
        compile_spec(self.spec, self.stack.folder)
        self.plans[name] = self.stack.plan()

    def apply(self, name, during=None):
        self.edit(name)
        self.finish(name, during)

    def again(self, name):
        self.plans[name] = self.stack.plan()
        self.finish(name)

    def finish(self, name, during=None):
        before = len(self.aws.calls())
        process = self.begin()
        if during:
            during(before)
        stdout, _ = process.communicate(timeout=900)
        self.outcomes[name] = self.outcome(process.returncode, stdout, before)

    def begin(self):
        return subprocess.Popen(
            [self.terraform.program, "apply", "-input=false", "test.tfplan"],
            cwd=self.stack.folder,
            env=self.terraform.environment | {"AWS_ENDPOINT_URL": self.aws.endpoint},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def interrupt(self, name):
        """Ends the apply while the refresh runs, as Ctrl-C does."""
        self.edit(name)
        before = len(self.aws.calls())
        process = self.begin()
        self.await_answer(before, "<StartInstanceRefreshResult>")
        process.send_signal(signal.SIGINT)
        stdout, _ = process.communicate(timeout=300)
        self.outcomes[name] = self.outcome(process.returncode, stdout, before)

    def await_answer(self, before, text):
        for _ in range(6000):
            if any(text in call.answer for call in self.aws.calls(before)):
                return
            time.sleep(0.05)
        raise AssertionError(f"no answer with {text}")

    def ring(self, before):
        """While the new instances are watched."""
        self.await_answer(before, "<Status>Baking")
        self.aws.client("cloudwatch").set_alarm_state(
            AlarmName="gym-prod-rollback", StateValue="ALARM", StateReason="the test says so"
        )

    def silence(self):
        self.aws.client("cloudwatch").set_alarm_state(
            AlarmName="gym-prod-rollback", StateValue="OK", StateReason="the test says so"
        )

    def outcome(self, status, output, since):
        groups = self.aws.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
        return {
            "status": status,
            "output": output,
            "calls": self.aws.calls(since),
            "groups": groups,
            "versions": sorted(instance["LaunchTemplate"]["Version"] for group in groups for instance in group["Instances"]),
        }
