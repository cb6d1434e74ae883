"""A filed work that is stopped, and the hands that stop it and let it go on."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from PIL import Image
from sqlalchemy import select

from app.clock import local
from app.db import session
from app.identity import queries
from app.identity.actor import Actor
from app.identity.commands import Post
from app.smallworks.models import Work
from app.smallworks.stops import commands
from app.smallworks.stops.commands import Typed
from app.smallworks.stops.models import StopOrder
from app.workflow import attachments, jobs
from app.workflow import commands as workflow
from app.workflow.attachments import Home, Upload
from app.workflow.commands.filing import Filing
from app.workflow.commands.tasks import Decision
from app.workflow.models import Case, Event, Task
from tests.identity import people
from tests.smallworks.town import Town, owner, staff

INSPECTOR, LEADER = ("wenruoqing", "闻若青"), ("cuizhishan", "崔知山")
SEEN = "工人在屋面边缘作业，没有系安全带"
TODAY = "2026-11-23"


def hire(at: datetime) -> None:
    """闻若青 inspects in the community; 崔知山 answers for the township."""
    chief = staff("jinhezhu", at)
    community = people.unit("铁路坝社区", "community")
    township = people.unit("西陵街道", "township")
    people.add(chief, INSPECTOR[1], INSPECTOR[0], Post(community.id, "", "inspector"), at)
    people.add(chief, LEADER[1], LEADER[0], Post(township.id, "", "leader"), at)


def filed(town: Town, **changed: Any) -> Work:
    """A work that was filed, with everything that the background does then."""
    case = town.file(**changed)
    town.approve(case)
    if changed.get("risk_flags"):
        town.decide(case, "quyuanhang", "approve", opinion="同意")
        town.decide(case, "shuangshu", "approve", opinion="同意")
    work_off(town.at)
    return town.work(case)


def begun(town: Town, **changed: Any) -> Work:
    """One that has started."""
    work = filed(town, **changed)
    case = case_of(work, "start_report")
    attach(owner(town.at), case, town.at, "briefing_record", "start_photos")
    told = {
        "started_on": TODAY, "site_manager": "冼南橘", "briefed_on": TODAY, "briefed_by": "冼南橘",
        "briefed_count": "4",
    }  # fmt: skip
    town.decide(case, "", "submit", **told)
    return town.work(work.case)


def stop(
    town: Town, work: Work, account: str = INSPECTOR[0], key: str = "", **but: Any
) -> StopOrder:
    """Somebody stops it on site."""
    typed = Typed(**{"scope": "all", "own": SEEN, "photos": [picture()], **but})
    return commands.order_stop(staff(account, town.at), work.id, typed, key, at=town.at)


def confirmed(town: Town, work: Work) -> StopOrder:
    """Stopped, and confirmed by the township's head."""
    order = stop(town, work)
    town.decide(order.case, "muyulan", "confirm")
    return order_of(work)


def resume(town: Town, order: StopOrder, wish: str = "resume") -> None:
    """The contractor asks, the community checks, the township agrees."""
    ask(town, order, wish)
    recheck(town, order, "pass")
    town.decide(order.case, "muyulan", "approve")


def ask(town: Town, order: StopOrder, wish: str = "resume") -> None:
    who = addressee(order, town.at)
    attach(who, order.case, town.at, "resume_photos")
    words = "measures" if wish == "resume" else "site_cleared"
    answers = {"wish": wish, words: "安全带已配齐并系挂，临边已加护栏"}
    decide(who, order.case, "submit", town.at, **answers)


def recheck(town: Town, order: StopOrder, outcome: str) -> None:
    who = staff("shecundong", town.at)
    attach(who, order.case, town.at, "recheck_photos")
    found = {
        "checked_on": local(town.at).date().isoformat(), "checkers": "佘存栋、闻若青",
        "findings": "现场已按要求整改",
    }  # fmt: skip
    decide(who, order.case, outcome, town.at, **found)


def decide(who: Actor, case: Case, outcome: str, at: datetime, **answers: Any) -> Case:
    session().rollback()
    task = Town(at).task(case, who)
    return workflow.decide(who, task.id, Decision(outcome, answers), at=at)


def addressee(order: StopOrder, at: datetime) -> Actor:
    """Whoever has to ask for the work to go on."""
    session().rollback()
    case = session().get_one(Case, order.case_id)
    assert case.applicant_id is not None
    return queries.actor_for(case.applicant_id, at)


def about(town: Town, work: Work, process: str, key: str = "", **values: Any) -> Case:
    """The owner opens a case about her work."""
    who = owner(town.at)
    names = {"change": ("contract", "contractor_papers"), "completion": ("end_photos",)}[process]
    if process == "change" and values["change_kind"] != "contractor":
        names = ()
    files = [_loose(who, name, town.at) for name in names]
    filing = Filing(process, values=values, attachments=files, key=key)
    return workflow.file_about(who, work.case_id, filing, at=town.at)


EXTENSION: Mapping[str, Any] = {
    "change_kind": "extension", "planned_end": "2027-02-20", "reason": "材料到货晚了",
}  # fmt: skip
DONE: Mapping[str, Any] = {
    "actual_end": TODAY, "shared_or_structural": "false", "self_accepted": "true",
    "site_cleared": "true",
}  # fmt: skip


def attach(who: Actor, case: Case, at: datetime, *fields: str) -> None:
    for field in fields:
        upload = replace(picture(), field=field)
        attachments.attach(who, Home(case_id=case.id), upload, at=at)


def _loose(who: Actor, field: str, at: datetime) -> str:
    return attachments.attach(who, Home(), replace(picture(), field=field), at=at).id


def picture(colour: str = "grey") -> Upload:
    made = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(made, "JPEG")
    made.seek(0)
    return Upload("photos", "现场.jpg", made)


def case_of(work: Work, process: str) -> Case:
    """The newest case of a process about a work."""
    session().rollback()
    mine = (Case.subject_id == work.case_id) & (Case.process_key == process)
    found = session().scalars(select(Case).where(mine).order_by(Case.id.desc())).first()
    assert found is not None, process
    return found


def order_of(work: Work) -> StopOrder:
    """The newest stop of a work."""
    session().rollback()
    rows = select(StopOrder).where(StopOrder.work_id == work.id)
    found = session().scalars(rows.order_by(StopOrder.effective_at.desc())).first()
    assert found is not None
    return found


def verbs(case: Case) -> list[str]:
    """What was recorded of a case, in order."""
    session().rollback()
    rows = select(Event.verb).where(Event.case_id == case.id).order_by(Event.seq)
    return list(session().scalars(rows))


def open_tasks(case: Case) -> list[Task]:
    session().rollback()
    rows = select(Task).where(Task.case_id == case.id, Task.status == "open")
    return list(session().scalars(rows.order_by(Task.id)))


def work_off(at: datetime) -> None:
    """Do everything of the background that is due by then."""
    while jobs.run_due(at):
        pass
