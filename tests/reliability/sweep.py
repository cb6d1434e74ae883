"""The sweep as a program: every crash and every race on one store, or one fault until it is seen.

    python -m tests.reliability.sweep --store sqlite --folder FOLDER [--fault NAME] [--verbs …]
    python -m tests.reliability.sweep --store sqlite --folder FOLDER --stay-open

It runs apart from the tests, because it forks, and because a fault is patched into it for good.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.reliability.drills import RACES, STAGES, Drills, Place, sweep
from tests.reliability.faults import FAULTS
from tests.reliability.house import let_go, open_house
from tests.reliability.processes import STILLER, ended, forked
from tests.stores import PostgresStore, SqliteStore, Store


def stage(kind: str, folder: Path) -> Drills:
    """A house on a fresh store: `kind` is sqlite, or the address of a PostgreSQL server."""
    store: Store
    if kind == "sqlite":
        store = SqliteStore(folder / "store")
    else:
        name = "".join(char if char.isalnum() else "_" for char in folder.parent.name.lower())
        store = PostgresStore(kind, f"crash_{name[-16:]}")
    return Drills(open_house(store, folder), store)


def clear_away(store: Store) -> None:
    """Leave nothing on a server that others use."""
    let_go()
    if isinstance(store, PostgresStore):
        names = [store._name, *(f"{store._name}_{picture}" for picture in store._pictures)]
        store._run(*(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)" for name in names))


def clear_stages(store: Store) -> None:
    """Leave the house as people moved in, and nothing that was built upon it."""
    store._pictures.discard("moved_in")
    clear_away(store)


def all_drills(drills: Drills, verbs: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Crashes first, then races."""
    yield from sweep(drills, verbs)
    for name, race in RACES.items():
        if race.verb in verbs:
            yield f"race: {name}", drills.race(race)


def drills_of(drills: Drills, fault: str) -> Iterator[tuple[str, list[str]]]:
    """The drills in which a seeded fault must show."""
    for name in FAULTS[fault].drills:
        if name in RACES:
            yield name, drills.race(RACES[name], STILLER)
        else:
            verb, place, nth = name.split()
            yield name, drills.crash(verb, Place(place, int(nth)))


def report_of(drills: Drills, fault: str | None, verbs: list[str]) -> dict[str, Any]:
    """What came of every crash and race of these verbs, or of those in which a fault must show."""
    begun = time.monotonic()
    if fault:
        FAULTS[fault].break_it()
        runs = drills_of(drills, fault)
    else:
        runs = all_drills(drills, verbs)
    counts: Counter[str] = Counter()
    found: dict[str, list[str]] = {}
    for name, violations in runs:
        counts["races" if name.startswith("race") else "crashes"] += 1
        if violations:
            found[name] = violations
            if fault:
                break
    return {**counts, "seconds": round(time.monotonic() - begun, 1), "violations": found}


def stay_open(drills: Drills) -> None:
    """A line asked, a line answered: opening the house takes longer than most of what is done in
    it. Each is done in a fork of its own, for a fault is patched into it for good.
    """
    out = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever else anybody prints
    for line in sys.stdin:
        asked = json.loads(line)

        def answer(asked: dict[str, Any] = asked) -> None:
            drills.store.begin("moved_in", lambda: None)
            drills.store.settle()
            report = report_of(drills, asked.get("fault"), asked.get("verbs", []))
            clear_stages(drills.store)
            os.write(out, json.dumps(report, ensure_ascii=False).encode() + b"\n")

        if ended(forked(drills.house, answer)) != "well":
            os.write(out, b'{"broken": true}\n')


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--store", default="sqlite")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--fault", choices=sorted(FAULTS))
    parser.add_argument("--verbs", nargs="*", default=list(STAGES))
    parser.add_argument("--stay-open", action="store_true", help="told what to do line by line")
    args = parser.parse_args()
    drills = stage(args.store, args.folder)
    if args.stay_open:
        stay_open(drills)
    else:
        report = report_of(drills, args.fault, args.verbs)
        sys.stdout.write(json.dumps(report, ensure_ascii=False))
    clear_away(drills.store)


if __name__ == "__main__":
    main()
