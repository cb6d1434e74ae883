"""Cases in any state, reached by commands alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.clock import local
from app.db import session
from app.workflow import commands
from app.workflow.attachments import Home
from app.workflow.commands.filing import Filing
from app.workflow.commands.tasks import Decision
from app.workflow.models import Case, Event, Task
from app.workflow.notice_models import Notice
from tests.workflow.people import HERE, NOON, attach, loose, who

OWNER_ID = "420502198001010038"
FORM: Mapping[str, Any] = {
    "kind": "small_work", "project_type": "home_decoration",
    "name": "梅园 3 栋 602 室装修", "address": "解放路 88 号梅园 3 栋 602 室",
    "workplace_kind": "home", "content": "墙面翻新，铺木地板",
    "investment_wan": "12.5", "area_sqm": "96",
    "owner_type": "person", "owner_name": "安宁", "id_no": OWNER_ID, "phone": "13900001001",
    "relation": "owner", "contractor_type": "craftsman", "contractor_name": "钱守拙",
    "contractor_phone": "13900003333", "contractor_id_no": OWNER_ID, "site_manager": "钱守拙",
    "indoor": True, "risk_flags": ["none"], "measures": "戴安全帽，配灭火器",
    "emergency_contact": "钱守拙", "emergency_phone": "13900003333",
    "no_structural_change": True, "not_split": True, "truthful": True,
    "accepts_patrol": True, "stops_on_order": True, "signer": "安宁",
}  # fmt: skip
PLAIN = (
    "site_photos", "owner_papers", "commitment", "property_proof", "contract", "craftsman_papers",
    "neighbour_notice",
)  # fmt: skip
RISKY: Mapping[str, Any] = {"risk_flags": ["height"], "height_m": "6", "indoor": False}
RISKY_FILES = (*PLAIN, "worker_certificates", "plan", "insurance_policy")
CITY: Mapping[str, Any] = {"special_site": "city_site"}
OVER: Mapping[str, Any] = {"investment_wan": "45", "area_sqm": "480"}

MISSING = {"missing_items": ["contract", "plan"], "opinion": "请补合同和方案"}
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "return": MISSING,
    "reject": {"opinion": "地址不存在"},
    "refer": {"opinion": "应办施工许可"},
    "inspect": {"opinion": "请到现场核对"},
    "escalate": {"opinion": "需上级协调"},
    "approve": {"opinion": "同意"},
    "permitted": {"permit_no": "420502202611230101", "permit_date": "2026-11-20"},
    "abandoned": {"abandoned_note": "业主不再施工"},
}
WAYS: Mapping[str, tuple[Mapping[str, Any], Sequence[tuple[str, str]]]] = {
    # where it shall wait, or its result: what differs in the form, and who decides what
    "community_check": ({}, ()),
    "correction": ({}, [("li", "return")]),
    "township_review": ({}, [("li", "approve")]),
    "site_check": ({}, [("li", "approve"), ("zhao", "inspect")]),
    "district_countersign": (RISKY, [("li", "approve"), ("zhao", "approve")]),
    "city_review": (CITY, [(key, "approve") for key in ("li", "zhao", "qian", "zhou")]),
    "permit_follow_up": (OVER, ()),
    "approved": ({}, [("li", "approve"), ("zhao", "approve")]),
    "rejected": ({}, [("li", "reject")]),
    "referred": (OVER, [("zhou", "permitted")]),
}


def case(
    at: str = "community_check", *, by: str = "ann", when: datetime = NOON, **changed: Any
) -> Case:
    """A filing that waits at this step, or ended with this result."""
    differs, way = WAYS[at]
    made = file(by=by, when=when, **{**differs, **changed})
    for key, outcome in way:
        decide(made, key, outcome, when=when)
    return made


def values(when: datetime = NOON, **changed: Any) -> dict[str, Any]:
    """The start form, filled in on that day."""
    day = local(when).date()
    dates = {
        "planned_start": (day + timedelta(days=5)).isoformat(),
        "planned_end": (day + timedelta(days=25)).isoformat(),
    }
    return {**FORM, **dates, **changed}


def filing(by: str = "ann", when: datetime = NOON, **changed: Any) -> Filing:
    """A start form with its files, ready to be filed."""
    key, place = changed.pop("key", ""), changed.pop("place", HERE)
    form = values(when, **changed)
    names = PLAIN if form["risk_flags"] == ["none"] else RISKY_FILES
    files = [loose(who(by), name) for name in names]
    return Filing("filing", place, form, files, key)


def file(by: str = "ann", when: datetime = NOON, **changed: Any) -> Case:
    """File it."""
    return commands.file_values(who(by, when), filing(by, when, **changed), at=when)


def task(made: Case, key: str) -> Task:
    """The open task of this case that is theirs to handle."""
    actor = who(key)
    units = {hold.unit_id for hold in actor.holds}
    return next(
        one for one in open_tasks(made) if one.person_id == actor.id or one.unit_id in units
    )


def decide(made: Case, key: str, outcome: str, *, when: datetime = NOON, **answers: Any) -> Case:
    """Somebody decides their task of this case."""
    theirs, actor = task(made, key), who(key, when)
    if theirs.element == "site_check":
        attach(actor, "check_photos", Home(case_id=made.id), when)
        answers = {**site(when), **answers}
    sent = values(when) if theirs.element == "correction" else ANSWERS.get(outcome, {})
    return commands.decide(actor, theirs.id, Decision(outcome, {**sent, **answers}), at=when)


def site(when: datetime = NOON) -> dict[str, Any]:
    """What an inspector writes down at the site."""
    return {
        "checked_on": local(when).date().isoformat(), "checkers": "孙牧", "consistent": True,
        "measures_in_place": True, "findings": "与申报一致",
    }  # fmt: skip


def fresh(made: Case) -> Case:
    """The case as the store has it now."""
    session().rollback()
    return session().get_one(Case, made.id, populate_existing=True)


def open_tasks(made: Case, *states: str) -> list[Task]:
    """What waits in this case, in order."""
    session().rollback()
    rows = select(Task).where(Task.case_id == made.id, Task.status.in_(states or ("open",)))
    return list(session().scalars(rows.order_by(Task.party, Task.turn, Task.id)))


def waiting(made: Case) -> list[str]:
    """The elements at which this case waits."""
    return [one.element for one in open_tasks(made, "open", "waiting")]


def events(made: Case) -> list[Event]:
    """The record of this case."""
    session().rollback()
    rows = select(Event).where(Event.case_id == made.id).order_by(Event.seq)
    return list(session().scalars(rows))


def verbs(made: Case) -> list[str]:
    """The verbs of its record."""
    return [event.verb for event in events(made)]


def notices(key: str) -> list[Notice]:
    """What somebody was told, in order."""
    rows = select(Notice).where(Notice.person_id == who(key).id).order_by(Notice.at, Notice.id)
    return list(session().scalars(rows))
