"""The register of works (工程台账), within scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.identity.actor import Actor
from app.smallworks.models import Work
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
