#!/usr/bin/env python3
"""Seconds from the first line of the user data until the service answers, on a clean machine made of namespaces with a
nearby package archive: with the service built there, and with a program fetched.

    TFGEN=build/tfgen python tests/bench/boot.py

Medians are printed. Exits 1 when one is beyond its bound.
"""

import os
import statistics
import sys
import threading
import time

from figures import missed, report
from test_namespace import Place, cannot_run
from process import wait_for

ROUNDS = 3
BOUNDS = {"source": 60, "binary": 15}


def answers(place):
    try:
        return place.ask("GET", "/healthz")[0] == 200
    except OSError:
        return False


def seconds_to_serve(place, instance):
    place.reset()
    with place.machine(instance) as machine:
        # the steps after the first answer take longer and are not measured
        script = threading.Thread(target=machine.boot, args=(instance.user_data,), daemon=True)
        begun = time.monotonic()
        script.start()
        wait_for("the service", lambda: answers(place) or not script.is_alive(), 300)
        took = time.monotonic() - begun
        if not answers(place):
            raise AssertionError(machine.log[-3000:])
    script.join()
    return took


def main():
    reason = cannot_run()
    if reason:
        print(f"SKIP boot to serving: {reason}")
        sys.exit(os.environ.get("CI") == "true")
    place = Place()
    try:
        for kind, bound in BOUNDS.items():
            if kind != "source":
                place.applied.change("--set", f"service.prebuilt={kind}")
            instance = place.applied.launch()
            seconds_to_serve(place, instance)  # now the packages are near
            took = statistics.median(seconds_to_serve(place, instance) for _ in range(ROUNDS))
            report(f"boot to serving, from {kind}", took, bound, "s")
    finally:
        place.close()
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
