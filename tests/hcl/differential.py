#!/usr/bin/env python3
"""Makes random HCL files from a grammar and compares tfgen's layout of each with that of `terraform fmt`.

    differential.py FORMATTER [--seed N] [--files N] [--keep DIR]

FORMATTER is tests/hcl/format_main.c, built. The same seed gives the same files. Files that terraform refuses are only checked for
not changing when formatted twice, which holds for every file; if more than a fifth are refused, the grammar is broken and
the run fails. terraform formats the whole directory in one call, once more for the few texts it does not settle at once.
"""
import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

WORDS = ["a", "b", "foo", "bar_baz", "x-y", "for", "in", "if", "type", "list", "very_long_name", "été", "null", "true"]
TEXTS = ["", "a", "x y", "$", "%", "$$", "$${a}", "%%{b}", "\\n", "\\\"q\\\"", "\\\\", "#", "//", "/* */", "{", "}", "é", "e\u0301",
         "\U0001f468\u200d\U0001f469", "\U0001f1e9\U0001f1ea", "한국", "\u1112\u1161\u11ab", "ก็", "\u0915\u094d\u0937", "~", "<<A", "$%", "\t"]
BINARY = ["+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||"]


class Maker:
    def __init__(self, rng):
        self.r = rng
        self.eol = rng.choice(["\n"] * 9 + ["\r\n"])
        self.heredoc = False  # one begins on this line, so the line must end there

    def some(self, *choices):
        return self.r.choice(choices)

    def gap(self):
        return self.r.choice(["", "", "", " ", " ", "  ", "\t", " /*c*/ " if self.r.random() < 0.2 else ""])

    def space(self):
        return self.r.choice([" ", " ", "  ", "\t", " /* c */ " if self.r.random() < 0.1 else " "])

    def wide(self, inside):
        """A gap that may contain line ends, where brackets allow them."""
        if not inside or self.r.random() < 0.75:
            return self.gap()
        return self.gap() + self.some(self.eol, self.eol, self.eol * 2, "# note" + self.eol, " // x\u0301y" + self.eol) + self.gap()

    def text(self):
        return "".join(self.r.choice(TEXTS) for _ in range(self.r.randrange(4)))

    def template(self, depth, literal=None):
        out = []
        for _ in range(self.r.randrange(1, 4)):
            k = self.r.random()
            if k < 0.4:
                out.append(literal() if literal else self.text())
            elif k < 0.85 or depth <= 0:
                out.append("${" + self.some("", "", "", "~") + self.wide(True) + self.expr(depth - 1, True) +
                           self.wide(True) + self.some("", "", "", "~") + "}")
            elif k < 0.93:
                out.append("%{" + self.some("", "~") + self.gap() + "if" + self.space() + self.expr(depth - 1, False) + self.gap() + "}" +
                           self.text() + self.some("", "%{" + self.gap() + "else" + self.gap() + "}x") +
                           "%{" + self.gap() + "endif" + self.gap() + self.some("", "~") + "}")
            else:
                out.append("%{for " + self.gap() + "v" + self.space() + "in" + self.space() + self.expr(depth - 1, False) + "}${v}" +
                           "%{endfor}")
        return "".join(out)

    def quoted(self, depth):
        if self.r.random() < 0.4:
            return '"' + self.text() + '"'
        if self.r.random() < 0.3:
            return '"${' + self.wide(True) + self.expr(depth - 1, True) + self.wide(True) + '}"'
        return '"' + self.template(depth) + '"'

    def heredoc_text(self, depth):
        marker = self.some("EOT", "A", "END_1")
        lines = []
        for _ in range(self.r.randrange(4)):
            line = self.template(depth - 1, lambda: self.some("text", "  x ", "\\", '"', "#", "{", "$", "é"))
            lines.append(self.some("", "  ", "\t") + line.replace("\\\"", '"'))
        body = "".join(line + self.eol for line in lines)
        return "<<" + self.some("", "-") + marker + self.eol + body + self.some("", "  ", "\t") + marker + self.eol

    def items(self, depth, make, inside=True):
        out = []
        n = self.r.randrange(4)
        for i in range(n):
            out.append(self.wide(inside) + make(depth - 1) + (self.wide(inside) + "," if i < n - 1 else ""))
        if n and self.r.random() < 0.2:
            out.append(",")
        return "".join(out) + self.wide(inside)

    def entry(self, depth):
        key = self.some(self.word(), self.word(), '"' + self.text().replace("$", "").replace("%", "") + '"', "(" + self.gap() + self.expr(0, True) + ")")
        return key + self.gap() + self.some("=", "=", "=", ":") + self.gap() + self.expr(depth, False)

    def obj(self, depth):
        if self.r.random() < 0.4:
            return "{" + self.gap() + self.items(depth, self.entry, False) + "}"
        out = "{" + self.gap() + self.eol
        for _ in range(self.r.randrange(5)):
            out += self.gap() + self.entry(depth - 1) + self.some("", "", ",") + self.line_end()
        return out + self.gap() + "}"

    def word(self):
        return self.r.choice(WORDS[:5] + WORDS[8:])

    def traversal(self, depth):
        out = self.word()
        for _ in range(self.r.randrange(4)):
            out += self.gap() + self.some("." + self.gap() + self.word(), "[" + self.gap() + self.expr(depth - 1, True) + self.gap() + "]", "[*]",
                                          ".*", ".0", '["k"]')
        return out

    def loop(self, depth, inside):
        head = "for" + self.space() + self.some("v", "k, v", "k ,v") + self.space() + "in" + self.some(" ", "  ") + \
            self.some("[" + self.expr(0, True) + "]", self.expr(depth - 1, True)) + self.wide(inside) + ":" + self.wide(inside)
        tail = self.some("", "", " if " + self.expr(depth - 1, True))
        if self.r.random() < 0.5:
            return "[" + self.wide(True) + head + self.expr(depth - 1, True) + tail + self.wide(True) + "]"
        return "{" + self.wide(True) + head + "k" + self.gap() + "=>" + self.gap() + self.expr(depth - 1, True) + self.some("", "", "...") + \
            tail + self.wide(True) + "}"

    def expr(self, depth, inside):
        k = self.r.random()
        if depth <= 0 or k < 0.2:
            return self.some("1", "20", "1.5", "1e-3", "true", "null", self.word(), '"' + self.text() + '"')
        if k < 0.35:
            return self.traversal(depth)
        if k < 0.5:
            return self.quoted(depth)
        if k < 0.6:
            name = self.some("f", "max", "a::b", "a :: b", "jsonencode")
            return name + self.gap() + "(" + self.items(depth, lambda d: self.expr(d, True)) + self.some("", "") + ")"
        if k < 0.68:
            return "[" + self.items(depth, lambda d: self.expr(d, True)) + "]"
        if k < 0.76:
            return self.obj(depth)
        if k < 0.80:
            return self.loop(depth, True)
        if k < 0.86:
            return "(" + self.wide(True) + self.expr(depth - 1, True) + self.wide(True) + ")"
        if k < 0.90:
            return self.some("-", "!") + self.gap() + self.expr(depth - 1, inside)
        if k < 0.96:
            op = self.r.choice(BINARY)
            return self.expr(depth - 1, inside) + self.wide(inside) + self.space() + op + self.wide(inside) + self.expr(depth - 1, inside)
        return self.expr(depth - 1, inside) + self.space() + "?" + self.wide(inside) + self.expr(depth - 1, inside) + self.wide(inside) + ":" + \
            self.gap() + self.expr(depth - 1, inside)

    def line_end(self):
        k = self.r.random()
        if k < 0.7:
            return self.gap() + self.eol
        if k < 0.9:
            return self.gap() + self.some("#", "//", "# note", "// é", "/* x */") .replace("*/", "*/ ") + self.eol
        return self.eol + self.gap() + self.some("# above", "/* lines" + self.eol + "  more */", "") + self.eol

    def attribute(self, depth):
        name = self.r.choice(WORDS[:5] + WORDS[8:12]) + str(self.r.randrange(10000))
        if self.r.random() < 0.06:
            return name + self.gap() + "=" + self.some("", " ") + self.heredoc_text(depth)
        return name + self.gap() + "=" + self.gap() + self.value(depth) + self.line_end()

    def value(self, depth):
        """An argument's expression. terraform fmt unwraps "${x}" if that is all of it; tfgen's layout does not."""
        expr = self.expr(depth, False)
        return f"f({expr})" if expr.startswith('"${') else expr

    def block(self, depth):
        head = self.some("resource", "variable", "b", "dynamic")
        for _ in range(self.r.randrange(3)):
            head += self.some(" ", "  ", "\t") + self.some('"l"', '"a b"', '"é"')
        head += self.some(" {", "  {", "{")
        k = self.r.random()
        if k < 0.2:
            return head + self.gap() + "}" + self.line_end()
        if k < 0.35:
            return head + " x" + self.gap() + "=" + self.gap() + self.value(1) + self.gap() + "}" + self.line_end()
        out = head + self.gap() + self.some(self.eol, self.eol, "# c" + self.eol)
        if self.r.random() < 0.3:
            out += "type" + self.gap() + "=" + self.gap() + self.some("list(string)", "string", "object({a = string})", "map(any)") + self.line_end()
        return out + self.body(depth - 1) + self.gap() + "}" + self.line_end()

    def body(self, depth):
        out = ""
        for _ in range(self.r.randrange(6)):
            if self.r.random() < 0.25 and depth > 0:
                out += self.gap() + self.block(depth)
            else:
                out += self.gap() + self.attribute(self.r.randrange(4))
            if self.r.random() < 0.2:
                out += self.some(self.eol, self.eol * 2, "  # alone" + self.eol, "/* b */" + self.eol)
        return out

    def file(self):
        text = self.body(3)
        return text.rstrip("\r\n") if self.r.random() < 0.05 and not text.rstrip().endswith(("EOT", "A", "END_1")) else text


