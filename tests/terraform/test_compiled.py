"""The output of tfgen, for every example and for combined options."""

import re

import pytest

import matrix
from compiled import NAMES, blocks, modules, source, texts
from harness import compile_spec, generated_files


def test_matrix_has_every_pair_of_options():
    choices = matrix.choices()
    assert len(choices) >= 60
    assert set(matrix.all_pairs()) <= {pair for choice in choices for pair in matrix.pairs(choice)}
    assert choices == matrix.choices()


@pytest.mark.parametrize("name", NAMES)
def test_same_spec_gives_same_bytes(name, stacks, tmp_path):
    spec, options = source(name)
    again = compile_spec(spec, tmp_path / stacks[name].name, *options)
    assert generated_files(again) == generated_files(stacks[name])


def test_terraform_fmt_changes_nothing(terraform, stacks):
    (folder,) = {stack.parent for stack in stacks.values()}
    done = terraform.run(folder, "fmt", "-check", "-diff", "-recursive", check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_unused(name, stacks):
    root, unused = stacks[name], []
    for module in modules(root):
        code = "\n".join(without_comments(text) for text in texts(module))
        for kind, prefix in (("variable", "var"), ("data", "data"), ("ephemeral", "ephemeral")):
            for labels, _ in blocks(module, kind):
                if not re.search(r"\b" + re.escape(".".join((prefix, *labels))) + r"\b", code):
                    unused.append(f"{module.relative_to(root)}: {kind} {'.'.join(labels)}")
        for _, body in blocks(module, "locals"):
            for local in (key for key in body if not key.startswith("__")):
                if not re.search(rf"\blocal\.{local}\b", code):
                    unused.append(f"{module.relative_to(root)}: local {local}")
        if module.parent.name == "modules":
            (label,) = (label for (label,), body in blocks(root, "module") if body["source"].strip('"') == f"./modules/{module.name}")
            for (output,), _ in blocks(module, "output"):
                if f"module.{label}.{output}" not in "\n".join(texts(root)):
                    unused.append(f"{module.relative_to(root)}: output {output}")
        for template, names in passed_to_templates(module, code):
            held = template.read_text()
            unused += [f"{template.name}: {name}" for name in names if not re.search(r"\$\{.*\b" + name + r"\b", held)]
    assert unused == []


def without_comments(text):
    return re.sub(r"(?m)^\s*#.*$", "", text)


def passed_to_templates(module, code):
    """(file, names of values) of every call of templatefile() in a module."""
    for file, values in re.findall(r'templatefile\("\$\{path\.module\}/([^"]+)", \{(.*?)\n  \}\)', code, re.S):
        yield module / file, re.findall(r"(?m)^\s*(\w+)\s*=", values)


@pytest.mark.parametrize("name", NAMES)
def test_no_count_switches_a_resource_off(name, stacks):
    for module in modules(stacks[name]):
        for kind in ("resource", "data", "module"):
            for labels, body in blocks(module, kind):
                assert "count" not in body, labels


@pytest.mark.parametrize("name", NAMES)
def test_every_variable_and_output_is_described(name, stacks):
    for module in modules(stacks[name]):
        for labels, body in [*blocks(module, "variable"), *blocks(module, "output")]:
            assert body["description"].strip('"').endswith("."), labels
        for labels, body in blocks(module, "variable"):
            assert "type" in body, labels
