"""Reading accidents within scope: the list, and the statistics made of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select, tuple_
from sqlalchemy.orm import Session, contains_eager

from app.clock import SHANGHAI, local
from app.identity.actor import Actor
from app.identity.models import Unit
from app.identity.trades import CATEGORIES
from app.smallworks.accidents import words
from app.smallworks.accidents.models import Accident
from app.smallworks.accidents.reach import READ
from app.workflow.models import Case
from app.workflow.queries.pages import PAGE, Cursor, Page
from app.workflow.reach import visible


@dataclass(frozen=True, slots=True)
class Wanted:
    """What list and figures are narrowed to. Empty means all."""

    year: str = ""
    unit: str = ""
    sector: str = ""
    state: str = "confirmed"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table of figures."""

    name: str
    count: int
    dead: int
    injured: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What the confirmed accidents come to."""

    total: Line
    small: Line  # small works and odd jobs alone
    share: int  # of small works and odd jobs among all, in percent
    years: Sequence[Line]
    months: Sequence[Line]
    districts: Sequence[Line]
    trades: Sequence[Line]
    causes: Sequence[Line]
    concealed: int
    late: int


def accidents(work: Session, actor: Actor, wanted: Wanted, after: str = "") -> Page[Accident]:
    """One page of the accidents, the latest first."""
    query = _narrowed(actor, wanted).options(contains_eager(Accident.case))
    cursor = Cursor.read(after)
    if cursor:
        mark = tuple_(Accident.happened_at, Accident.id)
        query = query.where(mark < tuple_(cursor.moment, cursor.id))
    latest = (Accident.happened_at.desc(), Accident.id.desc())
    rows = work.scalars(query.order_by(*latest).limit(PAGE + 1)).all()
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(list(rows[:PAGE]), Cursor(last.happened_at, last.id).write() if last else "")


def every(work: Session, actor: Actor, wanted: Wanted, most: int) -> Sequence[Accident]:
    """All that an export holds, the latest first, `most` at the utmost."""
    query = _narrowed(actor, wanted).options(contains_eager(Accident.case))
    latest = (Accident.happened_at.desc(), Accident.id.desc())
    return work.scalars(query.order_by(*latest).limit(most)).all()


def figures(work: Session, actor: Actor, wanted: Wanted, most: int) -> Figures:
    """The statistics of what is confirmed, as narrowed by year, place and sector."""
    rows = every(work, actor, Wanted(wanted.year, wanted.unit, wanted.sector), most)
    names = dict(work.execute(select(Unit.id, Unit.name).where(Unit.level == "district")).all())
    small = [row for row in rows if row.sector != "other"]
    return Figures(
        total=_line("合计", rows),
        small=_line("小散工程和零星作业", small),
        share=round(100 * len(small) / len(rows)) if rows else 0,
        years=_by(rows, lambda row: f"{local(row.happened_at).year} 年"),
        months=_by(rows, lambda row: f"{local(row.happened_at):%Y-%m}"),
        districts=_by(rows, lambda row: names.get(row.case.l2 or "", "市本级")),
        trades=_by(rows, lambda row: CATEGORIES.get(row.work_kind, words.SECTORS[row.sector])),
        causes=_by(rows, lambda row: words.CAUSES.get(row.cause, row.cause)),
        concealed=sum(row.concealed for row in rows),
        late=sum(row.late for row in rows),
    )


def years(work: Session, actor: Actor) -> list[str]:
    """The years in which something is registered, the latest first."""
    query = _narrowed(actor, Wanted(state="")).with_only_columns(Accident.happened_at)
    return sorted({str(local(moment).year) for moment in work.scalars(query)}, reverse=True)


def _by(rows: Iterable[Accident], key: Callable[[Accident], str]) -> list[Line]:
    grouped: dict[str, list[Accident]] = defaultdict(list)
    for row in rows:
        grouped[key(row)].append(row)
    return [_line(name, found) for name, found in sorted(grouped.items())]


def _line(name: str, rows: Sequence[Accident]) -> Line:
    dead, injured = sum(row.dead for row in rows), sum(row.injured for row in rows)
    return Line(name, len(rows), dead, injured)


def _narrowed(actor: Actor, wanted: Wanted) -> Select[Accident]:
    query = select(Accident).join(Case, Accident.case_id == Case.id).where(visible(actor, READ))
    if wanted.unit:
        levels = (Case.l1, Case.l2, Case.l3, Case.l4)
        query = query.where(or_(*(level == wanted.unit for level in levels)))
    if wanted.year.isdecimal() and 2000 <= int(wanted.year) <= 2199:
        first = datetime(int(wanted.year), 1, 1, tzinfo=SHANGHAI)
        after = datetime(int(wanted.year) + 1, 1, 1, tzinfo=SHANGHAI)
        query = query.where(Accident.happened_at >= first, Accident.happened_at < after)
    for column, value in ((Accident.sector, wanted.sector), (Accident.state, wanted.state)):
        query = query.where(column == value) if value else query
    return query
