"""How the stores read the inbox: along an index that is in order already, whoever asks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.workflow import idling
from app.workflow.models import Task
from app.workflow.queries import boxes, register
from app.workflow.queries.boxes import AREA, CLAIMABLE, DONE, IN_HAND
from app.workflow.queries.pages import PAGE, Cursor
from app.workflow.queries.register import Wanted
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
    "what I have": (lambda: who("li"), IN_HAND),
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


REGISTERS = {
    "a street": (lambda: who("zhao"), "ix_cases_l3"),
    "a district": (lambda: who("qian"), "ix_cases_l2"),
    "the city": (lambda: who("qin"), "ix_cases_l1"),
    "a trade": (lambda: who("feng"), "ix_cases_l1"),
}


@pytest.mark.parametrize("later", [False, True], ids=["first", "later"])
@pytest.mark.parametrize("name", REGISTERS)
def test_a_page_of_the_register_reads_the_newest_of_its_area(
    town: Session, name: str, later: bool
) -> None:
    make.case()
    whose, index = REGISTERS[name]
    after = THERE.write() if later else ""
    read = told(town, lambda: register.cases(town, whose(), Wanted(), after, at=NOON))
    assert index in read, read
    assert not re.search("SCAN cases|MULTI-INDEX|Seq Scan on cases", read), read


def test_idle_claims_are_found_by_their_age_alone(town: Session) -> None:
    make.case()
    read = plan(town, idling.suspects(NOON))
    assert "ix_tasks_claimed_at" in read, read
    assert not SORTS.search(read), read


def plan(work: Session, page: Any) -> str:
    """How the store would read this page."""
    return told(work, lambda: work.execute(page))


def told(work: Session, asks: Callable[[], object]) -> str:
    """How the store would do the first that is asked; on PostgreSQL, whose few rows here are
    cheaper to sort, with sorting and scanning left to where there is no other way.
    """
    link, asked = work.connection(), []
    event.listen(
        link,
        "before_cursor_execute",
        lambda _c, _cursor, said, given, *_: asked.append((said, given)),
    )
    asks()
    said, given = next(one for one in asked if "cases.opened_at" in one[0] or "tasks" in one[0])
    if link.dialect.name == "sqlite":
        rows = link.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", given)
    else:
        for dear in ("seqscan", "sort", "bitmapscan"):
            link.exec_driver_sql(f"SET LOCAL enable_{dear} = off")
        rows = link.exec_driver_sql(f"EXPLAIN {said}", given)
    return "\n".join(str(row[-1]) for row in rows)
