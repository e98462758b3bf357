"""Schemathesis, for this service: see test_schemathesis.py."""

import re
import uuid

import schemathesis
from schemathesis.checks import CHECKS

# What a valid request may run into all the same: other rows, and fields of which each alone is valid.
RELATIONS = {
    "dangling",  # a reference to a row that is not there
    "order",  # an end before its start
    "mismatch",  # an id in the body that is another than the path's
}


def is_foreseeable(error, case):
    """Could a schema have told that this field is refused?"""
    query = case.query or {}
    if error["field"] == "after" and (
        "sort" in query or "," in str(query.get("after"))
    ):  # it belongs to the order it was made for
        return False
    value = case.body.get(error["field"]) if isinstance(case.body, dict) else None
    if error["code"] == "type" and isinstance(value, float):  # 5.0 is an integer to JSON Schema alone
        return False
    return error["code"] not in RELATIONS


def is_about_relations(problem, case):
    if problem["type"] == "urn:crudd:problem:idempotency-mismatch":  # a key that stood for another body before
        return True
    errors = problem.get("errors", ())
    return bool(errors) and not any(is_foreseeable(error, case) for error in errors)


@schemathesis.hook
def before_call(ctx, case, kwargs):
    """Valid requests that would mostly fail for what rows are there come through: any version, a key of their own, the
    ids of the path."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if "If-Match" in (case.headers or {}):
        case.headers["If-Match"] = "*"
    if "Idempotency-Key" in (case.headers or {}):
        case.headers["Idempotency-Key"] = uuid.uuid4().hex
    number = (case.path_parameters or {}).get("id")
    if isinstance(case.body, dict) and number is not None:
        parent = re.fullmatch(r"/(\w+?)s/\{id\}/\w+", case.path)
        field = f"{parent[1]}_id" if parent else "id"
        if field in case.body:
            case.body[field] = number


@schemathesis.check
def accepts_valid_data(ctx, response, case):
    """positive_data_acceptance, but for answers that no schema could foresee."""
    if response.status_code == 412:  # a version that the row does not have
        return None
    if response.status_code == 422 and is_about_relations(response.json(), case):
        return None
    return CHECKS.get_one("positive_data_acceptance")(ctx, response, case)
