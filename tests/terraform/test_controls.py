"""checkov finds nothing in a stack beyond what has a written reason, and agrees with `tfgen controls`."""

import json
import subprocess

import pytest

from compiled import SHOWN, source
from harness import TFGEN, file_of
from paths import TOP

CHECKOV = TOP / "build/checkov/bin/checkov"


@pytest.fixture(scope="module", params=SHOWN)
def seen(request, stacks):
    """What checkov says of an example, by result; and what tfgen says of it."""
    folder = stacks[request.param]
    command = [CHECKOV, "-d", folder, "--framework", "terraform", "--skip-download", "--compact", "-o", "json"]
    output = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    results = json.loads(output)["results"]
    assert not results["parsing_errors"]
    spec, options = source(request.param)
    spec = file_of(spec, folder)
    printed = subprocess.run(
        [TFGEN, "controls", "--format", "json", *options, spec], capture_output=True, text=True, check=True
    ).stdout
    return folder, results, json.loads(printed)["controls"]


def found(results, kind, check, control):
    """Whether checkov has such a result for the resource at a control's place."""
    return [
        result
        for result in results[f"{kind}_checks"]
        if result["check_id"] == check
        and result["file_path"].lstrip("/") == control["file"]
        and result["file_line_range"][0] <= control["line"] <= result["file_line_range"][1]
    ]


def test_nothing_is_found(seen):
    _, results, _ = seen
    failed = [(r["check_id"], r["file_path"], r["resource"]) for r in results["failed_checks"]]
    assert not failed
    assert len(results["passed_checks"]) > 100


def test_each_control_is_where_it_is_said_to_be(seen):
    folder, _, controls = seen
    assert len({control["id"] for control in controls}) > 35
    for control in controls:
        lines = (folder / control["file"]).read_text().splitlines()
        assert 0 < control["line"] <= len(lines)
        assert control["met"] == (control["reason"] is None)
        if not control["met"] and "checkov:skip" in lines[control["line"] - 1]:
            assert control["checkov"], control


# checkov looks for these at another resource than the one that decides.
ELSEWHERE = {"CKV2_AWS_12", "CKV2_AWS_31", "CKV2_AWS_6", "CKV_AWS_62", "CKV_AWS_63"}


def test_checkov_agrees(seen):
    _, results, controls = seen
    for control in controls:
        for check in control["checkov"]:
            if check in ELSEWHERE:
                assert check in {result["check_id"] for result in results["passed_checks"]}
            elif control["met"]:
                assert found(results, "passed", check, control), control
            else:
                skipped = found(results, "skipped", check, control)
                assert {result["check_result"]["suppress_comment"] for result in skipped} == {control["reason"]}, control


def test_each_skip_is_listed(seen):
    _, results, controls = seen
    for result in results["skipped_checks"]:
        first, last = result["file_line_range"]
        assert any(
            result["check_id"] in control["checkov"]
            and control["file"] == result["file_path"].lstrip("/")
            and first <= control["line"] <= last
            and control["reason"]
            for control in controls
        ), result["check_id"]
