"""A work on which visits are made, and the hands that make them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from PIL import Image
from sqlalchemy import select

from app.db import session
from app.identity.commands import Post
from app.smallworks.models import Work
from app.smallworks.patrols import commands, photographs, turns
from app.smallworks.patrols.changes import Sent
from app.smallworks.patrols.commands import Begin
from app.smallworks.patrols.models import ChecklistItem, Hazard, Patrol, PatrolPlan
from app.smallworks.patrols.photographs import Shot
from app.smallworks.reports import commands as reports
from app.smallworks.reports.commands import Told
from app.workflow import commands as workflow
from app.workflow import jobs
from app.workflow.commands.tasks import Decision
from app.workflow.models import Case, Task
from tests.identity import people
from tests.smallworks.town import COMMUNITY, Town, staff

INSPECTOR = ("luyuanqiu", "陆远秋")
PLANNED_START = "2026-12-01"


def hire_inspector(at: datetime) -> None:
    """陆远秋 inspects in the same community as its head."""
    account, name = INSPECTOR
    hire(account, name, "inspector", at)


def hire(account: str, name: str, position: str, at: datetime) -> None:
    """Somebody more works in the community."""
    unit = people.unit("铁路坝社区", "community")
    chief = staff("jinhezhu", at)
    people.add(chief, name, account, Post(unit.id, "", position), at)


def filed(town: Town, **changed: Any) -> Work:
    """A work that community and township let pass."""
    case = town.file(**changed)
    town.approve(case)
    return town.work(case)


def plan_of(work: Work) -> PatrolPlan:
    session().rollback()
    return session().scalars(select(PatrolPlan).where(PatrolPlan.work_id == work.id)).one()


def patrol_of(work: Work) -> Patrol:
    """The newest visit of a work."""
    session().rollback()
    rows = select(Patrol).where(Patrol.work_id == work.id).order_by(Patrol.id.desc())
    return session().scalars(rows).first() or _none()


def _none() -> Patrol:
    raise AssertionError("no visit of this work")


def hazards_of(patrol: Patrol) -> list[Hazard]:
    session().rollback()
    rows = select(Hazard).where(Hazard.patrol_id == patrol.id).order_by(Hazard.position)
    return list(session().scalars(rows))


def task_of(patrol: Patrol) -> Task:
    session().rollback()
    found = turns.visit_task(session(), session().get_one(Case, patrol.case_id))
    assert found is not None
    return found


def work_off(at: datetime) -> None:
    """Do everything of the background that is due by then."""
    while jobs.run_due(at):
        pass


def morning_of(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T08:00:00+08:00")


def begin(town: Town, work: Work, account: str = "shecundong") -> Patrol:
    return commands.begin(staff(account, town.at), Begin(work_id=work.id), at=town.at)


def codes(patrol: Patrol) -> list[str]:
    session().rollback()
    rows = session().scalars(select(ChecklistItem).where(ChecklistItem.id.in_(patrol.asked)))
    return [row.code for row in rows]


def save(town: Town, patrol: Patrol, account: str = "shecundong", **values: Any) -> Patrol:
    """Save with whatever revision the sheet has now."""
    session().rollback()
    now = session().get_one(Patrol, patrol.id).revision
    sent = Sent(now, values)
    return commands.save(staff(account, town.at), patrol.id, sent, at=town.at)


def answer_all(town: Town, patrol: Patrol, account: str = "shecundong", **but: str) -> Patrol:
    """Everything is fine but what is said otherwise; two inspectors, and a signature."""
    answers = {**dict.fromkeys(codes(patrol), "ok"), **but}
    two = [{"name": "佘存栋", "number": "鄂执 0231"}, {"name": "陆远秋", "number": ""}]
    return save(town, patrol, account, answers=answers, inspectors=two, signed_name="冼南橘")


def picture(colour: str = "grey") -> io.BytesIO:
    made = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(made, "JPEG")
    made.seek(0)
    return made


def snap(
    town: Town, patrol: Patrol, of: str, colour: str = "grey", by: str = "shecundong", **more: Any
) -> Any:
    shot = Shot(of, "现场.jpg", picture(colour), **more)
    return photographs.take(staff(by, town.at), patrol.id, shot, at=town.at)


def conclude(
    town: Town, patrol: Patrol, outcome: str, account: str = "shecundong", **answers: Any
) -> Case:
    made = Decision(outcome, answers)
    return workflow.decide(staff(account, town.at), task_of(patrol).id, made, at=town.at)


def failing(town: Town, work: Work, *items: str) -> Patrol:
    """A visit on which these items fail, each with its photo."""
    patrol = begin(town, work)
    answer_all(town, patrol, **dict.fromkeys(items, "bad"))
    for place, item in enumerate(items):
        snap(town, patrol, f"hazard:item-{item}", f"#0{place}0{place}0{place}")
    return patrol


def report(town: Town) -> Case:
    """Somebody without a name reports a site that nobody filed."""
    told = Told("二楼外墙搭脚手架施工，没有围挡", "胜利四路 66 号", COMMUNITY)
    return reports.report(told, (), people.HERE, at=town.at).case


def soften(town: Town, work: Work, account: str) -> Case:
    """A visit that found a major hazard, called it a general one, and does not stop the site."""
    patrol = begin(town, work, account)
    answer_all(town, patrol, account, order_exit="bad")
    shot = Shot("hazard:item-order_exit", "门.jpg", picture())
    photographs.take(staff(account, town.at), patrol.id, shot, at=town.at)
    soft = {"client_id": "item-order_exit", "grade": "general", "downgrade_reason": "只是临时"}
    save(town, patrol, account, hazards=[soft])
    return conclude(town, patrol, "rectify", account)


Values = Mapping[str, Any]
