"""A load test of this stack, for Locust (https://docs.locust.io).

    pip install locust==2.47.0
    # tfgen:if service.auth == token
    export API_TOKEN=...   # README.md says how to get the stack's token
    # tfgen:end
    locust -f loadtest/locustfile.py --host "$(terraform output -raw url)" --headless --users 200 --spawn-rate 10 --run-time 10m

Nine of ten users read: lists, searches, single rows. The others enrol a member, change the row, and delete all that they
created. The run exits with 1 if too many requests fail or take too long: see --max-failed-percent and --max-p95-ms.
"""

# tfgen:if service.auth == token
import os
# tfgen:end
import uuid
from datetime import date

from locust import HttpUser, between, events, task


@events.init_command_line_parser.add_listener
def add_arguments(parser):
    parser.add_argument("--max-failed-percent", type=float, default=0.1, help="the run fails above this share of failed requests")
    parser.add_argument("--max-p95-ms", type=float, default=500, help="the run fails if the 95th percentile takes longer")


@events.quitting.add_listener
def judge(environment, **_):
    total, options = environment.stats.total, environment.parsed_options
    failed, p95 = 100 * total.fail_ratio, total.get_response_time_percentile(0.95) or 0
    wrong = []
    if not total.num_requests:
        wrong.append("there was no request")
    if failed > options.max_failed_percent:
        wrong.append(f"{failed:.2f} % of the requests failed, more than {options.max_failed_percent} %")
    if p95 > options.max_p95_ms:
        wrong.append(f"the 95th percentile is {p95:.0f} ms, more than {options.max_p95_ms:.0f} ms")
    for line in wrong:
        print(f"FAILED: {line}")
    if wrong:
        environment.process_exit_code = 1


class Caller(HttpUser):
    """A user who waits between two requests."""

    abstract = True
    wait_time = between(1, 3)

    # tfgen:if service.auth == token
    def on_start(self):
        self.client.headers["Authorization"] = "Bearer " + os.environ["API_TOKEN"]

    # tfgen:end
    def rows(self, path, name):
        """The rows of a page; none if the request failed."""
        with self.client.get(path, name=name, catch_response=True) as response:
            if response.ok:
                return response.json()
            response.failure(f"status {response.status_code}")
            return []


class Reader(Caller):
    weight = 9

    @task(4)
    def open_a_member(self):
        for member in self.rows("/members?limit=20", "/members")[:1]:
            self.client.get(f"/members/{member['id']}", name="/members/{id}")
            self.client.get(f"/members/{member['id']}/subscriptions", name="/members/{id}/subscriptions")

    @task(2)
    def search(self):
        self.client.get("/members?q=an&limit=20", name="/members?q=")

    @task(2)
    def list_plans(self):
        self.client.get("/plans?limit=20", name="/plans")

    @task(2)
    def list_subscriptions(self):
        self.client.get("/subscriptions?limit=20", name="/subscriptions")


class Desk(Caller):
    """Creates rows and deletes them again, also when the run is stopped in between."""

    weight = 1
    created = ()

    def create(self, path, row):
        response = self.client.post(path, json=row)
        if not response.ok:
            return None
        number = response.json()["id"]
        self.created = ((path, number), *self.created)  # what refers to others is deleted first
        return number

    def clean_up(self):
        for path, number in self.created:
            self.client.delete(f"{path}/{number}", name=f"{path}/{{id}}")
        self.created = ()

    @task
    def enrol(self):
        mark = uuid.uuid4().hex
        member = self.create("/members", {"name": "Load", "surname": "Test", "email": f"{mark}@example.com"})
        plan = self.create("/plans", {"name": f"Load test {mark}", "type": "month", "price": "49.90"})
        if member and plan:
            self.client.patch(
                f"/members/{member}",
                name="/members/{id}",
                json={"surname": "Tested"},
                headers={"Content-Type": "application/merge-patch+json"},
            )
            self.create("/subscriptions", {"member_id": member, "plan_id": plan, "start_date": date.today().isoformat()})
        self.clean_up()

    def on_stop(self):
        self.clean_up()
