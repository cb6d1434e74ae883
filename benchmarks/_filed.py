"""Filings that wait at their community, for benchmarks to work on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app import clock
from app.db import db, new_id, session, transaction
from app.identity.actor import Actor
from app.workflow import commands
from app.workflow.commands.filing import Filing
from app.workflow.models import Attachment, Task
from benchmarks._bare import Step
from tests.smallworks import town


def filed(place: int) -> Step:
    """A filing that waits at its community. Its files are rows only."""
    at, owner = clock.now(), town.owner(clock.now())
    day = clock.local(at).date().isoformat()
    values = {
        **town.FORM, "planned_start": day, "planned_end": "2099-12-31",
        "address": f"沿江大道 {place} 号", "contractor_credit_code": town.credit_code(),
    }  # fmt: skip
    filing = Filing("filing", town.COMMUNITY, values, _files(owner, at))
    case = commands.file_values(owner, filing, at=at)
    task = session().scalars(select(Task.id).where(Task.case_id == case.id)).one()
    db.session.remove()
    return Step(case.id, task)


def _files(owner: Actor, at: datetime) -> list[str]:
    rows = [
        Attachment(
            id=new_id(), field=name, name=name, mime="image/jpeg", size=1, stored="0" * 64,
            original="0" * 64, by_id=owner.id, at=at,
        )
        for name in town.FILES
    ]  # fmt: skip
    with transaction() as work:
        work.add_all(rows)
    return [row.id for row in rows]
