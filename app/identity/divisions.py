"""The first filling: Yichang's divisions and units, departments, the zone, claims, trades."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, insert, select

from app.db import new_id, transaction
from app.identity import audit
from app.identity.models import Division, Jurisdiction, Trade, Unit
from app.identity.trades import ANSWERS, INDUSTRIES, department_name
from app.identity.words import DATA, PLACES

LIST_OF = date(2023, 6, 30)
"""The day whose state the list shows; from then on the units answer for their places."""
_Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the statistics bureau's list."""

    code: str
    name: str
    level: str
    parent_code: str


def places() -> Iterator[Place]:
    """The list as shipped: parents before children."""
    with (DATA / "yichang_divisions.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Place(**row)


def display_name(place: Place, above: Mapping[str, str]) -> str:
    """What the unit of a place is called on screen: 窑湾社区 for 窑湾社区居委会."""
    name = place.name
    for n in (4, 6, 9):
        if n < len(place.code):
            name = name.removeprefix(above.get(place.code[:n], "")) or name
    for official, spoken in PLACES["endings"].items():
        if name.endswith(official):
            base = name.removesuffix(official)
            return base if base.endswith(spoken) else base + spoken
    return name


def seed_divisions(*, at: datetime) -> bool:
    """Fill an empty store with places and units; one that has divisions is left alone (False)."""
    found = list(places())
    units = _governments(found)
    codes = {unit["division_code"]: unit for unit in units}
    zone = _zone(codes)
    bodies = [zone, *(unit for unit in units if unit["level"] in ("city", "district"))]
    departments = [_department(body, industry) for body in bodies for industry in INDUSTRIES]
    claims = [
        {"id": new_id(), "unit_id": unit["id"], "division_code": unit["division_code"]}
        | {"exclusive": False, "shared_view": True, "valid_from": LIST_OF}
        for unit in units
    ]
    trades = [
        {"category": category, "industry": industry}
        for category, industries in ANSWERS.items()
        for industry in industries
    ]
    with transaction() as work:
        if work.scalar(select(exists().where(Division.code.is_not(None)))):
            return False
        work.execute(insert(Division), [_division(place) for place in found])
        work.execute(insert(Unit), [*units, zone, *departments])
        work.execute(insert(Jurisdiction), claims)
        work.execute(insert(Trade), trades)
        audit.record(work, audit.Deed("divisions_seeded", detail=str(len(found))), at=at)
    return True


def _division(place: Place) -> _Row:
    return {
        "code": place.code,
        "name": place.name,
        "level": place.level,
        "parent_code": place.parent_code or None,
    }


def _governments(found: list[Place]) -> list[_Row]:
    names = {place.code: place.name for place in found}
    ids = {place.code: new_id() for place in found}
    return [
        _unit(
            id=ids[place.code],
            name=display_name(place, names),
            level=place.level,
            kind="government",
            division_code=place.code,
            parent_id=ids.get(place.parent_code),
            short_name=short_name(place, display_name(place, names)),
        )
        for place in found
    ]


def short_name(place: Place, name: str) -> str:
    """What stands for the unit in document numbers."""
    if place.level in ("city", "district"):
        short: str = PLACES["short"].get(place.code, name[:1])
        return short
    if place.level == "township":
        bare = next((name.removesuffix(end) for end in PLACES["kinds"] if name.endswith(end)), name)
        return bare[:12]
    return ""


def _zone(codes: Mapping[str, _Row]) -> _Row:
    """宜昌高新区: no division of its own, and no place until the users say which ones it runs."""
    city = next(unit for unit in codes.values() if unit["level"] == "city")
    words = PLACES["zone"]
    return _unit(
        name=words["name"],
        short_name=words["short"],
        level="district",
        kind="functional_zone",
        parent_id=city["id"],
    )


def _department(body: _Row, industry: str) -> _Row:
    place = PLACES["spoken"].get(body["name"], body["name"])
    name = department_name(industry, body["level"])
    return _unit(
        name=place + name,
        short_name=name[:12],
        level=body["level"],
        kind="department",
        industry=industry,
        parent_id=body["id"],
    )


def _unit(**given: Any) -> _Row:
    """A row with every column named, so that all of them go in with one statement."""
    empty = {"industry": None, "division_code": None, "parent_id": None, "active": True}
    return {"id": new_id()} | empty | given
