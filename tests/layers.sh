#!/bin/sh
# No include points up, no modules (x.c with x.h) include each other in a circle, no file but main.c is outside a room, and
# none has over 500 lines. The rooms are listed from the lowest to the highest; main.c is above them all.
cd "$(dirname "$0")/.." || exit 1
python3 - <<'END'
import pathlib, re, sys
bad = []
for half, rooms in {"gen": "base spec facts hcl check stack read cli main", "app": "base web db model api server main"}.items():
    rank, modules = {room: i for i, room in enumerate(rooms.split())}, {}
    for path in sorted(pathlib.Path(half).rglob("*.[chj]*")):
        if path.read_bytes().count(b"\n") > 500 and path.suffix != ".csv":
            bad.append(f"{path} has over 500 lines")
        if path.suffix not in (".c", ".h"):
            continue
        if path.parts[1] not in (*rooms.split(), "main.c"):
            bad.append(f"{path} is in no room")
            continue
        names = re.findall(r'^#include "([^."]*)\.h"', path.read_text(), re.M)
        modules.setdefault(str(path.relative_to(half).with_suffix("")), set()).update(names)
    def visit(module, above):
        if module in above:
            bad.append(f"{half}: a circle: {' -> '.join(above[above.index(module):] + [module])}")
        elif module not in done:
            for name in sorted(modules.get(module, set()) - {module}):
                if rank[name.split("/")[0]] > rank[module.split("/")[0]]:
                    bad.append(f"{half}/{module} includes {name}.h, which is above it")
                visit(name, above + [module])
            done.add(module)
    done = set()
    for module in modules:
        visit(module, [])
    print(f"layers: {half}: {len(modules)} modules in {len(rank)} rooms")
sys.exit("\n".join(bad) if bad else 0)
END
