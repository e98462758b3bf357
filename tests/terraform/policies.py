"""Decides as IAM does whether policies allow a call.

As far as the policies of these stacks go: Action, Resource, and the conditions below; a deny wins, and what nothing allows is
refused. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import re


def listed(value):
    return value if isinstance(value, list) else [value]


def like(pattern, value, ignore_case=False):
    """* is any text, ? is one character."""
    regex = "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.fullmatch(regex, value, re.S | (re.I if ignore_case else 0)) is not None


def holds(operator, key, wanted, context):
    value = context.get(key)
    if operator == "Null":
        return str(value is None).lower() in wanted
    quantifier, _, operator = operator.rpartition(":")
    test = {"StringEquals": str.__eq__, "StringLike": like, "ArnEquals": like, "Bool": str.__eq__}[operator]
    if quantifier == "ForAllValues":
        return all(any(test(want, each) for want in wanted) for each in value or [])
    return value is not None and any(test(want, value) for want in wanted)


def applies(statement, action, resource, context):
    """Whether a statement is about this call. A trust policy has no Resource."""
    assert not {"NotAction", "NotResource", "NotPrincipal"} & set(statement), "not known here"
    return (
        any(like(pattern, action, ignore_case=True) for pattern in listed(statement["Action"]))
        and any(like(pattern, resource) for pattern in listed(statement.get("Resource", "*")))
        and all(
            holds(operator, key, listed(wanted), context)
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
    )


def allowed(documents, action, resource, context):
    """Whether these documents together allow an action on one resource, "*" if it applies to none.

    context: condition keys and their values; a key that the call does not have is missing
    """
    effects = {
        statement["Effect"]
        for document in documents
        for statement in listed(document["Statement"])
        if applies(statement, action, resource, context)
    }
    return effects == {"Allow"}
