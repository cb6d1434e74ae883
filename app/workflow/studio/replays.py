"""What a replay found, as its page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from app.errors import NotFound
from app.identity.actor import Actor
from app.workflow.models import Case
from app.workflow.reach import visible
from app.workflow.studio import tallies
from app.workflow.studio.models import FlowDraft
from app.workflow.studio.replay_models import FlowReplay, ReplayedCase
from app.workflow.studio.tallies import Class, Load

PAGE = 50


@dataclass(frozen=True, slots=True)
class Report:
    """A replay in figures; `before` and `after` are days of waiting a case, where known."""

    row: FlowReplay
    percent: int
    classes: Sequence[Class]
    loads: Sequence[Load]
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """One case of a class that whoever asks may read."""

    id: str
    number: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some cases of a class, after which number the next begin, and how many there are in all
    that whoever asks may read.
    """

    lines: Sequence[Line]
    more: str
    readable: int


def of_draft(work: Session, draft: FlowDraft) -> FlowReplay | None:
    """What was last replayed through this draft, however it was drawn then."""
    mine = select(FlowReplay).where(
        FlowReplay.key == draft.key,
        FlowReplay.unit_id == draft.unit_id,
        FlowReplay.asked_at >= draft.begun_at,
    )
    newest = mine.order_by(FlowReplay.asked_at.desc()).options(undefer(FlowReplay.drawn))
    return work.scalars(newest.limit(1)).first()


def report(row: FlowReplay) -> Report:
    """Its figures as far as it has come."""
    names, levels = row.drawn["names"], row.drawn["levels"]
    return Report(
        row=row,
        percent=100 * row.done // row.total if row.total else 100,
        classes=tallies.classes(row.tally, names),
        loads=tallies.loads(row.tally, levels),
        before=tallies.days(row.tally, "before", levels),
        after=tallies.days(row.tally, "after", levels),
    )


def page(work: Session, actor: Actor, row: FlowReplay, kind: str, after: str) -> Page:
    """A page of the cases of one class, by their numbers; of those that they may not read, nothing.

    Raises NotFound for a class that there is not.
    """
    if kind not in tallies.NAMES:
        raise NotFound
    mine = (ReplayedCase.replay_id == row.id) & (ReplayedCase.kind == kind)
    readable = select(Case.id, Case.number).join(ReplayedCase, ReplayedCase.case_id == Case.id)
    readable = readable.where(mine, visible(actor))
    count = work.scalar(select(func.count()).select_from(readable.subquery())) or 0
    found = readable.where(Case.number > after).order_by(Case.number).limit(PAGE + 1)
    rows = work.execute(found).all()
    shown = [Line(one.id, one.number) for one in rows[:PAGE]]
    return Page(shown, shown[-1].number if len(rows) > PAGE else "", count)
