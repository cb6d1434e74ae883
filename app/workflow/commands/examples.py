"""样例: a recorded case or a trial pinned with what is expected of it, and taken off again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import session, transaction
from app.engine.rehearsing import CUT, History
from app.errors import Conflict, Invalid, NotFound
from app.identity import audit
from app.identity.actor import Actor
from app.workflow import publishing
from app.workflow.models import Case
from app.workflow.studio import choices, drafts, examples, facts, recorded, replays, trial
from app.workflow.studio.example_models import FlowExample
from app.workflow.studio.facts import Facts
from app.workflow.studio.models import FlowDraft
from app.workflow.studio.replays import Replayed
from app.workflow.studio.trial import Question

MOST = 50
"""Examples of one flow in one unit: all are run at each publishing."""


@dataclass(frozen=True, slots=True)
class Pin:
    """What is to be pinned: a name, what is expected, and the trial; or a case as it was recorded,
    where the trial has no moves and names one, or a case of a replay is named by its place.
    """

    name: str
    expects: str
    asked: Question
    replayed: Replayed | None = None


def pin_example(actor: Actor, draft: FlowDraft, pin: Pin, *, at: datetime) -> FlowExample:
    """Keep it with the unit's flow. Raises Invalid, NotFound, BrokenProcess."""
    files = publishing.completed(session(), draft.unit, draft.key, draft.files, at=at)
    key, unit_id, name = draft.key, draft.unit_id, pin.name.strip()
    number, history = _told(session(), actor, draft, files, pin)
    offered = dict(examples.expected(files, key))
    faults = {} if 0 < len(name) <= 80 else {"name": "写一个名称，80 字以内"}
    if pin.expects not in offered:
        faults["expects"] = "请选择要求什么"
    if faults:
        raise Invalid("样例没有钉上", faults)
    expects, _colon, what = pin.expects.partition(":")
    with transaction() as work:
        unit = drafts.keeping_unit(work, actor, unit_id)
        _refuse_many(work, unit_id, key)
        row = FlowExample(
            key=key, unit_id=unit.id, name=name, number=number, history=history,
            expects=expects, what=what, words=offered[pin.expects][:120], pinned_by_id=actor.id,
            pinned_at=at,
        )  # fmt: skip
        work.add(row)
        work.flush()
        _tell(work, actor, "flow_example_pinned", row, at)
    return row


def _refuse_many(work: Session, unit_id: str, key: str) -> None:
    mine = (FlowExample.unit_id == unit_id) & (FlowExample.key == key)
    if (work.scalar(select(func.count()).select_from(FlowExample).where(mine)) or 0) >= MOST:
        raise Conflict(f"一个流程最多钉 {MOST} 个样例，请先去掉不用的")


def _told(
    work: Session, actor: Actor, draft: FlowDraft, files: Mapping[str, str], pin: Pin
) -> tuple[str, dict[str, Any]]:
    """The number of the case, if it is one, and what happened, with the routing values of the
    process alone.

    Whoever keeps the flow may pin a case of its replay without reading it: nothing is shown of an
    example but its steps, and its number to those alone who may read the case.
    """
    names = frozenset(one.name for one in choices.variables(files, draft.key))
    if pin.replayed is None:
        return pin.asked.number, _history(work, actor, draft, (files, names), pin.asked)
    drafts.keeping_unit(work, actor, draft.unit_id)
    case = work.get_one(Case, replays.case_id(work, draft, pin.replayed))
    (record,) = recorded.records(work, [case.id])
    return case.number, record.history.plain(names)


def _history(
    work: Session,
    actor: Actor,
    draft: FlowDraft,
    drawn: tuple[Mapping[str, str], frozenset[str]],
    asked: Question,
) -> dict[str, Any]:
    files, names = drawn
    case = trial.copied_case(work, actor, draft.key, asked.number) if asked.number else None
    if case is not None and not asked.moves:
        (record,) = recorded.records(work, [case.id])
        return record.history.plain(names)
    known = Facts(files, draft.key, facts.common(work, actor, draft))
    data, moves = trial.said(work, known, case, asked)
    return History(data, moves, CUT).plain(names)


def drop_example(actor: Actor, example_id: str, *, at: datetime) -> None:
    """Take it off: whoever keeps the flows of the unit that pinned it."""
    with transaction() as work:
        row = work.get(FlowExample, example_id)
        if row is None:
            raise NotFound("这个样例已经去掉")
        drafts.keeping_unit(work, actor, row.unit_id)
        _tell(work, actor, "flow_example_dropped", row, at)
        work.delete(row)


def _tell(work: Session, actor: Actor, verb: str, row: FlowExample, at: datetime) -> None:
    about = (f"unit:{row.unit_id}", f"{row.key} {row.name}")
    audit.record(work, audit.Deed(verb, actor.id, *about, actor.address), at=at)
