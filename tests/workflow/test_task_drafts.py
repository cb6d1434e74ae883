"""A decision half typed: kept for its typist alone, and gone once it is made."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import Conflict, Forbidden, NotFound
from app.workflow import commands, definitions, task_drafts
from app.workflow.commands.signers import Addition
from app.workflow.commands.upkeep import forget_old
from app.workflow.habits import TaskDraft
from app.workflow.models import Task
from app.workflow.queries import vacancies
from tests.workflow import make
from tests.workflow.make import OWNER_ID
from tests.workflow.people import NOON, who

HALF = {"opinion": "先看看合同", "missing_items": ["contract"], "outcome": "approve", "odd": "x"}
MINUTE = timedelta(minutes=1)


def waiting(**more: object) -> Task:
    return make.open_tasks(make.case(**more))[0]


def typed(work: Session, key: str, task: Task) -> task_drafts.Typed | None:
    definition = definitions.get(work, task.case.version_id)
    form = definition.form(definition.process.tasks[task.element].form)
    return task_drafts.typed(work, who(key).id, task.id, form)


def test_what_was_typed_last_is_kept_for_its_typist_alone(town: Session) -> None:
    task = waiting()
    commands.save_task_draft(who("li"), task.id, {"opinion": "先"}, at=NOON)
    commands.save_task_draft(who("li"), task.id, HALF, at=NOON + MINUTE)
    kept = typed(town, "li", task)
    assert kept
    assert kept.values == {"opinion": "先看看合同", "missing_items": ["contract"]}
    assert kept.at == NOON + MINUTE
    assert typed(town, "wang", task) is None


def test_nothing_typed_is_nothing_kept(town: Session) -> None:
    task = waiting()
    commands.save_task_draft(who("li"), task.id, HALF, at=NOON)
    commands.save_task_draft(who("li"), task.id, {"opinion": "  ", "missing_items": []}, at=NOON)
    assert typed(town, "li", task) is None
    commands.save_task_draft(who("li"), task.id, HALF, at=NOON)
    commands.discard_task_draft(who("li"), task.id, at=NOON)
    assert typed(town, "li", task) is None


def test_the_decision_clears_mine_and_leaves_a_colleagues(town: Session) -> None:
    task = waiting()
    for key in ("li", "wang"):
        commands.save_task_draft(who(key), task.id, HALF, at=NOON)
    make.decide(task.case, "li", "approve")
    assert typed(town, "li", task) is None
    assert typed(town, "wang", task)


def test_a_refused_decision_clears_nothing(town: Session) -> None:
    task = waiting()
    commands.save_task_draft(who("li"), task.id, HALF, at=NOON)
    made = commands.tasks.Decision("nothing of the kind")
    with pytest.raises(Forbidden):
        commands.decide(who("li"), task.id, made, at=NOON)
    assert typed(town, "li", task)


def test_while_a_colleague_has_it_nothing_typed_is_lost(town: Session) -> None:
    task = waiting()
    commands.claim(who("wang"), task.id, at=NOON)
    assert commands.save_task_draft(who("li"), task.id, HALF, at=NOON)


def test_only_whose_task_it_is_and_only_while_it_waits(town: Session) -> None:
    task = waiting()
    for key in ("zhao", "chen", "ann"):
        with pytest.raises(Forbidden):
            commands.save_task_draft(who(key), task.id, HALF, at=NOON)
    with pytest.raises(NotFound):
        commands.save_task_draft(who("li"), "nothing", HALF, at=NOON)
    make.decide(task.case, "li", "approve")
    with pytest.raises(Conflict):
        commands.save_task_draft(who("wang"), task.id, HALF, at=NOON)


def test_secrets_of_a_correction_are_sealed(town: Session) -> None:
    task = make.open_tasks(make.case("correction"))[0]
    commands.save_task_draft(who("ann"), task.id, {"id_no": OWNER_ID, "name": "梅"}, at=NOON)
    stored = town.scalars(select(TaskDraft.values)).one()
    assert OWNER_ID not in str(stored)
    assert stored["name"] == "梅"
    kept = typed(town, "ann", task)
    assert kept
    assert kept.values["id_no"] == OWNER_ID


def test_what_nobody_can_send_any_more_goes_after_a_month(town: Session) -> None:
    over, open_still = waiting(), waiting()
    for task in (over, open_still):
        commands.save_task_draft(who("wang"), task.id, HALF, at=NOON)
    make.decide(over.case, "li", "approve")
    forget_old(at=NOON + timedelta(days=29))
    assert town.scalar(select(func.count()).select_from(TaskDraft)) == 2
    forget_old(at=NOON + timedelta(days=31))
    town.expire_all()
    assert town.scalars(select(TaskDraft.task_id)).all() == [open_still.id]


def test_nobody_else_is_named_while_the_first_is_filling_it_in(town: Session) -> None:
    mine, later = make.open_tasks(make.case())[0], NOON + timedelta(days=4)
    added = commands.add_signer(who("li"), mine.id, Addition(who("sun").id, "before"), at=NOON)
    commands.save_task_draft(who("sun"), added.id, {"opinion": "待核"}, at=NOON)
    with pytest.raises(Conflict, match="孙牧已经开始填写"):
        commands.assign(who("jin"), added.id, who("zhao").id, "换人", at=NOON)
    assert vacancies.by_name(town, who("jin"), at=NOON) == []
    commands.save_task_draft(who("sun"), added.id, {"opinion": "待核实"}, at=later)
    limit = town.get_one(Task, added.id, populate_existing=True).due_at
    assert limit is not None
    assert limit < later
    commands.assign(who("jin"), added.id, who("zhao").id, "逾期未办", at=later)
