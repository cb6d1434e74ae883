"""The kind of case that a rectification is: the hooks that the workflow calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import session
from app.smallworks import papers
from app.smallworks.addressee import addressee
from app.smallworks.rectifications import beginning, deciding, orders, steps, stopping, words
from app.smallworks.rectifications.models import Rectification
from app.workflow import definitions
from app.workflow.kinds import SYSTEM, CaseKind, Extra, Values
from app.workflow.models import Case, Task
from app.workflow.reads import Reads


def page_of(task: Task) -> str:
    """Where a task of a rectification is worked at; an extension is decided on the usual page."""
    by_hazard = definitions.form_of(session(), task) in (steps.REPORT, steps.REINSPECTION)
    return f"/rectifications/{task.case_id}" if by_hazard else ""


def extras(work: Session, case: Case, staff: bool) -> Sequence[Extra]:
    """The way to the hazards, what is late, and the papers."""
    row = steps.of_case(work, case.id)
    way = Extra("page", "逐条整改情况", "照片、整改和复查结论", f"/rectifications/{case.id}")
    issued = papers.extras(work, case, staff)
    if row is None or row.overdue_at is None or row.closed_at is not None:
        return (way, *issued)
    late = Extra("warning", "整改逾期", f"期限为{words.until(row.deadline)}，届时没有提交整改报告")
    return (late, way, *issued)


def came_to(routing: Values) -> str:
    """What a re-inspection found, all in all."""
    if "failed" not in routing:
        return ""
    return f"{routing['failed']} 条不合格" if routing["failed"] else "全部合格"


def risks(work: Session, cases: Sequence[str]) -> Mapping[str, str]:
    """Major hazards as high, for the light of a list."""
    found = select(Rectification.case_id, Rectification.grade).where(
        Rectification.case_id.in_(cases)
    )
    return {case: "high" if grade == "major" else "medium" for case, grade in work.execute(found)}


RECTIFICATION = CaseKind(
    "rectification",
    routing=beginning.routing,
    decided=deciding.decided,
    on_submitted=beginning.on_submitted,
    actions={
        "issue_notice": orders.issue_notice,
        "issue_second_notice": orders.issue_second_notice,
        "grant_extension": orders.grant_extension,
        "refuse_extension": orders.refuse_extension,
        "mark_overdue": orders.mark_overdue,
        "escalate": orders.escalate,
        "inform_department": orders.inform_department,
        "close_rectification": orders.close_rectification,
        "stop_site": stopping.stop_site,
    },
    risks=risks,
    extras=extras,
    results={"done": "已整改"},
    routing_names=beginning.ROUTING,
    routing_words={
        "level": "由谁检查",
        "all_passed": "复查全部合格",
        "failures": "复查不合格的次数",
    },
    routing_values=beginning.VALUES,
    routing_bounds=beginning.BOUNDS,
    value_words={"grade": words.GRADES, "level": {"department": "主管部门"}},
    settled=frozenset({"level"}),
    starter=SYSTEM,
    task_page=page_of,
    verbs=words.VERBS,
    came_to=came_to,
    reads={
        "smallworks/rectification": Reads(("reopened_hazard", "reopened_reason")),
        steps.REPORT: Reads(("extend_days", "extend_reason")),
    },
    files=words.FILES,
    asks="待整改",
    addressee=addressee,
    binds_party=True,
    opener_handles=True,
    recuses=steps.recuses,
    goes_on_while_held=True,
    steered=False,
)
