"""The checklist (检查表): which questions are in force in a place, and which a site is asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.db import session, transaction
from app.identity.units import city
from app.smallworks.patrols import words
from app.smallworks.patrols.models import ChecklistItem, Patrol
from app.smallworks.patrols.sites import Site
from app.workflow.models import Case

SHIPPED = Path(__file__).with_name("checklist.json")
ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)
"""From when what is shipped holds: for visits, too, that a store is filled with afterwards."""
STEP = 10
"""Between the places of two neighbours, so that an item can go between them."""


def seed(at: datetime) -> None:
    """Give a store that has none the shipped list, as the city's. Called at every first start."""
    if session().scalar(select(ChecklistItem.id).limit(1)) is not None:
        return
    unit_id = city(session()).id
    shipped = json.loads(SHIPPED.read_text("utf-8"))
    with transaction() as work:
        work.add_all(
            ChecklistItem(
                **item, unit_id=unit_id, position=place * STEP, valid_from=ALWAYS, set_at=at
            )
            for place, item in enumerate(shipped, start=1)
        )


def in_force(at: datetime) -> ColumnElement[bool]:
    """The condition on items that hold at a moment."""
    ended = or_(ChecklistItem.valid_to.is_(None), ChecklistItem.valid_to > at)
    return (ChecklistItem.valid_from <= at) & ended


def of_place(work: Session, units: Iterable[str | None], at: datetime) -> list[ChecklistItem]:
    """What these governments, a district and its city, ask at a moment; in order."""
    asked = ChecklistItem.unit_id.in_({unit for unit in units if unit})
    return in_order(work.scalars(select(ChecklistItem).where(asked, in_force(at))))


def in_order(items: Iterable[ChecklistItem]) -> list[ChecklistItem]:
    """By group as they are walked through on site, then by their place in it."""
    order = list(words.GROUPS)
    return sorted(items, key=lambda one: (order.index(one.group), one.position, one.id))


def for_site(items: Iterable[ChecklistItem], site: Site) -> list[ChecklistItem]:
    """Those that a site is asked; one of which nothing is known is asked them all."""
    return [item for item in items if not site.known or _fits(item, site)]


def _fits(item: ChecklistItem, site: Site) -> bool:
    if item.kinds and site.kind not in item.kinds:
        return False
    if item.risks and site.risk not in item.risks:
        return False
    narrow = item.flags or item.categories
    return not narrow or site.category in item.categories or not site.flags.isdisjoint(item.flags)


def of_case(work: Session, case: Case, site: Site, at: datetime) -> list[ChecklistItem]:
    """What a visit to the site of this case is asked now."""
    return for_site(of_place(work, (case.l2, case.l1), at), site)


def of_patrol(work: Session, patrol: Patrol) -> list[ChecklistItem]:
    """What this visit was asked, as it read when it began."""
    rows = work.scalars(select(ChecklistItem).where(ChecklistItem.id.in_(patrol.asked)))
    return in_order(rows)


def grouped(items: Sequence[ChecklistItem]) -> list[tuple[str, str, list[ChecklistItem]]]:
    """(key, title, items) of each group that asks anything."""
    found: dict[str, list[ChecklistItem]] = {}
    for item in items:
        found.setdefault(item.group, []).append(item)
    return [(key, words.GROUPS[key], some) for key, some in found.items()]
