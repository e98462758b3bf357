"""What a benchmark prints: one figure on each line with its bound. A figure beyond its bound is kept in `missed`."""

missed = []


def report(what, value, bound=None, unit="", least=False):
    good = bound is None or (value >= bound if least else value <= bound)
    if not good:
        missed.append(what)
    limit = "" if bound is None else f" at {'least' if least else 'most'} {bound:g}{unit}"
    verdict = "" if good else "   TOO LITTLE" if least else "   TOO MUCH"
    print(f"{what:104} {value:8.2f}{unit:3}{limit}{verdict}", flush=True)
