"""Hooks for Schemathesis: see test_schemathesis.py."""

import re
import uuid

import schemathesis
from schemathesis.checks import CHECKS

# Problems that a request with valid fields may still have, because of other rows or other fields.
RELATIONS = {
    "dangling",  # a reference to a missing row
    "order",  # an end date before the start date
    "mismatch",  # an id in the body that differs from the path's
}


def is_foreseeable(error, case):
    """Can a schema express why this field is refused?"""
    query = case.query or {}
    if error["field"] == "after" and (
        "sort" in query or "," in str(query.get("after"))
    ):  # a cursor is valid only with its order
        return False
    value = case.body.get(error["field"]) if isinstance(case.body, dict) else None
    if error["code"] == "type" and isinstance(value, float):  # 5.0 is an integer only in JSON Schema
        return False
    return error["code"] not in RELATIONS


def is_about_relations(problem, case):
    if problem["type"] == "urn:crudd:problem:idempotency-mismatch":  # a used key
        return True
    errors = problem.get("errors", ())
    return bool(errors) and not any(is_foreseeable(error, case) for error in errors)


@schemathesis.hook
def before_call(ctx, case, kwargs):
    """Lets valid requests succeed that would mostly fail because of the existing rows: any version, a new key, the ids
    of the path."""
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
    """positive_data_acceptance, except for responses that no schema can predict."""
    if response.status_code == 412:  # a version that the row does not have
        return None
    if response.status_code == 422 and is_about_relations(response.json(), case):
        return None
    return CHECKS.get_one("positive_data_acceptance")(ctx, response, case)
