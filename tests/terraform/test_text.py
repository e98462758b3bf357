"""Texts of the user pass through Terraform unchanged."""

import json
import re
import unicodedata

from harness import Stack, compile_spec, fresh

TEXTS = [
    'a "quoted" word',
    "back\\slash \\n \\\\ \\u0041 \\",
    "${var.name} ${1 + 1} $${kept} $$${x} $ {} ${",
    "%{ if true }yes%{ endif } %%{kept} %%%{x} 100 % %{",
    "one\ntwo\r\nthree\n\n",
    "\ttab and   spaces ",
    "<<EOT\nEOT",
    "# no comment // nor this /* nor this */",
    "größer, naïve, Ελλάδα, Москва, שלום, مرحبا, 健身房, ジム, 체육관, 🏋️‍♀️",
    "\u2028\u2029\ufeff\u00a0\u200b\u007f",
    "null",
    "~}",
]
SCRIPTS = 64  # use every 64th letter of Unicode: some of every script


def letters():
    """Some letters of every script, in normal form C, to which Terraform converts every string."""
    every = [c for c in map(chr, range(0x110000)) if unicodedata.category(c)[0] == "L"]
    some = [c for c in every[::SCRIPTS] if unicodedata.normalize("NFC", c) == c]
    return ["".join(some[i : i + 48]) for i in range(0, len(some), 48)]


def test_settings(terraform):
    """The printed value of each text, evaluated by Terraform as an output."""
    folder = fresh("text")
    wanted = {f"text{number}": text for number, text in enumerate(TEXTS + letters())}
    outputs = ""
    for name, text in wanted.items():
        spec = {"name": "gym", "region": "us-east-1", "service": {"settings": {"title": text}}}
        main = (compile_spec(spec, fresh("text-stacks") / name) / "main.tf").read_text()
        (settings,) = re.findall(r"(?ms)^  settings = (\{$.*?^  \})$", main)
        outputs += f'output "{name}" {{\n  value = {settings}\n}}\n'
    (folder / "outputs.tf").write_text(outputs, encoding="utf-8")
    terraform.run(folder, "apply", "-auto-approve", "-input=false")
    output = json.loads(terraform.run(folder, "output", "-json").stdout)
    assert {name: value["value"]["title"] for name, value in output.items()} == wanted


def test_tags(terraform, aws):
    tags = {
        "team": "Größe 健身房 Ελλάδα",
        "Kostenträger": "_.:/=+-@ 4.7",
        "Name:of/it=+-@": "Мария ÅÉ",
    }
    spec = {"name": "gym", "region": "us-east-1", "tags": tags}
    stack = Stack(terraform, aws, compile_spec(spec, fresh("plan/tags")))
    terraform.init(stack.folder)
    resources = stack.plan().resources()
    for address, values in resources.items():
        if values.get("tags_all") is not None and ".aws_s3_object." not in address:
            assert tags.items() <= values["tags_all"].items(), address
    group = resources["module.asg.aws_autoscaling_group.service"]["tag"]
    assert tags.items() <= {tag["key"]: tag["value"] for tag in group if tag["propagate_at_launch"]}.items()
