"""The scope predicate as a condition and as a check say the same, on any rows and for anybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, create_engine, select

from app.identity.actor import Actor, Hold
from app.identity.permissions import POSITIONS, ROLES
from app.identity.scope import ScopeColumns, hold_at, hold_in, in_scope, reaches_place, scope_clause
from app.identity.units import Chain

ROWS = Table(
    "rows",
    MetaData(),
    Column("id", Integer, primary_key=True),
    *[
        Column(name, String)
        for name in ("l1", "l2", "l3", "l4", "also_l2", "category", "applicant_id", "filed_by_id")
    ],
)
COLUMNS = ScopeColumns(*[ROWS.c[name] for name in ScopeColumns.__dataclass_fields__])


@dataclass(frozen=True)
class Row:
    """A case, as far as scope is concerned."""

    l1: str | None = None
    l2: str | None = None
    l3: str | None = None
    l4: str | None = None
    also_l2: str | None = None
    category: str = ""
    applicant_id: str | None = None
    filed_by_id: str | None = "nobody"


def hold(
    level: str, unit: str = "a", *, role: str = "", position: str = "", trades: str | None = None
) -> Hold:
    """A grant in a government, or, with trades, in a department of it."""
    kind = "government" if trades is None else "department"
    categories = None if trades is None else frozenset(trades.split())
    own = unit if trades is None else f"{unit}-department"
    return Hold("g", own, "某单位", level, kind, None, role, position, unit, categories)


def actor(*holds: Hold, staff: bool = True) -> Actor:
    """Somebody with these grants."""
    return Actor("me", "宁远山", staff, holds, False, "", date(2026, 11, 23))


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as opened:
        ROWS.metadata.create_all(opened)
        yield opened
    engine.dispose()


units = st.sampled_from(["a", "b", None])
rows = st.builds(
    Row,
    l1=units,
    l2=units,
    l3=units,
    l4=units,
    also_l2=units,
    category=st.sampled_from(["decoration", "road", ""]),
    applicant_id=st.sampled_from(["me", "you", None]),
    filed_by_id=st.sampled_from(["me", "you"]),
)
holds = st.builds(
    hold,
    st.sampled_from(["city", "district", "township", "community"]),
    st.sampled_from(["a", "b"]),
    role=st.sampled_from(["", *ROLES]),
    position=st.sampled_from(["", *POSITIONS]),
    trades=st.sampled_from([None, "", "road", "road decoration"]),
)
permissions = st.sampled_from(
    ["case:read", "register:read", "register:export", "task:decide", "case:retry", "case:supervise"]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(holds, max_size=3), permissions, st.lists(rows, min_size=1, max_size=12))
def test_the_condition_and_the_check_agree(
    connection: Connection, held: list[Hold], permission: str, several: list[Row]
) -> None:
    who = actor(*held)
    connection.execute(ROWS.delete())
    connection.execute(ROWS.insert(), [{"id": n} | vars(row) for n, row in enumerate(several)])
    clause = scope_clause(who, permission, COLUMNS)
    found = set(connection.execute(select(ROWS.c.id).where(clause)).scalars())
    assert found == {n for n, row in enumerate(several) if in_scope(who, permission, row)}


HERE = Row(l1="city", l2="a", l3="t", l4="c", category="road", filed_by_id="you")
TAKEN = Row(l1="city", l2="zone", l3="t", l4="c", also_l2="a", category="road", filed_by_id="you")


@pytest.mark.parametrize(
    ("held", "permission", "row", "seen"),
    [
        (hold("district", role="district_gov_user"), "case:read", HERE, True),
        (hold("district", "b", role="district_gov_user"), "case:read", HERE, False),
        (hold("township", "t", position="head"), "case:read", HERE, True),
        (hold("community", "c", position="inspector"), "case:read", HERE, True),
        (hold("community", "a", position="inspector"), "case:read", HERE, False),
        (hold("city", "city", role="city_gov_user"), "case:read", HERE, True),
        # a department sees its own project types only
        (hold("district", role="district_dept_user", trades="road"), "case:read", HERE, True),
        (hold("district", role="district_dept_user", trades="water"), "case:read", HERE, False),
        (hold("district", role="district_dept_user", trades=""), "case:read", HERE, False),
        # what a zone took: the geographic district reads on, and decides no more
        (hold("district", role="district_gov_user"), "case:read", TAKEN, True),
        (hold("district", role="district_gov_user"), "register:export", TAKEN, True),
        (hold("district", role="district_gov_user"), "task:decide", TAKEN, False),
        (hold("district", "zone", role="district_gov_user"), "task:decide", TAKEN, True),
        (hold("district", role="district_dept_user", trades="road"), "case:read", TAKEN, True),
        # no right, no row
        (hold("district", role="unit_admin"), "case:read", HERE, False),
        (hold("city", "city", role="platform_admin"), "case:read", HERE, False),
    ],
)
def test_who_sees_what(held: Hold, permission: str, row: Row, seen: bool) -> None:
    assert in_scope(actor(held), permission, row) is seen
    assert hold_in(actor(held), permission, row) is (held if seen else None)


def test_an_act_is_done_under_the_assignment_that_reaches_it() -> None:
    elsewhere = hold("community", "d", position="head")
    here = hold("township", "t", position="head")
    both = actor(elsewhere, here)
    assert hold_in(both, "case:read", HERE) is here
    assert hold_at(both, "case:file_on_behalf", Chain("city", "a", "t", "c")) is here
    assert hold_at(both, "case:file_on_behalf", Chain("city", "a", "u", None)) is None


def test_a_member_of_the_public_reads_their_own_and_nothing_else() -> None:
    citizen = actor(staff=False)
    assert in_scope(citizen, "case:read", Row(l2="a", applicant_id="me"))
    assert in_scope(citizen, "case:read", Row(l2="a", filed_by_id="me"))
    assert not in_scope(citizen, "case:read", HERE)
    assert not in_scope(citizen, "register:export", Row(l2="a", applicant_id="me"))


def test_a_place_is_reached_by_level() -> None:
    chain = Chain("city", "zone", "t", "c", also_l2="a")
    assert reaches_place(
        actor(hold("community", "c", position="head")), "case:file_on_behalf", chain
    )
    assert reaches_place(
        actor(hold("township", "t", position="head")), "case:file_on_behalf", chain
    )
    assert not reaches_place(
        actor(hold("community", "t", position="head")), "case:file_on_behalf", chain
    )
    assert not reaches_place(
        actor(hold("community", "c", position="leader")), "case:file_on_behalf", chain
    )
