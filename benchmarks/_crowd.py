"""A store as a city fills it: copies of one filing, spread over every community and level.

The rows are those that the product wrote for that filing, with another place, title and dates, so
no column, index or key is left out. What no list asks, their events and files, is not copied.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, text, update

from app.db import db, new_id, session, transaction
from app.identity.models import Unit
from app.identity.trades import CATEGORIES
from app.smallworks.models import Work
from app.workflow import definitions, search
from app.workflow.desks import spelled
from app.workflow.models import Case, Task

LEVELS = ("community", "township", "district", "city")
STEPS = dict(
    zip(
        LEVELS,
        ("community_check", "township_review", "district_countersign", "city_review"),
        strict=True,
    )
)
SHARE = (50, 25, 15, 10)
"""At which level what waits lies, in percent."""
TASKS_A_CASE = 4
CLAIMED = 0.2
CROWDED = 200
BATCH = 5000
RARE = "璇玑"
"""A word of one case in twenty thousand, and of the first."""
_PLACES = [
    "江畔花园",
    "梅园",
    "桃花岭",
    "夷陵广场",
    "滨江府",
    "东辰壹号",
    "清江润城",
    "绿萝苑",
    "云集里",
    "隆康路",
]
_WORKS = [
    "装修",
    "外墙清洗",
    "屋面防水",
    "广告牌安装",
    "电梯口改造",
    "厂房加固",
    "管线更换",
    "门面翻新",
]


@dataclass(frozen=True, slots=True)
class _Place:
    """A community and the units above it."""

    code: str
    name: str
    units: dict[str, str]

    def above(self, level: str) -> dict[str, str | None]:
        """The columns l1 to l4 of a task that waits at this level."""
        reached = LEVELS[::-1][: LEVELS[::-1].index(level) + 1]
        known: dict[str, str | None] = {
            f"l{number}": self.units[each] for number, each in enumerate(reached, start=1)
        }
        return {"l1": None, "l2": None, "l3": None, "l4": None, **known}


class Crowd:
    """Grows a store that holds one filing to any number of tasks, a tenth of which wait."""

    def __init__(self, case_id: str, crowded: str, at: datetime) -> None:
        work = session()
        self._case = _row(Case, Case.id == case_id)
        self._work = _row(Work, Work.case_id == case_id)
        self._task = _row(Task, Task.case_id == case_id)
        process = definitions.get(work, self._case["version_id"]).process
        self._steps = {
            level: {
                "element": element,
                "name": process.tasks[element].name,
                "desk": spelled(process.tasks[element].parties[0]),
            }
            for level, element in STEPS.items()
        }
        self._places = _places()
        self._crowded = next(place for place in self._places if place.code == crowded)
        self._random = random.Random(11)  # noqa: S311 - the same crowd each time
        self._at = at
        self.cases = 0

    def grow(self, tasks: int) -> None:
        """Make as many cases as this takes; the first of each growth lie in one community."""
        sqlite = db.engine.dialect.name == "sqlite"
        wanted = tasks // TASKS_A_CASE
        first = self.cases
        while self.cases < wanted:
            made = [self._one(first, sqlite=sqlite) for _ in range(min(BATCH, wanted - self.cases))]
            with transaction() as work:
                for kind, table in enumerate((Case, Work, search.ENTRIES)):
                    work.execute(insert(table), [each[kind] for each in made])
                work.execute(insert(Task), [task for each in made for task in each[3]])
        if not sqlite:
            with db.engine.connect() as link:  # what PostgreSQL does by itself, sooner or later
                link.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))

    def _one(
        self, first: int, *, sqlite: bool
    ) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
        draw, nth = self._random, self.cases
        self.cases += 1
        here = self._crowded if nth - first < CROWDED else draw.choice(self._places)
        runs = nth % 5 < 2  # two of five cases run: one task in ten waits
        level = "community" if nth - first < CROWDED else draw.choices(LEVELS, SHARE)[0]
        opened = self._at - timedelta(minutes=draw.randrange(60, 500_000))
        rare = RARE if nth % 20_000 == 0 else ""
        title = f"{draw.choice(_PLACES)} {draw.randrange(1, 40)} 栋{rare}{draw.choice(_WORKS)}"
        case = {
            **self._case, "id": new_id(), "number": f"B-{nth:07}", "title": title,
            "place": f"{here.name} {title}", "category": draw.choice(list(CATEGORIES)),
            "division_code": here.code, **here.above("community"),
            "opened_at": opened, "touched_at": opened,
        }  # fmt: skip
        case["subject_id"] = case["id"]
        if not runs:
            case |= {"state": "ended", "result": "approved", "ended_at": opened}
        risk = draw.choices(("low", "medium", "high"), (80, 15, 5))[0]
        work = {**self._work, "id": new_id(), "case_id": case["id"], "risk": risk}
        words = search.entry((case["number"], title, case["place"]), whole=sqlite)
        tasks = list(self._tasks(case, here, level if runs else ""))
        return case, work, {"case_id": case["id"], **words}, tasks

    def _tasks(self, case: dict[str, Any], here: _Place, waits: str) -> Iterator[dict[str, Any]]:
        draw = self._random
        for place in range(TASKS_A_CASE):
            last = place == TASKS_A_CASE - 1
            level = waits if waits and last else LEVELS[place % len(LEVELS)]
            due = self._at + timedelta(seconds=draw.randrange(-400_000, 1_300_000))
            task = {
                **self._task, **self._steps[level], "id": new_id(), "ref": new_id(),
                "case_id": case["id"], "unit_id": here.units[level], **here.above(level),
                "opened_at": case["opened_at"], "due_at": due,
            }  # fmt: skip
            if not (waits and last):
                done = {"status": "done", "outcome": "approve", "closed_at": case["opened_at"]}
                task |= {**done, "done_by_id": case["filed_by_id"]}
            elif draw.random() < CLAIMED:
                task |= {"claimed_by_id": case["filed_by_id"], "claimed_at": case["opened_at"]}
            yield task


def _row(kind: Any, which: Any) -> dict[str, Any]:
    found = session().execute(select(kind.__table__).where(which)).mappings().one()
    return dict(found)


def _places() -> list[_Place]:
    units = {unit.id: unit for unit in session().scalars(select(Unit).where(Unit.active))}
    found = []
    for unit in units.values():
        if unit.level != "community" or unit.kind != "government" or not unit.division_code:
            continue
        chain, above = {"community": unit.id}, unit
        while above.parent_id:
            above = units[above.parent_id]
            chain[above.level] = above.id
        if len(chain) == len(LEVELS):
            found.append(_Place(unit.division_code, unit.name, chain))
    return found


def rest() -> None:
    """Let the template's own case wait for nobody, so that every row is one of the crowd."""
    with transaction() as work:
        work.execute(update(Task).values(status="closed"))
