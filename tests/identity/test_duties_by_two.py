"""三员分立 changed and turned off: by two of the three, neither of whom gains by it."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select

from app.db import db, session
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity import duties, queries
from app.identity.actor import Actor
from app.identity.commands import Post, dividing
from app.identity.lineups import Lineup
from app.identity.models import AuditEntry
from tests.identity.duties import WHY
from tests.identity.people import Cast, add, unit

TODAY = date(2026, 11, 23)


def roles(actor: Actor, noon: datetime) -> set[str]:
    """What somebody holds now."""
    return {hold.role for hold in queries.actor_for(actor.id, noon).holds}


def test_turning_off_takes_two(cast: Cast, noon: datetime, three: Cast) -> None:
    back = add(three["security"], "归来人", "back", Post(unit("宜昌市").id, "city_gov_user"), noon)
    assert not dividing.propose(three["system"], Lineup(platform=back.id), WHY, at=noon)
    assert duties.apart(session()), "proposed is not done"
    row = duties.proposed(session())
    assert row
    with pytest.raises(Forbidden, match="须由另一员确认"):
        dividing.confirm(three["system"], row.id, at=noon)
    db.session.rollback()
    for who in (back, cast["chief"], cast["district_admin"]):
        with pytest.raises(Forbidden):
            dividing.confirm(queries.actor_for(who.id, noon), row.id, at=noon)
        db.session.rollback()
    dividing.confirm(three["audit"], row.id, at=noon)
    assert not duties.apart(session())
    assert roles(back, noon) == {"city_gov_user", "platform_admin", "unit_admin"}
    assert [roles(one, noon) for one in three.values()] == [set(), set(), {"audit_admin"}]
    with pytest.raises(Forbidden):
        dividing.confirm(three["security"], row.id, at=noon)


def test_neither_who_proposes_nor_who_confirms_gains(
    cast: Cast, noon: datetime, three: Cast
) -> None:
    with pytest.raises(Invalid) as refused:
        dividing.propose(three["system"], Lineup(platform=three["system"].id), WHY, at=noon)
    assert set(refused.value.fields) == {"platform"}
    db.session.rollback()
    dividing.propose(three["system"], Lineup(platform=three["security"].id), WHY, at=noon)
    row = duties.proposed(session())
    assert row
    with pytest.raises(Invalid):
        dividing.confirm(three["security"], row.id, at=noon)
    db.session.rollback()
    dividing.confirm(three["audit"], row.id, at=noon)
    assert roles(three["security"], noon) == {"platform_admin", "unit_admin"}


def test_one_is_replaced_by_two(cast: Cast, noon: datetime, three: Cast) -> None:
    post = Post(unit("宜昌市").id, "city_gov_user")
    new = add(three["security"], "新审计", "fresh", post, noon)
    wanted = Lineup(three["system"].id, three["security"].id, new.id)
    assert not dividing.propose(three["security"], wanted, WHY, at=noon)
    row = duties.proposed(session())
    assert row
    with pytest.raises(Conflict, match="等待确认"):
        dividing.propose(three["system"], wanted, WHY, at=noon)
    db.session.rollback()
    dividing.confirm(three["system"], row.id, at=noon)
    assert roles(new, noon) == {"audit_admin"}
    assert roles(three["audit"], noon) == set()
    assert session().scalars(select(AuditEntry.verb).order_by(AuditEntry.id.desc())).first() == (
        "duties_changed"
    )


def test_a_proposal_is_dropped_and_then_done_no_more(
    cast: Cast, noon: datetime, three: Cast
) -> None:
    dividing.propose(three["system"], Lineup(platform=three["audit"].id), WHY, at=noon)
    row = duties.proposed(session())
    assert row
    dividing.drop(three["audit"], row.id, at=noon)
    for late in (dividing.confirm, dividing.drop):
        with pytest.raises(Conflict):
            late(three["security"], row.id, at=noon)
        db.session.rollback()
    with pytest.raises(NotFound):
        dividing.drop(three["security"], "nothing", at=noon)
    db.session.rollback()
    assert duties.apart(session())
    assert duties.proposed(session()) is None


def test_off_there_is_nothing_to_turn_off(cast: Cast, noon: datetime, able: Cast) -> None:
    with pytest.raises(Conflict):
        dividing.propose(cast["chief"], Lineup(platform=able["audit"].id), WHY, at=noon)
