import threading

import pytest

from compiled import HTTPS, NAMES, NETWORK, source
from databases import Databases, Restored
from edits import Edits
from harness import MockAws, Terraform, compile_spec, fresh
from life import Life
from opentofu import Opened
from released import STACKS, Released
from rollouts import Rollouts
from tenancy import Tenancy

LIVES = {"databases": Databases, "edits": Edits, "restored": Restored, "rollouts": Rollouts, "tenancy": Tenancy, "opentofu": Opened} | {name: Released for name in STACKS}
LONGEST = ("edits", "rollouts", "restored", "tenancy")  # they start first
AT_ONCE = threading.Semaphore(6)  # lives; each is a terraform, its provider and a mock


@pytest.fixture(scope="session")
def terraform():
    return Terraform()


@pytest.fixture(scope="session")
def aws():
    """One mock AWS for all tests that only plan."""
    with MockAws("us-east-1", "us-west-1", "eu-central-1", "eu-west-1", network=NETWORK) as aws:
        aws.host_zone(HTTPS["zone"])
        yield aws


@pytest.fixture(scope="session")
def stacks():
    """name -> directory of every compiled stack"""
    folder = fresh("stacks")
    return {name: compile_spec(source(name)[0], folder / name, *source(name)[1]) for name in NAMES}


@pytest.fixture(scope="session", autouse=True)
def lives(request):
    """The lives of some stacks; they run beside the other tests, because they mostly wait."""
    names = {item.callspec.params["life"] for item in request.session.items if "life" in item.fixturenames}
    if not names:
        yield {}
        return
    try:
        terraform = request.getfixturevalue("terraform")
    except (pytest.skip.Exception, pytest.fail.Exception):
        yield {}  # tests with a life need terraform too, and report it
        return
    lives = {
        name: LIVES.get(name, Life)(name, terraform, fresh("life-" + name.replace("/", "-")), AT_ONCE)
        for name in sorted(names, key=lambda name: (name not in LONGEST, name))
    }
    for life in lives.values():
        life.start()
    yield lives
    for life in lives.values():
        life.stopping = True
    terraform.stop()
    for life in lives.values():
        life.join(timeout=60)


@pytest.fixture(params=["minimal", "original"])
def life(request, terraform, lives):
    """A stack that was applied and edited; its tests look at what was recorded on the way."""
    return lives[request.param].finished()


def pytest_collection_modifyitems(items):
    """Tests that wait for the two lives come last."""
    items.sort(key=lambda item: "life" in item.fixturenames)
