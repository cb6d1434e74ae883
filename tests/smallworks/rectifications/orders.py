"""A work whose hazards were ordered put right, and the hands that answer and re-inspect."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from PIL import Image
from sqlalchemy import select

from app import vault
from app.db import session
from app.identity import queries
from app.identity.actor import Actor
from app.identity.models import Person
from app.smallworks.models import Work
from app.smallworks.patrols.models import Hazard
from app.smallworks.rectifications import commands, steps
from app.smallworks.rectifications.commands import Judged, Said
from app.smallworks.rectifications.models import Rectification
from app.workflow import commands as workflow
from app.workflow.attachments import Upload
from app.workflow.commands.tasks import Decision
from app.workflow.models import Case, Event, Task
from tests.smallworks.patrols import visits
from tests.smallworks.town import Town, staff

FOREMAN_PHONE = "13900003333"
HEAD, INSPECTOR = "shecundong", "luyuanqiu"
"""佘存栋 found the hazards; 陆远秋 re-inspects."""


def ordered(town: Town, *items: str, inspector: bool = True) -> tuple[Work, Case]:
    """佘存栋 found these items failing on site and ordered them put right."""
    if inspector:
        visits.hire_inspector(town.at)
    work = visits.filed(town)
    patrol = visits.failing(town, work, *(items or ("person_helmet", "order_stack")))
    visits.conclude(town, patrol, "rectify")
    visits.work_off(town.at)
    return work, case_of(work)


def order_at(town: Town, name: str, *items: str, **changed: Any) -> Case:
    """The same at a site of its own, by whoever inspects there already."""
    work = visits.filed(town, name=name, **changed)
    patrol = visits.failing(town, work, *items)
    visits.conclude(town, patrol, "rectify")
    visits.work_off(town.at)
    return case_of(work)


def case_of(work: Work) -> Case:
    """The newest rectification of a work."""
    session().rollback()
    found = select(Case).where(Case.subject_id == work.case_id, Case.process_key == "rectification")
    return session().scalars(found.order_by(Case.id.desc())).first() or _none()


def _none() -> Case:
    raise AssertionError("no rectification of this work")


def row_of(case: Case) -> Rectification:
    session().rollback()
    session().expire_all()  # somebody else may have written since
    found = steps.of_case(session(), case.id)
    assert found is not None
    return found


def hazards_of(case: Case) -> list[Hazard]:
    return [hazard for _one, hazard in steps.ordered(session(), row_of(case))]


def foreman(at: datetime) -> Actor:
    """Whoever has the contractor's telephone: 冼南橘, without an account of his own making."""
    index = vault.blind(FOREMAN_PHONE)
    found = select(Person.id).where(Person.phone_index == index, ~Person.staff)
    return queries.actor_for(session().scalars(found).one(), at)


def later(town: Town, days: int) -> Town:
    return replace(town, at=town.at + timedelta(days=days))


def picture(colour: str = "green") -> Upload:
    made = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(made, "JPEG")
    made.seek(0)
    return Upload("photos", "整改后.jpg", made)


def answer(town: Town, case: Case, hazard: Hazard, text: str = "已整改到位", key: str = "") -> Any:
    told = Said(text, (picture(),), key)
    return commands.answer(foreman(town.at), case.id, hazard.id, told, at=town.at)


def task_of(case: Case) -> Task:
    """The only task that waits."""
    session().rollback()
    found = select(Task).where(Task.case_id == case.id, Task.status == "open")
    return session().scalars(found).one()


def decide(town: Town, case: Case, who: Actor, outcome: str, **sent: Any) -> Case:
    made = Decision(outcome, sent)
    return workflow.decide(who, task_of(case).id, made, at=town.at)


def report(town: Town, case: Case) -> Case:
    """Every open hazard answered, and the report handed in."""
    for hazard in hazards_of(case):
        if hazard.state == "open":
            answer(town, case, hazard)
    return decide(town, case, foreman(town.at), "submit")


def extend(town: Town, case: Case, days: str = "2") -> Case:
    told = {"extend_days": days, "extend_reason": "护栏材料明天才到货"}
    return decide(town, case, foreman(town.at), "extend", **told)


def judge(town: Town, case: Case, hazard: Hazard, verdict: str, account: str = INSPECTOR) -> Any:
    judged = Judged(verdict, "" if verdict == "pass" else "栏杆仍然松动，没有固定")
    return commands.verify(staff(account, town.at), case.id, hazard.id, judged, at=town.at)


def conclude(town: Town, case: Case, *failing: int, account: str = INSPECTOR) -> Case:
    """The re-inspection: everything passes but the hazards at these places on the notice."""
    for place, hazard in enumerate(hazards_of(case), start=1):
        if hazard.state == "answered":
            judge(town, case, hazard, "fail" if place in failing else "pass", account)
    who = staff(account, town.at)
    return decide(town, case, who, "conclude", checkers="陆远秋、佘存栋")


def states(case: Case) -> list[str]:
    return [one.state for one in hazards_of(case)]


def verbs(case: Case) -> Sequence[str]:
    session().rollback()
    found = select(Event.verb).where(Event.case_id == case.id).order_by(Event.seq)
    return session().scalars(found).all()
