"""What is recorded of cases, as a replay takes it: the values, the decisions, where it stopped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, select, true
from sqlalchemy.orm import Session

from app.engine.rehearsing import CUT, DECIDE, DUE, ENDED, HEAR, OPEN, History, Move, scalars
from app.identity.models import Unit
from app.identity.units import COLUMNS
from app.workflow.models import Case, Event, ProcessVersion, Task
from app.workflow.past import STRAIGHT_TO
from app.workflow.studio.facts import BEGUN

DECIDED, TIMED, HEARD = ("decided", "resubmitted"), ("timed", "lapsed"), "messaged"


@dataclass(frozen=True, slots=True)
class Record:
    """One case: what happened in it, the steps that were decided, how long each waited."""

    case_id: str
    history: History
    steps: tuple[str, ...]
    waited: tuple[tuple[str, float], ...]  # step, seconds


def within(key: str, unit: Unit, since: datetime, until: datetime | None) -> ColumnElement[bool]:
    """The cases that a draft would have ruled: of its process, there, by a version that it or
    one above it published.
    """
    above, one = [unit.id], unit
    while one.parent is not None:
        one = one.parent
        above.append(one.id)
    versions = select(ProcessVersion.id).where(
        ProcessVersion.key == key, ProcessVersion.unit_id.in_(above)
    )
    return and_(
        Case.process_key == key,
        getattr(Case, COLUMNS[unit.level]) == unit.id,
        Case.version_id.in_(versions),
        Case.opened_at >= since,
        true() if until is None else Case.opened_at < until,
    )


def records(work: Session, case_ids: Sequence[str]) -> list[Record]:
    """What is recorded of these cases, in the same order."""
    cases = select(Case.id, Case.ended_at, Case.result).where(Case.id.in_(case_ids))
    found = {row.id: row for row in work.execute(cases)}
    told = select(
        Event.case_id, Event.verb, Event.at, Event.element, Event.outcome, Event.passed,
        Event.routing,
    ).where(Event.case_id.in_(case_ids)).order_by(Event.case_id, Event.seq)  # fmt: skip
    asked = select(
        Task.case_id, Task.element, Task.status, Task.opened_at, Task.closed_at
    ).where(Task.case_id.in_(case_ids)).order_by(Task.case_id, Task.id)  # fmt: skip
    events, tasks = _grouped(work.execute(told)), _grouped(work.execute(asked))
    return [_record(found[one], events.get(one, ()), tasks.get(one, ())) for one in case_ids]


def _grouped(rows: Iterable[Row[Any]]) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(row)
    return found


def _record(case: Any, events: Sequence[Row[Any]], tasks: Sequence[Row[Any]]) -> Record:
    data: Mapping[str, Any] = {}
    acts: list[Move] = []
    stop, moved_at = "", None
    for event in events:
        if event.verb in BEGUN:
            data = event.routing
        elif event.passed:
            act = _act(event)
            if act is None:
                stop = CUT
                break
            acts.append(act)
            moved_at = event.at
    if not stop:
        stop = OPEN if case.ended_at is None else ENDED if moved_at == case.ended_at else CUT
    waits = {task.element for task in tasks if task.status in ("open", "waiting")}
    waited = tuple(
        (task.element, (task.closed_at - task.opened_at).total_seconds())
        for task in tasks
        if task.status == "done"
    )
    history = History(scalars(data), acts, stop, case.result, tuple(sorted(waits)))
    steps = tuple(act.what for act in acts if act.kind == DECIDE)
    return Record(case.id, history, steps, waited)


def _act(event: Row[Any]) -> Move | None:
    """What moved the case on; none where somebody steered it by hand, which no drawing says."""
    if event.verb in TIMED:
        return Move(DUE, event.passed[0])
    if event.verb == HEARD:
        return Move(HEAR, event.outcome, 0, scalars(event.routing))
    if event.verb not in DECIDED or event.routing.get(STRAIGHT_TO):
        return None
    return Move(DECIDE, event.element, 0, scalars(event.routing))
