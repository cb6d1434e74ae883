"""Whom a kind keeps from a task (回避), whatever their desk."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.errors import Forbidden
from app.workflow import commands, handling
from app.workflow.models import Case, Task
from app.workflow.queries import access
from tests.workflow import drawn, make, works
from tests.workflow.people import NOON, who
from tests.workflow.random_world import DAY


def to_be_read(town: Session) -> tuple[Case, Task]:
    """A case whose kind keeps 李 from its task."""
    li = who("li").id

    def keeps(_work: Session, task: Task, person_id: str, _day: date) -> str:
        return f"{task.name}须由他人办理" if person_id == li else ""

    opened = works.opened(make.case(), works.kind("visiting", recuses=keeps).key)
    return opened, make.task(opened, "li")


def test_whom_a_kind_keeps_from_a_task_neither_takes_nor_decides_it(town: Session) -> None:
    case, task = to_be_read(town)
    with pytest.raises(Forbidden, match="须由他人办理"):
        commands.claim(who("li"), task.id, at=NOON)
    with pytest.raises(Forbidden, match="须由他人办理"):
        drawn.decide(case, "li", "approve")
    assert make.fresh(case).ended_at is None


def test_the_page_of_who_may_handle_says_so(town: Session) -> None:
    case, _task = to_be_read(town)
    ((_, told),) = access.handlers(town, case, DAY)
    barred = {
        one.member.person.id: [each.key for each in one.conditions if each.refusal] for one in told
    }
    assert barred[who("li").id] == [handling.RECUSED]
    assert barred[who("wang").id] == []


def test_somebody_else_of_the_desk_does(town: Session) -> None:
    case, _task = to_be_read(town)
    drawn.decide(case, "wang", "approve")
    assert make.fresh(case).result == "done"
