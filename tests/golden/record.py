"""Records how this version stores cases, for every later one to open: run once for a release.

    python -m tests.golden.record FORMAT

writes tests/golden/FORMAT/: the files of the published version, and one file for each place at
which a case can rest. They are never changed afterwards.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from app.db import session
from app.workflow import definitions
from app.workflow.models import Case, ProcessVersion
from tests.golden.places import PLACES, Place
from tests.reliability.house import NOON, open_house
from tests.smallworks.town import Town
from tests.stores import SqliteStore

HERE = Path(__file__).parent


def record(folder: Path) -> Iterator[Path]:
    """Walk a case to each place, and keep it as it rests."""
    version = session().query(ProcessVersion).where(ProcessVersion.key == "filing").one()
    for name, text in version.files.items():
        path = folder / "version" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="")
        yield path
    for name, place in PLACES.items():
        path = folder / f"{name}.json"
        case = walk(Town(NOON), place)
        definitions.get(session(), case.version_id)
        kept = {"at": NOON.isoformat(), "snapshot": case.snapshot.decode("utf-8")}
        path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", "utf-8")
        yield path


def walk(town: Town, place: Place) -> Case:
    """A case that rests at this place, walked there by its people."""
    elsewhere = {"address": f"沿江大道 {len(place.before) + 100 * len(place.after)} 号"}
    case = town.file(**{**elsewhere, **place.filed})
    for account, outcome, answers in place.before:
        town.decide(case, account, outcome, **answers)
    session().rollback()
    return session().get_one(Case, case.id)


def main() -> None:
    folder = HERE / sys.argv[1]
    if folder.exists():
        sys.exit(f"{folder} is golden already")
    with tempfile.TemporaryDirectory() as room:
        open_house(SqliteStore(Path(room) / "store"), Path(room))
        for path in record(folder):
            sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
