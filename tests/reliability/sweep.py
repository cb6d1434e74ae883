"""The sweep as a program: every crash and every race on one store, or one fault until it is seen.

    python -m tests.reliability.sweep --store sqlite --folder FOLDER [--fault NAME] [--verbs …]

It runs apart from the tests, because it forks, and because a fault is patched into it for good.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.reliability.drills import RACES, STAGES, Drills, Place, sweep
from tests.reliability.faults import FAULTS
from tests.reliability.house import let_go, open_house
from tests.reliability.processes import PATIENT
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
            yield name, drills.race(RACES[name], PATIENT)
        else:
            verb, place, nth = name.split()
            yield name, drills.crash(verb, Place(place, int(nth)))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--store", default="sqlite")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--fault", choices=sorted(FAULTS))
    parser.add_argument("--verbs", nargs="*", default=list(STAGES))
    args = parser.parse_args()
    begun = time.monotonic()
    drills = stage(args.store, args.folder)
    if args.fault:
        FAULTS[args.fault].break_it()
        runs = drills_of(drills, args.fault)
    else:
        runs = all_drills(drills, args.verbs)
    counts: Counter[str] = Counter()
    found: dict[str, list[str]] = {}
    for name, violations in runs:
        counts["races" if name.startswith("race") else "crashes"] += 1
        if violations:
            found[name] = violations
            if args.fault:
                break
    clear_away(drills.store)
    seconds = round(time.monotonic() - begun, 1)
    report = {**counts, "seconds": seconds, "violations": found}
    sys.stdout.write(json.dumps(report, ensure_ascii=False))


if __name__ == "__main__":
    main()
