"""A filed work, those who propose and decide about its contractor, and the contractor's person."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.db import session
from app.identity import queries
from app.identity.actor import Actor
from app.identity.commands import Post
from app.identity.models import Unit
from app.smallworks.models import Contractor
from app.smallworks.records.models import BadRecord, MarketBan
from app.workflow import commands, jobs
from app.workflow.commands.filing import Filing
from app.workflow.commands.tasks import Decision
from app.workflow.models import Case, Task
from tests.identity import people
from tests.smallworks.town import Town, staff

FACT = "11 月 20 日责令三日内加装临边护栏，23 日复查仍未加装。"
SHOWN = "2026 年 11 月在西陵区一处住宅装修中，经责令整改逾期不改。"
BUILDER_PHONE = "13900003333"


def hire(at: datetime) -> None:
    """An inspector, the township's leader, head and leader of the housing office, 应急局's head."""
    chief = staff("jinhezhu", at)
    community = people.unit("铁路坝社区", "community")
    township = people.unit("西陵街道", "township")
    housing = department("housing")
    for name, account, unit, position in (
        ("闻若青", "wenruoqing", community, "inspector"),
        ("崔知山", "cuizhishan", township, "leader"),
        ("褚怀瑾", "chuhuaijin", housing, "head"),
        ("乔望舒", "qiaowangshu", housing, "leader"),
        ("郁正言", "yuzhengyan", department("emergency"), "head"),
    ):
        people.add(chief, name, account, Post(unit.id, "", position), at)


def department(industry: str) -> Unit:
    district = people.unit("西陵区", "district")
    mine = (Unit.parent_id == district.id) & (Unit.industry == industry)
    return session().scalars(select(Unit).where(mine)).one()


def work_off(at: datetime) -> None:
    """What waits in the background, done."""
    while jobs.run_due(at):
        pass


def filed(town: Town, **changed: Any) -> Case:
    """A filing that was approved."""
    case = town.file(**changed)
    town.approve(case)
    return case


def propose(town: Town, about: Case, *grounds: str, by: str = "wenruoqing", **but: Any) -> Case:
    """An official proposes the contractor of a work."""
    values = {
        "grounds": list(grounds) or ["overdue"], "happened_on": "2026-11-23", "fact": FACT, **but,
    }  # fmt: skip
    filing = Filing("bad_record", values=values)
    return commands.file_about(staff(by, town.at), about.id, filing, at=town.at)


def heard(town: Town, case: Case) -> Case:
    """The township agrees, the contractor says nothing of it."""
    town.decide(case, "cuizhishan", "approve")
    return answer(town, case, "waive")


def recorded(town: Town, case: Case, outcome: str = "record", **but: Any) -> BadRecord:
    """Heard, and decided by the department."""
    heard(town, case)
    bound = ["contractor"]
    if record(case).contractor.kind == "enterprise":
        bound.append("legal_rep")
    answers = {"public_fact": SHOWN, "opinion": "事实清楚，证据充分", "bound": bound, **but}
    town.decide(case, "chuhuaijin", outcome, **answers)
    return record(case)


def answer(town: Town, case: Case, outcome: str, **answers: Any) -> Case:
    """The contractor's person does what the case asks of them."""
    task = session().scalars(
        select(Task).where(Task.case_id == case.id, Task.status == "open", Task.person_id != "")
    ).one()  # fmt: skip
    who = queries.actor_for(task.person_id or "", town.at)
    return commands.decide(who, task.id, Decision(outcome, answers), at=town.at)


def builder(town: Town, case: Case) -> Actor:
    """The contractor's person."""
    return queries.actor_for(case.applicant_id or "", town.at)


def record(case: Case) -> BadRecord:
    session().rollback()
    return session().scalars(select(BadRecord).where(BadRecord.case_id == case.id)).one()


def ban(case: Case) -> MarketBan:
    session().rollback()
    found = select(MarketBan).join(BadRecord).where(BadRecord.case_id == case.id)
    return session().scalars(found).one()


def contractor() -> Contractor:
    session().rollback()
    return session().scalars(select(Contractor)).one()


def later(town: Town, **changed: Any) -> Town:
    """The same town at another moment."""
    return replace(town, at=town.at.replace(**changed))


def open_step(case: Case) -> list[str]:
    session().rollback()
    rows = select(Task).where(Task.case_id == case.id, Task.status == "open")
    return [task.element for task in session().scalars(rows)]
