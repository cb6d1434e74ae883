"""Rows as the API writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from app.engine.types import TaskPolicy
from app.identity.actor import Actor
from app.web.display import spoken
from app.web.history import shown
from app.workflow.calendar import NO_LIMIT
from app.workflow.desks import holds_for
from app.workflow.models import Case, Event, Task
from app.workflow.queries.casefile import CaseFile
from app.workflow.reach import may_name


def moment(value: datetime | None) -> str | None:
    """A moment in UTC, RFC 3339; none for no limit."""
    if value is None or value == NO_LIMIT:
        return None
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def task(row: Task, policy: TaskPolicy | None, me: Actor) -> dict[str, Any]:
    """One task; its outcomes while it is open, its holder for those who may know."""
    open_ = row.status == "open" and policy is not None
    holder = row.claimed_by if may_name(me, row.case, row.claimed_by_id) else None
    return {
        "id": row.id, "case_id": row.case_id, "name": row.name, "element": row.element,
        "role": row.desk,
        "unit": row.unit.name if row.unit else None, "status": row.status,
        "due_at": moment(row.due_at),
        "claimed_by": holder.name if holder else None, "outcome": row.outcome,
        "outcomes": [one.key for one in policy.outcomes] if policy and open_ else [],
        "posts": [
            {"id": hold.grant_id, "name": spoken(hold)} for hold in holds_for(me, row) if open_
        ],
    }  # fmt: skip


def line(case: Case, light: str = "") -> dict[str, Any]:
    """One case as a list shows it."""
    return {
        "id": case.id, "number": case.number, "title": case.title, "process": case.process_key,
        "status": case.state, "result": case.result, "division_code": case.division_code,
        "category": case.category, "opened_at": moment(case.opened_at), "light": light,
    }  # fmt: skip


def case(file: CaseFile, me: Actor) -> dict[str, Any]:
    """A whole case; names of officials only for officials."""
    policies = file.definition.process.tasks
    return {
        **line(file.case),
        "ended_at": moment(file.case.ended_at),
        "values": dict(file.values),
        "tasks": [task(row, policies.get(row.element), me) for row in file.open],
        "events": [
            {
                "seq": event.seq, "verb": event.verb, "at": moment(event.at),
                "actor": _name(event, file, me),
                "unit": event.unit.name if event.unit else None, "element": event.element,
                "outcome": event.outcome,
            }
            for event in file.events
            if shown(event, me)
        ],
    }  # fmt: skip


def _name(event: Event, file: CaseFile, me: Actor) -> str | None:
    known = may_name(me, file.case, event.actor_id)
    return event.actor.name if event.actor and known else None
