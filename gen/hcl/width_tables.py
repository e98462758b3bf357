#!/usr/bin/env python3
"""Prints the tables of width.c, made from the Unicode Character Database 15.0 (Debian package unicode-data).

    width_tables.py [--check | --write] [DIR]       DIR: default /usr/share/unicode

--check compares with width.c and fails on a difference, --write rewrites its tables.

Ranges that only unassigned code points keep apart are one range.
"""

import os
import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
TABLES = {"joining": {"Extend", "SpacingMark", "ZWJ"}, "leading": {"Prepend"}, "controls": {"Control"}, "pictures": {"Extended_Pictographic"}}


def read(path):
    """code point -> property, of a file of the database"""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        match = re.match(r"([0-9A-F]+)(?:\.\.([0-9A-F]+))? *; (\w+)", line)
        if match:
            for c in range(int(match[1], 16), int(match[2] or match[1], 16) + 1):
                found.setdefault(c, set()).add(match[3])
    return found


def ranges(members, assigned):
    out = []
    for c in sorted(members):
        if out and not any(g in assigned for g in range(out[-1][1] + 1, c)):
            out[-1][1] = c
        else:
            out.append([c, c])
    return out


def tables(folder):
    breaks = read(folder / "auxiliary/GraphemeBreakProperty.txt")
    pictures = read(folder / "emoji/emoji-data.txt")
    assigned = set(read(folder / "DerivedAge.txt"))
    for name, properties in TABLES.items():
        source = pictures if name == "pictures" else breaks
        members = {c for c, found in source.items() if found & properties and c >= 0xa0}
        yield name, ranges(members, assigned | set(source))


def as_text(made):
    lines, line = [], ""
    for a, b in made:
        cell = f"{{{a:#x}, {b:#x}}},"
        if line and len(line) + 1 + len(cell) > 92:
            lines, line = [*lines, line], ""
        line = f"{line} {cell}".strip()
    return "".join(f"\t{line}\n" for line in [*lines, line])


def main():
    options = {a for a in sys.argv[1:] if a.startswith("--")}
    folder = Path(next((a for a in sys.argv[1:] if a not in options), "/usr/share/unicode"))
    breaks = folder / "auxiliary/GraphemeBreakProperty.txt"
    if not breaks.exists() or "-15.0.0.txt" not in breaks.read_text(encoding="utf-8").splitlines()[0]:
        print(f"SKIP the tables of width.c: {folder} is not Unicode 15.0, which Terraform 1.11 uses")
        sys.exit(os.environ.get("CI") == "true")
    path = HERE / "width.c"
    text = was = path.read_text(encoding="utf-8")
    for name, made in tables(folder):
        start = text.index("[] = {\n", text.index(f"struct range {name}[]")) + len("[] = {\n")
        end = text.index("};", start)
        if "--check" in options and text[start:end] != as_text(made):
            sys.exit(f"width.c: the table '{name}' is not what {folder} says; {Path(__file__).name} --write makes it")
        text = text[:start] + as_text(made) + text[end:]
    if "--write" in options and text != was:
        path.write_text(text, encoding="utf-8")
    elif not options:
        print(text)


if __name__ == "__main__":
    main()
