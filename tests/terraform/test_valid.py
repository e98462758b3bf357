"""What Terraform and two versions of the AWS provider report for the stacks."""

import json
from pathlib import Path

import pytest

from compiled import NAMES, VALIDATED, arguments, blocks, modules

META = {"for_each", "depends_on", "lifecycle", "provider"}
KINDS = {"resource": ("resources", "resource_schemas"), "data": ("data_sources", "data_source_schemas")}
NEWEST = json.loads(Path(__file__).with_name("data").joinpath("aws_provider_schema.json").read_text())

# The extract lacks these. Their arguments, without deprecated ones, are those of pulumi-aws 7.51.1, which is made from provider 6.
# Type -> attributes, blocks with their attributes.
MORE = {
    ("resource", "aws_backup_vault_lock_configuration"): ("backup_vault_name changeable_for_days max_retention_days min_retention_days", {}),
    ("resource", "aws_cloudwatch_event_rule"): ("description event_bus_name event_pattern force_destroy name name_prefix role_arn state tags", {}),
    ("resource", "aws_cloudwatch_event_target"): (
        "arn event_bus_name force_destroy input input_path role_arn rule target_id",
        {"input_transformer": "input_paths input_template"},
    ),
    ("resource", "aws_db_event_subscription"): ("enabled event_categories name name_prefix sns_topic source_ids source_type tags", {}),
    ("resource", "aws_iam_openid_connect_provider"): ("client_id_list tags thumbprint_list url", {}),
    ("data", "aws_route_table"): ("gateway_id region route_table_id subnet_id tags vpc_id", {"filter": "name values"}),
    ("data", "aws_route_tables"): ("region tags vpc_id", {"filter": "name values"}),
}
for (kind, type), (attributes, inner) in MORE.items():
    NEWEST[KINDS[kind][0]][type] = {
        "attributes": dict.fromkeys(attributes.split(), {}),
        "blocks": {name: {"attributes": dict.fromkeys(words.split(), {}), "blocks": {}} for name, words in inner.items()},
    }


@pytest.mark.parametrize("name", VALIDATED)
def test_init_and_validate_report_nothing(name, terraform, stacks):
    for folder in [stacks[name], stacks[name] / "bootstrap", stacks[name] / "bootstrap/ci"]:
        if folder.is_dir():
            terraform.init(folder)
            output = terraform.validate(folder)
            assert (output["valid"], output["diagnostics"]) == (True, [])


@pytest.fixture(scope="session")
def provider(terraform, stacks):
    """The provider's schema."""
    terraform.init(stacks["minimal"])
    output = json.loads(terraform.run(stacks["minimal"], "providers", "schema", "-json").stdout)
    return output["provider_schemas"]["registry.terraform.io/hashicorp/aws"]


def uses(folder):
    """(kind, type, body) of every resource and data source of a stack."""
    for module in modules(folder):
        for kind in KINDS:
            for (type, _), body in blocks(module, kind):
                if type == "terraform_data":  # part of Terraform, not of the provider
                    continue
                yield kind, type, {name: value for name, value in body.items() if name not in META}


@pytest.mark.parametrize("name", NAMES)
def test_newest_provider_has_every_argument(name, stacks):
    unknown = []
    for kind, type, body in uses(stacks[name]):
        known = NEWEST[KINDS[kind][0]].get(type)
        unknown += [f"{kind} {type}"] if known is None else not_in(known, body, type)
    assert unknown == []


def not_in(known, body, path):
    for name, inner in arguments(body):
        if known["attributes"].get(name, {}).get("type") == "any":
            continue  # the extract stops where a block contains itself, as the statement of a firewall's rule
        if inner is None and name not in known["attributes"] and name not in known["blocks"]:
            yield f"{path}.{name}"
        elif inner is not None and name not in known["blocks"]:
            yield f"{path}.{name} {{}}"
        elif inner is not None:
            yield from not_in(known["blocks"][name], inner, f"{path}.{name}")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_deprecated(name, stacks, provider):
    old = []
    for kind, type, body in uses(stacks[name]):
        schema = provider[KINDS[kind][1]][type]["block"]
        old += [f"{kind} {type}"] if schema.get("deprecated") else deprecated(schema, body, type)
    assert old == []


def deprecated(schema, body, path):
    for name, inner in arguments(body):
        known = schema.get("attributes", {}).get(name) or schema["block_types"][name]["block"]
        if known.get("deprecated"):
            yield f"{path}.{name}"
        if inner is not None and "nesting_mode" not in known and "type" not in known:
            yield from deprecated(known, inner, f"{path}.{name}")


def test_ephemeral_resource_is_the_known_one(stacks, provider):
    """The extract of the newest schema contains none, so it is known by name."""
    found = {
        type for stack in stacks.values() for module in modules(stack) for (type, _), _ in blocks(module, "ephemeral")
    }
    assert found == {"aws_secretsmanager_random_password"}
    assert found <= set(provider["ephemeral_resource_schemas"])