def write(folder, files):
    for name, text in files.items():
        with open(os.path.join(folder, name), "wb") as f:
            f.write(text)


def read(folder, names):
    out = {}
    for name in names:
        with open(os.path.join(folder, name), "rb") as f:
            out[name] = f.read()
    return out


def terraform(folder):
    """Formats a directory in place until nothing changes; returns the names of files that terraform refused."""
    env = {**os.environ, "CHECKPOINT_DISABLE": "1"}
    refused = set()
    for _ in range(5):
        run = subprocess.run(["terraform", "fmt", "-no-color", "."], cwd=folder, env=env, capture_output=True, text=True)
        refused |= set(re.findall(r"on (\w+\.tf) line", run.stderr))
        if not run.stdout.strip():
            return refused
    sys.exit("terraform fmt does not come to rest")


def ours(formatter, folder, names):
    names = sorted(names)
    for i in range(0, len(names), 500):
        subprocess.run([formatter, *names[i:i + 500]], cwd=folder, check=True)
    return read(folder, names)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("formatter", type=os.path.abspath)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--files", type=int, default=500)
    p.add_argument("--keep", help="keep the input and both results of every difference in this directory")
    args = p.parse_args()
    if not shutil.which("terraform"):
        print("SKIP comparison with terraform fmt: no terraform on PATH")
        return os.environ.get("CI") == "true"
    rng = random.Random(args.seed)
    files = {f"f{i}.tf": Maker(rng).file().encode() for i in range(args.files)}
    work = tempfile.mkdtemp(prefix="fmt-")
    try:
        for side in ("theirs", "ours"):
            os.mkdir(f"{work}/{side}")
            write(f"{work}/{side}", files)
        refused = terraform(f"{work}/theirs")
        theirs = read(f"{work}/theirs", files)
        first = ours(args.formatter, f"{work}/ours", files)
        again = ours(args.formatter, f"{work}/ours", files)
    finally:
        shutil.rmtree(work)
    wrong = [n for n in files if again[n] != first[n] or (n not in refused and first[n] != theirs[n])]
    for name in wrong[:5]:
        print(f"{name}: {'not settled' if again[name] != first[name] else 'differs'}", file=sys.stderr)
        for label, text in (("input", files[name]), ("terraform", theirs[name]), ("ours", first[name])):
            print(f"--- {label}\n{text!r}", file=sys.stderr)
    if args.keep and wrong:
        for label, texts in (("in", files), ("theirs", theirs), ("ours", first)):
            os.makedirs(f"{args.keep}/{label}", exist_ok=True)
            write(f"{args.keep}/{label}", {n: texts[n] for n in wrong})
    compared = len(files) - len(refused)
    print(f"seed {args.seed}: {compared} files compared, {len(refused)} refused by terraform, {len(wrong)} differ")
    return 1 if wrong or compared < 0.8 * len(files) else 0


if __name__ == "__main__":
    sys.exit(main())
