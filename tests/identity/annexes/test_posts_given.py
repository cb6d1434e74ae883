"""Posts that an import gives, changes and ends, and what is written down of them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import transaction
from app.identity import changes
from app.identity.models import Grant, Person
from tests.identity.annexes.books import annex
from tests.identity.annexes.sending import carry
from tests.identity.people import Cast

LEADER = ("东苑街道", "沈听澜", "13900000031")
"""A line with one new person, 分管领导."""


def test_a_changed_role_ends_when_the_post_did_and_is_told(
    cast: Cast, work: Session, noon: datetime
) -> None:
    chief, line = cast["chief"], ("西陵区", "沈听澜", "13900000031", None, None, None, None)
    carry(chief, annex("1", (*line, "区级政府用户")), noon)
    shen = work.scalars(select(Person).where(Person.name == "沈听澜")).one()
    with transaction() as some:
        grant = some.scalars(select(Grant).where(Grant.person_id == shen.id)).one()
        grant.valid_to = date(2026, 12, 31)
    carry(chief, annex("1", (*line, "区级政府管理员")), noon)
    held = work.scalars(select(Grant).where(Grant.person_id == shen.id).order_by(Grant.valid_to))
    assert [(one.role, one.valid_to) for one in held] == [
        ("district_gov_user", date(2026, 11, 22)),
        ("district_gov_admin", date(2026, 12, 31)),
    ]
    told = [(one.words, one.post) for one in changes.of(work, shen.id)]
    assert [words for words, _ in told] == ["任职", "免职", "任职"]
    assert "西陵区 区级政府管理员" in told[0][1]
    assert "西陵区 区级政府用户" in told[2][1]


def test_one_person_twice_in_one_post_holds_it_once(
    cast: Cast, work: Session, noon: datetime
) -> None:
    carry(cast["district_admin"], annex("1", LEADER, LEADER), noon)
    held = select(Grant.position).join(Person, Grant.person_id == Person.id)
    assert work.scalars(held.where(Person.name == "沈听澜")).all() == ["leader"]
