"""What a replay found, as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, undefer

from app.clock import local
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
    """One case of a replay: the month it was filed in, its steps in words as recorded and by the
    draft.

    `id` and `number` are empty unless whoever asks may read the case; nothing else of it is here.
    """

    place: int
    month: str
    was: str
    way: str
    id: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Some cases of a class, after which place the next begin (none: 0), and how many there are in
    all that whoever asks may read.
    """

    lines: Sequence[Line]
    more: int
    readable: int


@dataclass(frozen=True, slots=True)
class Replayed:
    """A case as somebody names it who may not read it: its place in a replay."""

    replay_id: str
    place: int


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


def page(work: Session, actor: Actor, row: FlowReplay, kind: str, after: int) -> Page:
    """A page of the cases of one class, the newest first; which they are, only where they may be
    read.

    Raises NotFound for a class that there is not.
    """
    if kind not in tallies.NAMES:
        raise NotFound
    mine = (ReplayedCase.replay_id == row.id) & (ReplayedCase.kind == kind)
    readable = select(Case.id, Case.number).join(ReplayedCase, ReplayedCase.case_id == Case.id)
    readable = readable.where(mine, visible(actor))
    count = work.scalar(select(func.count()).select_from(readable.subquery())) or 0
    beyond = mine & (ReplayedCase.place > max(0, min(after, row.total)))
    found = _with_days().where(beyond).order_by(ReplayedCase.place).limit(PAGE + 1)
    rows = work.execute(found).all()
    ids = [one.case_id for one, _ in rows[:PAGE]]
    numbers = dict(work.execute(readable.where(Case.id.in_(ids))).all())
    lines = [_line(row, one, opened, numbers) for one, opened in rows[:PAGE]]
    return Page(lines, lines[-1].place if len(rows) > PAGE else 0, count)


def _with_days() -> Select[ReplayedCase, datetime]:
    return select(ReplayedCase, Case.opened_at).join(Case, ReplayedCase.case_id == Case.id)


def _line(row: FlowReplay, one: ReplayedCase, opened: datetime, numbers: Mapping[str, str]) -> Line:
    names = row.drawn["names"]
    number, day = numbers.get(one.case_id, ""), local(opened)
    return Line(
        place=one.place,
        month=f"{day.year}年{day.month}月",
        was=tallies.way_words(one.was, names),
        way=tallies.way_words(one.way, names),
        id=one.case_id if number else "",
        number=number,
    )


def line(work: Session, draft: FlowDraft, which: Replayed) -> Line:
    """One case of what was last replayed through a draft, without its number. Raises NotFound."""
    row, one, opened = _found(work, draft, which)
    return _line(row, one, opened, {})


def case_id(work: Session, draft: FlowDraft, which: Replayed) -> str:
    """Which case that is, for commands. Raises NotFound."""
    return _found(work, draft, which)[1].case_id


def _found(
    work: Session, draft: FlowDraft, which: Replayed
) -> tuple[FlowReplay, ReplayedCase, datetime]:
    row = of_draft(work, draft)
    if row is None or row.id != which.replay_id:
        raise NotFound("这次重放已经被新的代替，请回到重放结果再选")
    mine = (ReplayedCase.replay_id == row.id) & (ReplayedCase.place == which.place)
    found = work.execute(_with_days().where(mine)).first()
    if found is None:
        raise NotFound("这次重放里没有这一件，请回到重放结果再选")
    return row, found[0], found[1]
