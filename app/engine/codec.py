"""A case as bytes and back: where its tokens are, and its routing values. Nothing of its past.

Joins count tokens and values belong to the case, so history is never needed again; it is in our
tables. A snapshot is one byte for the format and a JSON list:

    [ended, result, values, rows]

and a row is a token, named by its node:

    [0, node, ref]            a task that waits for a person
    [1, node, dues]           an event that is waited for
    [2, node, rows]           a sub-process or call, with the tokens inside
    [3, node, from]           a token that has come to a join by the flow from a node
    [4, split, row, events]   one of the first three, with the boundary events that wait beside it
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any

import orjson
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit, _EndJoin
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.engine.case import Case, Scope, ref_of
from app.engine.events import DUE
from app.engine.nodes import ACTIVE, Inclusive, Parallel
from app.engine.process import Process
from app.engine.types import Scalar, Workdays
from app.errors import BrokenProcess

FORMAT = b"\x01"
HUMAN, EVENT, ENCLOSING, ARRIVED, GUARDED = range(5)
_UNSEEN = (BoundaryEvent, BoundaryEventJoin, _EndJoin)


def save(case: Case) -> bytes:
    """The case as it rests."""
    rows = [] if case.completed else _rows(case, case)
    return FORMAT + orjson.dumps([case.completed, case.result, case.values, rows], _plain)


def load(process: Process, snapshot: bytes, at: datetime, workdays: Workdays) -> Case:
    """The case as it rested, at the moment `at`."""
    if snapshot[:1] != FORMAT:
        raise BrokenProcess("办件的流程状态由其他版本的系统保存，请联系系统管理员升级数据")
    try:
        ended, result, values, rows = orjson.loads(snapshot[1:])
        case = Case(process, _values(values), at, workdays, deserializing=True)
        case.result, case.completed = result, ended
        _Loader(case).fill(case, rows)
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        raise BrokenProcess("办件停在的步骤在它的流程版本里找不到，请联系系统管理员") from error
    return case


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return {"d": str(value)}
    raise TypeError(type(value).__name__)


def _values(stored: dict[str, Any]) -> dict[str, Scalar]:
    return {k: Decimal(v["d"]) if type(v) is dict else v for k, v in stored.items()}


def _rows(case: Case, scope: Any) -> list[Any]:
    rows: list[Any] = []
    for task in scope.tasks.values():
        spec = task.task_spec
        if not task._state & ACTIVE or isinstance(spec, _UNSEEN):
            continue
        if isinstance(spec, (Parallel, Inclusive)):
            rows.append([ARRIVED, spec.name, task.parent.task_spec.name])
        elif isinstance(task.parent.task_spec, BoundaryEventSplit):
            events = [
                [each.task_spec.name, _dues(each)]
                for each in task.parent.children
                if each is not task and each._state == TaskState.WAITING
            ]
            rows.append([GUARDED, task.parent.task_spec.name, _row(case, task), events])
        else:
            rows.append(_row(case, task))
    return rows


def _row(case: Case, task: Any) -> list[Any]:
    spec = task.task_spec
    if spec.manual:
        return [HUMAN, spec.name, ref_of(task)]
    if isinstance(spec, CatchingEvent):
        return [EVENT, spec.name, _dues(task)]
    return [ENCLOSING, spec.name, _rows(case, case.subprocesses[task.id])]


def _dues(task: Any) -> Any:
    """One moment for a timer, a list for an event gateway, nothing for the rest."""
    due = task.internal_data.get(DUE)
    if isinstance(due, list):
        return [each and each.isoformat() for each in due]
    return due and due.isoformat()


def _moments(stored: Any) -> Any:
    if isinstance(stored, list):
        return [each and datetime.fromisoformat(each) for each in stored]
    return datetime.fromisoformat(stored)


class _Loader:
    """Puts tokens back. Ids are small numbers, but what waits for a person keeps its ref."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.numbers = count(1)

    def fill(self, scope: Any, rows: list[Any]) -> None:
        scope.task_tree = root = self.token(scope, "Start", None, TaskState.COMPLETED)
        for row in rows:
            if row[0] == ARRIVED:
                origin = self.token(scope, row[2], root, TaskState.COMPLETED)
                self.token(scope, row[1], origin, TaskState.WAITING)
            elif row[0] == GUARDED:
                split = self.token(scope, row[1], root, TaskState.COMPLETED)
                self.rest(scope, row[2], split)
                for name, dues in row[3]:
                    self.event(scope, name, dues, split)
            else:
                self.rest(scope, row, root)

    def rest(self, scope: Any, row: list[Any], parent: Any) -> None:
        kind, name, more = row
        if kind == HUMAN:
            Task(scope, scope.spec.task_specs[name], parent, TaskState.READY, more)
        elif kind == EVENT:
            self.event(scope, name, more, parent)
        else:
            owner = self.token(scope, name, parent, TaskState.STARTED)
            spec = owner.task_spec
            inner = Scope(
                self.case.subprocess_specs[spec.spec], owner.id, self.case, deserializing=True
            )
            self.case.subprocesses[owner.id] = inner
            spec.join_scope(inner, owner)
            self.fill(inner, more)

    def event(self, scope: Any, name: str, dues: Any, parent: Any) -> None:
        task = self.token(scope, name, parent, TaskState.WAITING)
        if dues:
            task.internal_data[DUE] = _moments(dues)
        self.case.event_manager.add_task(task)

    def token(self, scope: Any, name: str, parent: Any, state: int) -> Any:
        return Task(scope, scope.spec.task_specs[name], parent, state, next(self.numbers))
