"""How long an annex of thousands takes: read, judged, answered, carried out, sent again, exported.

Everybody is invented. Times are of a loaded machine's clock; what matters is how long the commit
holds the store, since nobody else writes meanwhile.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from openpyxl import Workbook
from sqlalchemy import select

from app import clock, create_app, first_start
from app.db import db, session
from app.identity.actor import Actor
from app.identity.annexes import imports
from app.identity.annexes.models import AnnexImport
from app.identity.models import Unit
from app.migrating import migrate
from app.workflow import commands, jobs
from config import Config
from tests.identity import people
from tests.identity.annexes.books import HEADS, TITLES, fill, saved

AT = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
SURNAMES = "赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕施张孔曹严金魏陶姜"
SIGNS = "伟芳秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂"


def main() -> None:
    parser = argparse.ArgumentParser(prog="manage.py bench annexes")
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    app = create_app(Config.from_env())
    with app.app_context():
        migrate(db.engine)
        first_start.fill(clock.now())
        found = _measure(people.first(AT), args.people)
    text = json.dumps(found, indent=2)
    print(text)
    if args.json:
        args.json.write_text(text + "\n", "utf-8")


def _measure(chief: Actor, most: int) -> dict[str, float]:
    content = _workbook(most)
    found: dict[str, float] = {}

    def step(name: str, do: Callable[[], object]) -> None:
        start = perf_counter()
        do()
        found[name] = round(perf_counter() - start, 2)

    step("read_s", lambda: _send(chief, content))
    row = _latest(chief)
    judged = imports.preview(row)[1]
    readings = {one.key: one.readings[0] for one in judged.doubts}
    found["people"], found["doubtful"] = len(judged.lines), len(readings)
    step("preview_s", lambda: imports.preview(row))
    step("reasons_s", lambda: imports.with_reasons(row))
    if readings:
        commands.choose_in_annex(chief, row.id, {}, readings, at=AT)
        step("answered_s", _work)
        row = _latest(chief)
    commands.commit_annex(chief, row.id, row.counts["mark"], at=AT)
    step("commit_s", _work)
    if _latest(chief).state != imports.COMMITTED:
        raise RuntimeError(_latest(chief).why)
    step("again_s", lambda: _send(chief, content))
    found["unchanged"] = _latest(chief).counts["same"]
    district = people.unit("夷陵区").id
    step("export_s", lambda: commands.export_annex(chief, "2", district, at=AT))
    return found


def _send(chief: Actor, content: bytes) -> None:
    commands.take_annex(chief, "附件2.xlsx", content, at=AT)
    _work()


def _work() -> None:
    while jobs.run_due(AT):
        pass


def _latest(chief: Actor) -> AnnexImport:
    session().expire_all()
    return imports.mine(chief)[0]


def _workbook(most: int) -> bytes:
    """A sheet for each township, a line for each community, three people in it."""
    made, named, numbers = Workbook(), _names(), itertools.count()
    towns = session().scalars(select(Unit).where(Unit.level == "township").order_by(Unit.id)).all()
    left = most
    for town in towns:
        homes = session().scalars(select(Unit).where(Unit.parent_id == town.id)).all()
        lines = [[home.name] for home in homes if home.level == "community"][: -(-left // 3)]
        for line in lines:
            for _ in range(3):
                line += [next(named), f"138{next(numbers):08d}"]
        district = town.parent.name if town.parent else ""
        head = [(TITLES["2"],), (f"所属乡镇：{district}{town.name}",), *HEADS["2"]]
        fill(made.create_sheet(), [*head, *lines])
        left -= 3 * len(lines)
        if left <= 0:
            break
    made.remove(made.worksheets[0])
    return saved(made)


def _names() -> Iterator[str]:
    signs = itertools.product(SURNAMES, SIGNS, SIGNS)
    return ("".join(name) for name in signs)


if __name__ == "__main__":
    main()
