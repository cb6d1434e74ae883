"""A random world: people with any posts, now and then, and cases in any state, by a seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sqlalchemy import select

from app.db import session, transaction
from app.identity.models import Grant, Person, Unit
from app.identity.permissions import POSITIONS, ROLES
from app.workflow.models import Case, Task
from app.workflow.substitutions import Substitution
from tests.workflow import make
from tests.workflow.people import FAR, HERE, NEXT, NOON, unit

DAY = date(2026, 11, 23)
NAMES = "岑溪 邵原 柏舟 苗圃 樊篱 池砚 骆野 祝融 宗白 尹航 康桥 施恩 乔木 温岭 左岸 谷雨"
STATES = ("active", "active", "active", "active", "closed", "disabled")


@dataclass(frozen=True, slots=True)
class World:
    """Its staff and its cases, by id."""

    staff: list[str]
    cases: list[str]


def settle(seed: int) -> World:
    """Make it: the town's people and sixteen strangers, and seven cases."""
    dice = Random(seed)  # noqa: S311 - nothing secret is drawn
    cases = [
        make.case("community_check"),
        make.case("township_review"),
        make.case("district_countersign"),
        make.case("city_review"),
        make.case("permit_follow_up"),
        make.case("correction"),
        make.file(by="ben", place=FAR),
    ]
    ids = [case.id for case in cases]
    with transaction() as work:
        _strangers(dice)
        work.flush()
        staff = list(work.scalars(select(Person.id).where(Person.staff).order_by(Person.id)))
        for case_id in ids:
            _disturb(dice, work.get_one(Case, case_id), staff)
        _go_away(Random(seed), staff)  # noqa: S311
    return World(staff, ids)


def _strangers(dice: Random) -> None:
    """People with one to three posts each, some of which there are not, or not today."""
    work, areas = session(), [unit(code) for code in (HERE, NEXT, FAR, "420502002", "420502")]
    areas += [unit("4205"), unit("420506"), areas[0].parent or areas[0]]
    beneath = select(Unit).where(Unit.parent_id.in_([one.id for one in areas[4:7]]))
    places = [*areas, *work.scalars(beneath.where(Unit.kind == "department").order_by(Unit.id))]
    for name in NAMES.split():
        person = Person(
            name=name, account=f"stranger{name}", staff=True, created_at=NOON,
            status=dice.choice(STATES),
        )  # fmt: skip
        work.add(person)
        work.flush()
        for _ in range(dice.randint(1, 3)):
            where = dice.choice(places)
            since, until = dice.choice([(-9, None), (-9, None), (-9, 9), (-9, 0), (-9, -1), (1, 9)])
            work.add(
                Grant(
                    person_id=person.id,
                    unit_id=where.id,
                    role=dice.choice(["", "", *ROLES]),
                    position=dice.choice(["", *POSITIONS]),
                    valid_from=DAY + timedelta(days=since),
                    valid_to=None if until is None else DAY + timedelta(days=until),
                )
            )


def _disturb(dice: Random, case: Case, staff: list[str]) -> None:
    """Let some cases be held, taken, of officials, or of a zone that took the place."""
    if dice.random() < 0.3:
        case.held_at, case.held_why = NOON, "工程被责令停工"
    if dice.random() < 0.4:
        case.filed_by_id = dice.choice(staff)
    if dice.random() < 0.3:
        case.applicant_id = dice.choice(staff)
    if dice.random() < 0.3:
        case.also_l2 = unit(dice.choice(["420502", "420506"])).id
    for task in session().scalars(select(Task).where(Task.case_id == case.id)):
        if task.status == "open" and task.person_id is None and dice.random() < 0.4:
            task.claimed_by_id, task.claimed_at = dice.choice(staff), NOON


def _go_away(dice: Random, staff: list[str]) -> None:
    """Many of them let somebody stand in, who may or may not decide anything near."""
    for absent in staff:
        until = dice.choice([0, 7])
        row = Substitution(
            person_id=absent, substitute_id=dice.choice(staff), flows=dice.choice([[], ["change"]]),
            first_day=DAY - timedelta(days=1), last_day=DAY + timedelta(days=until - 1),
            set_at=NOON,
        )  # fmt: skip
        if row.substitute_id != absent:
            session().add(row)
