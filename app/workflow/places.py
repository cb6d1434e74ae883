"""Places (区划) as filings name them: which may be chosen, their names, who answers there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.clock import local
from app.errors import Forbidden, Invalid
from app.identity.actor import Actor
from app.identity.models import Division, Unit
from app.identity.permissions import holding
from app.identity.scope import reaches_place
from app.identity.units import Chain, resolve

ON_BEHALF = "case:file_on_behalf"


def answering(work: Session, actor: Actor, code: str, at: datetime) -> Chain:
    """Who answers for a community where this person may file. Raises Invalid, Forbidden."""
    chain = chain_of(work, code, at)
    if actor.staff and not reaches_place(actor, ON_BEHALF, chain):
        raise Forbidden("您没有在该地代为申报的权限，请选择本辖区的社区（村）")
    return chain


def chain_of(work: Session, code: str, at: datetime) -> Chain:
    """Who answers for a community that is in force. Raises Invalid."""
    place, day = work.get(Division, code), local(at).date()
    if place is None or place.level != "community":
        raise _unfit("请选择工程所在的社区（村）")
    if place.valid_to is not None and place.valid_to < day:
        raise _unfit("该社区（村）已撤并，请重新选择")
    return resolve(code, day)


def _unfit(said: str) -> Invalid:
    return Invalid(said, {"division_code": said})


def home_of(work: Session, actor: Actor) -> str:
    """The division in which this member of staff files for others; empty for the public."""
    unit_ids = [hold.area_unit_id for hold in holding(actor, ON_BEHALF)]
    rows = select(Unit.division_code).where(Unit.id.in_(unit_ids)).order_by(Unit.division_code)
    return work.scalars(rows.limit(1)).first() or ""


def beneath(work: Session, code: str, at: datetime) -> Sequence[Division]:
    """The divisions right under one that are in force; under nothing, the districts."""
    above = Division.parent_code == code if code else Division.level == "district"
    found = select(Division).where(above, _live(local(at).date()))
    return work.scalars(found.order_by(Division.code)).all()


def listed_under(work: Session, code: str) -> str:
    """The division under which a place is found in a list; of one that is no more, its heir's."""
    place = work.get(Division, code)
    while place is not None and place.successor_code:
        place = work.get(Division, place.successor_code)
    if place is None:
        return ""
    return (place.parent_code or "") if place.level == "community" else place.code


def communities(work: Session, day: date) -> Sequence[str]:
    """Every division in which a case can be filed on that day."""
    found = select(Division.code).where(Division.level == "community", _live(day))
    return work.scalars(found.order_by(Division.code)).all()


def _live(day: date) -> ColumnElement[bool]:
    return Division.valid_to.is_(None) | (Division.valid_to >= day)


def lineage(work: Session, code: str) -> Sequence[Division]:
    """A place and those above it, from the district down."""
    return lineages(work, [code])[code]


def lineages(work: Session, codes: Iterable[str]) -> dict[str, Sequence[Division]]:
    """The same for several places at once, in one statement for each level."""
    rows: dict[str, Division] = {}
    asked = wanted = set(codes)
    while asked:
        found = work.scalars(select(Division).where(Division.code.in_(asked))).all()
        rows |= {row.code: row for row in found}
        asked = {row.parent_code for row in found if row.parent_code} - rows.keys()
    return {code: _from_the_district(rows, code) for code in wanted}


def _from_the_district(rows: Mapping[str, Division], code: str) -> Sequence[Division]:
    way, step = [], rows.get(code)
    while step is not None and step.level != "city":
        way.append(step)
        step = rows.get(step.parent_code or "")
    return way[::-1]


def place_name(division: Division) -> str:
    """A division as people say it: 当阳市玉阳街道 without the name of its own city."""
    if division.level != "township" or division.parent is None:
        return division.name
    return division.name.removeprefix(division.parent.name) or division.name


def unit_names(work: Session, code: str) -> tuple[str, ...]:
    """A place from the township down, as its own units are called: 解放路社区."""
    way = [place.code for place in lineage(work, code) if place.level != "district"]
    of_place = Unit.division_code.in_(way) & (Unit.kind == "government")
    names = {unit.division_code: unit.name for unit in work.scalars(select(Unit).where(of_place))}
    return tuple(names[part] for part in way if part in names)
