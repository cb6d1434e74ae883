"""The sheet of a visit (巡查表) in plain values: what the page draws and a phone takes along."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.clock import local
from app.identity.actor import Actor
from app.identity.models import Person
from app.smallworks.models import Work
from app.smallworks.patrols import (
    checklist,
    completeness,
    grading,
    photographs,
    sites,
    turns,
    typed,
    words,
)
from app.smallworks.patrols.grading import Grading
from app.smallworks.patrols.models import Hazard, Patrol
from app.workflow import calendar, definitions
from app.workflow.models import Attachment, Case, Task

Plain = dict[str, Any]
OPEN, CONCLUDED = "open", "concluded"


def of(session: Session, actor: Actor, patrol: Patrol, at: datetime) -> Plain:
    """Everything of one visit. The caller has seen to it that this person may read it."""
    case, task = patrol.case, turns.visit_task(session, patrol.case)
    graded = grading.of(session, patrol)
    under_way = task is not None and task.status == "open"
    return {
        **_head(session, patrol, case, task),
        "state": OPEN if under_way else CONCLUDED,
        "mine": bool(under_way and task and task.claimed_by_id == actor.id),
        "revision": patrol.revision,
        "groups": [_group(group) for group in checklist.grouped(_items(session, patrol, at))],
        "answers": dict(patrol.answers),
        "hazards": [_hazard(one) for one in grading.standing(patrol.hazards)],
        "photos": [photo(one, patrol) for one in photographs.of_patrol(session, patrol)],
        "remark": patrol.remark,
        "inspectors": patrol.inspectors,
        "signed_name": patrol.signed_name,
        "refused": patrol.refused,
        "witness": patrol.witness,
        "signature_id": patrol.signature_id,
        "place_seen": typed.place_of(patrol),
        "work": _work(session, patrol.work),
        "days": {"general": graded.general_days, "major": graded.major_days},
        "offered": _offered(graded),
        "outcomes": _outcomes(session, case, task, graded),
        "notice": _missing(session, patrol, graded, at) if under_way and patrol.started_at else [],
        "conclusion": patrol.conclusion,
    }


def _head(session: Session, patrol: Patrol, case: Case, task: Task | None) -> Plain:
    holder = session.get(Person, task.claimed_by_id) if task and task.claimed_by_id else None
    due = task.due_at if task and task.due_at != calendar.NO_LIMIT else None
    row = patrol.work
    return {
        "id": patrol.id,
        "case_id": case.id,
        "work_id": patrol.work_id,
        "task_id": task.id if task else None,
        "title": row.name if row else case.title,
        "place": case.place,
        "number": case.number,
        "risk": row.risk if row else "",
        "reason": patrol.reason,
        "level": patrol.level,
        "due_at": due.isoformat() if due else None,
        "url": f"/patrols/{patrol.id}",
        "started_at": patrol.started_at.isoformat() if patrol.started_at else None,
        "started_by": holder.name if holder else "",
        "saved_by": {
            "name": holder.name if holder else "",
            "at": case.touched_at.isoformat(),
        },
    }


def _items(session: Session, patrol: Patrol, at: datetime) -> Sequence[Any]:
    """What is asked; before the visit begins, what would be asked now."""
    if patrol.started_at is not None:
        return checklist.of_patrol(session, patrol)
    return checklist.of_case(session, patrol.case, sites.of_work(session, patrol.work), at)


def _group(group: tuple[str, str, Sequence[Any]]) -> Plain:
    key, title, items = group
    named = ("code", "text", "rule", "measure", "grade")
    return {
        "key": key,
        "title": title,
        "items": [{name: getattr(item, name) for name in named} for item in items],
    }


def _hazard(one: Hazard) -> Plain:
    return {
        "id": one.id,
        "client_id": one.client_id or one.id,
        "item_code": one.item_code,
        "text": one.text,
        "rule": one.rule,
        "measure": one.measure,
        "grade": one.grade,
        "default_grade": one.default_grade,
        "downgrade_reason": one.downgrade_reason,
        "deadline": local(one.deadline).date().isoformat() if one.deadline else "",
        "state": one.state,
    }


def photo(one: Attachment, patrol: Patrol) -> Plain:
    """One photo, named as the device names it."""
    devices = {hazard.id: hazard.client_id or hazard.id for hazard in patrol.hazards}
    field = one.field.removeprefix("hazard:")
    return {
        "id": one.id,
        "client_id": one.original,
        "hazard": devices.get(field, field),
        "sha256": one.original,
        "url": f"/attachments/{one.id}",
        "taken_at": one.taken_at.isoformat() if one.taken_at else None,
    }


def _work(session: Session, row: Work | None) -> Plain | None:
    """What an inspector wants to know of the work on the spot."""
    if row is None:
        return None
    filed = sites.filed(session, row)
    return {
        "id": row.id,
        "number": row.number,
        "name": row.name,
        "kind": row.kind,
        "category": row.category,
        "risk": row.risk,
        "state": row.state,
        "address": row.address,
        "owner": row.owner_name,
        "contractor": row.contractor.name if row.contractor else "",
        "site_manager": str(filed.get("site_manager") or ""),
        "content": str(filed.get("content") or ""),
        "planned_start": row.planned_start.isoformat(),
        "planned_end": row.planned_end.isoformat(),
    }


def _offered(graded: Grading) -> Plain:
    offered, least = graded.offered, graded.least
    why = {
        "stop": "有重大隐患，应当停工",
        "rectify": "有隐患，应当限期整改",
        "normal": "没有记录隐患",
    }
    return {"outcome": offered, "least": least, "why": why.get(offered, "")}


def _outcomes(session: Session, case: Case, task: Task | None, graded: Grading) -> list[Plain]:
    if task is None:
        return []
    policy = definitions.get(session, case.version_id).process.tasks[task.element]
    return [
        {
            "key": one.key,
            "label": one.label,
            "danger": one.key == "stop",
            "means": words.MEANS.get(one.key, ""),
            "allowed": one.key not in words.CONCLUSIONS or not graded.milder(one.key),
        }
        for one in policy.outcomes
    ]


def _missing(session: Session, patrol: Patrol, graded: Grading, at: datetime) -> list[Plain]:
    found = completeness.missing(session, patrol, graded.offered, at)
    return [{"field": field, "text": text} for field, text in found]
