"""What a stop is as a kind of case, and the call to the department that follows it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.db import session
from app.smallworks import papers, register
from app.smallworks.addressee import addressee
from app.smallworks.stops import ordering, steps
from app.smallworks.stops.words import RESULTS, VERBS
from app.workflow.kinds import SYSTEM, CaseKind, Extra
from app.workflow.models import Case


def begins_at(subject: Case) -> str:
    """Where a stop is ordered."""
    row = register.of_case(session(), subject.id)
    return f"/works/{row.id}/stop" if row else ""


def extras(work: Session, case: Case, staff: bool) -> Sequence[Extra]:
    """The papers, and for officials the page of the stop."""
    issued = tuple(papers.extras(work, case, staff))
    if not staff:
        return issued
    order = ordering.of_case(work, case.id)
    page = Extra("page", "停工页面", "理由、确认、停工期间施工", f"/stops/{order.id}")
    return (page, *issued)


STOP = CaseKind(
    ordering.KEY,
    routing=steps.routing,
    decided=steps.decided,
    on_submitted=steps.on_submitted,
    actions={
        "issue_site_stop": steps.issue_site_stop,
        "alarm_leader": steps.alarm_leader,
        "issue_stop_notice": steps.issue_stop_notice,
        "revoke_stop": steps.revoke_stop,
        "resume_work": steps.resume_work,
        "cancel_work": steps.cancel_work,
    },
    extras=extras,
    results=RESULTS,
    routing_names=steps.ROUTING,
    routing_words={"formal": "已由有权人下达", "major_hazard": "有重大隐患"},
    settled=steps.ROUTING,
    routing_values={"formal": (True, False), "major_hazard": (True, False)},
    starter=steps.SITE,
    needs={"smallworks/stop_confirm": steps.CONFIRM, "smallworks/resume_review": steps.CONFIRM},
    about=True,
    may_open=steps.may_open,
    begins_at=begins_at,
    verbs=VERBS,
    reads={"smallworks/stop_work": steps.READS},
    asks="待申请复工",
    addressee=addressee,
    opener_handles=True,
    goes_on_while_held=True,
    steered=False,
)
CALL = CaseKind(
    "department_call",
    results={"done": "部门已报到"},
    starter=SYSTEM,
    about=True,
    open_to_owner=False,
    goes_on_while_held=True,
    steered=False,
)
