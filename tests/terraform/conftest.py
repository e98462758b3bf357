import pytest

from compiled import NAMES, source
from harness import MockAws, Terraform, compile_spec, fresh
from life import Life


@pytest.fixture(scope="session")
def terraform():
    return Terraform()


@pytest.fixture(scope="session")
def aws():
    """One mock AWS for everything that only plans."""
    with MockAws("us-east-1", "us-west-1", "eu-central-1") as aws:
        yield aws


@pytest.fixture(scope="session")
def stacks():
    """name -> folder of every stack that is compiled to be looked at"""
    folder = fresh("stacks")
    return {name: compile_spec(source(name)[0], folder / name, *source(name)[1]) for name in NAMES}


@pytest.fixture(scope="session", autouse=True)
def lives(request):
    """The lives of two stacks, from apply to destroy, which go on beside the other tests: they mostly wait."""
    names = {item.callspec.params["life"] for item in request.session.items if "life" in item.fixturenames}
    if not names:
        yield {}
        return
    try:
        terraform = request.getfixturevalue("terraform")
    except (pytest.skip.Exception, pytest.fail.Exception):
        yield {}  # those who want a life ask for terraform too, and are told
        return
    lives = {name: Life(name, terraform, fresh("life-" + name)) for name in sorted(names)}
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
    """A stack that has been applied, edited and destroyed; a test of it looks at what was seen on the way."""
    return lives[request.param].finished()


def pytest_collection_modifyitems(items):
    """What waits for the two lives comes last."""
    items.sort(key=lambda item: "life" in item.fixturenames)
