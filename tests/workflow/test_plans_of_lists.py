"""How the stores read the inbox: along an index that is in order already, whoever asks."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.workflow.models import Task
from app.workflow.queries import boxes
from app.workflow.queries.boxes import AREA, CLAIMABLE, DONE, TODO
from app.workflow.queries.pages import PAGE, Cursor
from tests.workflow import make
from tests.workflow.people import NOON, who

SORTS = re.compile(r"TEMP B-TREE|Sort  \(|SCAN tasks|SCAN cases|Seq Scan")
THERE = Cursor(NOON, "0" * 32)


def both() -> Actor:
    """Somebody who watches the street where they lead, and the city."""
    above = next(hold for hold in who("qin").holds if hold.role == "supervisor")
    he = who("he")
    return replace(he, holds=(*he.holds, above))


def housing() -> Actor:
    """A department's leader, who watches its trades in the city."""
    hold = replace(who("feng").holds[0], role="", position="leader")
    return replace(who("feng"), holds=(hold,))


ASKED: dict[str, tuple[Any, str]] = {
    "a community's pool": (lambda: who("li"), CLAIMABLE),
    "a street's pool, of somebody at several desks": (lambda: who("zhao"), CLAIMABLE),
    "the city's pool": (lambda: who("zheng"), CLAIMABLE),
    "what I have": (lambda: who("li"), TODO),
    "what I did": (lambda: who("li"), DONE),
    "a street": (lambda: who("he"), AREA),
    "a district": (lambda: who("han"), AREA),
    "the city": (lambda: who("qin"), AREA),
    "two areas": (both, AREA),
    "a trade": (housing, AREA),
}


@pytest.mark.parametrize("cursor", [None, THERE], ids=["first", "later"])
@pytest.mark.parametrize("name", ASKED)
def test_no_page_sorts_nor_looks_at_everything(
    town: Session, name: str, cursor: Cursor | None
) -> None:
    make.case()
    whose, box = ASKED[name]
    found = boxes.ranges(town, whose(), box)
    by = Task.closed_at if box == DONE else Task.due_at
    page = boxes.page(found, boxes.NOTHING, cursor, PAGE, by=by, backwards=box == DONE)
    assert not SORTS.search(plan(town, page)), plan(town, page)


def test_the_search_for_sorts_finds_one(town: Session) -> None:
    make.case()
    found = boxes.ranges(town, who("qin"), AREA)
    by_name = boxes.page(found, boxes.NOTHING, None, PAGE, by=Task.name)
    assert SORTS.search(plan(town, by_name))


def plan(work: Session, page: Any) -> str:
    """How the store would read this; on PostgreSQL, whose few rows here are cheaper to sort, with
    sorting and scanning left to where there is no other way.
    """
    link, asked = work.connection(), []
    event.listen(
        link,
        "before_cursor_execute",
        lambda _c, _cursor, said, given, *_: asked.append((said, given)),
    )
    work.execute(page)
    said, given = asked[0]
    if link.dialect.name == "sqlite":
        told = link.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", given)
    else:
        for dear in ("seqscan", "sort", "bitmapscan"):
            link.exec_driver_sql(f"SET LOCAL enable_{dear} = off")
        told = link.exec_driver_sql(f"EXPLAIN {said}", given)
    return "\n".join(str(row[-1]) for row in told)
