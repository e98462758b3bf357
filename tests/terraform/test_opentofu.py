"""Every stack that Terraform takes, OpenTofu takes too."""

import pytest

from compiled import SHOWN, source
from harness import compile_spec, fresh
from opentofu import OpenTofu


@pytest.fixture(scope="module")
def tofu():
    return OpenTofu()


@pytest.mark.parametrize("name", SHOWN)
def test_validate_and_test(name, tofu):
    spec, options = source(name)
    folder = compile_spec(spec, fresh(f"tofu/{name}") / name, *options)
    tofu.init(folder)
    output = tofu.validate(folder)
    assert (output["valid"], output["diagnostics"]) == (True, [])
    done = tofu.run(folder, "test", check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert "Warning" not in done.stdout
    assert f"Success! {2 * len(list((folder / 'tests').glob('*.tftest.hcl')))} passed, 0 failed." in done.stdout


@pytest.mark.parametrize("life", ["opentofu"], indirect=True)
def test_a_stack_is_made_kept_and_destroyed(life):
    assert len(life.plans["first"].changes) > 50
    assert life.plans["again"].changes == []
    assert life.after == life.before
