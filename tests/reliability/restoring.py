"""The restore drill as a program: back up while others work, then restore each backup and check.

python -m tests.reliability.restoring --store sqlite --folder FOLDER --backups 3
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import sys
import time
from pathlib import Path

from app.workflow.commands.anchoring import anchor_records
from setup import backup, tools
from setup.screen import quietly
from tests.reliability.drills import Drills
from tests.reliability.hammer import Crowd, warm_up
from tests.reliability.house import NOON, let_go
from tests.reliability.sweep import clear_away, stage

SECRETS = {
    "ANGUAN_SECRET_KEY": "a secret key that only the tests know, long enough",
    "ANGUAN_DATA_KEY": "a data key that only the tests know, long enough",
}
BETWEEN = 1.0


def drill(drills: Drills, folder: Path, wanted: int) -> dict[str, object]:
    house, store = drills.house, drills.store
    env = {**os.environ, **SECRETS, "PYTHONUTF8": "1"}
    env |= {"ANGUAN_DATA": str(folder / "data"), "DATABASE_URL": store.url}
    warm_up(house)
    anchor_records(at=NOON)
    let_go()
    (folder / "begun").touch()
    crowd = Crowd(house, 1)
    for slot in range(4):
        crowd.start("client" if slot < 3 else "worker", slot)
    files, seconds = [], []
    for number in range(wanted):
        time.sleep(BETWEEN)
        began = time.monotonic()
        files.append(folder / f"backup-{number}.tar.gz")
        backup.make(env, files[-1])
        seconds.append(round(time.monotonic() - began, 2))
    crowd.end()
    cases = [restore(env, file, folder / f"restored-{file.stem}") for file in files]
    return {"backups": len(files), "seconds each": seconds, "cases in each": cases}


def restore(env: dict[str, str], file: Path, room: Path) -> int:
    """Restore beside everything, verify, and count."""
    kind = backup.unpack(file, room)
    with backup.trial(env, room, kind) as beside:
        backup.load(beside, room)
        backup.verify(beside)
        return _count(beside["DATABASE_URL"])


def _count(url: str) -> int:
    asked = "SELECT count(*) FROM cases"
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            return int(connection.execute(asked).fetchone()[0])
    psql = tools.of_postgresql(url, "psql")
    return int(quietly([psql, "-AtXc", asked, tools.plain(url)]))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--store", default="sqlite")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--backups", type=int, default=3)
    args = parser.parse_args()
    drills = stage(args.store, args.folder)
    report = drill(drills, args.folder, args.backups)
    clear_away(drills.store)
    sys.stdout.write("\n" + json.dumps(report, ensure_ascii=False))


if __name__ == "__main__":
    main()
