"""The register of works (工程台账), within scope; and what the public may check of a paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.errors import NotFound
from app.identity.actor import Actor
from app.smallworks import words
from app.smallworks.models import Paper, Work
from app.smallworks.papers import KINDS
from app.workflow.models import Case
from app.workflow.queries.pages import MOST_COUNTED, PAGE, Cursor, Page
from app.workflow.reach import visible

READ, EXPORT = "register:read", "register:export"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the register is narrowed to. Empty means all."""

    unit: str = ""  # of any level: a work in its area
    category: str = ""
    kind: str = ""
    state: str = ""
    risk: str = ""


def works(work: Session, actor: Actor, wanted: Wanted, after: str = "") -> Page[Work]:
    """One page of the register, newest first."""
    return _page(work, actor, wanted, after, READ)


def every_work(work: Session, actor: Actor, wanted: Wanted) -> Iterator[Work]:
    """All that an export holds: as narrowed, and only what this person may export."""
    page = _page(work, actor, wanted, "", EXPORT)
    yield from page.rows
    while page.after:
        page = _page(work, actor, wanted, page.after, EXPORT)
        yield from page.rows


def count(
    work: Session, actor: Actor, wanted: Wanted, permission: str = READ, most: int = MOST_COUNTED
) -> int:
    """How many works the register holds as narrowed; counted up to `most`."""
    inner = _narrowed(actor, wanted, permission).with_only_columns(Work.id).limit(most).subquery()
    return work.scalar(select(func.count()).select_from(inner)) or 0


def _page(work: Session, actor: Actor, wanted: Wanted, after: str, permission: str) -> Page[Work]:
    query = _narrowed(actor, wanted, permission)
    cursor = Cursor.read(after)
    if cursor:
        query = query.where(tuple_(Case.opened_at, Case.id) < tuple_(cursor.moment, cursor.id))
    rows = work.scalars(
        query.order_by(Case.opened_at.desc(), Case.id.desc())
        .options(contains_eager(Work.case), joinedload(Work.contractor))
        .limit(PAGE + 1)
    ).all()
    last = rows[PAGE - 1].case if len(rows) > PAGE else None
    return Page(list(rows[:PAGE]), Cursor(last.opened_at, last.id).write() if last else "")


def _narrowed(actor: Actor, wanted: Wanted, permission: str) -> Select[Work]:
    query = select(Work).join(Work.case).where(visible(actor, permission))
    if wanted.unit:
        query = query.where(
            or_(*(level == wanted.unit for level in (Case.l1, Case.l2, Case.l3, Case.l4)))
        )
    for column, value in (
        (Work.category, wanted.category),
        (Work.kind, wanted.kind),
        (Work.state, wanted.state),
        (Work.risk, wanted.risk),
    ):
        if value:
            query = query.where(column == value)
    return query


def risks(work: Session, case_ids: Sequence[str]) -> Mapping[str, str]:
    """The risk grade of each of these cases, for lists."""
    rows = work.execute(select(Work.case_id, Work.risk).where(Work.case_id.in_(case_ids)))
    return {row.case_id: row.risk for row in rows}


def of_case(work: Session, case_id: str) -> Work | None:
    """The work of a case."""
    return work.scalars(select(Work).where(Work.case_id == case_id)).first()


@dataclass(frozen=True, slots=True)
class Checked:
    """What anybody may read behind the QR code of a paper: nothing private."""

    paper: str
    number: str
    issued_at: datetime
    void: bool
    name: str
    kind: str
    category: str
    place: str
    start: date
    end: date
    contractor: str
    state: str


def check(work: Session, code: str) -> Checked:
    """The public words on a paper. Raises NotFound for a code that no paper bears."""
    found = work.execute(
        select(Paper, Work).join(Work, Work.case_id == Paper.case_id).where(Paper.code == code)
    ).first()
    if found is None:
        raise NotFound("没有查到这份文书，请核对扫码的纸件或编码")
    paper, row = found
    return Checked(
        paper=KINDS[paper.kind].title, number=paper.number, issued_at=paper.issued_at,
        void=paper.void_at is not None, name=row.name, kind=words.KINDS.get(row.kind, row.kind),
        category=row.category, place=row.place, start=row.planned_start, end=row.planned_end,
        contractor=paper.facts.get("contractor", ""), state=words.STATES.get(row.state, row.state),
    )  # fmt: skip
