"""What a ban does to the works that its people have: one job a work, each under its own lock."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.clock import long_day
from app.smallworks import life
from app.smallworks.models import Work
from app.smallworks.patrols import visiting
from app.smallworks.patrols.visiting import Visit
from app.smallworks.records import bans
from app.smallworks.records.models import MarketBan
from app.workflow import jobs
from app.workflow.commands.locked import locked_case

JOB = "banned_work"
_ONGOING = frozenset({life.FILED, life.IN_PROGRESS, life.RECTIFYING, life.STOPPED})
_CONCERNED = _ONGOING | {life.IN_REVIEW}


def ask(work: Session, ban: MarketBan, at: datetime) -> None:
    """Have each work of whoever is banned looked at; a decision waits for none of them."""
    work.flush()
    for row in bans.works_of(work, ban):
        if row.state in _CONCERNED:
            payload = {"ban": ban.id, "work": row.id}
            jobs.enqueue(work, JOB, f"{JOB}:{ban.id}:{row.id}", payload, at)


def _look(work: Session, payload: jobs.Payload, at: datetime) -> None:
    """A work that goes on is visited; a filing under review is marked for its reviewers."""
    ban, row = work.get_one(MarketBan, payload["ban"]), work.get_one(Work, payload["work"])
    locked_case(work, row.case_id)
    work.refresh(row)
    if ban.lifted_at is not None:
        return
    if row.state in _ONGOING:
        visiting.open_visit(work, row, Visit("banned"), None, at=at)
    elif row.state == life.IN_REVIEW:
        row.warnings = [*row.warnings, _warning(ban.ends_on)]


def _warning(until: date) -> str:
    return f"施工方已被清除出市场，{long_day(until)}前不得承接工程，不能通过"


HANDLERS = {JOB: jobs.Handler(inside=_look)}
"""The background work of this room; its `install` takes it on."""
