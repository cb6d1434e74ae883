"""A work of these tests with several cases: a filing, and what is opened about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.db import transaction
from app.errors import Conflict
from app.workflow import holds, kinds
from app.workflow.kinds import CaseKind, Intent
from app.workflow.models import Case
from app.workflow.opening import Opening, open_case
from tests.engine.drawings import document, end, flows, node, review, start
from tests.workflow import drawn
from tests.workflow.people import NOON, who

WHY = "工程已停工"


def _none_open(intent: Intent, subject: Case | None) -> None:
    same = select(Case.id).where(
        Case.process_key == "single", Case.ended_at.is_(None),
        Case.subject_id == (subject.id if subject else ""),
    )  # fmt: skip
    if intent.work.scalar(same):
        raise Conflict("已有一件在办")


ONE_AT_A_TIME = CaseKind("single", about=True, may_open=_none_open)
"""Of this kind, a work has one open case at most."""


def visit(key: str) -> str:
    """One step at the community, then done."""
    return document(
        start(),
        review("seen", "community", "approve:办结", flow_role="head inspector"),
        end("over", "done"),
        flows("begin", "seen", "over"),
        key=key,
    )


def errand(key: str) -> str:
    """One step of whoever the case addresses, then the township's."""
    return document(
        start(),
        node(
            "userTask", "answer", "答复", flow_role="applicant", flow_form="demo/review",
            flow_outcomes="submit:提交",
        ),
        review("read", "township", "approve:办结"),
        end("over", "done"),
        flows("begin", "answer", "read", "over"),
        key=key,
    )  # fmt: skip


def kind(key: str, drawing: Callable[[str], str] = visit, **words: Any) -> CaseKind:
    """A process of this key, published by the city, and its kind."""
    drawn.publish(key, drawing(key))
    made = CaseKind(key, **words)
    kinds.register(made)
    return made


def opened(subject: Case, key: str, by: str = "", at: datetime = NOON, **more: Any) -> Case:
    """A case about the work of another, opened by the system or by somebody."""
    with transaction() as work:
        first = work.get_one(Case, subject.id)
        wanted = Opening(key, subject=first, **more)
        return open_case(work, wanted, who(by, at) if by else None, at=at)


def hold(subject: Case, by: Case, at: datetime = NOON) -> list[str]:
    """Hold the work; the numbers of what was held."""
    with transaction() as work:
        stop = work.get_one(Case, by.id)
        return [case.id for case in holds.hold(work, subject.subject_id, WHY, stop, None, at=at)]


def lift(subject: Case, by: Case, at: datetime) -> list[str]:
    """Lift what `by` holds."""
    with transaction() as work:
        stop = work.get_one(Case, by.id)
        return [case.id for case in holds.lift(work, subject.subject_id, stop, None, at=at)]
